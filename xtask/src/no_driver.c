/* Stands in for NVIDIA's driver where there is none: whatever is asked, there is no device. A program built with CUDA is
   linked against it, starts with it on a machine without a GPU, and computes on the processor. The names are those that
   Candle's CUDA backend calls: `nm -D --undefined-only target/cuda/release/gatefold`. */

enum { NO_DEVICE = 100 };

#define STANDS_IN(name) int name(void) { return NO_DEVICE; }

STANDS_IN(cuCtxDestroy_v2)
STANDS_IN(cuCtxGetCurrent)
STANDS_IN(cuCtxSetCurrent)
STANDS_IN(cuDeviceGet)
STANDS_IN(cuDeviceGetAttribute)
STANDS_IN(cuDevicePrimaryCtxRelease_v2)
STANDS_IN(cuDevicePrimaryCtxRetain)
STANDS_IN(cuEventCreate)
STANDS_IN(cuEventDestroy_v2)
STANDS_IN(cuEventRecord)
STANDS_IN(cuInit)
STANDS_IN(cuLaunchKernel)
STANDS_IN(cuMemAllocAsync)
STANDS_IN(cuMemAlloc_v2)
STANDS_IN(cuMemFreeAsync)
STANDS_IN(cuMemFree_v2)
STANDS_IN(cuMemcpyDtoDAsync_v2)
STANDS_IN(cuMemcpyDtoHAsync_v2)
STANDS_IN(cuMemcpyHtoDAsync_v2)
STANDS_IN(cuMemcpyPeerAsync)
STANDS_IN(cuMemsetD8Async)
STANDS_IN(cuModuleGetFunction)
STANDS_IN(cuModuleLoad)
STANDS_IN(cuModuleLoadData)
STANDS_IN(cuModuleUnload)
STANDS_IN(cuStreamDestroy_v2)
STANDS_IN(cuStreamIsCapturing)
STANDS_IN(cuStreamSynchronize)
STANDS_IN(cuStreamWaitEvent)

int cuGetErrorString(int error, const char **text) {
    (void)error;
    *text = "there is no NVIDIA driver on this machine";
    return 0;
}

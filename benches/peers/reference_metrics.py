#!/usr/bin/env python3
"""Computes, once, what the measures of src/train/metrics are checked against: PSNR and SSIM by scikit-image, MS-SSIM by
pytorch-msssim, EfficientNet-Lite0 embeddings by PyTorch, KID by its formula in NumPy.

    python3 benches/peers/reference_metrics.py --weights efficientnet-lite0.safetensors > tests/data/metrics.json

The pictures are made by formula (`picture`), the same in Rust, so that no picture has to be kept."""
import argparse, json
import numpy as np, torch
import torch.nn.functional as F
from pytorch_msssim import ms_ssim
from safetensors.torch import load_file
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

STAGES = [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]


def picture(seed, side):
    """Integer arithmetic only: waves, blocks and noise of a linear congruential generator."""
    out = np.zeros((side, side, 3), np.uint8)
    state = (seed * 2654435761 + 1) % 2**32
    for y in range(side):
        for x in range(side):
            for c in range(3):
                state = (state * 1664525 + 1013904223) % 2**32
                wave = (x * (seed + c + 1) + y * (seed + 2 * c + 3)) % 256
                block = ((x // 16 + y // 16 + seed + c) % 2) * 64
                out[y, x, c] = (wave * 5 + block * 2 + (state >> 24)) // 8
    return out


def embed(weights, pictures):
    w = load_file(weights)
    x = torch.tensor(np.stack(pictures)).permute(0, 3, 1, 2).float()
    x = (x - 127) / 128

    def conv(x, name, stride=1, groups=1):
        k = w[name + ".weight"]
        side, size = x.shape[-1], k.shape[-1]
        total = max((-(-side // stride) - 1) * stride + size - side, 0)
        x = F.pad(x, (total // 2, total - total // 2) * 2)
        return F.conv2d(x, k, stride=stride, groups=groups)

    def norm(x, name):
        return F.batch_norm(x, w[name + ".running_mean"], w[name + ".running_var"], w[name + ".weight"], w[name + ".bias"], eps=1e-3)

    with torch.no_grad():
        x = F.relu6(norm(conv(x, "_conv_stem", 2), "_bn0"))
        i, channels = 0, 32
        for kernel, first, expansion, out, repeats in STAGES:
            for r in range(repeats):
                b, stride, y = f"_blocks.{i}.", first if r == 0 else 1, x
                if expansion > 1:
                    y = F.relu6(norm(conv(y, b + "_expand_conv"), b + "_bn0"))
                y = F.relu6(norm(conv(y, b + "_depthwise_conv", stride, y.shape[1]), b + "_bn1"))
                y = norm(conv(y, b + "_project_conv"), b + "_bn2")
                x = y + x if stride == 1 and channels == out else y
                i, channels = i + 1, out
        return F.relu6(norm(conv(x, "_conv_head"), "_bn1")).mean((2, 3)).numpy()


def kid(a, b):
    k = lambda x, y: (x @ y.T / x.shape[1] + 1) ** 3
    off = lambda m: (m.sum() - np.trace(m)) / (len(m) * (len(m) - 1))
    return off(k(a, a)) + off(k(b, b)) - 2 * k(a, b).mean()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    weights = parser.parse_args().weights
    out = {"pairs": [], "embeddings": []}
    for a, b, side in [(1, 2, 64), (3, 3, 64), (4, 5, 176), (6, 7, 192), (8, 9, 177)]:
        x, y = picture(a, side), picture(b, side)
        if a != b:
            y = ((x.astype(int) * 3 + y) // 4).astype(np.uint8)
        row = {"a": a, "b": b, "side": side}
        row["ssim"] = structural_similarity(x, y, channel_axis=2)
        if a != b:
            row["psnr"] = peak_signal_noise_ratio(x, y)
        if side > 160:
            t = lambda p: torch.tensor(p).permute(2, 0, 1)[None].double()
            row["ms_ssim"] = ms_ssim(t(x), t(y), data_range=255, size_average=True).item()
        out["pairs"].append(row)
    e = embed(weights, [picture(s, 224) for s in range(1, 13)]).astype(np.float64)
    out["embeddings"] = [[round(float(v), 5) for v in row[:64]] for row in e[:3]]
    out["embedding_norms"] = [float(np.linalg.norm(row)) for row in e]
    out["kid"] = float(kid(e[:6], e[6:]))
    print(json.dumps(out))


main()

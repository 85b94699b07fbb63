#!/usr/bin/env python3
"""The same training work by PyTorch and by gatefold, in turn, in one run on one machine: medians and their ratio.

    python3 benches/peers/training.py [--json] [--rounds 7] [--threads 2] [--bench PROGRAM] [--venv DIR]

Batch 32, f32, two threads each unless told. Three layers, forward and both gradients; the full step of each model as
`gatefold train` makes it: both networks, loss, backward, clipping where gatefold clips, Adam(W), moving average.
Gatefold's step loads and augments its batch, draws its noise and writes its log; PyTorch is handed both batch and noise.
PyTorch is given the memory layout that is faster for it, measured first for each work, fused Adam and foreach averages.

`--bench` is the built bench program; without it `cargo bench --no-run` builds it. PyTorch is looked for in `--venv`
(target/venv), which is made if need be.

`cpu_ratio` is the same ratio in processor time. With `--threads 1` it holds on a machine that others use, where waiting
for a thread that does not run makes `ratio` meaningless; with more threads it counts PyTorch's waiting as work.
"""

import argparse
import json
import time
from pathlib import Path
from statistics import median

from common import ROOT, Program, built, with_packages

BATCH = 32
# Without what only graphics cards need.
INDEX = ("--index-url", "https://download.pytorch.org/whl/cpu")
# Repeats at a time before the other side has its turn: enough for caches to be warm, few enough to share the weather.
TURN = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bench", type=Path, help="the bench program; built when missing")
    parser.add_argument("--venv", type=Path, default=ROOT / "target/venv", help="Python packages")
    parser.add_argument("--rounds", type=int, default=7, help="turns that each side has")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="", help="only work whose name contains this")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser.parse_args()


class Gatefold(Program):
    """The bench program: milliseconds of each repeat of a work, and the mean of processor time."""

    def run(self, name, repeats):
        began = self.cpu_ms()
        answer = self.ask(f"{name} {repeats}")
        return answer["ms"], (self.cpu_ms() - began) / repeats


def layers(channels_last):
    """The three layers as functions that do one forward and backward."""
    import torch

    layout = torch.channels_last if channels_last else torch.contiguous_format
    convolve, transpose = torch.nn.functional.conv2d, torch.nn.functional.conv_transpose2d
    table = {
        "conv 4x4 stride 2, 64-128 on 32": (convolve, (64, 32), (128, 64, 4, 4), 2),
        "conv 3x3, 64-64 on 32": (convolve, (64, 32), (64, 64, 3, 3), 1),
        "transposed conv 4x4 stride 2, 128-64 on 16": (transpose, (128, 16), (128, 64, 4, 4), 2),
    }

    def work(act, side, weights, stride):
        x = torch.randn(BATCH, side[0], side[1], side[1]).to(memory_format=layout).requires_grad_()
        w = torch.randn(weights).to(memory_format=layout).requires_grad_()
        dy = torch.randn_like(act(x, w, stride=stride, padding=1).detach(), memory_format=layout)

        def once():
            x.grad = w.grad = None
            act(x, w, stride=stride, padding=1).backward(dy)

        return once

    return {name: lambda entry=entry: work(*entry) for name, entry in table.items()}


def vae_step(channels_last):
    """The VAE of src/model/vae.rs and the step of src/train/vae.rs."""
    import torch
    from torch import nn

    widths, blocks, code, detail, groups = [32, 64, 128, 192], [1, 1, 2, 2], 8, 14, 8
    last, half = len(widths) - 1, BATCH // 2

    def norm_silu(channels):
        return [nn.GroupNorm(channels // groups, channels), nn.SiLU()]

    def head(channels, numbers):
        return nn.Sequential(*norm_silu(channels), nn.Conv2d(channels, numbers, 3, 1, 1))

    class Residual(nn.Module):
        def __init__(self, channels):
            super().__init__()
            part = lambda: [*norm_silu(channels), nn.Conv2d(channels, channels, 3, 1, 1)]
            self.body = nn.Sequential(*part(), *part())

        def forward(self, x):
            return x + self.body(x)

    def level(i):
        return nn.Sequential(*[Residual(widths[i]) for _ in range(blocks[i])])

    class Whole(nn.Module):
        def __init__(self):
            super().__init__()
            levels, steps = range(last + 1), range(last)
            self.stem = nn.Conv2d(3, widths[0], 4, 2, 1)
            self.down = nn.ModuleList(map(level, levels))
            self.steps = nn.ModuleList([nn.Conv2d(widths[i], widths[i + 1], 4, 2, 1) for i in steps])
            self.code = head(widths[last], 2 * code)
            self.analysis, self.synthesis = nn.Conv2d(3, code, 16, 16), nn.ConvTranspose2d(code, 3, 16, 16)
            self.uncode = nn.Conv2d(code, widths[last], 3, 1, 1)
            self.up = nn.ModuleList(map(level, levels))
            self.back = nn.ModuleList([nn.ConvTranspose2d(widths[i + 1], widths[i], 4, 2, 1) for i in steps])
            self.before = Residual(widths[last - 1])
            self.prior, self.posterior = head(widths[last - 1], 2 * detail), head(2 * widths[last - 1], 2 * detail)
            self.fine_analysis, self.fine_synthesis = nn.Conv2d(3, detail, 8, 8), nn.ConvTranspose2d(detail, 3, 8, 8)
            self.mix = nn.Conv2d(detail, widths[last - 1], 3, 1, 1)
            self.paint = nn.Sequential(*norm_silu(widths[0]), nn.ConvTranspose2d(widths[0], 3, 4, 2, 1))

        def forward(self, covers, noise):
            def drawn(mean, log_variance, noise):
                return mean + (log_variance * 0.5).exp() * noise

            def split(x):
                mean, log_variance = x.chunk(2, 1)
                return mean, log_variance.clamp(-12, 4)

            x = self.stem(covers)
            for i in range(last + 1):
                x = self.down[i](x)
                if i + 1 == last:
                    features = x
                if i < last:
                    x = self.steps[i](x)
            mean, sure = split(self.code(x))
            mean = mean + self.analysis(covers)
            kl = (mean.square() + sure.exp() - sure - 1).sum()
            rough = drawn(mean, sure, noise[0])
            picture = self.synthesis(rough)
            x = self.before(self.back[last - 1](self.up[last](self.uncode(rough))))
            expected, spread = split(self.prior(x))
            said, sure = split(self.posterior(torch.cat([features[:half], x[:half]], 1)))
            said = said + self.fine_analysis(covers[:half] - picture[:half])
            apart = sure - spread[:half]
            moved = (said - expected[:half]).square() * (-spread[:half]).exp()
            kl = kl + (moved + apart.exp() - apart - 1).sum()
            fine = torch.cat([drawn(said, sure, noise[1]), expected[half:]], 0)
            x, picture = x + self.mix(fine), picture + self.fine_synthesis(fine)
            for i in reversed(range(last)):
                x = self.up[i](x)
                if i > 0:
                    x = self.back[i - 1](x)
            return picture + self.paint(x), 0.5 * kl / BATCH

    layout = torch.channels_last if channels_last else torch.contiguous_format
    network = Whole().to(memory_format=layout)
    parameters = list(network.parameters())
    average = [p.detach().clone() for p in parameters]
    adam = torch.optim.AdamW(parameters, lr=1e-3, betas=(0.9, 0.99), weight_decay=1e-4, fused=True)
    covers = (torch.rand(BATCH, 3, 128, 128) * 2 - 1).to(memory_format=layout)
    noise = torch.randn(BATCH, code, 8, 8), torch.randn(half, detail, 16, 16)

    def once():
        made, kl = network(covers, noise)
        errors = [nn.functional.mse_loss(made[part], covers[part]) for part in (slice(half), slice(half, None))]
        likelihood = sum((error + 1e-6).log() * (3 * 128 * 128 / 4) for error in errors)
        loss = (likelihood + 0.4 * kl) / 100
        loss.item()
        adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 200.0)
        adam.step()
        with torch.no_grad():
            torch._foreach_lerp_(average, parameters, 0.001)

    return once


def dcgan_step(channels_last):
    """The networks of src/model/dcgan.rs and the step of src/train/dcgan.rs."""
    import torch
    from torch import nn

    widths, noise_size = [64, 128, 256, 512], 100

    class First(nn.Module):
        """A transposed convolution of a single place is a matrix product."""

        def __init__(self):
            super().__init__()
            self.product = nn.Linear(noise_size, widths[-1] * 16, bias=False)

        def forward(self, x):
            return self.product(x).unflatten(1, (widths[-1], 4, 4))

    made = [First()]
    for width, following in zip(widths[::-1], [*widths[-2::-1], 3]):
        up = nn.ConvTranspose2d(width, following, 4, 2, 1, bias=False)
        made += [nn.BatchNorm2d(width), nn.ReLU(True), up]
    judged = []
    for i, (before, width) in enumerate(zip([3, *widths], widths)):
        judged += [nn.Conv2d(before, width, 4, 2, 1, bias=False)]
        judged += [nn.BatchNorm2d(width)] if i > 0 else []
        judged += [nn.LeakyReLU(0.2, True)]
    layout = torch.channels_last if channels_last else torch.contiguous_format
    generator = nn.Sequential(*made, nn.Tanh()).to(memory_format=layout)
    last = nn.Linear(widths[-1] * 16, 1, bias=False)
    discriminator = nn.Sequential(*judged, nn.Flatten(), last, nn.Flatten(0)).to(memory_format=layout)
    of_generator, of_discriminator = list(generator.parameters()), list(discriminator.parameters())
    average = [p.detach().clone() for p in of_generator]
    adam = lambda parameters: torch.optim.Adam(parameters, lr=2e-4, betas=(0.5, 0.999), fused=True)
    adam_g, adam_d = adam(of_generator), adam(of_discriminator)
    covers = (torch.rand(BATCH, 3, 64, 64) * 2 - 1).to(memory_format=layout)
    noise = torch.randn(BATCH, noise_size)
    softplus = nn.functional.softplus

    def once():
        fake = generator(noise)
        loss = softplus(-discriminator(covers)).mean() + softplus(discriminator(fake.detach())).mean()
        loss.item()
        adam_d.zero_grad(set_to_none=True)
        loss.backward()
        adam_d.step()
        # Gradients of the discriminator's weights are not asked for.
        for p in of_discriminator:
            p.requires_grad_(False)
        loss = softplus(-discriminator(fake)).mean()
        loss.item()
        adam_g.zero_grad(set_to_none=True)
        loss.backward()
        adam_g.step()
        for p in of_discriminator:
            p.requires_grad_(True)
        with torch.no_grad():
            torch._foreach_lerp_(average, of_generator, 0.001)

    return once


def works(channels_last):
    """Everything that gatefold measures, by the same names; each value makes the work."""
    return {**layers(channels_last), "VAE step": lambda: vae_step(channels_last),
            "DCGAN step": lambda: dcgan_step(channels_last)}


def timed(once, repeats):
    """Milliseconds of each repeat, and the mean of processor time."""
    times, cpu = [], time.process_time()
    for _ in range(repeats):
        began = time.perf_counter()
        once()
        times.append((time.perf_counter() - began) * 1e3)
    return times, (time.process_time() - cpu) * 1e3 / repeats


def faster(name, threads):
    """PyTorch's work in the layout that is faster for it, and that layout's name."""
    import torch

    both = {}
    for layout, channels_last in (("channels_first", False), ("channels_last", True)):
        torch.manual_seed(0)
        once = works(channels_last)[name]()
        timed(once, 2)
        both[layout] = once, []
    for _ in range(3):
        for once, times in both.values():
            times.append(min(*timed(once, 2)[0]) if threads > 1 else timed(once, 2)[1])
    best = min(both, key=lambda layout: median(both[layout][1]))
    return both[best][0], best


def main():
    options = arguments()
    with_packages(options.venv, {"torch": "torch"}, *INDEX)
    import torch

    torch.set_num_threads(options.threads)
    gatefold = Gatefold(options.bench or built("training"), options.threads)
    rows = []
    for name in gatefold.hello["names"]:
        if options.only not in name:
            continue
        once, layout = faster(name, options.threads)
        gatefold.run(name, 2)
        ours, theirs, cpu = [], [], []
        for _ in range(options.rounds):
            (ms, our_cpu), (torch_ms, torch_cpu) = gatefold.run(name, TURN), timed(once, TURN)
            ours += ms
            theirs += torch_ms
            cpu.append((our_cpu, torch_cpu))
        row = {"name": name, "gatefold_ms": median(ours), "torch_ms": median(theirs)}
        our_cpu, torch_cpu = (median(side) for side in zip(*cpu))
        row |= {"gatefold_cpu_ms": our_cpu, "torch_cpu_ms": torch_cpu, "cpu_ratio": torch_cpu / our_cpu}
        row |= {"ratio": row["torch_ms"] / row["gatefold_ms"], "torch_layout": layout}
        if name.endswith("step"):
            row["loader_share"] = gatefold.hello["loader_ms"] / row["gatefold_ms"]
        rows.append(row)
        if not options.json:
            print(f"{name:44} gatefold {row['gatefold_ms']:7.1f} ms  torch {row['torch_ms']:7.1f} ms ({layout})  "
                  f"ratio {row['ratio']:.2f}  in processor time {our_cpu:.1f} / {torch_cpu:.1f}: "
                  f"{row['cpu_ratio']:.2f}", flush=True)
    if options.json:
        print(json.dumps({"rows": rows, "loader_ms": gatefold.hello["loader_ms"], "peak_memory_mib": gatefold.peak,
                          "torch": torch.__version__, "threads": options.threads}))
    else:
        print(f"loader: {gatefold.hello['loader_ms']:.2f} ms a batch; peak memory {gatefold.peak:.0f} MiB")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times an import and its build against the obvious Pillow + scikit-learn script, on the same covers, in one run.

    benches/peers/import.py --covers covers.csv --gatefold target/release/gatefold [--json]

The script does what one would write first: open each cover, scale it to 64x64 with as many threads as processors
(Pillow lets go of Python's lock while it decodes), PCA to 64 numbers, ten nearest neighbours. Gatefold's decode makes thumbnails, palettes and hashes besides, and looks for data that end early.
Missing packages are put into a virtual environment that is thrown away afterwards. On standard output: a table, or
with --json one object {"covers": n, "rows": [{"name", "gatefold_s", "peer_s", "ratio"}]}; ratio = peer / gatefold,
so above 1 Gatefold is quicker. Run it on an idle machine, and not within a minute of deleting thousands of files
from the same disk: ext4 does not hand out their inodes at once, and looks for others with every new file.
"""

import argparse
import csv
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NEEDED = {"PIL": "pillow", "sklearn": "scikit-learn", "numpy": "numpy"}
STAGES = ("decode", "features", "neighbours")
FOLDERS = []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--covers", type=Path, required=True, help="CSV with a column `file`")
    parser.add_argument("--gatefold", type=Path, required=True, help="the binary, built for release")
    parser.add_argument("--repeats", type=int, default=1, help="medians of so many interleaved runs")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        sys.exit(run_in_throwaway_environment())

    with options.covers.open(newline="") as file:
        covers = [options.covers.parent / row["file"] for row in csv.DictReader(file)]
    peers, ours = [], []
    for _ in range(options.repeats):
        peers.append(peer(covers))
        ours.append(gatefold(options.gatefold, options.covers))
    rows = []
    for name in (*STAGES, "sum"):
        ours_s = statistics.median(seconds[name] for seconds in ours)
        peer_s = statistics.median(seconds[name] for seconds in peers)
        rows.append({"name": name, "gatefold_s": ours_s, "peer_s": peer_s, "ratio": peer_s / max(ours_s, 1e-9)})
    whole = statistics.median(seconds["whole"] for seconds in ours)
    if options.json:
        print(json.dumps({"covers": len(covers), "rows": rows, "import_s": whole}))
        return
    print(f"{len(covers)} covers, {os.cpu_count()} processors\n")
    print(f"{'':12}{'gatefold':>10}{'peer':>10}{'ratio':>8}")
    for row in rows:
        print(f"{row['name']:12}{row['gatefold_s']:9.2f}s{row['peer_s']:9.2f}s{row['ratio']:8.2f}")
    print(f"\nthe whole import, build included: {whole:.2f} s")


def run_in_throwaway_environment():
    """Runs this script again where the packages are; returns its exit status."""
    with tempfile.TemporaryDirectory(prefix="gatefold-peers-") as folder:
        print("installing " + ", ".join(NEEDED.values()), file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDED.values()], check=True)
        return subprocess.run([python, __file__, *sys.argv[1:]]).returncode


def peer(covers):
    from multiprocessing.pool import ThreadPool

    import numpy
    from PIL import Image
    from sklearn.decomposition import PCA
    from sklearn.neighbors import NearestNeighbors

    seconds = {}
    began = time.perf_counter()
    def small(cover):
        return numpy.asarray(Image.open(cover).convert("RGB").resize((64, 64)))

    with ThreadPool(os.cpu_count()) as pool:
        pixels = numpy.stack(pool.map(small, covers, chunksize=32))
    pixels = pixels.reshape(len(covers), -1).astype(numpy.float32) / 255
    seconds["decode"] = time.perf_counter() - began

    began = time.perf_counter()
    vectors = PCA(64, random_state=0).fit_transform(pixels)
    seconds["features"] = time.perf_counter() - began

    began = time.perf_counter()
    NearestNeighbors(n_neighbors=10).fit(vectors).kneighbors(vectors)
    seconds["neighbours"] = time.perf_counter() - began
    seconds["sum"] = sum(seconds.values())
    return seconds


def gatefold(binary, covers):
    # Kept until the script ends: deleting it would slow the next repeat.
    FOLDERS.append(tempfile.TemporaryDirectory(prefix="gatefold-data-"))
    data = FOLDERS[-1].name
    began = time.perf_counter()
    command = [binary.resolve(), "import", covers, "--look", "pixels", "--data", data, "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    whole = time.perf_counter() - began
    report = json.loads(done.stdout)
    built = report["build"]["seconds"]
    seconds = {name: built[name] for name in STAGES}
    return {**seconds, "sum": sum(seconds.values()), "whole": whole}


if __name__ == "__main__":
    main()

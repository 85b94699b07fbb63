#!/usr/bin/env python3
"""The same genre test by scikit-learn and by gatefold, on the same covers, pixels and folds: AUC per pair and seconds.

    python3 benches/peers/genre.py [--gatefold target/release/gatefold] [--covers covers.csv] [--seeds 3] [--json]

`--covers` is imported into a data directory that is thrown away, or `--data` names one into which it was imported.
Missing packages go into `--venv` (target/venv).

Both sides: 64x64 RGB pixels -> PCA 64 fitted on the training side -> random forest of 200 trees, 10 stratified folds that
keep artists and near-duplicates on one side, AUC the mean over folds, then over `--seeds` seeds. Which covers, their
pixels and their folds are read from gatefold (`evaluate --scores`, and the catalogue), so that PCA and forest are all
that differs. scikit-learn's forest uses `--jobs` threads, one per processor unless told; its seconds are PCA, forest and AUC
alone. Gatefold's seconds are the whole command's: reading covers, the shuffled control and the source check included.
scikit-learn's forests are shown apart as well.
"""

import argparse
import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from common import ROOT, with_packages

GENRES = ["rock", "pop", "electronic", "rap", "metal", "country"]
NEEDED = {"sklearn": "scikit-learn", "numpy": "numpy"}
# What `gatefold evaluate` uses.
TREES, COMPONENTS = 200, 64


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gatefold", type=Path, default=ROOT / "target/release/gatefold", help="the program")
    parser.add_argument("--covers", type=Path, help="CSV of covers")
    parser.add_argument("--data", type=Path, help="data directory into which covers were imported")
    parser.add_argument("--venv", type=Path, default=ROOT / "target/venv", help="Python packages")
    parser.add_argument("--genres", default=",".join(GENRES))
    parser.add_argument("--per-genre", type=int, default=600)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    if (options.covers is None) == (options.data is None):
        parser.error("give either --covers or --data")
    return options


def by_gatefold(options, data, genres, seed, scratch):
    """AUC per pair, seconds, and per pair the albums with fold and class."""
    scores = Path(scratch) / f"scores-{seed}.csv"
    command = [options.gatefold, "evaluate", "--data", data, "--genres", ",".join(genres), "--features", "pixels"]
    command += ["--per-genre", str(options.per_genre), "--folds", str(options.folds), "--seed", str(seed)]
    began = time.perf_counter()
    done = subprocess.run([*command, "--scores", scores, "--json"], check=True, stdout=subprocess.PIPE)
    seconds = time.perf_counter() - began
    dealt = defaultdict(list)
    with scores.open(newline="") as file:
        for row in csv.DictReader(file):
            dealt[row["a"], row["b"]].append((row["album"], int(row["fold"]), row["positive"] == "1"))
    return {(p["a"], p["b"]): p["auc"] for p in json.loads(done.stdout)["pairs"]}, seconds, dealt


def pixels_of(data):
    """Each album's 64x64 RGB, as gatefold keeps it."""
    import numpy as np

    catalogue = sqlite3.connect(f"file:{data / 'catalog.sqlite'}?mode=ro", uri=True)
    rows = catalogue.execute("SELECT albums.id, derived.pixels FROM albums JOIN derived ON derived.cover = albums.cover")
    return {album: np.frombuffer(pixels, np.uint8) for album, pixels in rows}


def by_sklearn(options, dealt, pixels, seed):
    import numpy as np
    from sklearn.decomposition import PCA
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score

    aucs, seconds, forest_seconds = {}, 0.0, 0.0
    for pair, albums in dealt.items():
        features = np.stack([pixels[album] for album, _, _ in albums]).astype(np.float32) / 255
        fold, truth = np.array([f for _, f, _ in albums]), np.array([t for _, _, t in albums])
        areas = []
        began = time.perf_counter()
        for number in range(options.folds):
            train, test = fold != number, fold == number
            pca = PCA(COMPONENTS, random_state=seed).fit(features[train])
            known, asked = pca.transform(features[train]), pca.transform(features[test])
            forest_began = time.perf_counter()
            forest = RandomForestClassifier(TREES, n_jobs=options.jobs, random_state=seed).fit(known, truth[train])
            scores = forest.predict_proba(asked)[:, 1]
            forest_seconds += time.perf_counter() - forest_began
            areas.append(roc_auc_score(truth[test], scores))
        seconds += time.perf_counter() - began
        aucs[pair] = float(np.mean(areas))
        print(f"scikit-learn seed {seed} {pair[0]} {pair[1]} {aucs[pair]:.3f}", file=sys.stderr)
    return aucs, seconds, forest_seconds


def main():
    options = arguments()
    with_packages(options.venv, NEEDED)
    genres = [g.strip() for g in options.genres.split(",") if g.strip()]
    ours, theirs, seconds, sklearn_seconds, forest_seconds = defaultdict(list), defaultdict(list), [], [], []
    with tempfile.TemporaryDirectory(prefix="gatefold-peers-") as scratch:
        data = options.data
        if data is None:
            data = Path(scratch) / "data"
            command = [options.gatefold, "import", options.covers, "--data", data, "--json"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        pixels = pixels_of(data)
        for seed in range(options.seeds):
            aucs, took, dealt = by_gatefold(options, data, genres, seed, scratch)
            sklearn_aucs, sklearn_took, forest_took = by_sklearn(options, dealt, pixels, seed)
            for pair in aucs:
                ours[pair].append(aucs[pair])
                theirs[pair].append(sklearn_aucs[pair])
            seconds.append(took)
            sklearn_seconds.append(sklearn_took)
            forest_seconds.append(forest_took)

    def mean(values):
        return sum(values) / len(values)

    rows = [{"a": a, "b": b, "auc": mean(ours[a, b]), "sklearn_auc": mean(theirs[a, b])} for a, b in ours]
    ours_mean, theirs_mean = mean([row["auc"] for row in rows]), mean([row["sklearn_auc"] for row in rows])
    if options.json:
        print(json.dumps({
            "rows": rows, "mean_auc": ours_mean, "sklearn_mean_auc": theirs_mean, "seeds": options.seeds,
            "seconds": mean(seconds), "sklearn_seconds": mean(sklearn_seconds),
            "sklearn_forest_seconds": mean(forest_seconds), "ratio": mean(sklearn_seconds) / mean(seconds),
        }))
        return
    print(f"{'pair':28} {'gatefold':>8} {'sklearn':>8} {'apart':>8}")
    for row in rows:
        apart = row["auc"] - row["sklearn_auc"]
        print(f"{row['a'] + ' / ' + row['b']:28} {row['auc']:8.3f} {row['sklearn_auc']:8.3f} {apart:+8.3f}")
    print(f"{'mean':28} {ours_mean:8.3f} {theirs_mean:8.3f} {ours_mean - theirs_mean:+8.3f}")
    print(f"seconds, mean of {options.seeds} seeds: gatefold {mean(seconds):.1f}, scikit-learn "
          f"{mean(sklearn_seconds):.1f} ({mean(forest_seconds):.1f} of them its forests); "
          f"ratio {mean(sklearn_seconds) / mean(seconds):.1f}")


if __name__ == "__main__":
    main()

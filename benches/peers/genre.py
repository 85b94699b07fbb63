#!/usr/bin/env python3
"""The same genre test by scikit-learn and by gatefold: AUC per pair and seconds, in one run on one machine.

    python3 benches/peers/genre.py [--gatefold target/release/gatefold] [--covers ../shared/covers/covers.csv] [--json]

`--covers` is a CSV with `file`, `genre` and `artist`. It is imported into a data directory that is thrown away, or
`--data` names one into which it was imported. Missing packages go into `--venv` (target/venv).

Both sides: 64x64 RGB pixels -> PCA 64 fitted on the training side -> random forest of 200 trees, 10 stratified
folds that keep artists and near-duplicates on one side, AUC the mean over folds. The covers are drawn and dealt by
each side for itself, so that nothing of ours is in scikit-learn's figure. scikit-learn's forest uses `--jobs` threads,
one per processor unless told. Its seconds are PCA, forest and AUC alone: reading the covers is shown apart, and
finding near-duplicates is left out, since gatefold has both from its import. Gatefold's seconds are the whole command's.
"""

import argparse
import csv
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

GENRES = ["rock", "pop", "electronic", "rap", "metal", "country"]
NEEDED = {"sklearn": "scikit-learn", "PIL": "pillow", "numpy": "numpy"}
# What `gatefold evaluate` uses.
TREES, COMPONENTS = 200, 64
ROOT = Path(__file__).resolve().parents[2]


def with_packages(folder):
    """Runs this script again with the environment in `folder`, made if need be, when packages are missing here."""
    if all(importlib.util.find_spec(name) for name in NEEDED):
        return
    python = folder / "bin" / "python"
    if Path(sys.prefix) == folder.resolve():
        sys.exit(f"{folder} lacks a package of {', '.join(NEEDED.values())}: remove it and run this again")
    if not python.exists():
        print(f"making {folder} with {', '.join(NEEDED.values())}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDED.values()], check=True)
    sys.exit(subprocess.run([python, __file__, *sys.argv[1:]]).returncode)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gatefold", type=Path, default=ROOT / "target/release/gatefold", help="the program")
    parser.add_argument("--covers", type=Path, default=ROOT.parent / "shared/covers/covers.csv", help="CSV of covers")
    parser.add_argument("--data", type=Path, help="data directory into which the covers were imported")
    parser.add_argument("--venv", type=Path, default=ROOT / "target/venv", help="Python packages")
    parser.add_argument("--genres", default=",".join(GENRES))
    parser.add_argument("--per-genre", type=int, default=600)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser.parse_args()


def read_covers(path, genres, per_genre, seed):
    """Pixels, genre and artist of at most `per_genre` covers of each genre."""
    import numpy as np
    from concurrent.futures import ThreadPoolExecutor
    from PIL import Image

    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["genre"] in genres]
    order = np.random.default_rng(seed).permutation(len(rows))
    chosen, taken = [], dict.fromkeys(genres, 0)
    for i in order:
        if taken[rows[i]["genre"]] < per_genre:
            taken[rows[i]["genre"]] += 1
            chosen.append(rows[i])

    def pixels(row):
        try:
            with Image.open(path.parent / row["file"]) as image:
                image.draft("RGB", (128, 128))
                return np.asarray(image.convert("RGB").resize((64, 64)), np.uint8).ravel()
        except OSError as error:
            print(f"{row['file']} is left out: {error}", file=sys.stderr)
            return None

    with ThreadPoolExecutor() as pool:
        read = [(row, p) for row, p in zip(chosen, pool.map(pixels, chosen)) if p is not None]
    x = np.stack([p for _, p in read])
    return x, np.array([row["genre"] for row, _ in read]), [row.get("artist") or "" for row, _ in read]


def group_covers(x, artists):
    """Covers of one artist and near-duplicates (mean difference of bytes at most 12) have one number."""
    import numpy as np

    parent = list(range(len(x)))

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first = {}
    for i, artist in enumerate(artists):
        folded = unicodedata.normalize("NFKD", artist).lower()
        key = "".join(c for c in folded if c.isalnum())
        if key and key not in ("various", "variousartists", "unknown", "unknownartist"):
            parent[root(i)] = root(first.setdefault(key, i))
    flat = x.astype(np.float32)
    squares = (flat * flat).sum(1)
    for i in range(len(x)):
        # The mean difference is at most the root of the mean square: a quick first sieve, generous on purpose.
        near = squares[:i] + squares[i] - 2 * (flat[:i] @ flat[i]) < x.shape[1] * 30.0**2
        for j in np.flatnonzero(near):
            if np.abs(x[i].astype(np.int16) - x[j]).mean() <= 12:
                parent[root(i)] = root(int(j))
    return np.array([root(i) for i in range(len(x))])


def by_sklearn(options, genres):
    import numpy as np
    from sklearn.decomposition import PCA
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold

    began = time.perf_counter()
    x, genre, artists = read_covers(options.covers, genres, options.per_genre, options.seed)
    reading = time.perf_counter() - began
    # What gatefold has from its build, so it is outside the seconds.
    groups = group_covers(x, artists)
    aucs = {}
    began = time.perf_counter()
    for i, a in enumerate(genres):
        for b in genres[i + 1 :]:
            members = np.flatnonzero((genre == a) | (genre == b))
            features, truth = x[members].astype(np.float32) / 255, genre[members] == b
            folds = StratifiedGroupKFold(options.folds, shuffle=True, random_state=options.seed)
            areas = []
            for train, test in folds.split(features, truth, groups[members]):
                pca = PCA(COMPONENTS, random_state=options.seed).fit(features[train])
                forest = RandomForestClassifier(TREES, n_jobs=options.jobs, random_state=options.seed)
                forest.fit(pca.transform(features[train]), truth[train])
                scores = forest.predict_proba(pca.transform(features[test]))[:, 1]
                areas.append(roc_auc_score(truth[test], scores))
            aucs[a, b] = float(np.mean(areas))
            print(f"scikit-learn {a} {b} {aucs[a, b]:.3f}", file=sys.stderr)
    return aucs, time.perf_counter() - began, reading


def by_gatefold(options, genres):
    with tempfile.TemporaryDirectory(prefix="gatefold-peers-") as scratch:
        data = options.data
        if data is None:
            data = Path(scratch) / "data"
            command = [options.gatefold, "import", options.covers, "--data", data, "--json"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        command = [options.gatefold, "evaluate", "--data", data, "--genres", ",".join(genres), "--features", "pixels"]
        command += ["--per-genre", str(options.per_genre), "--folds", str(options.folds), "--seed", str(options.seed)]
        began = time.perf_counter()
        done = subprocess.run([*command, "--json"], check=True, stdout=subprocess.PIPE)
        seconds = time.perf_counter() - began
    return {(p["a"], p["b"]): p["auc"] for p in json.loads(done.stdout)["pairs"]}, seconds


def main():
    options = arguments()
    with_packages(options.venv)
    genres = [g.strip() for g in options.genres.split(",") if g.strip()]
    ours, seconds = by_gatefold(options, genres)
    theirs, sklearn_seconds, reading = by_sklearn(options, genres)
    rows = [{"a": a, "b": b, "auc": ours[a, b], "sklearn_auc": theirs[a, b]} for a, b in theirs]
    mean, sklearn_mean = sum(ours.values()) / len(ours), sum(theirs.values()) / len(theirs)
    if options.json:
        print(json.dumps({
            "rows": rows, "mean_auc": mean, "sklearn_mean_auc": sklearn_mean, "seconds": seconds,
            "sklearn_seconds": sklearn_seconds, "sklearn_reading_seconds": reading,
            "ratio": sklearn_seconds / seconds,
        }))
        return
    print(f"{'pair':28} {'gatefold':>8} {'sklearn':>8}")
    for row in rows:
        print(f"{row['a'] + ' / ' + row['b']:28} {row['auc']:8.3f} {row['sklearn_auc']:8.3f}")
    print(f"{'mean':28} {mean:8.3f} {sklearn_mean:8.3f}")
    print(f"seconds: gatefold {seconds:.1f}, scikit-learn {sklearn_seconds:.1f} after {reading:.1f} of reading covers; "
          f"ratio {sklearn_seconds / seconds:.1f}")


if __name__ == "__main__":
    main()

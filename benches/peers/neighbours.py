#!/usr/bin/env python3
"""The nearest neighbours of each of many vectors by gatefold and by others, in turn, in one run on one machine.

    python3 benches/peers/neighbours.py [--json] [--rounds 7] [--threads 2] [--bench PROGRAM] [--venv DIR]

First 24,000 unit vectors of 64 numbers, ten neighbours of each: gatefold compares all with all, and so do numpy (a matrix
product and a partition for every 1,000 rows) and scikit-learn (NearestNeighbors, brute force); hnswlib builds its index and
asks it, which finds nearly all. Then 200,000, where gatefold uses an index of its own, beside hnswlib; recall there is over
500 vectors whose neighbours are found by comparing them with all.

Vectors lie in a hundred heaps, as covers do. Every turn does the whole work anew, index included. Medians of alternating
turns; ratio = the other's time / gatefold's, above 1 gatefold is quicker. Run it on an idle machine. `--bench` is the built
bench program; without it `cargo bench --no-run` builds it. Packages that are missing go into `--venv` (target/venv).
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from common import ROOT, Program, built, with_packages

NEEDED = {"numpy": "numpy", "sklearn": "scikit-learn", "hnswlib": "hnswlib"}
# hnswlib's own example: links of each vector, and how many vectors are looked at while building.
LINKS, BUILDING = 16, 200
ROWS_AT_ONCE = 1_000


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bench", type=Path, help="the bench program; built when missing")
    parser.add_argument("--venv", type=Path, default=ROOT / "target/venv", help="Python packages")
    parser.add_argument("--rounds", type=int, default=7, help="turns that each has with the smaller set")
    parser.add_argument("--large-rounds", type=int, default=3, help="turns with the larger set; 0 leaves it out")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", type=int, default=24_000)
    parser.add_argument("--large-rows", type=int, default=200_000)
    parser.add_argument("--dims", type=int, default=64)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--sample", type=int, default=500, help="vectors that recall is measured on in the larger set")
    parser.add_argument("--ef", type=int, default=50, help="how many vectors hnswlib looks at for an answer")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser.parse_args()


def heaps(rows, dims):
    """Unit vectors in a hundred heaps: middles and, around them, deviations eight tenths as large."""
    import numpy as np

    rng = np.random.default_rng(1)
    middles = rng.standard_normal((100, dims), np.float32)
    vectors = middles[np.arange(rows) * 7 % 100] + 0.8 * rng.standard_normal((rows, dims), np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def by_numpy(vectors, k, asked=None):
    """Neighbours of each vector, or of those asked for, in any order."""
    import numpy as np

    asked = np.arange(len(vectors)) if asked is None else asked
    found = np.empty((len(asked), k), np.uint32)
    for start in range(0, len(asked), ROWS_AT_ONCE):
        some = asked[start : start + ROWS_AT_ONCE]
        products = vectors[some] @ vectors.T
        products[np.arange(len(some)), some] = -np.inf
        found[start : start + len(some)] = np.argpartition(products, -k, axis=1)[:, -k:]
    return found


def by_sklearn(vectors, k, threads):
    from sklearn.neighbors import NearestNeighbors

    # Of vectors of length 1 the nearest are those at the smallest angle. Without an argument a vector is not its own.
    search = NearestNeighbors(n_neighbors=k, algorithm="brute", metric="euclidean", n_jobs=threads).fit(vectors)
    return search.kneighbors(return_distance=False)


def by_hnswlib(vectors, k, threads, ef):
    import hnswlib
    import numpy as np

    index = hnswlib.Index(space="ip", dim=vectors.shape[1])
    index.init_index(max_elements=len(vectors), M=LINKS, ef_construction=BUILDING, random_seed=1)
    index.set_num_threads(threads)
    index.add_items(vectors)
    index.set_ef(max(ef, k + 1))
    labels, _ = index.knn_query(vectors, k=k + 1)
    # A vector is nearly always the first of its own answer.
    others = labels != np.arange(len(vectors))[:, None]
    others[others.all(axis=1), -1] = False
    return labels[others].reshape(len(vectors), k)


def recall(found, exact):
    shared = sum(len(set(map(int, a)) & set(map(int, b))) for a, b in zip(found, exact))
    return shared / exact.size


def timed(work):
    began = time.perf_counter()
    found = work()
    return (time.perf_counter() - began) * 1e3, found


def compare(options, program, scratch, vectors, peers, rounds, sample):
    """Milliseconds and recall of gatefold and of each peer; `sample` are the vectors that recall is measured on."""
    import numpy as np

    file, answer = Path(scratch) / "vectors.f32", Path(scratch) / "found.u32"
    vectors.tofile(file)
    gatefold = Program(program, options.threads, "--vectors", file, "--dims", options.dims, "--k", options.k)
    gatefold.ask("find 1")
    ours, theirs, found = [], {name: [] for name in peers}, {}
    for _ in range(rounds):
        ours += gatefold.ask("find 1")["ms"]
        for name, work in peers.items():
            ms, found[name] = timed(work)
            theirs[name].append(ms)
    gatefold.ask(f"save {answer}")
    found["gatefold"] = np.fromfile(answer, np.uint32).reshape(len(vectors), options.k)
    exact = by_numpy(vectors, options.k, sample)
    row = {"rows": len(vectors), "dims": options.dims, "k": options.k, "exact": gatefold.hello["exact"]}
    row |= {"peak_memory_mib": gatefold.peak, "gatefold_ms": median(ours)}
    row |= {"gatefold_recall": recall(found["gatefold"][sample], exact), "peers": []}
    gatefold.close()
    for name in peers:
        ms = median(theirs[name])
        peer = {"name": name, "ms": ms, "ratio": ms / row["gatefold_ms"], "recall": recall(found[name][sample], exact)}
        row["peers"].append(peer)
    return row


def show(row):
    kind = "exact" if row["exact"] else "by an index"
    print(f"{row['rows']} x {row['dims']}, k = {row['k']}; gatefold is {kind}, its memory peaks at "
          f"{row['peak_memory_mib'] or 0:.0f} MiB")
    print(f"  {'':14}{'time':>12}{'ratio':>8}{'recall':>9}")
    print(f"  {'gatefold':14}{row['gatefold_ms']:9.0f} ms{'':8}{row['gatefold_recall']:9.4f}")
    for peer in row["peers"]:
        print(f"  {peer['name']:14}{peer['ms']:9.0f} ms{peer['ratio']:8.2f}{peer['recall']:9.4f}")


def main():
    options = arguments()
    with_packages(options.venv, NEEDED)
    # Read when numpy and scikit-learn are first imported.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    import hnswlib
    import numpy as np
    import sklearn

    program, rows = options.bench or built("neighbours"), []
    with tempfile.TemporaryDirectory(prefix="gatefold-peers-") as scratch:
        vectors = heaps(options.rows, options.dims)
        k, threads = options.k, options.threads
        indexed = lambda vectors: lambda: by_hnswlib(vectors, k, threads, options.ef)
        peers = {"hnswlib": indexed(vectors), "numpy": lambda: by_numpy(vectors, k)}
        peers["scikit-learn"] = lambda: by_sklearn(vectors, k, threads)
        everyone = np.arange(len(vectors))
        rows.append(compare(options, program, scratch, vectors, peers, options.rounds, everyone))
        if not options.json:
            show(rows[-1])
        if options.large_rounds:
            large = heaps(options.large_rows, options.dims)
            some = np.sort(np.random.default_rng(2).choice(len(large), options.sample, replace=False))
            peers = {"hnswlib": indexed(large)}
            rows.append(compare(options, program, scratch, large, peers, options.large_rounds, some))
            if not options.json:
                show(rows[-1])
    if options.json:
        versions = {"numpy": np.__version__, "sklearn": sklearn.__version__}
        # hnswlib keeps its version in its package's description only.
        versions["hnswlib"] = getattr(hnswlib, "__version__", None)
        print(json.dumps({"rows": rows, "threads": options.threads, "ef": options.ef, **versions}))


if __name__ == "__main__":
    main()

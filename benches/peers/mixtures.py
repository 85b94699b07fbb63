#!/usr/bin/env python3
"""Measures whether previews stay quick while others ask questions that take long.

    benches/peers/mixtures.py --gatefold target/release/gatefold --data DIR [--json]

It starts `gatefold serve` on DIR and ends it. Measured: the time of one preview of a five-cover average when nothing else
is asked, and while `--clients` clients ask without a pause for albums like one in mixtures that nobody asked for before, so
that neighbours of all albums have to be found anew each time. The ratio of the two is what matters: it should stay near the
ratio of processors that both share. Run it on an idle machine. The standard library is all it needs.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

from load import Client, percentile


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gatefold", required=True, help="the binary, built for release")
    parser.add_argument("--data", required=True, help="a data directory with a build of some thousand albums")
    parser.add_argument("--previews", type=int, default=30, help="previews measured alone")
    parser.add_argument("--clients", type=int, default=2, help="clients that ask for mixtures")
    parser.add_argument("--seconds", type=float, default=20, help="how long they ask")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    command = [options.gatefold, "serve", "--addr", "127.0.0.1:0", "--json", "--data", options.data]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        report = measure(json.loads(server.stdout.readline())["address"], options)
    finally:
        server.terminate()
        server.wait()
    if options.json:
        print(json.dumps(report))
        return
    for name, value in report.items():
        print(f"{name:28}{value}")


def measure(address, options):
    place = urllib.parse.urlsplit(address)
    albums = json.loads(Client(place).get("/api/v1/albums?limit=5000")[2])["albums"]
    ids = [album["id"] for album in albums if album["has_cover"]]
    rng, client = random.Random(7), Client(place)
    warm = ids[:50]
    for first in range(0, 50, 5):
        client.average(warm[first : first + 5], rng)
    alone = [client.average(rng.sample(warm, 5), rng)[1] for _ in range(options.previews)]

    until = time.monotonic() + options.seconds
    answered = [0] * options.clients
    refused = [0] * options.clients

    def ask(number):
        rng, client = random.Random(number), Client(place)
        while time.monotonic() < until:
            mix = ",".join(f"{part}={rng.uniform(0.1, 1):.6f}" for part in ("look", "palette", "genre", "year"))
            status, _, _ = client.get(f"/api/v1/like?ids={rng.choice(ids)}&n=5&mix={mix}")
            answered[number] += status == 200
            refused[number] += status == 503
            if status == 503:
                time.sleep(0.5)

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(options.clients)]
    for one in clients:
        one.start()
    # The first questions open the map, which is not what is measured.
    time.sleep(min(3, options.seconds / 4))
    beside = []
    while time.monotonic() < until:
        status, took, _ = client.average(rng.sample(warm, 5), rng)
        assert status == 200, status
        beside.append(took)
    for one in clients:
        one.join()
    return {
        "albums": len(albums),
        "preview_alone_p50_ms": round(statistics.median(alone), 1),
        "preview_alone_p95_ms": round(percentile(alone, 0.95), 1),
        "clients": options.clients,
        "preview_beside_p50_ms": round(statistics.median(beside), 1),
        "preview_beside_p95_ms": round(percentile(beside, 0.95), 1),
        "ratio_p50": round(statistics.median(beside) / statistics.median(alone), 2),
        "mixtures_answered": sum(answered),
        "mixtures_refused_503": sum(refused),
    }


if __name__ == "__main__":
    sys.exit(main())

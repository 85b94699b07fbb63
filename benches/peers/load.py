#!/usr/bin/env python3
"""Measures a server under load: five-cover averages one at a time, then by many clients at once beside map requests.

    benches/peers/load.py --gatefold target/release/gatefold --data DIR [--json]

It starts `gatefold serve` on DIR and ends it. Every average has weights of its own, so that none is answered from
what is kept. Measured: the time of one average when nothing else is asked (as a preview, which keeps nothing, with
parents seen before and with parents never seen); then, while `--clients` clients ask for averages without a pause,
the time of map requests (manifest, columns, a sheet of covers, an album and its
neighbours, a search); then what happens to more orders at once
than the queue holds. Run it on an idle machine. The standard library is all it needs.
"""

import argparse
import http.client
import json
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gatefold", required=True, help="the binary, built for release")
    parser.add_argument("--data", required=True, help="a data directory with a build")
    parser.add_argument("--averages", type=int, default=100, help="averages one at a time")
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20, help="how long the clients ask")
    parser.add_argument("--at-once", type=int, default=300, help="orders thrown at the queue")
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
    rng = random.Random(7)
    client = Client(place)

    warm = ids[:50]
    for first in range(0, 50, 5):
        client.average(warm[first : first + 5], rng)
    known = [client.average(rng.sample(warm, 5), rng)[1] for _ in range(options.averages)]
    fresh = ids[50:]
    rng.shuffle(fresh)
    sets = [fresh[i : i + 5] for i in range(0, len(fresh) - 4, 5)][: options.averages]
    unknown = [client.average(parents, rng)[1] for parents in sets]

    map_times, statuses, made = crowd(place, ids, options)
    refused, with_retry, answered = flood(place, ids, options.at_once)
    return {
        "average_p50_ms": round(statistics.median(known), 1),
        "average_p95_ms": round(percentile(known, 0.95), 1),
        "average_fresh_p50_ms": round(statistics.median(unknown), 1),
        "clients": options.clients,
        "averages_per_s": round(made / options.seconds, 1),
        "map_requests": len(map_times),
        "map_p50_ms": round(statistics.median(map_times), 1),
        "map_p99_ms": round(percentile(map_times, 0.99), 1),
        "map_failed": sum(status != 200 for status in statuses),
        "at_once": options.at_once,
        "at_once_answered": answered,
        "at_once_refused_503": refused,
        "refusals_with_retry_after": with_retry,
    }


def crowd(place, ids, options):
    """Clients that ask for averages without a pause, and one that walks the map."""
    until = time.monotonic() + options.seconds
    made = [0] * options.clients

    def work(number):
        rng, client = random.Random(number), Client(place)
        while time.monotonic() < until:
            status, _, _ = client.average(rng.sample(ids, 5), rng)
            made[number] += status == 200
            if status == 503:
                time.sleep(0.2)

    clients = [threading.Thread(target=work, args=(number,)) for number in range(options.clients)]
    for one in clients:
        one.start()
    rng, client, times, statuses = random.Random(99), Client(place), [], []
    build = json.loads(client.get("/api/v1/map")[2])["build"]
    while time.monotonic() < until:
        path = rng.choice(
            [
                "/api/v1/map",
                f"/api/v1/map/{build}/columns.bin",
                f"/api/v1/map/{build}/sheets/0/0.jpg",
                f"/api/v1/albums/{rng.choice(ids)}",
                f"/api/v1/albums/{rng.choice(ids)}/nearest?n=20",
                "/api/v1/albums?query=night&limit=20",
            ]
        )
        status, took, _ = client.get(path)
        times.append(took)
        statuses.append(status)
    for one in clients:
        one.join()
    return times, statuses, sum(made)


def flood(place, ids, count):
    """More orders at once than the queue holds: how many are refused, how many of those say when to come back."""
    answers, lock = [], threading.Lock()

    def ask(number):
        rng, client = random.Random(1000 + number), Client(place)
        status, _, headers = client.average(rng.sample(ids, 5), rng, headers=True)
        with lock:
            answers.append((status, int(headers.get("retry-after", 0)) > 0))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    refused = [retry for status, retry in answers if status == 503]
    return len(refused), sum(refused), sum(status == 200 for status, _ in answers)


class Client:
    """One connection that stays open, as a browser's does."""

    def __init__(self, place):
        self.connection = http.client.HTTPConnection(place.hostname, place.port, timeout=120)

    def get(self, path):
        return self.ask("GET", path)

    def average(self, parents, rng, headers=False):
        # A weight that nobody asked for before: nothing of the kind is kept.
        parents = [{"id": id, "weight": rng.uniform(0.5, 1.5)} for id in parents]
        body = json.dumps({"kind": "average", "parents": parents})
        return self.ask("POST", "/api/v1/preview", body, headers)

    def ask(self, method, path, body=None, headers=False):
        begun = time.perf_counter()
        kind = {"Content-Type": "application/json"} if body else {}
        self.connection.request(method, path, body, kind)
        answer = self.connection.getresponse()
        content = answer.read()
        took = 1000 * (time.perf_counter() - begun)
        if headers:
            return answer.status, took, {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, took, content


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    sys.exit(main())

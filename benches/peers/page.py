#!/usr/bin/env python3
"""Measures the map's page in a browser: how soon it shows something, what a frame costs, what it takes and what is sent.

    python3 benches/peers/page.py --data DIR [--albums 50000] [--gatefold target/release/gatefold] [--json]

A DIR without a catalogue is filled first, by `gatefold demo --albums N`: each cover is drawn, which takes some 38 ms of a
processor with its part of the build, so about twenty minutes for 50,000 on two; it stays and is there the next time. Then
the program serves it, and a Chromium without a window opens the page at 1440 x 900 (chromium and chromedriver must be on the PATH).

First dots, first covers: from the beginning of the navigation to the first frame after the map's first, and to the first
after a sheet of covers is on the card; each round has a fresh profile and so nothing in its cache, and a browser that has had
three seconds to start. Sent: what had come until
then, bodies and headers.

Frames: the map is dragged in a circle, one move of the mouse a frame, all of it in view and then near. `drawing` is the map's
own part of a frame, as window.gatefold tells it; `main thread` all that the page's main thread did in that time, per frame
(Chromium's TaskDuration without the protocol's own work), by the clock and in processor time. A map with fewer lines
than `--edges` is given more for this part, between neighbours of neighbours. Without a graphics card the GPU's work is done
in software, in another process, on the same processors: it is in no figure by itself, and stretches those by the clock.
"""

import argparse
import json
import math
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

from browser import LOCAL, Browser
from common import ROOT

WIDTH, HEIGHT = 1440, 900
# Moves of the mouse in a full circle, and its radii in CSS pixels.
CIRCLE, RADII = 60, (220, 120)
# So few covers in view are near: every level of detail is in use then.
NEAR = 120
# So long a visit is left alone, seconds: whoever asks meanwhile takes the page's time.
ALONE = 5
# So long a browser has to start before it is sent to the page, seconds.
STARTING = 3
# What is wanted: milliseconds, millions of bytes, thousands of bytes.
DOTS_MS, COVERS_MS, FRAME_MS, TEXTURES_MB, WASM_KB = 1_000, 2_000, 2, 300, 450


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="data directory; filled when there is no catalogue in it")
    parser.add_argument("--albums", type=int, default=50_000, help="albums of a catalogue that is made")
    parser.add_argument("--edges", type=int, default=250_000, help="lines while frames are measured; 0 adds none")
    parser.add_argument("--gatefold", type=Path, default=ROOT / "target/release/gatefold", help="the program")
    parser.add_argument("--rounds", type=int, default=3, help="visits with an empty cache")
    parser.add_argument("--frames", type=int, default=120, help="frames of a drag, 60 at least")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    if options.frames < 60:
        parser.error("window.gatefold tells the mean of 60 frames: --frames must not be less")
    return options


def visit(address, edges):
    """A browser with nothing in its cache, on its way to the page."""
    browser = Browser(WIDTH, HEIGHT)
    script = Path(__file__).with_name("page.js").read_text().replace("EDGES", str(edges))
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    time.sleep(STARTING)
    browser.go(address)
    return browser


def first_seen(address):
    """When dots and covers were first seen, and what had been sent by then."""
    with visit(address, 0) as browser:
        time.sleep(ALONE)
        browser.wait_for("window.firstSeen && window.firstSeen.covers", "its first covers")
        entries = """
            const {dots, covers} = window.firstSeen;
            const kinds = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind));
            const come = kinds.filter((entry) => entry.responseEnd > 0 && entry.responseEnd <= covers);
            const sent = come.reduce((sum, entry) => sum + entry.transferSize, 0);
            const wasm = come.map((entry) => entry.name).filter((name) => new URL(name).pathname.endsWith(".wasm"));
            return {dots, covers, sent, requests: come.length, wasm};
        """
        return browser.run(entries)


def wasm_size(addresses):
    """Bytes of the page's wasm modules as a browser is sent them, and how they are coded."""
    sizes, codings = 0, set()
    for address in addresses:
        request = urllib.request.Request(address, headers={"Accept-Encoding": "br"})
        with LOCAL.open(request) as answer:
            sizes += len(answer.read())
            codings.add(answer.headers.get("Content-Encoding", "identity"))
    return sizes, " and ".join(sorted(codings))


def say(what):
    print(what, file=sys.stderr, flush=True)


def middle_of_map(browser):
    middle = browser.run("""
        const {x, y, width, height} = document.querySelector(".map-canvas").getBoundingClientRect();
        return [x + width / 2, y + height / 2];
    """)
    top = browser.run("return document.elementFromPoint(...arguments).className;", *middle)
    if "map-canvas" not in str(top):
        raise SystemExit(f"something lies on the middle of the map: {top!r}")
    return middle


class Drag:
    """The map, held by its middle and led in a circle."""

    def __init__(self, browser):
        self.browser, self.moves, self.middle = browser, 0, middle_of_map(browser)

    def __enter__(self):
        self.browser.mouse("mouseMoved", *self.middle)
        self.browser.mouse("mousePressed", *self.middle, button="left", buttons=1, clickCount=1)
        return self

    def __exit__(self, *_):
        self.browser.mouse("mouseReleased", *self.middle, button="left", buttons=0, clickCount=1)

    def frames(self, count):
        """Leads it on until so many frames were drawn; how many there were."""
        begun = drawn = self.browser.value("window.gatefold.frames")
        until = time.monotonic() + 600
        while drawn - begun < count:
            if time.monotonic() > until:
                raise SystemExit(f"the map drew {drawn - begun} frames of {count} in ten minutes of dragging")
            for _ in range(10):
                self.moves += 1
                angle = math.tau * self.moves / CIRCLE
                x = self.middle[0] + RADII[0] * (1 - math.cos(angle)) / 2
                y = self.middle[1] + RADII[1] * math.sin(angle)
                self.browser.mouse("mouseMoved", x, y, button="left", buttons=1)
                # The next move comes with the next frame, as a browser hands on what a hand does.
                frame = {"expression": "new Promise(requestAnimationFrame)", "awaitPromise": True}
                self.browser.devtools("Runtime.evaluate", frame)
            drawn = self.browser.value("window.gatefold.frames")
        return drawn - begun


def settled(browser):
    browser.wait_for("window.gatefold && window.gatefold.ready && window.gatefold.settled", "all that is in view")


def busy(browser):
    """Milliseconds of the main thread so far, in the time that was asked for."""
    metrics = browser.devtools("Performance.getMetrics")["metrics"]
    seconds = {metric["name"]: metric["value"] for metric in metrics}
    return 1e3 * (seconds["TaskDuration"] - seconds.get("DevToolsCommandDuration", 0.0))


def dragged(browser, count):
    """What frames cost while the map is dragged, milliseconds each."""
    settled(browser)
    cost = {"covers": browser.value("window.gatefold.drawn")}
    with Drag(browser) as drag:
        drag.frames(20)
        # By the clock, then as processor time.
        for name, domain in (("main_thread_ms", "timeTicks"), ("main_thread_cpu_ms", "threadTicks")):
            browser.devtools("Performance.enable", {"timeDomain": domain})
            before = busy(browser)
            frames = drag.frames(count)
            cost[name] = (busy(browser) - before) / frames
            browser.devtools("Performance.disable")
        cost["drawing_ms"] = browser.value("window.gatefold.frameMs")
    return cost


def come_near(browser, address):
    """Turns the wheel over an album, the nearest to the middle of some thousands, until few covers are in view."""
    with LOCAL.open(f"{address.rstrip('/')}/api/v1/albums?limit=5000") as answer:
        ids = [str(album["id"]) for album in json.load(answer)["albums"]]
    nearest = """
        const [x, y, ids] = arguments;
        const away = ([a, b]) => Math.hypot(a - x, b - y);
        const places = ids.map((id) => window.gatefold.screenPosition(id)).filter(Boolean);
        return places.sort((a, b) => away(a) - away(b))[0];
    """
    place = browser.run(nearest, *middle_of_map(browser), ids)
    for _ in range(200):
        if browser.value("window.gatefold.drawn") <= NEAR:
            return
        browser.mouse("mouseWheel", *place, deltaX=0, deltaY=-120)
        time.sleep(0.1)


def frames(address, options):
    """What frames cost with everything in view and near, what textures take then, and who draws."""
    with visit(address, options.edges) as browser:
        settled(browser)
        report = {name: browser.value(f"window.gatefold.{name}") for name in ("albums", "edges")}
        say(f"{report['albums']} albums and {report['edges']} lines are there: dragging all of them")
        report["whole"] = dragged(browser, options.frames)
        say("going near")
        come_near(browser, address)
        say("dragging what is near")
        report["near"] = dragged(browser, options.frames)
        settled(browser)
        report["textures"] = browser.value("window.gatefold.textures")
        report["renderer"] = browser.run("""
            const gl = document.createElement("canvas").getContext("webgl2");
            const told = gl.getExtension("WEBGL_debug_renderer_info");
            return gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
        """)
        return report


def measure(address, options):
    seen = []
    for visit in range(options.rounds):
        seen.append(first_seen(address))
        say("visit {}: dots after {:.0f} ms, covers after {:.0f} ms".format(visit + 1, seen[-1]["dots"], seen[-1]["covers"]))
    size, coding = wasm_size(seen[0]["wasm"])
    cost = frames(address, options)
    rows = []

    def row(name, figure, unit, goal=None):
        rows.append({"name": name, "figure": figure, "unit": unit, "goal": goal, "met": goal and figure <= goal})

    row("first dots", median(visit["dots"] for visit in seen), "ms", DOTS_MS)
    row("first covers", median(visit["covers"] for visit in seen), "ms", COVERS_MS)
    for view in ("whole", "near"):
        of = f"{view}, {cost[view]['covers']} covers in view"
        row(f"drawing, a frame, {of}", cost[view]["drawing_ms"], "ms", FRAME_MS)
        row(f"main thread, a frame, {of}", cost[view]["main_thread_ms"], "ms", FRAME_MS)
        row(f"the same in processor time, {of}", cost[view]["main_thread_cpu_ms"], "ms", FRAME_MS)
    row("textures, room", cost["textures"]["reserved"] / 1e6, "MB", TEXTURES_MB)
    row("textures, in use", cost["textures"]["resident"] / 1e6, "MB", TEXTURES_MB)
    row(f"wasm as sent ({coding})", size / 1e3, "kB", WASM_KB)
    row("sent until the first covers", median(visit["sent"] for visit in seen) / 1e3, "kB")
    row("requests until then", median(visit["requests"] for visit in seen), "")
    software = "swiftshader" in cost["renderer"].lower()
    more = {"rounds": seen, "wasm_coding": coding, "window": [WIDTH, HEIGHT], "gpu_in_software": software}
    return {"rows": rows, **more, **cost}


def show(report):
    print(f"{report['albums']} albums, {report['edges']} lines, window {WIDTH} x {HEIGHT}")
    print(f"drawn by {report['renderer']}")
    if report["gpu_in_software"]:
        print("which is software: what a graphics card would do is done by the same processors, in another process")
    print()
    for row in report["rows"]:
        goal = "" if row["goal"] is None else f"at most {row['goal']}: {'met' if row['met'] else 'missed'}"
        print(f"{row['name']:60}{row['figure']:10.1f} {row['unit']:4}{goal}".rstrip())
    there = ", ".join(f"{there} of {room}" for there, room in report["textures"]["sheets"])
    print(f"\nsheets on the card, tiny, coarse and fine: {there}")


def main():
    options = arguments()
    if not (options.data / "catalog.sqlite").exists():
        say(f"drawing {options.albums} covers into {options.data}")
        command = [options.gatefold, "demo", "--albums", str(options.albums), "--data", options.data, "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    command = [options.gatefold, "serve", "--addr", "127.0.0.1:0", "--json", "--data", options.data]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        report = measure(json.loads(server.stdout.readline())["address"], options)
    finally:
        server.terminate()
        server.wait()
    if options.json:
        print(json.dumps(report))
    else:
        show(report)


if __name__ == "__main__":
    main()

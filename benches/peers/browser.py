"""A Chromium without a window, driven through chromedriver by the WebDriver protocol. The standard library is all it needs."""

import contextlib
import json
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

# As the program's own browser tests start it.
OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]

# Everything here is on this machine, whatever proxy the environment names.
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Browser:
    """A window of `width` x `height` CSS pixels with a profile of its own, which is thrown away."""

    def __init__(self, width, height, chromedriver="chromedriver", patience=60):
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.profile = tempfile.TemporaryDirectory(prefix="gatefold-profile-", ignore_cleanup_errors=True)
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.driver = subprocess.Popen([chromedriver, f"--port={port}"], **silent)
        self.address, self.session = f"http://127.0.0.1:{port}", None
        arguments = [*OPTIONS, f"--window-size={width},{height}", f"--user-data-dir={self.profile.name}"]
        wanted = {"browserName": "chrome", "pageLoadStrategy": "none", "goog:chromeOptions": {"args": arguments}}
        try:
            until = time.monotonic() + patience
            while self.session is None:
                try:
                    answer = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
                    self.session = answer["sessionId"]
                except OSError as error:
                    # It answers, and says no; or it does not listen yet.
                    if isinstance(error, urllib.error.HTTPError) or time.monotonic() > until:
                        raise
                    time.sleep(0.1)
            # Headless windows lose the height of bars that they do not show.
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            self.devtools("Emulation.setDeviceMetricsOverride", size)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.session is not None:
            with contextlib.suppress(OSError):
                self.command("DELETE", "")
        self.driver.terminate()
        self.driver.wait()
        self.profile.cleanup()

    def ask(self, method, path, body=None):
        content = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, content, kind, method=method)
        with LOCAL.open(request, timeout=600) as answer:
            return json.load(answer)["value"]

    def command(self, method, path, body=None):
        return self.ask(method, f"/session/{self.session}{path}", body)

    def go(self, address):
        """Begins to load a page; does not wait for it."""
        self.command("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        """What a script returns."""
        return self.command("POST", "/execute/sync", {"script": script, "args": arguments})

    def value(self, expression):
        return self.run(f"return ({expression});")

    def wait_for(self, expression, what, patience=300):
        until = time.monotonic() + patience
        while time.monotonic() < until:
            # Between two pages there is nobody to ask.
            with contextlib.suppress(urllib.error.HTTPError):
                if self.value(f"!!({expression})"):
                    return
            time.sleep(0.25)
        raise SystemExit(f"the page was waited for in vain: {what}")

    def devtools(self, name, parameters=None):
        """A command of Chromium's own protocol."""
        return self.command("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters or {}})

    def mouse(self, kind, x, y, **more):
        self.devtools("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **more})

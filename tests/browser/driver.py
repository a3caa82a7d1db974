"""A browser at the other end of the WebDriver protocol (W3C), with nothing but the
standard library. Chromium's own commands go through the same door."""

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
TAB = "\ue004"
ENTER = "\ue007"


class Browser:
    """Chromium, headless, until the `with` block ends."""

    def __init__(self, javascript=True):
        self.javascript = javascript

    def __enter__(self):
        driver = shutil.which("chromedriver")
        if not driver:
            raise SystemExit("chromedriver is not installed")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.base = f"http://127.0.0.1:{port}"
        try:
            self._open()
        except BaseException:
            self.process.terminate()
            raise
        return self

    def _open(self):
        options = {
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                     "--disable-background-networking", "--disable-component-update", "--no-first-run"],
            "prefs": {} if self.javascript else {"profile.managed_default_content_settings.javascript": 2},
        }
        wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
                break
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        self.base += "/session/" + answer["sessionId"]

    def __exit__(self, *_):
        try:
            self._ask("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait(10)

    def _ask(self, method, path, body=None):
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from None

    def go(self, url):
        self._ask("POST", "/url", {"url": url})

    def back(self):
        self._ask("POST", "/back")

    def url(self):
        return self._ask("GET", "/url")

    def all(self, css):
        found = self._ask("POST", "/elements", {"using": "css selector", "value": css})
        return [element[ELEMENT] for element in found]

    def one(self, css):
        found = self.all(css)
        assert found, f"nothing is {css} on {self.url()}"
        return found[0]

    def text(self, css):
        return self._ask("GET", f"/element/{self.one(css)}/text")

    def click(self, css):
        self._ask("POST", f"/element/{self.one(css)}/click")

    def press(self, key):
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": keys}]})

    def run(self, script, *args):
        return self._ask("POST", "/execute/sync", {"script": script, "args": list(args)})

    def cdp(self, command, **params):
        return self._ask("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def look(self, width, dark, height=900):
        """Sets the window and the reader's taste."""
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.cdp("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, file, most=None):
        """A PNG of the page, from its top, `most` pixels high at most."""
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        height = min(size["height"], most or size["height"])
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height, "scale": 1}
        shot = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        with open(file, "wb") as out:
            out.write(base64.b64decode(shot["data"]))

    def console(self):
        """What the browser has complained of since the last call."""
        return [line["message"] for line in self._ask("POST", "/se/log", {"type": "browser"})]

    def requests(self):
        """Addresses that were asked for since the last call."""
        lines = self._ask("POST", "/se/log", {"type": "performance"})
        events = (json.loads(line["message"])["message"] for line in lines)
        return [event["params"]["request"]["url"] for event in events
                if event["method"] == "Network.requestWillBeSent"]

"""
Chromium, driven by its DevTools protocol over a pipe: no package, no port.

Messages are JSON, each ended by a zero byte; Chromium reads them from descriptor 3 and writes to 4.
"""

import base64
import contextlib
import json
import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
OPTIONS += ["--no-first-run", "--disable-extensions", "--disable-background-networking", "--remote-debugging-pipe"]


def installed():
    """Find Chromium on PATH; None if it is not there."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """One page of a browser."""

    def __init__(self, commands, answers):
        """Open it, given the two ends of the pipe."""
        self.commands, self.answers, self.unread = commands, answers, b""
        self.session, self.asked, self.errors = None, 0, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def heard(self):
        """Read the next message; keep it if it tells of an error."""
        while b"\0" not in self.unread:
            part = os.read(self.answers, 1 << 20)
            if not part:
                raise EOFError("Chromium has ended")
            self.unread += part
        said, _, self.unread = self.unread.partition(b"\0")
        message = json.loads(said)
        facts = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(facts["exceptionDetails"].get("exception", {}).get("description", "exception"))
        if message.get("method") == "Runtime.consoleAPICalled" and facts["type"] in ("error", "assert"):
            self.errors.append(str([one.get("value", one.get("description")) for one in facts["args"]]))
        if message.get("method") == "Log.entryAdded" and facts["entry"]["level"] == "error":
            self.errors.append(f"{facts['entry']['text']} {facts['entry'].get('url', '')}")
        if message.get("method") == "Network.loadingFailed" and not facts.get("canceled"):
            self.errors.append(facts["errorText"])
        return message

    def ask(self, method, **params):
        """Give a command, and wait for what comes of it."""
        self.asked += 1
        message = {"id": self.asked, "method": method, "params": params}
        message |= {"sessionId": self.session} if self.session else {}
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.heard()
            if answer.get("id") == self.asked:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, address, width, height=900):
        """Load a page in a window of this width; forget earlier errors."""
        self.errors = []
        mobile = width < 600
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.ask("Page.navigate", url=address)
        while self.heard().get("method") != "Page.loadEventFired":
            pass

    def value(self, script):
        """Evaluate an expression of JavaScript."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["exception"]["description"])
        return found["result"].get("value")

    def picture(self, path, most=12000):
        """Save what the page looks like, from its top, all of it up to so many pixels."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], most), "scale": 1}
        taken = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(taken["data"]))


@contextlib.contextmanager
def page(profile):
    """Start Chromium with an empty profile in a folder, and end it afterwards."""
    (theirs, commands), (answers, ours) = os.pipe(), os.pipe()
    argv = [installed(), *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
    shell = ["bash", "-c", f'exec "$@" 3<&{theirs} 4>&{ours}', "chromium", *argv]
    process = subprocess.Popen(shell, pass_fds=(theirs, ours), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    os.close(theirs)
    os.close(ours)
    try:
        yield Page(commands, answers)
    finally:
        process.terminate()
        process.wait(30)
        os.close(commands)
        os.close(answers)

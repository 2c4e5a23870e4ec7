"""A headless Chromium for the tests, driven over a pair of pipes (Chrome DevTools Protocol), without any port.

One browser serves many pages. It is told to fetch nothing of its own; what a page asks for is recorded.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAM = shutil.which("chromium")
ANSWER_WITHIN_S = 20
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)


@dataclass
class Shown:
    """A page that was opened, with everything that it made the browser say and ask for."""

    browser: Chromium
    session: str
    said: list[str] = field(default_factory=list)
    """Console messages, exceptions, violations of the policy: all that a developer would see."""
    asked_for: list[str] = field(default_factory=list)
    """Addresses of all requests, the page's own first."""

    def value(self, expression: str) -> Any:
        """What an expression is in the page."""
        done = self.browser.call("Runtime.evaluate", self.session, expression=expression, returnByValue=True)
        if "exceptionDetails" in done:
            raise AssertionError(done["exceptionDetails"])
        return done["result"].get("value")

    def screenshot(self) -> bytes:
        """The whole page as PNG, at its full height."""
        done = self.browser.call("Page.captureScreenshot", self.session, captureBeyondViewport=True)
        return base64.b64decode(done["data"])

    def corner(self) -> bytes:
        """The pixel at the top left as PNG."""
        clip = {"x": 0, "y": 0, "width": 1, "height": 1, "scale": 1}
        return base64.b64decode(self.browser.call("Page.captureScreenshot", self.session, clip=clip)["data"])

    def pdf(self) -> bytes:
        """The page as it is printed on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True, "preferCSSPageSize": True}
        return base64.b64decode(self.browser.call("Page.printToPDF", self.session, **paper)["data"])


class Chromium:
    """The browser's process; a context."""

    def __enter__(self) -> Chromium:
        assert PROGRAM is not None
        self._home = tempfile.TemporaryDirectory(prefix="fmsdiag-chromium-", ignore_cleanup_errors=True)
        browser_in, self._write = os.pipe()
        self._read, browser_out = os.pipe()

        def renumber() -> None:
            """The browser reads from its descriptor 3 and writes to 4."""
            import fcntl  # not on Windows, where this module is imported, too

            ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (browser_in, browser_out)]
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        command = [PROGRAM, *_FLAGS, f"--user-data-dir={self._home.name}", "about:blank"]
        self._process = subprocess.Popen(
            command,
            pass_fds=(3, 4),
            preexec_fn=renumber,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self._home.name},
        )
        os.close(browser_in)
        os.close(browser_out)
        self._number = 0
        self._buffer = b""
        self._pages: dict[str, Shown] = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.call("Browser.close")
            self._process.wait(10)
        except (AssertionError, OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)
        self._home.cleanup()

    def show(self, path: Path, *, scheme: str = "light", width: int = 1100, script: bool = False) -> Shown:
        """Open a file in a page of its own and wait until it is loaded; `scheme` is what the reader prefers."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Shown(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable", session)
        self.call("Emulation.setScriptExecutionDisabled", session, value=not script)
        preference = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", session, features=preference)
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", session, **size)
        self._loaded = False
        self.call("Page.navigate", session, url=path.absolute().as_uri())
        while not self._loaded:
            self._take_message()
        return page

    def call(self, method: str, session: str | None = None, /, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come before it are taken in."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._take_message()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result

    def _take_message(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], ANSWER_WITHIN_S)
            assert ready, "the browser does not answer"
            received = os.read(self._read, 1 << 20)
            assert received, "the browser has ended"
            self._buffer += received
        first, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        self._take_event(message)
        return message

    def _take_event(self, message: dict[str, Any]) -> None:
        page = self._pages.get(message.get("sessionId", ""))
        about = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Log.entryAdded" if page:
                page.said.append(f"{about['entry']['level']}: {about['entry']['text']}")
            case "Runtime.consoleAPICalled" if page:
                page.said.append(f"console.{about['type']}")
            case "Runtime.exceptionThrown" if page:
                page.said.append(f"exception: {about['exceptionDetails']['text']}")
            case "Network.requestWillBeSent" if page:
                page.asked_for.append(about["request"]["url"])

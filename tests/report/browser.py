"""A real browser for tests: headless Chromium, told what to do over WebDriver.

WebDriver is a few JSON requests (https://www.w3.org/TR/webdriver2/), so no library is needed.
"""

from __future__ import annotations

import base64
import json
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMEOUT_SECONDS = 60
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""Works as root in a container, and asks no host of its own for anything."""


class Browser:
    """One window. ``said`` are the messages of its console, refusals of a policy among them."""

    def __init__(self, session: str) -> None:
        self._session = session

    def open(self, page: Path) -> None:
        self._post("url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """The value of ``return ...``; alerts and failures raise."""
        return self._post("execute/sync", {"script": script, "args": list(arguments)})

    def type(self, keys: str) -> None:
        """Keys on the keyboard, one after the other, wherever the focus is."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._post("actions", {"actions": [{"type": "key", "id": "keys", "actions": strokes}]})

    def look(self, *, width: int, height: int, dark: bool = False, phone: bool = False) -> None:
        """The size of the window and what its user prefers."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self._chrome("Emulation.setDeviceMetricsOverride", size)
        wish = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._chrome("Emulation.setEmulatedMedia", {"features": [wish]})

    def without_script(self) -> None:
        self._chrome("Emulation.setScriptExecutionDisabled", {"value": True})

    def said(self) -> list[str]:
        return [entry["message"] for entry in self._post("se/log", {"type": "browser"})]

    def screenshot(self) -> bytes:
        return base64.b64decode(_ask("GET", f"{self._session}/screenshot", None))

    def _chrome(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._post("goog/cdp/execute", {"cmd": command, "params": parameters})

    def _post(self, command: str, body: dict[str, Any]) -> Any:
        return _ask("POST", f"{self._session}/{command}", body)


@contextmanager
def browser(driver: str, chromium: str, profile: Path) -> Iterator[Browser]:
    """``driver`` and ``chromium`` are programs, ``profile`` a folder that is empty."""
    started = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True)
    with started:
        try:
            with _session(_address(started), chromium, profile) as session:
                yield Browser(session)
        finally:
            started.kill()


def _address(started: subprocess.Popen[str]) -> str:
    """``ChromeDriver was started successfully on port 40123.``"""
    assert started.stdout is not None
    line = next(line for line in started.stdout if "on port " in line and "success" in line)
    return f"http://127.0.0.1:{line.rpartition('on port ')[2].strip().rstrip('.')}"


@contextmanager
def _session(driver: str, chromium: str, profile: Path) -> Iterator[str]:
    options = {"binary": chromium, "args": [*QUIET, f"--user-data-dir={profile}"]}
    wish = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    body = {"capabilities": {"alwaysMatch": wish}}
    session = f"{driver}/session/{_ask('POST', f'{driver}/session', body)['sessionId']}"
    try:
        yield session
    finally:
        _ask("DELETE", session, None)


def _ask(method: str, url: str, body: dict[str, Any] | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        return json.load(answer)["value"]

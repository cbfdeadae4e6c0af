"""The real command in a process of its own, against an emulator in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.emulator.server import Emulator

TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Program:
    """Runs ``reconciler`` in ``folder`` with the emulator's address, account and key."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> Ran:
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """The same, not waited for: to be interrupted or killed."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "reconciler", *arguments]


def program_for(folder: Path, emulator: Emulator | None) -> Program:
    """A program with a clean environment; without an emulator it knows no platform."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    kept["XDG_CACHE_HOME"] = str(folder.parent / "cache")  # no run may know of another test's
    if emulator is not None:
        kept["FIREWORKS_BASE_URL"] = emulator.url
        kept["FIREWORKS_ACCOUNT_ID"] = emulator.account
        kept["FIREWORKS_API_KEY"] = emulator.key
    return Program(folder, kept)

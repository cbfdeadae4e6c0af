"""Reads a manifest's bytes: regular files only, never more than the limit."""

from __future__ import annotations

import os
import stat

from reconciler.diagnostic import Diagnostic, Severity, SourceLocation

MAX_BYTES = 1024 * 1024  # contract 1.5: 1 MiB a file
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY  # a FIFO must not block us


def read_bounded(path: str, shown: str) -> bytes | Diagnostic:
    """The bytes of a file, or why they are not to be had. ``shown`` is its path for the user."""
    try:
        handle = os.open(path, _FLAGS)
    except OSError as error:
        return unreadable(shown, error)
    try:
        return _read(handle, shown)
    except OSError as error:
        return unreadable(shown, error)
    finally:
        os.close(handle)


def _read(handle: int, shown: str) -> bytes | Diagnostic:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        return problem(shown, "not a regular file")
    raw = os.read(handle, min(status.st_size, MAX_BYTES) + 1)
    if len(raw) > MAX_BYTES:
        return problem(shown, "larger than 1 MiB: split it into several files", "limit")
    return raw


def unreadable(shown: str, error: OSError) -> Diagnostic:
    """A file that cannot be opened or read."""
    return problem(shown, f"cannot be read: {error.strerror or 'unknown reason'}")


def problem(shown: str, message: str, code: str = "unreadable-file") -> Diagnostic:
    """A problem of a whole file stands at its line 1."""
    return Diagnostic(Severity.ERROR, code, message, SourceLocation(shown))

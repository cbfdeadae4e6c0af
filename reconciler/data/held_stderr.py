"""Holds back what a library prints on stderr by itself, until it is known whether it matters."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STDERR = 2


class Held:
    """``drop`` says that what was held back is worth nothing."""

    def __init__(self) -> None:
        self.dropped = False

    def drop(self) -> None:
        self.dropped = True


@contextmanager
def held_stderr() -> Iterator[Held]:
    """Whatever is written to stderr meanwhile, by Python or not, comes when the block ends, or not
    at all. Of the whole process: for blocks that are short. Without stderr, or without anywhere to
    keep it, nothing is held."""
    held = Held()
    with ExitStack() as stack:
        try:
            stderr = stack.enter_context(os.fdopen(os.dup(_STDERR), "wb", buffering=0))
            waiting = stack.enter_context(_somewhere())
        except OSError:
            yield held
            return
        _flush()
        os.dup2(waiting.fileno(), _STDERR)
        try:
            yield held
        finally:
            _flush()
            os.dup2(stderr.fileno(), _STDERR)
            if not held.dropped:
                waiting.seek(0)
                shutil.copyfileobj(waiting, stderr)


def _somewhere() -> IO[bytes]:
    """Memory where the system lends it: a machine may have no folder that can be written to."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("stderr"), "w+b")
    return tempfile.TemporaryFile()


def _flush() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()

"""The local file behind an upload: opened so that it cannot be another one than was planned."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.errors import ContentError
from reconciler.manifest.file_set import FileIdentity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.file_set import LocalFile

BLOCK = 1 << 20  # bytes read and sent at a time; smaller ones cost processor time


class OpenFile:
    """An open planned file; ``blocks`` gives its bytes, ``check`` says that it stayed the same."""

    def __init__(self, file: LocalFile, descriptor: int) -> None:
        self.file = file
        self.descriptor = descriptor

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The planned bytes from ``start`` to ``stop`` (excluded), by default all of them.

        Raises ContentError when there are fewer by now.
        """
        end = self.file.size if stop is None else stop
        while start < end:
            try:
                block = os.pread(self.descriptor, min(BLOCK, end - start), start)
            except OSError as error:
                raise changed(self.file, error.strerror or "it cannot be read") from error
            if not block:
                raise changed(self.file, "it became shorter while it was sent")
            start += len(block)
            yield block

    def is_planned(self) -> bool:
        """Whether ``check`` finds nothing."""
        try:
            self.check()
        except ContentError:
            return False
        return True

    def check(self) -> None:
        """Raise ContentError unless the path still is the file that was scanned, unwritten since.

        Then the descriptor, which was that file when it was opened, is it too: no other file gets
        the inode of an open one.
        """
        try:
            _require_same(self.file, os.stat(self.file.path))
        except OSError as error:
            raise changed(self.file, error.strerror or "it is gone") from error


@contextmanager
def open_planned(file: LocalFile) -> Iterator[OpenFile]:
    """Open the file if it is still the one that was scanned. Raises ContentError otherwise.

    O_NONBLOCK: a FIFO put in its place must not hang us; O_NOFOLLOW: nor a symlink lead elsewhere.
    """
    if file.identity is None:
        why = file.why_absent or "not on this disk"
        raise ContentError(f"{file.key} cannot be sent: {why}", "fetch its bytes: git lfs pull")
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = _open(file, flags)
    except OSError as error:
        raise changed(file, error.strerror or str(error)) from error
    try:
        _require_same(file, os.fstat(descriptor))
        yield OpenFile(file, descriptor)
    finally:
        os.close(descriptor)


def _open(file: LocalFile, flags: int) -> int:
    """A symlink that was planned is resolved; for others that would cost a look at each folder."""
    try:
        return os.open(file.path, flags)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        return os.open(os.path.realpath(file.path), flags)


def changed(file: LocalFile, how: str) -> ContentError:
    """The error for a file that is not as it was planned."""
    return ContentError(f"{file.key} changed since the plan: {how}", "run plan and apply again")


def _require_same(file: LocalFile, now: os.stat_result) -> None:
    if not stat.S_ISREG(now.st_mode):
        raise changed(file, "it is not a regular file any more")
    if now.st_size != file.size:
        raise changed(file, f"its size was {file.size}, and is {now.st_size}")
    found = FileIdentity(now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns)
    if found != file.identity:
        raise changed(file, "it was written to or replaced")

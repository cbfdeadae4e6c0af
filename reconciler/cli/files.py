"""Files that we write for users: whole or not at all, and readable by their owner only."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Write ``content`` with mode 0600 through a temporary file beside it, fsync and rename.

    A crash leaves the old file or the new one, never half. What is there and is no regular file
    (``/dev/stdout``, a pipe) is written to, never replaced. Raises ReconcilerError.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from None

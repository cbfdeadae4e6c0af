"""One export into a folder at a time, and what one that was cut short has left: the next takes it
back.

A file in the folder says that an export is under way. Rows are noted before they come, and before
the first manifest is written the text of every one; the file goes when the last thing is done.
Whatever ends the process meanwhile, the next run knows what of the folder nobody but its
predecessor has written.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.cli.files import write_private
from reconciler.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

NAME = ".unfinished-export"
_MANIFEST = re.compile(r"([A-Za-z]+)/[a-z0-9-]+\.yaml")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """No other export goes into the folder meanwhile. Raises Refused while one does.

    The system holds the lock for this process and takes it back with it, however it ends. Where
    a folder cannot be locked (NFS) nothing is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = f"another export into {folder} is under way: nothing was written"
            raise Refused(said, "wait until it has ended, or choose another --out") from None
        except OSError:
            pass
        yield
    finally:
        os.close(handle)


@dataclass(slots=True)
class Note:
    """What an export writes into its folder, by the path below it: the ``texts`` of manifests, and
    ``rows`` that were not there before."""

    folder: Path
    texts: Mapping[str, str] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path) -> Note:
        """What is kept there; an empty one when there is none, or none that we wrote."""
        try:
            kept = json.loads((folder / NAME).read_text(encoding="utf-8"))
            return cls(folder, dict(kept["manifests"]), list(map(str, kept["rows"])))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return cls(folder)

    def left_behind(self, kinds: Collection[str]) -> Iterator[Path]:
        """The manifests that it has written: all of these kinds, of others what is not whole.
        What somebody has changed since is none of them, nor what a link leads to outside."""
        real = self.folder.resolve()
        for name, text in self.texts.items():
            path = self.folder / name
            kind = _MANIFEST.fullmatch(name)
            if kind and path.is_file() and path.resolve().is_relative_to(real):
                there, planned = path.read_bytes(), str(text).encode(errors="replace")
                if planned.startswith(there) and (kind[1] in kinds or there != planned):
                    yield path

    def brings(self, path: Path) -> None:
        """Rows are about to come there. Raises ReconcilerError."""
        self.rows.append(path.relative_to(self.folder).as_posix())
        self._keep()

    def brought(self, path: Path) -> bool:
        """Whether rows there came with this export or with the one that was cut short."""
        return path.relative_to(self.folder).as_posix() in self.rows

    def writes(self, texts: Mapping[str, str]) -> None:
        """These manifests are about to be written. Raises ReconcilerError."""
        self.texts = texts
        self._keep()

    def finish(self) -> None:
        """The folder holds a whole export."""
        (self.folder / NAME).unlink()

    def _keep(self) -> None:
        kept = {"manifests": dict(self.texts), "rows": self.rows}
        write_private(self.folder / NAME, json.dumps(kept).encode())

"""Our uploader as it is used, behind a control plane that answers at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.manifest.file_set import FileIdentity, LocalFile
from reconciler.transfer.options import TransferOptions
from reconciler.transfer.upload import upload

if TYPE_CHECKING:
    from collections.abc import Mapping


def scan(path: Path, sha256: str | None) -> LocalFile:
    """The file as the loader would have scanned it."""
    seen = path.stat()
    identity = FileIdentity(seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns)
    return LocalFile(path.name, path, seen.st_size, sha256, identity)


def unseen(_key: str, _done: int, _total: int, _checked: str = "", /) -> None:
    """Progress that nobody watches."""


def main(base: str, folder: str, sha256: str | None = None) -> None:
    """``sha256``: the planned digest of each file, which makes the uploader check it."""

    def ask(sizes: Mapping[str, int]) -> Mapping[str, str]:
        return {key: f"{base}/{key}" for key in sizes}

    files = [scan(path, sha256) for path in sorted(Path(folder).iterdir())]
    upload(files, ask, unseen, TransferOptions(allow_loopback=True), ask_resumable=ask)


main(*sys.argv[1:])

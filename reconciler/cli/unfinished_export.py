"""What an export that was cut short has left in its folder: the next one takes it back.

A file in the folder says that an export is under way. Before the first manifest is written it gets
the text of every one, and it goes when the last thing is done: whatever ends the process meanwhile,
the next run knows what of the folder nobody but its predecessor has written.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from reconciler.cli.files import write_private

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

NAME = ".unfinished-export"
_MANIFEST = re.compile(r"([A-Za-z]+)/[a-z0-9-]+\.yaml")


def is_unfinished(folder: Path) -> bool:
    """Whether an export into the folder was cut short."""
    return (folder / NAME).exists()


def left_behind(folder: Path, kinds: Collection[str]) -> Iterator[Path]:
    """The manifests that such a one has written: all of these kinds, of others what is not whole.
    What somebody has changed since is none of them, nor what a link leads to outside."""
    real = folder.resolve()
    for name, text in _planned(folder).items():
        path = folder / name
        kind = _MANIFEST.fullmatch(name)
        if kind and path.is_file() and path.resolve().is_relative_to(real):
            there, planned = path.read_bytes(), str(text).encode(errors="replace")
            if planned.startswith(there) and (kind[1] in kinds or there != planned):
                yield path


def begin(folder: Path) -> None:
    """From now on the folder holds an unfinished export. Raises ReconcilerError."""
    folder.mkdir(parents=True, exist_ok=True)
    about_to_write(folder, {})


def about_to_write(folder: Path, texts: Mapping[str, str]) -> None:
    """Keep what will be written, by the path below the folder. Raises ReconcilerError."""
    write_private(folder / NAME, json.dumps(texts).encode())


def finish(folder: Path) -> None:
    """The folder holds a whole export."""
    (folder / NAME).unlink()


def _planned(folder: Path) -> dict[str, str]:
    """Nothing when there is none, or none that we wrote."""
    try:
        texts = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return texts if isinstance(texts, dict) else {}

"""What an export that was cut short has left in its folder: the next one takes it back.

A file in the folder says that an export is under way. Before the first manifest is written it gets
the text of every one, and it goes when the last thing is done: whatever ends the process meanwhile,
the next run knows what of the folder nobody but its predecessor has written.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = ".unfinished-export"
_MANIFEST = re.compile(r"[A-Za-z]+/[a-z0-9-]+\.yaml")


def take_back(folder: Path) -> bool:
    """Remove the manifests that a run which was cut short has written, whole or in part; whether
    there was one. What somebody has changed since stays."""
    for name, text in _planned(folder).items():
        path = folder / name
        if _MANIFEST.fullmatch(name) and path.is_file() and _begins(text, path):
            path.unlink()
    return (folder / NAME).exists()


def begin(folder: Path) -> None:
    """From now on the folder holds an unfinished export."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text("{}", encoding="utf-8")


def about_to_write(folder: Path, texts: Mapping[str, str]) -> None:
    """Keep what will be written, by the path below the folder."""
    (folder / NAME).write_text(json.dumps(texts), encoding="utf-8")


def finish(folder: Path) -> None:
    """The folder holds a whole export."""
    (folder / NAME).unlink()


def _planned(folder: Path) -> dict[str, str]:
    """Nothing when there is none, or it was cut short itself: no manifest was written then."""
    try:
        texts = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return texts if isinstance(texts, dict) else {}


def _begins(text: object, path: Path) -> bool:
    return isinstance(text, str) and text.encode().startswith(path.read_bytes())

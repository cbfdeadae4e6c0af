"""Manifests that stand on no disk, as a tree of files: what is to be proved is only read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class TextEntry:
    """One name in a folder; there are no links."""

    name: str
    path: str
    folder: bool

    def is_dir(self) -> bool:
        return self.folder

    def is_symlink(self) -> bool:
        return False


class TextFiles:
    """A tree (``reconciler.manifest.files.Files``) of texts by absolute path. No file of rows is
    among them, so none is looked into."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._folders: dict[str, dict[str, TextEntry]] = {}
        for path in texts:
            self._enter(path, folder=False)

    def _enter(self, path: str, *, folder: bool) -> None:
        parent, name = os.path.split(path)
        if parent not in self._folders and parent != path:
            self._folders[parent] = {}
            self._enter(parent, folder=True)
        if name:
            self._folders[parent][name] = TextEntry(name, path, folder)

    def scandir(self, folder: str) -> list[TextEntry]:
        return [entry for _, entry in sorted(self._folders[folder].items())]

    def realpath(self, path: str) -> str:
        return os.path.normpath(path)

    def lexists(self, path: str) -> bool:
        return path in self._texts or path in self._folders

    def exists(self, path: str) -> bool:
        return self.lexists(path)

    def isdir(self, path: str) -> bool:
        return path in self._folders

    def size(self, path: str) -> int | None:
        if path not in self._texts:
            raise FileNotFoundError(path)
        return len(self._texts[path].encode())

    def read(self, path: str, shown: str) -> bytes:  # noqa: ARG002  the interface names it
        return self._texts[path].encode()

    def look(self, *asked: object) -> NoReturn:
        raise FileNotFoundError(asked)

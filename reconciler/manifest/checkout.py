"""What git says of the bytes of files that nobody has touched since it looked at them.

Of such a file git knows a digest: the id of its blob where nothing converts it, or its Git LFS oid.
A fresh checkout has other inodes and dates, but the same digests, so what an earlier run worked out
is found again without checking the file. As sure as ``git status`` (docs/content-truth.md), and any
doubt only means that the file is read.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.manifest.pointers import LONGEST, lfs_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

WORTH = 1 << 20
"""Bytes that nothing is known of before git is asked: four calls of it cost about 15 ms."""

TICK_NS = 20_000_000
"""More than one tick of any file system's clock with fractions of a second (10 ms at 100 Hz)."""
SECOND_NS = 1_000_000_000

_ENTRY = re.compile(
    r"100(?:644|755) (?P<oid>[0-9a-f]{40}|[0-9a-f]{64}) 0\t(?P<path>[^\0]+)\0"
    r"  ctime: (?P<ctime>\d+:\d+)\n  mtime: (?P<mtime>\d+:\d+)\n"
    r"  dev: \d+\tino: (?P<ino>\d+)\n  uid: \d+\tgid: \d+\n  size: (?P<size>\d+)\tflags: 0\n"
)
_CONFIG = r"^core\.autocrlf$|^filter\..*\.(clean|smudge|process)$"
_OFF = ("unspecified", "unset")
_LFS = "filter.lfs."


@dataclass(frozen=True, slots=True)
class Claim:
    """What git says that the bytes are: ``git:`` and a blob's id, or ``lfs:`` and a sha256; not
    ``sure`` where a later write could have left no trace, so that only reading proves it."""

    text: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as git's index has it; ``stamp`` is size, inode and both times as ``stat`` said."""

    oid: str
    stamp: tuple[int, int, int, int]
    racy: bool
    lfs: bool = False

    @property
    def claim(self) -> Claim:
        return Claim(f"{'lfs' if self.lfs else 'git'}:{self.oid}", not self.racy)


class Checkout:
    """The checkout around a folder; git is asked once, when enough bytes are unknown."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unknown: dict[str, int] = {}
        self._entries: Mapping[str, Entry] | None = None

    def claim(self, path: str, status: os.stat_result) -> Claim | None:
        """For the file at a path without links; None: not known. ``status`` is as it is now."""
        if self._entries is None:
            self._unknown[path] = status.st_size
            if sum(self._unknown.values()) < WORTH:
                return None
            self._entries = dict(_entries(self._root))
        entry = self._entries.get(path)
        return entry.claim if entry is not None and entry.stamp == stamp(status) else None


def stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    """What the index keeps of ``stat``: sizes and inodes in 32 bits."""
    low = 0xFFFF_FFFF
    return (status.st_size & low, status.st_ino & low, status.st_mtime_ns, status.st_ctime_ns)


def _entries(root: Path) -> Iterator[tuple[str, Entry]]:
    """Absolute path and entry of each tracked file below ``root`` whose bytes git knows."""
    from reconciler.git_index import index_listing, index_written  # only who needs it pays for it

    written = index_written(root)
    if written is None:
        return
    listed = _ENTRY.finditer(index_listing(root))
    found = {each["path"]: _entry(each, written) for each in listed}
    if found:
        real = os.path.realpath(root)
        for path, entry in _unconverted(root, found):
            yield os.path.join(real, path), entry


def _entry(each: re.Match[str], written: int) -> Entry:
    times = (_nanoseconds(each["mtime"]), _nanoseconds(each["ctime"]))
    stamp = (int(each["size"]), int(each["ino"]), *times)
    return Entry(each["oid"], stamp, is_racy(max(times), written))


def _nanoseconds(text: str) -> int:
    seconds, _, rest = text.partition(":")
    return int(seconds) * SECOND_NS + int(rest)


def is_racy(latest: int, written: int) -> bool:
    """Whether the file could have been written to after the index was, within one tick."""
    return latest + (TICK_NS if latest % SECOND_NS else 2 * SECOND_NS) >= written


def _unconverted(root: Path, found: Mapping[str, Entry]) -> Iterator[tuple[str, Entry]]:
    """Those whose bytes are those of their blob, and those of Git LFS under their oid."""
    from reconciler.git_index import attributes, settings

    config = settings(root, _CONFIG)
    drivers = {name.rpartition(".")[0] + "." for name in config if name.startswith("filter.")}
    if drivers - {_LFS}:
        return  # whoever defines filters may have run them on anything
    lfs = []
    for path, given in attributes(root, found):
        if _is_converted(given, config):
            continue
        if given["filter"] in _OFF:
            yield path, found[path]
        elif given["filter"] == "lfs" and _is_git_lfs(config):
            lfs.append(path)
    if lfs:
        yield from _pointed(root, lfs, found)


def _is_converted(attributes: Mapping[str, str], config: Mapping[str, str]) -> bool:
    """Whether git may write other bytes than it stores, filters aside."""
    from reconciler.git_index import ENCODING

    if any(attributes[name] not in _OFF for name in ("ident", ENCODING)):
        return True
    if "unset" in (attributes["text"], attributes["crlf"]):
        return False
    if any(attributes[name] not in _OFF for name in ("text", "crlf", "eol")):
        return True
    return config.get("core.autocrlf", "false").lower() not in ("false", "no", "off", "0")


def _is_git_lfs(config: Mapping[str, str]) -> bool:
    driver = [value for name, value in config.items() if name.startswith(_LFS)]
    return bool(driver) and all(value.startswith("git-lfs ") for value in driver)


def _pointed(
    root: Path, paths: list[str], found: Mapping[str, Entry]
) -> Iterator[tuple[str, Entry]]:
    """Files of Git LFS under the oid in their pointer, where their size is the pointer's."""
    from reconciler.git_index import small_blobs

    texts = small_blobs(root, (found[path].oid for path in paths), LONGEST)
    for path, text in zip(paths, texts, strict=False):
        pointer, entry = lfs_pointer(text.encode()), found[path]
        if pointer and entry.stamp[0] == pointer.size & 0xFFFF_FFFF:
            yield path, Entry(pointer.sha256, entry.stamp, entry.racy, lfs=True)

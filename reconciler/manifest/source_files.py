"""The files below ``source.path``: regular ones, without the hidden, picked by ``include``."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.manifest.files import DISK
from reconciler.manifest.globs import glob
from reconciler.manifest.quoting import escaped
from reconciler.manifest.source_path import inside

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from reconciler.manifest.files import Entry, Files


@dataclass(slots=True)
class Listing:
    """``files`` are keys (relative POSIX paths) with the real path of each; ``problems`` say
    what stands in the way, ``unmatched`` which globs found nothing."""

    files: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)


def list_files(top: str, root: str, include: Sequence[str], tree: Files = DISK) -> Listing:
    """The files of a source; ``top`` is a folder or a file, free of links, inside the root."""
    found = Listing()
    if not tree.isdir(top):
        _take(found, os.path.basename(top), top, tree)
        return found
    patterns = {pattern: glob(pattern) for pattern in include}
    used: set[str] = set()
    _walk(_Walk(found, root, patterns, used, tree), top, "", frozenset({top}))
    found.unmatched = [pattern for pattern in include if pattern not in used]
    found.files = dict(sorted(found.files.items()))
    _refuse_twins(found)
    if not found.files and not found.problems:
        found.problems.append("holds no file" + (" that include picks" if include else ""))
    return found


@dataclass(frozen=True, slots=True)
class _Walk:
    found: Listing
    root: str
    patterns: dict[str, re.Pattern[str]]
    used: set[str]
    tree: Files


def _walk(walk: _Walk, folder: str, prefix: str, above: frozenset[str]) -> None:
    try:
        entries = walk.tree.scandir(folder)
    except OSError as error:
        walk.found.problems.append(f"{escaped(prefix or '.')}: cannot be read: {error.strerror}")
        return
    for entry in entries:
        if not entry.name.startswith("."):
            _visit(walk, entry, prefix + entry.name, above)


def _visit(walk: _Walk, entry: Entry, key: str, above: frozenset[str]) -> None:
    if not (entry.is_dir() or _wanted(walk, key)):
        return
    real = walk.tree.realpath(entry.path) if entry.is_symlink() else entry.path
    if not inside(real, walk.root):
        walk.found.problems.append(f"{escaped(key)}: a link that leaves the project's root")
    elif not walk.tree.lexists(real):
        walk.found.problems.append(f"{escaped(key)}: a broken link")
    elif not walk.tree.isdir(real):
        _take(walk.found, key, real, walk.tree)
    elif real in above:
        walk.found.problems.append(f"{escaped(key)}: a link to a folder that contains it")
    else:
        _walk(walk, real, f"{key}/", above | {real})


def _wanted(walk: _Walk, key: str) -> bool:
    matching = [
        pattern for pattern, expression in walk.patterns.items() if expression.fullmatch(key)
    ]
    walk.used.update(matching)
    return bool(matching) or not walk.patterns


def _take(found: Listing, key: str, real: str, tree: Files) -> None:
    try:
        key.encode()
        regular = tree.size(real) is not None
    except UnicodeEncodeError:
        found.problems.append(f"{escaped(key)}: its name is not UTF-8")
    except OSError as error:
        found.problems.append(f"{escaped(key)}: cannot be read: {error.strerror}")
    else:
        if not regular:
            found.problems.append(f"{escaped(key)}: not a regular file")
        elif escaped(key) != key and len(key) <= 100:
            found.problems.append(f"{escaped(key)}: its name has a control character")
        else:
            found.files[key] = real


def _refuse_twins(found: Listing) -> None:
    """Names that some file system or storage takes for one: other case, other composition."""
    seen: dict[str, str] = {}
    for key in found.files:
        plain = unicodedata.normalize("NFC", key).casefold()
        first = seen.setdefault(plain, key)
        if first != key:
            message = f"{escaped(key)} and {escaped(first)} differ only in case or composition"
            found.problems.append(message)

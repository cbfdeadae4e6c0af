"""Local bytes against stored bytes in steps of certainty: hash, then size, then unverifiable.

Unverifiable is never *changed*: where nothing is known, nothing is concluded (contract 4.4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from reconciler.kinds.kind import Readiness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.desired.resource import Resource
    from reconciler.kinds.kind import Kind
    from reconciler.live.content_wish import Hasher
    from reconciler.live.state import LiveResource, StoredContent, StoredFile
    from reconciler.manifest.file_set import FileSet, LocalFile

SOURCE = "source"
"""The field of spec that says where the bytes are; in ``ignoreChanges`` they are not compared."""

UNNAMED = "the platform lists no file for it"
UNTOLD = "the storage reports neither hash nor size"
NOT_HERE = "neither its size nor the hash that the storage reports is known here"


class Verdict(Enum):
    """What is known of one file; ``extra`` is stored and not declared (platforms add files)."""

    HASH = "equal by hash"
    SIZE = "equal by size"
    CHANGED = "changed"
    MISSING = "missing"
    EXTRA = "extra"
    UNVERIFIABLE = "unverifiable"
    NOT_CHECKED = "not checked"


DIFFERENT = (Verdict.CHANGED, Verdict.MISSING)


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """One file with both sides, None where there is none; ``why`` it could not be verified."""

    key: str
    verdict: Verdict
    local: LocalFile | None = None
    stored: StoredFile | None = None
    why: str = ""


def checkable(resource: Resource, live: LiveResource | None, kind: Kind) -> bool:
    """Whether the storage can be asked for the bytes that the manifest declares.

    Only READY resources have download URLs; what was made elsewhere has nothing to compare with.
    """
    return (
        live is not None
        and kind.content is not None
        and resource.files is not None
        and not resource.absent
        and kind.readiness(live.state) is Readiness.READY
        and SOURCE not in resource.manifest.lifecycle.ignore_changes
    )


def verdicts(files: FileSet, content: StoredContent | None, kind: Kind) -> tuple[FileVerdict, ...]:
    """A verdict for each declared file and each extra one; ``content`` None: nobody asked."""
    if content is None:
        return tuple(FileVerdict(f.key, Verdict.NOT_CHECKED, f) for f in files.files)
    if not content.files:
        why = content.why or UNNAMED
        return tuple(FileVerdict(f.key, Verdict.UNVERIFIABLE, f, why=why) for f in files.files)
    pairs = dict(paired(files, content, kind))
    found = [_judged(file, pairs[file.key]) for file in files.files if file.key in pairs]
    absent = [FileVerdict(f.key, Verdict.MISSING, f) for f in files.files if f.key not in pairs]
    return (*sorted([*found, *absent], key=lambda each: each.key), *_extra(files, content, kind))


def paired(
    files: FileSet, content: StoredContent, kind: Kind
) -> Iterator[tuple[str, StoredFile | None]]:
    """Local keys with what is stored for them. Where a kind has one file, no document says under
    which name the storage keeps it: then the one is the other."""
    if _is_one_file(files, content, kind):
        yield files.files[0].key, next(iter(content.files.values()))
        return
    for file in files.files:
        if file.key in content.files:
            yield file.key, content.files[file.key]


def differs(found: Iterable[FileVerdict]) -> bool:
    return any(each.verdict in DIFFERENT for each in found)


def judge(local: LocalFile, stored: StoredFile) -> Verdict:
    """One file that both sides have, as far as its digests are known."""
    sizes = _size(local) is not None and stored.size is not None
    if sizes and local.size != stored.size:
        return Verdict.CHANGED
    hashes = ((local.crc32c, stored.crc32c), (local.md5, stored.md5))
    equal = [ours == theirs for ours, theirs in hashes if ours is not None and theirs is not None]
    if equal:
        return Verdict.HASH if all(equal) else Verdict.CHANGED
    return Verdict.SIZE if sizes else Verdict.UNVERIFIABLE


def _judged(local: LocalFile, stored: StoredFile | None) -> FileVerdict:
    if stored is None:
        return FileVerdict(local.key, Verdict.MISSING, local)
    verdict = judge(local, stored)
    why = (stored.why or _untold(stored)) if verdict is Verdict.UNVERIFIABLE else ""
    return FileVerdict(local.key, verdict, local, stored, why)


def _untold(stored: StoredFile) -> str:
    told = (stored.size, stored.crc32c, stored.md5)
    return UNTOLD if all(each is None for each in told) else NOT_HERE


def _extra(files: FileSet, content: StoredContent, kind: Kind) -> Iterator[FileVerdict]:
    if _is_one_file(files, content, kind):
        return
    ours = {file.key for file in files.files}
    for key in sorted(content.files.keys() - ours):
        yield FileVerdict(key, Verdict.EXTRA, stored=content.files[key])


def _is_one_file(files: FileSet, content: StoredContent, kind: Kind) -> bool:
    single = kind.content is not None and kind.content.single_file
    return single and len(files.files) == len(content.files) == 1


def _size(local: LocalFile) -> int | None:
    """None for a missing file that is only pinned: nobody knows its size."""
    return local.size if local.identity is not None or local.size else None


def with_digests(files: FileSet, content: StoredContent, kind: Kind, hasher: Hasher) -> FileSet:
    """The files with a digest wherever only that can tell whether they are stored."""
    stored = dict(paired(files, content, kind))

    def hashed(file: LocalFile) -> LocalFile:
        there = stored.get(file.key)
        if there is None or judge(file, there) is Verdict.CHANGED:
            return file
        if there.crc32c is None and there.md5 is None:
            return file
        return hasher(file, there.crc32c is None)

    return replace(files, files=tuple(map(hashed, files.files)))

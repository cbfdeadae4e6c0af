"""What is known of the bytes of one resource, file by file: those that differ first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.live.verdicts import DIFFERENT, Verdict
from reconciler.report.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.live.state import StoredFile
    from reconciler.live.verdicts import FileVerdict
    from reconciler.manifest.file_set import LocalFile

MOST = 20
"""Files that are named; the rest, which differ the least, are counted."""


def file_lines(found: Sequence[FileVerdict]) -> Iterator[str]:
    """A line of counts, then one a file with both sides; nothing where nothing is compared."""
    if not found:
        return
    counts = Counter(each.verdict for each in found)
    said = ", ".join(
        f"{counts[verdict]:,} {verdict.value}" for verdict in Verdict if counts[verdict]
    )
    yield f"files: {said}"
    ordered = sorted(found, key=_urgency)
    yield from (_line(each) for each in ordered[:MOST])
    if len(ordered) > MOST:
        yield f"… and {len(ordered) - MOST:,} more"


def _urgency(each: FileVerdict) -> tuple[int, str]:
    if each.verdict in DIFFERENT:
        return 0, each.key
    return (1 if each.verdict is Verdict.UNVERIFIABLE else 2), each.key


def _line(each: FileVerdict) -> str:
    why = f" ({each.why})" if each.why else ""
    sides = f"{_side(each.local)} | {_side(each.stored)}"
    return escape(f"{each.key[:120]}: {each.verdict.value}{why}: {sides}")


def _side(side: LocalFile | StoredFile | None) -> str:
    """Size and the hash that counts, as far as they are known."""
    if side is None:
        return "-"
    size = f"{side.size} bytes" if side.size is not None else "size not known"
    digest = f", crc32c {side.crc32c}" if side.crc32c else f", md5 {side.md5}" if side.md5 else ""
    return f"{size}{digest}"

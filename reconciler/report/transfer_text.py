"""Bytes under way in words: how much, how fast, how long, what is known to be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.plan.sizes import counted, size_text
from reconciler.report.pace import PERCENT, left, seconds_text

if TYPE_CHECKING:
    from reconciler.execute.event import Event, Transfer

NO_HASH = "size"


def amount(event: Event) -> str:
    """``34 %  31 MB of 91 MB``; "" for a percentage, which stands in the text already."""
    if not event.total or (event.total == PERCENT and event.transfer is None):
        return ""
    return bytes_text(event.done, event.total)


def bytes_text(done: int, total: int) -> str:
    percent = done * PERCENT // total if total else PERCENT
    return f"{percent} %  {size_text(done)} of {size_text(total)}"


def speed_text(done: int, total: int, rate: float | None) -> str:
    """``11 MB/s  eta 26 s``; ``stalled`` while nothing moves; "" when it is too early to tell."""
    if rate is None or done >= total:
        return ""
    seconds = left(done, total, rate)
    if seconds is None:
        return "stalled"
    return f"{size_text(round(rate))}/s  eta {seconds_text(seconds)}"


def took_text(moved: int, seconds: float) -> str:
    """``in 26 s  11 MB/s``: how long it took, and how fast it was on the whole."""
    rate = f"{size_text(round(moved / seconds))}/s" if seconds >= 1 else ""
    return joined(f"in {seconds_text(seconds)}", rate)


def files_text(transfer: Transfer) -> str:
    """What is known to be right so far; "" for a single file that is not through."""
    if transfer.files == 1:
        return _one_file(transfer.checked)
    if transfer.hashed == transfer.whole:
        return f"{transfer.whole:,} of {counted(transfer.files, 'file')} verified"
    sent = f"{transfer.whole:,} of {counted(transfer.files, 'file')} sent"
    return f"{sent}, {transfer.hashed:,} verified by hash"


def _one_file(checked: str) -> str:
    if not checked:
        return ""
    return "size compared, no hash reported" if checked == NO_HASH else f"verified by {checked}"


def earlier_text(event: Event) -> str:
    """``60 MB sent earlier`` when an earlier run had done part of it."""
    before = event.done - event.transfer.moved if event.transfer else 0
    return f"{size_text(before)} sent earlier" if before > 0 else ""


def rest_text(event: Event, rate: float | None) -> str:
    """``eta 40 min`` of a job that tells its percent; "" when nobody can say."""
    counts = event.transfer is None and event.total == PERCENT
    seconds = left(event.done, event.total, rate) if counts else None
    return "" if seconds is None else f"eta {seconds_text(seconds)}"


def joined(*parts: str) -> str:
    return "  ".join(part for part in parts if part)

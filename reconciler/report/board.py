"""What an apply has under way, as values that bars are drawn from; knows no terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.execute.event import EventType
from reconciler.plan.plan import Verb
from reconciler.plan.sizes import counted
from reconciler.report.bar import MOST_FILES, Bar, FileUnderWay
from reconciler.report.escape import escape
from reconciler.report.pace import Pace, Paces, seconds_text
from reconciler.report.progress import event_text, progress_text
from reconciler.report.transfer_text import (
    bytes_text,
    joined,
    rest_text,
    speed_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.execute.event import Event, Transfer
    from reconciler.plan.plan import Plan
    from reconciler.ref import ResourceRef

SETTLED = (EventType.DONE, EventType.FAILED, EventType.SKIPPED)


@dataclass(slots=True)
class _UnderWay:
    """A resource under way: its last event and the files that move just now."""

    event: Event
    since: float
    paces: Paces = field(default_factory=Paces)
    files: dict[str, FileUnderWay] = field(default_factory=dict)

    def saw(self, event: Event, now: float) -> None:
        self.event = event
        self.paces.saw(event, now)
        if event.transfer is None:
            self.files.clear()
        else:
            self._file(event.transfer, now)

    def _file(self, transfer: Transfer, now: float) -> None:
        if transfer.checked:
            self.files.pop(transfer.key, None)
            return
        file = self.files.setdefault(transfer.key, FileUnderWay(transfer.done, transfer.total))
        file.saw(transfer.done, now)

    def bars(self, now: float) -> Iterator[Bar]:
        """The whole, then, of several files, those that move."""
        event, seconds = self.event, now - self.since
        rate = self.paces.rate(event, now)
        if event.transfer is None:
            words = joined(event_text(event), seconds_text(seconds), rest_text(event, rate))
        else:
            words = progress_text(event, rate, seconds).removeprefix("uploading  ")
        yield Bar(escape(str(event.ref)), escape(words), event.done, event.total)
        if event.transfer is not None and event.transfer.files > 1:
            for key, file in self.files.items():
                yield file.bar(key, now)


class Board:
    """Fed with every event of an apply; ``bars`` and ``footer`` are what to draw at a moment."""

    def __init__(self, plan: Plan) -> None:
        self._pending = len(plan.pending)
        self._settled = 0
        self._under_way: dict[ResourceRef, _UnderWay] = {}
        self._planned = {
            change.ref: sum(step.bytes for step in change.steps if step.verb is Verb.UPLOAD)
            for change in plan.pending
        }
        self._bytes: dict[ResourceRef, tuple[int, int]] = {}  # done, moved
        self._pace = Pace()

    def saw(self, event: Event, now: float) -> None:
        if event.type in SETTLED:
            self._settled += 1
            self._under_way.pop(event.ref, None)
        elif event.type is not EventType.NOTICE:
            self._under_way.setdefault(event.ref, _UnderWay(event, now)).saw(event, now)
            self._count(event, now)

    def words(self, ref: ResourceRef, now: float) -> str:
        """What the bar of a resource under way says, without the bar."""
        under_way = self._under_way[ref]
        event = under_way.event
        rate = under_way.paces.rate(event, now)
        return escape(progress_text(event, rate, now - under_way.since))

    def _count(self, event: Event, now: float) -> None:
        if event.transfer is None:
            return
        self._planned[event.ref] = event.total
        self._bytes[event.ref] = (event.done, event.transfer.moved)
        self._pace.saw(sum(moved for _, moved in self._bytes.values()), now)

    def bars(self, now: float, room: int) -> list[Bar]:
        """At most ``room`` lines, and of them at most eight of files: no list grows without end."""
        resources: list[Bar] = []
        files = 0
        for under_way in self._under_way.values():
            for bar in under_way.bars(now):
                files += bar.depth
                if not bar.depth or files <= MOST_FILES:
                    resources.append(bar)
        hidden = len(resources) - room
        if hidden <= 0:
            return resources
        return [*resources[: room - 1], Bar("", f"and {hidden + 1:,} more lines")]

    def footer(self, now: float) -> str:
        """``2 of 5 settled  34 %  3.1 GB of 9.8 GB  110 MB/s  eta 1 min``; "" where nothing is
        changed, but only waited for."""
        if not self._pending:
            return ""
        text = f"{self._settled:,} of {counted(self._pending, 'change')} settled"
        total = sum(self._planned.values())
        done = sum(done for done, _ in self._bytes.values())
        if not total or len(self._planned) < 2:
            return text
        return joined(text, bytes_text(done, total), speed_text(done, total, self._pace.rate(now)))

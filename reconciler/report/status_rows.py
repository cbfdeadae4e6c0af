"""What there is to say of each resource: state, meaning, progress, cost, a note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.diff.look import Look
from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import all_kinds, kind
from reconciler.live.said import (
    cause,
    estimated_usd,
    log_command,
    page_link,
    percent,
    progress_words,
    status_message,
)
from reconciler.report.escape import shorten
from reconciler.report.money import usd_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.live.state import LiveResource, LiveState

NOT_THERE = "not there"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """``meaning`` is a Readiness word, or ``absent``; ``progress`` like ``38 %, epoch 1``;
    ``cost`` is the server's own estimate in US dollars; "" where there is nothing to say."""

    resource: str
    id: str
    state: str
    meaning: str
    progress: str = ""
    cost: str = ""
    note: str = ""
    link: str = ""


def status_rows(
    desired: DesiredState, live: LiveState, *, everything: bool = False
) -> tuple[StatusRow, ...]:
    """The declared resources in the order of their files, or all live ones by kind and name."""
    look = Look(desired, live, all_kinds())
    if everything:
        return tuple(_live_rows(look))
    return tuple(_declared(resource, look) for resource in desired.resources.values())


def _declared(resource: Resource, look: Look) -> StatusRow:
    found, live = look.find(resource), look.live
    if found is None:
        note = "tombstone" if resource.absent else ""
        unread = resource.ref.kind in live.incomplete
        state = "not read" if unread else NOT_THERE
        return StatusRow(str(resource.ref), resource.id, state, "absent", note=note)
    return _row(str(resource.ref), found, "to be deleted" if resource.absent else "")


def _live_rows(look: Look) -> Iterable[StatusRow]:
    jobs, live = look.desired.resources.values(), look.live
    declared = {found.name: job.ref for job in jobs if (found := look.find(job)) is not None}
    makers = {job.output_model: job.ref for job in jobs if job.output_model}
    for found in sorted(live.resources.values(), key=lambda one: (one.kind, one.name)):
        ref, maker = declared.get(found.name), makers.get(found.name)
        name = str(ref) if ref is not None else f"{found.kind}/{found.id}"
        made = f"made by {maker}" if maker is not None else "not declared"
        yield _row(name, found, "" if ref is not None else made)


def _row(name: str, found: LiveResource, note: str) -> StatusRow:
    meaning = kind(found.kind).readiness(found.state)
    usd = estimated_usd(found.body)
    return StatusRow(
        resource=name,
        id=found.id,
        state=found.state or "-",
        meaning=meaning.value,
        progress=progress_words(found.body),
        cost="" if usd is None else usd_text(usd),
        note="; ".join(part for part in (note, *_notes(found, meaning)) if part),
        link=page_link(found.body),
    )


def _notes(found: LiveResource, meaning: Readiness) -> Iterable[str]:
    """What is to be said of a state that is not the good end."""
    if meaning is Readiness.READY:
        return
    yield shorten(status_message(found))
    if meaning is Readiness.FAILED:
        yield cause(found)
        yield log_command(found)
    if found.state.endswith("RUNNING") and not percent(found.body):
        yield "no progress reported yet"

"""What there is to say of each resource: state, meaning, progress, cost, a note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.diff.look import Look
from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import all_kinds, kind
from reconciler.report.escape import shorten

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
    message = _message(found) if meaning is not Readiness.READY else ""
    return StatusRow(
        resource=name,
        id=found.id,
        state=found.state or "-",
        meaning=meaning.value,
        progress=_progress(found.body),
        cost=_cost(found.body),
        note="; ".join(part for part in (note, message) if part),
        link=_link(found),
    )


def _message(found: LiveResource) -> str:
    status = found.body.get("status")
    return shorten(str(status.get("message") or "")) if isinstance(status, dict) else ""


def _progress(body: Any) -> str:
    progress = body.get("jobProgress")
    if not isinstance(progress, dict):
        return ""
    parts = []
    if progress.get("percent") is not None:
        parts.append(f"{progress['percent']} %")
    if progress.get("epoch") is not None:
        parts.append(f"epoch {progress['epoch']}")
    return ", ".join(parts)


def _cost(body: Any) -> str:
    """``estimatedCost`` is a google.type.Money: units as an int64 string, nanos beside it."""
    money = body.get("estimatedCost")
    if not isinstance(money, dict):
        return ""
    try:
        amount = int(money.get("units") or 0) + int(money.get("nanos") or 0) / 1e9
    except (TypeError, ValueError):
        return ""
    return f"${amount:,.2f}"


def _link(found: LiveResource) -> str:
    """The run's page at Weights & Biases, where the job has one. Never a signed URL."""
    config = found.body.get("wandbConfig")
    url = found.body.get("wandbUrl") or (config.get("url") if isinstance(config, dict) else None)
    return url if isinstance(url, str) and "?" not in url else ""

"""Every resource with its state: a table for people, a document for machines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import kind
from reconciler.report.escape import escape, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.desired.resource import DesiredState, Resource
    from reconciler.live.state import LiveResource, LiveState
    from reconciler.report.style import Style

HEADS = ("RESOURCE", "ID", "STATE", "PROGRESS", "COST", "NOTE")
NOT_THERE = "not there"
COLOUR = {"ready": "green", "failed": "red", "pending": "cyan", "absent": "dim"}


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


def render_status(
    desired: DesiredState, live: LiveState, style: Style, *, everything: bool = False
) -> str:
    """The table, ending with a newline; ``everything`` lists what is live, declared or not."""
    rows = status_rows(desired, live, everything=everything)
    if not rows:
        return "Nothing is live.\n" if everything else "No resource is declared.\n"
    cells = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    used = [column for column in range(len(HEADS)) if any(line[column] for line in cells[1:])]
    lines = []
    for line, row in zip(cells, (None, *rows), strict=True):
        text = "  ".join(f"{line[column]:<{widths[column]}}" for column in used).rstrip()
        lines.append(style.paint(text, *_colours(row)))
    lines += [escape(f"{name}: not read: {why}") for name, why in sorted(live.incomplete.items())]
    return style.plain("\n".join(lines) + "\n")


def status_json(desired: DesiredState, live: LiveState, *, everything: bool = False) -> str:
    rows = status_rows(desired, live, everything=everything)
    document = {
        "account": live.account,
        "resources": [asdict(row) for row in rows],
        "incomplete": dict(sorted(live.incomplete.items())),
    }
    return json.dumps(document, indent=2) + "\n"


def status_rows(
    desired: DesiredState, live: LiveState, *, everything: bool = False
) -> tuple[StatusRow, ...]:
    """The declared resources in the order of their files, or all live ones by kind and name."""
    if everything:
        return tuple(_live_rows(desired, live))
    return tuple(_declared(resource, live) for resource in desired.resources.values())


def _declared(resource: Resource, live: LiveState) -> StatusRow:
    found = live.get(resource.name)
    if found is None:
        note = "tombstone" if resource.absent else ""
        unread = resource.ref.kind in live.incomplete
        state = "not read" if unread else NOT_THERE
        return StatusRow(str(resource.ref), resource.id, state, "absent", note=note)
    return _row(str(resource.ref), found, "to be deleted" if resource.absent else "")


def _live_rows(desired: DesiredState, live: LiveState) -> Iterable[StatusRow]:
    declared = {resource.name: resource.ref for resource in desired.resources.values()}
    jobs = desired.resources.values()
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


def _cells(row: StatusRow) -> Sequence[str]:
    note = f"{row.note} {row.link}".strip()
    cells = (row.resource, row.id, row.state, row.progress, row.cost, note)
    return [escape(cell) for cell in cells]


def _colours(row: StatusRow | None) -> tuple[str, ...]:
    if row is None:
        return ("bold",)
    return (COLOUR[row.meaning],) if row.meaning in COLOUR else ()

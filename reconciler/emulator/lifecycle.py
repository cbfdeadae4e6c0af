"""Life over time: the states a record will pass through, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.emulator.platform import Platform
from reconciler.emulator.store import Record

GONE = "GONE"
"""Not a state of the API: the record vanishes."""

Arrival = Callable[[Platform, Record], None]
"""What happens when a record reaches a state, such as writing a job's output model."""


def schedule(
    platform: Platform, record: Record, steps: list[tuple[float, str, dict[str, Any]]]
) -> None:
    """Let the record pass through `steps` of (seconds from now, state, fields to set), kept with
    epoch seconds and as JSON, so that they survive."""
    now = platform.clock.now()
    record.meta["script"] = [[now + after, state, fields] for after, state, fields in steps]
    platform.store.save(record)


def tick(platform: Platform, arrivals: Mapping[str, Arrival]) -> None:
    """Bring every moving record to where the clock says it is.

    arrivals: by collection segment, called after each change of state.
    """
    now = platform.clock.now()
    for record in list(platform.store.moving.values()):
        while record.meta.get("script") and record.meta["script"][0][0] <= now:
            _step(platform, record, arrivals.get(record.parent.rsplit("/", 1)[-1]))


def _step(platform: Platform, record: Record, arrival: Arrival | None) -> None:
    _, state, fields = record.meta["script"].pop(0)
    if state == GONE:
        record.meta["script"] = []
        platform.remove(record)
        return
    record.fields.update(fields)
    record.fields["state"] = state
    platform.touch(record)
    if arrival is not None:
        arrival(platform, record)

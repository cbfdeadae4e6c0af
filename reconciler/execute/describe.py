"""A live resource's state and progress in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource


def failure(live: LiveResource, way_out: str) -> ReconcilerError:
    """A resource that ended badly, in the platform's own words; ``way_out`` makes another."""
    return ReconcilerError(
        f"ended as {live.state}{': ' if status_message(live) else ''}{status_message(live)}",
        f"to try again on purpose: {way_out}",
    )


def describe(live: LiveResource) -> str:
    """``running 38 %, epoch 1``: the state in words, with what the job says of its progress."""
    words = live.state.removeprefix("JOB_STATE_").replace("_", " ").lower() or "no state yet"
    percent, epoch = progress_percent(live.body), _progress(live.body).get("epoch")
    parts = [words if percent is None else f"{words} {percent} %"]
    return ", ".join([*parts, f"epoch {epoch}"] if epoch is not None else parts)


def progress_percent(body: Any) -> int | None:
    """Whole percent of a job, None when it does not say."""
    percent = _progress(body).get("percent")
    return int(percent) if isinstance(percent, int | float) else None


def _progress(body: Any) -> dict[str, Any]:
    progress = body.get("jobProgress")
    return progress if isinstance(progress, dict) else {}


def status_message(live: LiveResource) -> str:
    status = live.body.get("status")
    message = status.get("message") if isinstance(status, dict) else None
    return str(message)[:500] if message else ""

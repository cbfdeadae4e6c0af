"""What a record says of itself, in words: its state, progress, price, message and page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.live.state import LiveResource

    Body = Mapping[str, Any]

_INT64 = 2**63
_OURS = "the same job may well succeed when it runs again"
CAUSES = {
    "INVALID_ARGUMENT": "the job or its rows are at fault: `reconciler data` shows the rows",
    "FAILED_PRECONDITION": "something that it needs was not ready or not allowed",
    "NOT_FOUND": "something that it refers to was missing",
    "ALREADY_EXISTS": "what it was to make already existed",
    "PERMISSION_DENIED": "the account may not do this: ask its administrator",
    "RESOURCE_EXHAUSTED": "a quota or the budget of the account is used up: raise it first",
    "CANCELLED": "somebody cancelled it",
} | dict.fromkeys(
    ("ABORTED", "DATA_LOSS", "DEADLINE_EXCEEDED", "INTERNAL", "UNAVAILABLE", "UNKNOWN"),
    f"a failure of the platform: {_OURS}",
)
"""By ``status.code`` of a job that ended badly (fact sheet 14.4); most fail on the platform's side
(section 22, row 14)."""


LOG_FIELD = "trainerLogsSignedUrl"


def state_words(live: LiveResource) -> str:
    """``running``, ``writing results``."""
    return live.state.removeprefix("JOB_STATE_").replace("_", " ").lower() or "no state yet"


def percent(body: Body) -> int | None:
    """Whole percent of a job, None when it does not say."""
    found = _progress(body).get("percent")
    return int(found) if isinstance(found, int | float) else None


def progress_words(body: Body) -> str:
    """``38 %, epoch 1, 120 of 500 rows, 1.2M tokens``; "" when the job says nothing."""
    return ", ".join(_progress_parts(body))


def _progress_parts(body: Body) -> Iterator[str]:
    said = _progress(body)
    if (found := percent(body)) is not None:
        yield f"{found} %"
    if said.get("epoch") is not None:
        yield f"epoch {said['epoch']}"
    done, total = count(said, "totalProcessedRequests"), count(said, "totalInputRequests")
    if total:
        yield f"{done:,} of {total:,} rows"
    elif rows := count(said, "outputRows"):
        yield f"{rows:,} rows"
    if failed := count(said, "failedRequests"):
        yield f"{failed:,} failed"
    if tokens := count(said, "inputTokens") + count(said, "outputTokens"):
        yield f"{tokens_text(tokens)} tokens"
    if hours := _gpu_hours(body):
        yield f"{hours:.1f} GPU hours"


def _gpu_hours(body: Body) -> float:
    """What a job has used so far, over all accelerators; it says so when it has ended."""
    used = body.get("acceleratorSeconds")
    return sum(count(used, name) for name in used) / 3600 if isinstance(used, dict) else 0.0


def tokens_text(tokens: float) -> str:
    """``1.2M``, ``3.4k``, ``120``."""
    if tokens >= 1_000_000:
        return f"{tokens / 1_000_000:.1f}M"
    return f"{tokens / 1000:.1f}k" if tokens >= 1000 else f"{tokens:.0f}"


def _progress(body: Body) -> Mapping[str, Any]:
    progress = body.get("jobProgress")
    return progress if isinstance(progress, dict) else {}


def count(said: Mapping[str, Any], name: str) -> int:
    """A count of any spelling (int64 travels as text); 0 for what is none, or is beyond int64."""
    try:
        found = int(said.get(name) or 0)
        return found if 0 <= found < _INT64 else 0
    except (TypeError, ValueError):
        return 0


def status_message(live: LiveResource, most: int = 500) -> str:
    message = _status(live).get("message")
    return str(message)[:most] if message else ""


def cause(live: LiveResource) -> str:
    """What the code of its status means to who reads it; "" when it says nothing."""
    return CAUSES.get(str(_status(live).get("code") or ""), "")


def _status(live: LiveResource) -> Mapping[str, Any]:
    status = live.body.get("status")
    return status if isinstance(status, dict) else {}


def estimated_usd(body: Body) -> float | None:
    """The server's own estimate, a google.type.Money: units as an int64 string, nanos beside it.
    None when there is none, or in another currency."""
    money = body.get("estimatedCost")
    if not isinstance(money, dict) or money.get("currencyCode") not in (None, "", "USD"):
        return None
    try:
        return int(money.get("units") or 0) + int(money.get("nanos") or 0) / 1e9
    except (TypeError, ValueError, OverflowError):
        return None


def page_link(body: Body) -> str:
    """The run's page at Weights & Biases, where the job has one. Never a signed URL."""
    config = body.get("wandbConfig")
    url = body.get("wandbUrl") or (config.get("url") if isinstance(config, dict) else None)
    return url if isinstance(url, str) and "?" not in url else ""


def log_command(live: LiveResource) -> str:
    """What saves the log of a job's trainer, where the account may read it: its link is signed and
    never shown. "" where there is none."""
    ref = f"{live.kind}/{live.id}"
    return f"reconciler metrics {ref} --log trainer.log" if live.body.get(LOG_FIELD) else ""

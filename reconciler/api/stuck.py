"""Reads what a PATCH was about until every field that was sent is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.api.verify import did_not_stick
from reconciler.errors import AnswerLost, ApiError, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.api.clock import Clock
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource

TRIES = 4  # reads after a PATCH, a second apart: reads may lag behind writes (F20)


def until_it_stuck(
    kind: Kind,
    fields: Mapping[str, Any],
    read: Callable[[], LiveResource | None],
    clock: Clock,
    path: str,
) -> LiveResource:
    """The resource with every field in it. Raises ApiError naming the one that is not there,
    AnswerLost when nobody can look. ``path``: of the PATCH, for the errors."""
    for left in reversed(range(TRIES)):
        live = _look(read)
        wrong = next(did_not_stick(kind, fields, live.body if live else {}), None)
        if live is not None and wrong is None:
            return live
        if left:
            clock.sleep(1.0)
    raise _not_stuck(path, wrong)


def _look(read: Callable[[], LiveResource | None]) -> LiveResource | None:
    """Read after a write that was answered: a failure to look must not say it was not made."""
    try:
        return read()
    except Unavailable as error:
        raise AnswerLost(
            f"updated, but the result cannot be read: {error.message}",
            status=error.status,
            method=error.method,
            path=error.path,
            attempts=error.attempts,
        ) from error


def _not_stuck(path: str, wrong: tuple[str, Any, Any] | None) -> ApiError:
    if wrong is None:
        return NotFound("it vanished while it was updated", method="PATCH", path=path)
    field, sent, live = wrong
    text = f"{field} did not stick: sent {_brief(sent)}, but the platform has {_brief(live)}"
    hint = f"remove {field} from the manifest, or list it in lifecycle.ignoreChanges"
    return ApiError(text, method="PATCH", path=path, hint=hint)


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:119] + "…"

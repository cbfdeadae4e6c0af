"""What is said of a change in every rendering: its steps, why, and the id that it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import kind
from reconciler.report.escape import escape
from reconciler.report.values import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.diff.change import FieldChange
    from reconciler.plan.plan import PlannedChange


def steps_text(planned: PlannedChange) -> str:
    """``create → upload 3 files, 91 MB → validate``; "" when nothing runs. Not escaped."""
    return " → ".join(step.detail or step.verb.value for step in planned.steps)


LATER = "(known after apply"
DIRTY = "-dirty"
"""How a commit ends that is not all of what was planned (git.head_commit)."""


def commit_text(commit: str) -> str:
    """``93f068e363``; ``93f068e363-dirty`` where files differ from the commit."""
    return commit[:10] + (DIRTY if commit.endswith(DIRTY) else "")


def own_id(planned: PlannedChange) -> str:
    """The id in the account, where it is not simply the name (contentHash, attempt)."""
    if named_by_server(planned):
        return f"{LATER})"
    id_ = planned.change.resource.id
    return id_ if id_ != planned.ref.name else ""


def named_by_server(planned: PlannedChange) -> bool:
    """Whether the change makes something whose name the platform chooses when it is made."""
    making = planned.action in (Action.CREATE, Action.RUN, Action.REPLACE)
    return making and not planned.change.resource.name


def before_text(field: FieldChange) -> str:
    """What the field is now; of something that a job has yet to make, nobody knows."""
    if field.known_after is not None:
        return f"{LATER}: {escape(str(field.known_after))})"
    return value_text(field.before)


def worth_a_line(planned: PlannedChange) -> bool:
    """Of what does not change, only what is not simply as it should be: a job that runs or has
    failed, a model that a job has yet to make, a list that could not be read."""
    live = planned.change.live
    if planned.action is not Action.NONE or planned.blocked_by:
        return bool(planned.blocked_by) and planned.action is Action.NONE
    if live is None:
        return not planned.change.resource.absent
    return kind(live.kind).readiness(live.state) is not Readiness.READY


def ways_out(planned: PlannedChange) -> Iterator[tuple[str, str]]:
    """What forbids the change, each with its hint ("" for none); a refusal is told once, whoever
    repeats it. Not escaped."""
    hints = {refusal.message: refusal.hint or "" for refusal in planned.change.refusals}
    for words in planned.blocked_by:
        yield words, hints.pop(words, "")
    yield from hints.items()

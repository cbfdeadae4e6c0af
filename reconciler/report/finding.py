"""What a tool that marks lines of files is told: a problem, or a change that a plan would make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from reconciler.diagnostic import Severity
from reconciler.report.money import cost_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.diagnostic import Diagnostic, SourceLocation
    from reconciler.plan.plan import Plan, PlannedChange


class Level(Enum):
    """In the words of SARIF; ``annotation`` is GitHub's word."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def annotation(self) -> str:
        return "notice" if self is Level.NOTE else self.value


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` is stable: of a problem its own, of a change that of its reason."""

    level: Level
    code: str
    message: str
    location: SourceLocation | None = None
    hint: str | None = None


def problem(found: Diagnostic) -> Finding:
    level = Level.ERROR if found.severity is Severity.ERROR else Level.WARNING
    message = f"{found.ref}: {found.message}" if found.ref else found.message
    return Finding(level, found.code, message, found.location, found.hint)


def plan_findings(plan: Plan) -> list[Finding]:
    """What refuses a change, then what else is wrong, then each change that would be made."""
    return in_order(_of_plan(plan))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The most serious first, of one level by place."""
    levels = list(Level)
    return sorted(findings, key=lambda found: (levels.index(found.level), _place(found)))


def _of_plan(plan: Plan) -> Iterator[Finding]:
    for planned in plan.changes:
        yield from map(problem, planned.change.refusals)
    yield from map(problem, plan.diagnostics)
    for planned in plan.pending:
        if not planned.blocked_by:
            yield _change(planned)


def _change(planned: PlannedChange) -> Finding:
    action, reason = planned.action, planned.change.reason
    parts = [f"{action.symbol} {action.word} {planned.ref}: {reason.text}"]
    parts += [f"cost: {cost_text(planned.cost)}"] if planned.cost else []
    parts += [" ".join(f"[{tag}]" for tag in planned.risk)] if planned.risk else []
    where = planned.change.resource.location
    return Finding(Level.NOTE, reason.code, " · ".join(parts), where)


def _place(found: Finding) -> tuple[str, int, int, str, str]:
    where = found.location
    place = (where.path, where.line, where.column) if where else ("", 0, 0)
    return (*place, found.code, found.message)

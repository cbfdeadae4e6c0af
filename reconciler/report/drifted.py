"""What ``drift`` found, for people and as JSON (schemas/drift.schema.json)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from reconciler.canonical import document_text
from reconciler.plan.content import content_counts
from reconciler.plan.drifted import findings
from reconciler.report.about import elsewhere
from reconciler.report.counts import unmanaged_document, unmanaged_text
from reconciler.report.diagnostics import diagnostic_document, text_lines
from reconciler.report.drift import file_document
from reconciler.report.escape import escape
from reconciler.report.text_plan import content_line
from reconciler.report.values import value_text
from reconciler.report.words import commit_text, steps_text, ways_out
from reconciler.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.plan.drifted import Finding
    from reconciler.plan.plan import Plan
    from reconciler.report.style import Style

FORMAT_VERSION = "1.0"
INDENT = "      "


def render_drift(plan: Plan, style: Style) -> str:
    """Every finding with what is declared and live, then the counts; ends with a newline."""
    found = findings(plan)
    width = max((len(str(one.ref)) for one in found), default=0)
    lines = [_head(plan, style), ""]
    for one in found:
        lines += [*_finding(one, style, width), ""]
    told = text_lines([said for said in plan.diagnostics if said.code not in _codes(found)])
    lines += [*told, *([""] if told else []), *_foot(plan, found, style)]
    return style.plain("\n".join(lines) + "\n")


def _codes(found: tuple[Finding, ...]) -> set[str]:
    """Diagnostics that say again what a finding says."""
    return {one.code for one in found}


def _head(plan: Plan, style: Style) -> str:
    parts = [f"account {plan.account}", *filter(None, [elsewhere(plan)])]
    parts += [f"commit {commit_text(plan.commit)}"] if plan.commit else []
    parts.append(f"live read {plan.created_at}")
    return f"{style.paint('reconciler drift', 'bold')} · {escape(' · '.join(parts))}"


def _finding(one: Finding, style: Style, width: int) -> Iterator[str]:
    when = f"  last updated {one.updated}" if one.updated else ""
    yield f"  {escape(str(one.ref)):<{width}}  {style.paint(one.code, 'yellow')}{escape(when)}"
    yield f"{INDENT}{escape(one.text)}"
    for field in one.fields:
        arrow = f"declared {value_text(field.after)}, live {value_text(field.before)}"
        yield f"{INDENT}~ {escape(field.path)}  {arrow}"
    yield f"{INDENT}{style.paint(escape(str(one.planned.change.resource.location)), 'dim')}"
    yield f"{INDENT}next apply: {escape(next_apply(one))}"
    for _, hint in ways_out(one.planned):
        if hint:
            yield f"{INDENT}  hint: {escape(hint)}"


def next_apply(one: Finding) -> str:
    """What the next apply would do about it, in a few words. Not escaped."""
    planned = one.planned
    if planned.blocked_by:
        return f"refused: {planned.blocked_by[0]}"
    if not planned.steps:
        hints = [said.hint for said in planned.change.warnings if said.hint]
        return f"nothing; {hints[0]}" if hints else "nothing"
    word, steps = planned.action.word, steps_text(planned)
    return steps if steps.startswith(word) else f"{word}: {steps}"


def _foot(plan: Plan, found: tuple[Finding, ...], style: Style) -> Iterator[str]:
    yield from content_line(plan)
    yield unmanaged_text(plan)
    yield style.paint(_counts(plan, found), "bold")
    yield f"reads: {plan.reads} · writes: 0"


def _counts(plan: Plan, found: tuple[Finding, ...]) -> str:
    if found:
        kinds = ", ".join(f"{count} {code}" for code, count in _summary(found).items())
        return f"Drift: {len(found)} of {len(plan.changes)} resources are not as declared: {kinds}."
    if not plan.complete:
        return "No drift in what could be read; part of the account could not."
    return "No drift: the account is as declared."


def _summary(found: tuple[Finding, ...]) -> dict[str, int]:
    return dict(sorted(Counter(one.code for one in found).items()))


def drift_json(plan: Plan) -> str:
    """The same for machines; the same account gives the same bytes, ``created_at`` aside."""
    found = findings(plan)
    counts = content_counts(plan)
    return document_text(
        {
            "format_version": FORMAT_VERSION,
            "tool_version": VERSION,
            "account": plan.account,
            "base_url": plan.base_url,
            "commit": plan.commit,
            "created_at": plan.created_at,
            "complete": plan.complete,
            "declared": len(plan.changes),
            "summary": _summary(found),
            "findings": [_document(one) for one in found],
            "content": {"checked": counts.total - counts.not_checked, "total": counts.total},
            "unmanaged": unmanaged_document(plan),
            "diagnostics": [diagnostic_document(said) for said in plan.diagnostics],
        }
    )


def _document(one: Finding) -> dict[str, Any]:
    where = one.planned.change.resource.location
    return {
        "ref": str(one.ref),
        "code": one.code,
        "text": one.text,
        "update_time": one.updated,
        "source": {"file": where.path, "line": where.line, "column": where.column},
        "changes": [
            {"path": field.path, "declared": field.after, "live": field.before}
            for field in one.fields
        ],
        "files": [file_document(each) for each in one.files],
        "next": {
            "action": one.planned.action.word,
            "text": next_apply(one),
            "blocked_by": list(one.planned.blocked_by),
        },
    }

"""What a plan says of each situation, word for word: reasons, steps, costs, refusals, ways out.

RECONCILER_REWRITE=1 writes said.txt anew: read the difference before you keep it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.plan.drifted import findings
from tests.plan.planning import plan
from tests.plan.rare_situations import rare_situations
from tests.plan.situations import Situation, situations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.diagnostic import Diagnostic
    from reconciler.plan.plan import Plan, PlannedChange

SAID = Path(__file__).parent / "said.txt"
SITUATIONS = {one.title: one for one in (*situations(), *rare_situations())}


def said_of(situation: Situation) -> list[str]:
    made = plan(situation.project, situation.found, situation.under, situation.replaced)
    return list(_plan(made))


def _plan(made: Plan) -> Iterator[str]:
    for change in made.changes:
        yield from _change(change)
    yield from (f"! {_diagnostic(found)}" for found in made.diagnostics)
    for one in findings(made):
        fields = ", ".join(field.path for field in one.fields)
        yield f"drifted {one.ref} {one.code}: {one.text} ({one.updated}; {fields})"
        yield from (f"  ? {each.key} {each.verdict.value}" for each in one.files)
    if made.refused or not made.complete:
        yield f"refused {made.refused}, complete {made.complete}"


def _change(planned: PlannedChange) -> Iterator[str]:
    change = planned.change
    name = change.resource.name.removeprefix("accounts/acme/")
    why = f"{change.reason.code}: {change.reason.text}"
    yield f"{planned.action.symbol} {planned.ref} {name}: {why}"
    if change.live is not None:
        yield f"  @ {change.live.id} {change.live.state[:60]}"
    for field in change.fields:
        values = json.dumps([field.before, field.after])
        yield f"  ~ {field.path} {values} {field.reason}"
    for step in planned.steps:
        yield f"  > {step.verb.value}: {step.detail} ({step.files} files, {step.bytes} bytes)"
    if planned.cost:
        cost = planned.cost
        hourly = " an hour" if cost.per_hour else ""
        yield f"  $ {cost.usd_low} to {cost.usd_high}{hourly}: {cost.basis}"
    yield from (f"  after {ref}" for ref in planned.depends_on)
    yield from (f"  risk {risk}" for risk in planned.risk)
    yield from (f"  blocked {why}" for why in planned.blocked_by)
    yield from (f"  refused {_diagnostic(found)}" for found in change.refusals)
    yield from (f"  warned {_diagnostic(found)}" for found in change.warnings)
    if change.drift:
        yield f"  drift {change.drift.code}: {change.drift.text}"


def _diagnostic(found: Diagnostic) -> str:
    hint = f" ({found.hint})" if found.hint else ""
    about = f"{found.severity.value} {found.code} {found.location} {found.ref}"
    return f"{about}: {found.message}{hint}"


def written() -> dict[str, list[str]]:
    parts = SAID.read_text(encoding="utf-8").split("== ")[1:]
    return {part.split("\n")[0]: part.rstrip("\n").split("\n")[1:] for part in parts}


if os.environ.get("RECONCILER_REWRITE"):
    TEXTS = (f"== {title}\n" + "\n".join(said_of(one)) for title, one in SITUATIONS.items())
    SAID.write_text("\n".join(TEXTS) + "\n", encoding="utf-8")


@pytest.mark.parametrize("title", SITUATIONS)
def test_a_plan_says_what_is_written_down(title: str) -> None:
    assert written()[title] == said_of(SITUATIONS[title])


def test_each_situation_is_written_down_once() -> None:
    assert [*written()] == [*SITUATIONS]

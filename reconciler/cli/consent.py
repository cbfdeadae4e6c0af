"""Asking before a write: nothing without consent, and a name typed before data is lost."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reconciler.diff.change import Action
from reconciler.errors import Refused
from reconciler.plan.sizes import counted
from reconciler.report.counts import total_costs
from reconciler.report.money import cost_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.plan.plan import Plan, PlannedChange

LOSING = (Action.DELETE, Action.REPLACE)


def ask(plan: Plan, *, yes: bool) -> None:
    """Return when the user agrees; raise Refused (exit 6) when not, or when nobody can be asked.

    A loss of data asks for the resource's name (the number of resources when there are several),
    not for y; an end of input is a No.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        hint = "pass --yes to apply without asking"
        raise Refused("cannot ask for confirmation: this is not a terminal", hint)
    free = replace(plan, changes=tuple(c for c in plan.changes if not c.blocked_by))
    losing = [change for change in free.pending if change.action in LOSING]
    agreed = _type_back(losing) if losing else _confirm(free)
    if not agreed:
        raise Refused("not applied: no consent")


def _confirm(plan: Plan) -> bool:
    several = len(plan.pending) > 1
    these = f"these {counted(len(plan.pending), 'change')}" if several else "this change"
    price = ", ".join(_price(plan))
    answer = _read(f"Apply {these}{f' ({price})' if price else ''}? [y/N] ")
    return answer.lower() in ("y", "yes")


def _price(plan: Plan) -> Iterator[str]:
    """``2 paid runs``, ``$31.90``: what is agreed to, once more and in few words."""
    runs = sum(change.action is Action.RUN for change in plan.pending)
    if runs:
        yield counted(runs, "paid run")
    for cost in total_costs(plan):
        price = cost_text(replace(cost, basis=""))
        yield f"cost {price}" if cost.usd_high is None else price


def _type_back(losing: list[PlannedChange]) -> bool:
    if len(losing) == 1:
        expected = losing[0].ref.name
        question = f"Data will be lost. Type the name of {losing[0].ref} to continue: "
    else:
        expected = str(len(losing))
        question = f"Data of {len(losing)} resources will be lost. Type that number to continue: "
    return _read(question) == expected


def _read(question: str) -> str:
    click.echo(question, nl=False, err=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        click.echo(err=True)  # the end of the input leaves the cursor behind the question
    return answer.strip()

"""Asking before a write: nothing without consent, and a name typed before data is lost."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from reconciler.diff.change import Action
from reconciler.errors import Refused

if TYPE_CHECKING:
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
        raise Refused("nobody is here to agree", "pass --yes to apply without a question")
    losing = [c for c in plan.pending if c.action in LOSING and not c.blocked_by]
    agreed = _type_back(losing) if losing else _confirm(plan)
    if not agreed:
        raise Refused("not applied: no consent")


def _confirm(plan: Plan) -> bool:
    runs = sum(c.action is Action.RUN for c in plan.pending)
    money = f" ({runs} of them start paid runs)" if runs else ""
    answer = _read(f"Apply these {len(plan.pending)} changes{money}? [y/N] ")
    return answer.lower() in ("y", "yes")


def _type_back(losing: list[PlannedChange]) -> bool:
    if len(losing) == 1:
        expected = losing[0].ref.name
        question = f"Data will be lost. Type the name of {losing[0].ref} to go on: "
    else:
        expected = str(len(losing))
        question = f"Data of {len(losing)} resources will be lost. Type that number to go on: "
    return _read(question) == expected


def _read(question: str) -> str:
    click.echo(question, nl=False, err=True)
    return sys.stdin.readline().strip()

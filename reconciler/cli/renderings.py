"""``--format`` and ``--write``: one plan on stdout in one format, and in files in any others."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import check_folder
from reconciler.errors import UsageError
from reconciler.report.plan_formats import FORMATS, render_plan_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.cli.session import Session
    from reconciler.plan.plan import Plan
    from reconciler.report.about import About

Write = tuple[str, Path]
"""A format and the file that gets it."""


def write_option(formats: Iterable[str] = tuple(FORMATS)) -> Callable[..., click.Command]:
    """``--write FORMAT=FILE``, any number of times."""
    known = tuple(formats)

    def parse(_context: object, _parameter: object, texts: tuple[str, ...]) -> tuple[Write, ...]:
        return tuple(_parsed(text, known) for text in texts)

    help_ = f"Write it to FILE too, as {', '.join(known)}; may be repeated."
    return click.option("--write", multiple=True, metavar="FORMAT=FILE", callback=parse, help=help_)


def _parsed(text: str, known: tuple[str, ...]) -> Write:
    name, _, file = text.partition("=")
    if name not in known or not file:
        said = f'--write: expected FORMAT=FILE, but was "{text[:120]}"'
        raise UsageError(said, f"formats: {', '.join(known)}")
    check_folder("--write", Path(file))
    return name, Path(file)


def write_files(writes: Iterable[Write], render: Callable[[str], str]) -> None:
    """Each file whole or not at all. Raises ReconcilerError."""
    from reconciler.cli.files import write_private

    for name, path in writes:
        write_private(path, render(name).encode())


def about(session: Session, next_command: str = "reconciler apply") -> About:
    """Whose plan it is, for readers and for whoever looks for an earlier rendering of it."""
    from reconciler.cli.scope import scope_of
    from reconciler.git.commits import folder_in_checkout
    from reconciler.report.about import About

    project = session.project
    asked = click.get_current_context().params
    return About(
        folder_in_checkout(project.root),
        project.environment or "",
        next_command,
        scope=scope_of(project, asked, session.cwd, os.environ),
    )


def show_plan(
    plan: Plan, session: Session, next_command: str, writes: Iterable[Write] = ()
) -> None:
    """The plan on stdout in the format asked for, after the files, which know no terminal."""
    from reconciler.cli.session import style_of

    known = about(session, next_command)
    write_files(writes, lambda name: render_plan_as(name, plan, known))
    shown = replace(known, style=style_of(session.common))
    click.echo(render_plan_as(session.common.format, plan, shown), nl=False)

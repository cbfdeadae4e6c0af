"""``reconciler github``, hidden: the steps of the composite action (action.yml)."""

from __future__ import annotations

import io
import os
from contextlib import closing, contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.errors import ReconcilerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.github.client import GitHub
    from reconciler.github.inputs import Inputs
    from reconciler.github.run_context import RunContext

INTERRUPTED = 128


@click.group(hidden=True)
def command() -> None:
    """What the composite action does around a command; configured by its environment."""


@command.command()
def prepare() -> int:
    """Before the run: an apply is of the head of its branch; an older plan is called old.

    Exit 5 when the branch has moved on, 6 when an approval is asked for and there is none.
    """
    from reconciler.cli.github_project import marker_for_inputs, secret_names
    from reconciler.github.inputs import Inputs
    from reconciler.github.masks import masks
    from reconciler.github.publish import announce
    from reconciler.github.result import clear

    click.echo(masks(os.environ), nl=False)
    with _misuse_written_down():
        inputs = Inputs.of(os.environ)
    clear(inputs)
    click.echo(masks(os.environ, secret_names(inputs)), nl=False)
    if inputs.command == "apply":
        with _refusals_written_down(inputs):
            _permit(inputs)
    if inputs.command == "plan" and inputs.comment:
        _tell(
            lambda github, run: announce(github, run, inputs, marker_for_inputs(inputs)),
            pulls_only=True,
        )
    return 0


@command.command()
def run() -> int:
    """The command itself. The step is green where the account is as it should be, or on its way."""
    from reconciler.github.ending import IN_PROGRESS, ending
    from reconciler.github.inputs import Inputs
    from reconciler.github.outputs import set_outputs
    from reconciler.github.result import clear, result_of, write_code

    inputs = Inputs.of(os.environ)
    clear(inputs)
    code = _run(inputs)
    write_code(inputs, code)
    set_outputs(os.environ, result_of(inputs, code).outputs(inputs))
    end = ending(code)
    if end is IN_PROGRESS:
        click.echo(f"::notice::{inputs.command}: {end.says} (exit code {code})")
    return code if end.fails else 0


@command.command()
def publish() -> int:
    """After the run: comment or issue, and the summary. GitHub's failures are warnings."""
    from reconciler.cli.github_project import marker_for_inputs
    from reconciler.github.inputs import Inputs
    from reconciler.github.outputs import add_summary
    from reconciler.github.publish import read, tell_drift, tell_plan
    from reconciler.github.result import result_of, said, written_code
    from reconciler.github.texts import summary

    inputs = Inputs.of(os.environ)
    result = result_of(inputs, written_code(inputs))
    if inputs.summary:
        printed = read(said(inputs)) if inputs.command != "validate" else ""
        add_summary(os.environ, summary(inputs, read(inputs.markdown), printed, result))
    tell = {"plan": tell_plan, "drift": tell_drift}.get(inputs.command)
    if tell is not None and inputs.comment:
        marker = marker_for_inputs(inputs)
        _tell(
            lambda github, run: tell(github, run, inputs, marker, result),
            pulls_only=inputs.command == "plan",
        )
    return 0


@contextmanager
def _misuse_written_down() -> Iterator[None]:
    """A run whose inputs mean nothing says so: nobody cut it off."""
    from reconciler.github.ending import ending
    from reconciler.github.outputs import set_outputs

    try:
        yield
    except UsageError as error:
        code = error.exit_code
        set_outputs(os.environ, {"exit-code": str(code), "outcome": ending(code).word})
        raise


@contextmanager
def _refusals_written_down(inputs: Inputs) -> Iterator[None]:
    """A run that never began says why too: in the outputs and in the summary."""
    from reconciler.github.outputs import set_outputs
    from reconciler.github.result import result_of, said, write_code
    from reconciler.report.escape import escape

    try:
        yield
    except ReconcilerError as error:
        said(inputs).write_text(escape(error.message), "utf-8")
        write_code(inputs, error.exit_code)
        outputs = result_of(inputs, error.exit_code).outputs(inputs)
        set_outputs(os.environ, {name: outputs[name] for name in ("exit-code", "outcome")})
        raise


def _permit(inputs: Inputs) -> None:
    """Raises StalePlan, Refused, GitHubError: what is not known to be right is not applied."""
    from reconciler.cli.github_project import marker_for_inputs
    from reconciler.git.commits import head_commit
    from reconciler.github.approved import approved_digest
    from reconciler.github.head import require_head
    from reconciler.github.inputs import FROM_COMMENT
    from reconciler.github.outputs import set_outputs
    from reconciler.github.run_context import RunContext

    run = RunContext.of(os.environ)
    commit = head_commit(Path.cwd()).removesuffix("-dirty") or run.commit
    with closing(_github(run)) as github:
        require_head(github, run, commit)
        digest = inputs.approve_digest
        if digest == FROM_COMMENT:
            where = (run.repository, commit, marker_for_inputs(inputs), inputs.author)
            digest = approved_digest(github, *where)
            click.echo(f"approved: {digest}")
    set_outputs(os.environ, {"approve-digest": digest})


def _run(inputs: Inputs) -> int:
    """The exit code. What a step after this one needs as text is printed at the end, and kept."""
    from reconciler.cli.run import run as run_command
    from reconciler.github.annotations import below
    from reconciler.github.result import said

    if inputs.command not in ("validate", "drift"):
        return run_command(inputs.command_line())
    printed = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(printed, "utf-8", write_through=True)):
        code = run_command(inputs.command_line())
        text = below(printed.getvalue().decode(), _folder())
    said(inputs).write_text(text, "utf-8")
    click.echo(text, nl=False)
    return code


def _folder() -> str:
    """The folder that this runs in, as seen from the top of the repository: "." is the top."""
    top = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    try:
        return Path.cwd().resolve().relative_to(top).as_posix()
    except ValueError:
        return "."


def _tell(tell: Callable[[GitHub, RunContext], str], *, pulls_only: bool) -> None:
    """Say what was done; a failure is one warning, and no more."""
    from reconciler.github.run_context import RunContext
    from reconciler.report.escape import escape

    try:
        run = RunContext.of(os.environ)
        if pulls_only and not run.pull:
            return
        with closing(_github(run)) as github:
            click.echo(f"GitHub: {tell(github, run)}")
    except ReconcilerError as error:
        hint = f" ({error.hint})" if error.hint else ""
        click.echo(f"::warning::{escape(error.message + hint)}")


def _github(run: RunContext) -> GitHub:
    from reconciler.github.client import GitHub

    return GitHub(run.api_url, run.token)

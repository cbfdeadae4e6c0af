"""What the steps of the action ask of the project before they run its command: marker, secrets."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Common
from reconciler.cli.session import find
from reconciler.diagnostic import has_errors
from reconciler.errors import ReconcilerError
from reconciler.manifest.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.github.inputs import Inputs


def marker_for_inputs(inputs: Inputs) -> str:
    """The marker of what the command is of. A broken project file does not say whether it names
    the account; then it is the one before this change that does, so that the news of the failure
    stands where the plan stood."""
    from reconciler.cli.scope import marker_of_command

    asked = _parameters(inputs)
    project, whole = _project(asked)
    known = project if whole else _before(project)
    return marker_of_command(known, asked, Path.cwd(), os.environ)


def secret_names(inputs: Inputs) -> tuple[str, ...]:
    """The variables that manifests name for their secrets, as far as the project can be read."""
    from reconciler.cli.named_secrets import secret_variables

    asked = _parameters(inputs)
    project, _ = _project(asked)
    try:
        return secret_variables(_paths(asked), project, Path.cwd())
    except ReconcilerError:
        return ()


def _project(asked: Mapping[str, Any]) -> tuple[Project, bool]:
    """The project, and whether its file says all of it; as much as is known where it is broken."""
    environment = asked.get("environment")
    for wanted in (environment, None):
        try:
            project = find(Common(_paths(asked), wanted), Path.cwd())
        except ReconcilerError:
            continue
        whole = wanted == environment and not has_errors(project.diagnostics)
        return replace(project, environment=environment), whole
    return Project(Path.cwd(), environment=environment), False


def _before(project: Project) -> Project:
    """The project as the main branch has it; itself where that cannot be told, or is broken too."""
    from reconciler.git.commits import merge_base
    from reconciler.past.revision import committed_files, project_at

    commit = merge_base(project.root)
    try:
        with committed_files(project.root, commit or "HEAD") as tree:
            then = project_at(tree, project, Path.cwd())
    except ReconcilerError:
        return project
    return project if has_errors(then.diagnostics) else then


def _paths(asked: Mapping[str, Any]) -> tuple[Path, ...]:
    return tuple(map(Path, asked.get("paths") or ()))


def _parameters(inputs: Inputs) -> Mapping[str, Any]:
    """What the command itself will read out of its command line; a wrong one it refuses itself."""
    from reconciler.cli.group import group

    name, *words = inputs.command_line()
    called = group.get_command(click.Context(group), name) or group
    return called.make_context(name, words, resilient_parsing=True).params

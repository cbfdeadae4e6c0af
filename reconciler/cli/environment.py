"""Secrets that manifests take from the environment must be there before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.desired.fields import dotted, find
from reconciler.diagnostic import Diagnostic, Severity
from reconciler.errors import InvalidInput
from reconciler.kinds.registry import all_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.api.secret import Secret
    from reconciler.desired.fields import Place
    from reconciler.desired.resource import DesiredState, Resource


def check_environment(desired: DesiredState, environ: Mapping[str, str]) -> None:
    """Raise InvalidInput (exit 3) for each ``{env: NAME}`` whose variable is unset or empty."""
    problems = []
    for resource, place, name in environment_names(desired):
        if not environ.get(name):
            where = resource.manifest.locate(place)
            text = f"{dotted(place)}: the environment variable {name} is not set"
            problems.append(Diagnostic(Severity.ERROR, "unset-variable", text, where, resource.ref))
    if problems:
        raise InvalidInput(problems)


def secrets_of(desired: DesiredState, environ: Mapping[str, str]) -> list[Secret]:
    """The values behind every ``{env: NAME}``: no message may show them, of a plan neither."""
    names = {name for _, _, name in environment_names(desired)}
    if not names:
        return []
    from reconciler.api.secret import Secret

    return [Secret(environ[name]) for name in sorted(names) if environ.get(name)]


def environment_names(desired: DesiredState) -> Iterator[tuple[Resource, Place, str]]:
    """The resource, the place and the variable of every ``{env: NAME}``: only the secret fields
    of a kind take it."""
    kinds = all_kinds()
    for resource in desired.resources.values():
        for path in kinds[resource.ref.kind].secrets:
            for place, value in find(resource.manifest.spec, path):
                if isinstance(value, dict) and isinstance(value.get("env"), str):
                    yield resource, ("spec", *place), value["env"]

"""Secrets that manifests take from the environment must be there before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.diagnostic import Diagnostic, Severity
from reconciler.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.api.secret import Secret
    from reconciler.desired.resource import DesiredState
    from reconciler.manifest.manifest import Path


def check_environment(desired: DesiredState, environ: Mapping[str, str]) -> None:
    """Raise InvalidInput (exit 3) for each ``{env: NAME}`` whose variable is unset or empty."""
    problems = []
    for ref, resource in desired.resources.items():
        for path, name in environment_names(resource.manifest.spec, ("spec",)):
            if not environ.get(name):
                where = resource.manifest.locate(path)
                text = f"{_dotted(path)}: the environment variable {name} is not set"
                problems.append(Diagnostic(Severity.ERROR, "unset-variable", text, where, ref))
    if problems:
        raise InvalidInput(problems)


def secrets_of(desired: DesiredState, environ: Mapping[str, str]) -> list[Secret]:
    """The values behind every ``{env: NAME}``: no message may show them, of a plan neither."""
    specs = (resource.manifest.spec for resource in desired.resources.values())
    names = {name for spec in specs for _, name in environment_names(spec, ("spec",))}
    if not names:
        return []
    from reconciler.api.secret import Secret

    return [Secret(environ[name]) for name in sorted(names) if environ.get(name)]


def environment_names(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path, variable) of every ``{env: NAME}`` below a value."""
    if isinstance(value, dict):
        if set(value) == {"env"} and isinstance(value["env"], str):
            yield path, value["env"]
            return
        for key, child in value.items():
            yield from environment_names(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from environment_names(child, (*path, index))


def _dotted(path: Path) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")

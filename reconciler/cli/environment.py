"""Secrets that manifests take from the environment must be there before anything is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.diagnostic import Severity
from reconciler.errors import InvalidInput
from reconciler.kinds.registry import all_kinds
from reconciler.manifest.rules import UNSET, secret_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.api.secret import Secret
    from reconciler.desired.resource import DesiredState
    from reconciler.manifest.manifest import Manifest


def check_environment(desired: DesiredState) -> None:
    """Raise InvalidInput (exit 3) for each ``{env: NAME}`` whose variable is unset or empty: a
    warning of what is only looked at is an error where it is to be sent."""
    unset = [said for said in desired.diagnostics if said.code == UNSET]
    if unset:
        errors = (replace(said, severity=Severity.ERROR, code="unset-variable") for said in unset)
        raise InvalidInput(list(errors))


def secrets_of(desired: DesiredState, environ: Mapping[str, str]) -> list[Secret]:
    """The values behind every ``{env: NAME}``: no message may show them, of a plan neither."""
    return values_of(named_by(one.manifest for one in desired.resources.values()), environ)


def named_by(manifests: Iterable[Manifest]) -> tuple[str, ...]:
    """The variables that secret fields name, each once, sorted."""
    kinds = all_kinds()
    found = (secret_names(one.spec, kinds[one.ref.kind]) for one in manifests)
    return tuple(sorted({name for names in found for _, name in names}))


def values_of(names: Iterable[str], environ: Mapping[str, str]) -> list[Secret]:
    """What those variables hold that are set."""
    from reconciler.api.secret import Secret

    return [Secret(environ[name]) for name in names if environ.get(name)]

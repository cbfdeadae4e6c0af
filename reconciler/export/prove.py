"""Plans exported manifests against the very account they were made of, before anybody sees them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.desire import desire
from reconciler.diagnostic import Severity
from reconciler.diff.change import Action
from reconciler.diff.diff import diff
from reconciler.errors import ReconcilerError
from reconciler.export.files import file_name, file_text
from reconciler.export.settable import SOURCE
from reconciler.export.texts import TextFiles
from reconciler.manifest.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.diagnostic import Diagnostic
    from reconciler.export.export import Exported
    from reconciler.live.state import LiveState

_ANY_PIN = "0" * 64
_ROOT = Path("/export")
"""Where the texts stand for the loader; nothing of any disk is there."""


def refuted(exported: Sequence[Exported], live: LiveState) -> Mapping[str, str]:
    """Why each manifest that would not plan to *no change* would not, by resource name.

    They are read by the same loader that users' manifests go through, though from no disk.
    """
    texts = {f"{_ROOT}/{file_name(one.ref)}": file_text(_pinned(one)) for one in exported}
    owners = {file_name(one.ref): one.live.name for one in exported}
    return dict(_refuted(TextFiles(texts), owners, live)) if texts else {}


def _pinned(one: Exported) -> Exported:
    """Bytes that are not on this disk are taken for what they are said to be."""
    spec = one.document["spec"]
    if SOURCE not in spec:
        return one
    source = {"sha256": _ANY_PIN, **spec[SOURCE]}
    return replace(one, document={**one.document, "spec": {**spec, SOURCE: source}})


def _refuted(
    texts: TextFiles, owners: Mapping[str, str], live: LiveState
) -> Iterator[tuple[str, str]]:
    desired = desire([_ROOT], Project(_ROOT), _ROOT, live.account, tree=texts)
    yield from _errors(desired.diagnostics, owners)
    for change in diff(desired, live):
        if change.action is not Action.NONE or change.refusals:
            yield (
                owners[change.resource.location.path],
                f"would not plan to no changes: {change.reason.text}",
            )


def _errors(
    diagnostics: Sequence[Diagnostic], owners: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for said in diagnostics:
        if said.severity is not Severity.ERROR:
            continue
        if said.location is None or said.location.path not in owners:
            raise ReconcilerError(f"the manifests cannot be read back: {said.message}")
        yield owners[said.location.path], f"a manifest cannot express it: {said.message}"

"""Reads the corpus of single fields: for each kind a file of lines ``given => said => said``.

``given`` is one line of a spec that is valid without it; ``said`` is ``line:column: message
(hint)``. RECONCILER_REWRITE=1 writes what is said now: look at the difference before you keep it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.manifest.corpus_files import load_content, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "corpus/fields"
LLAMA = "accounts/fireworks/models/llama"
BASES: dict[str, tuple[str, ...]] = {
    "Model": ("displayName: Base",),
    "Dataset": ("externalUrl: s3://a/b",),
    "SupervisedFineTuningJob": ("dataset: rows", f"baseModel: {LLAMA}"),
    "FineTuningJob": ("dataset: rows", f"baseModel: {LLAMA}", "legacyJob: {}"),
    "DpoJob": (
        "dataset: rows",
        f"trainingConfig: {{baseModel: {LLAMA}}}",
        "lossConfig: {method: DPO}",
    ),
    "ReinforcementFineTuningJob": (
        "dataset: rows",
        "evaluator: exact",
        f"trainingConfig: {{baseModel: {LLAMA}}}",
    ),
    "Deployment": (f"baseModel: {LLAMA}", "deploymentShape: default"),
    "DeployedModel": ("model: bot", "deployment: chat"),
}
"""The shortest valid spec of each kind; a case's line replaces the one of the same field."""
EXCLUSIVE = {
    "Dataset": "source externalUrl sourceDatasetId transformed splitted evaluationResult"
    " evalProtocol",
    "FineTuningJob": "textCompletion textClassification conversation legacyJob draftModelData"
    " draftModel genie",
}
"""Of which a spec has exactly one."""
SEPARATOR = " => "


def field_cases(kind: str) -> dict[str, tuple[str, ...]]:
    """What is to be said of each given line, in the order of the file."""
    lines = _file(kind).read_text(encoding="utf-8").splitlines()
    parts = [line.split(SEPARATOR) for line in lines if line and not line.startswith("# ")]
    return {given: tuple(said) for given, *said in parts}


def answers(kind: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """What is said of each of them now."""
    found = {given: _answer(kind, given, folder) for given in field_cases(kind)}
    if os.environ.get("RECONCILER_REWRITE"):
        _rewrite(kind, found)
    return found


def _answer(kind: str, given: str, folder: Path) -> tuple[str, ...]:
    field = given.partition(":")[0]
    exclusive = EXCLUSIVE.get(kind, "").split()
    replaced = exclusive if field in exclusive else [field]
    kept = [line for line in BASES[kind] if line.partition(":")[0] not in replaced]
    spec = "".join(f"  {line}\n" for line in (*kept, given))
    head = f"apiVersion: reconciler/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n"
    loaded = load_content(folder, f"{head}{spec}".encode())
    return tuple(shown(diagnostic) for diagnostic in loaded.diagnostics)


def _rewrite(kind: str, found: Mapping[str, tuple[str, ...]]) -> None:
    lines = _file(kind).read_text(encoding="utf-8").splitlines()
    given = [line.split(SEPARATOR)[0] for line in lines]
    written = [SEPARATOR.join((each, *found.get(each, ()))) for each in given]
    _file(kind).write_text("".join(f"{line}\n" for line in written), encoding="utf-8")


def _file(kind: str) -> Path:
    return FOLDER / f"{kind}.txt"

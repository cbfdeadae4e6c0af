"""Each module imported alone in a fresh interpreter: it works, and pure ones stay pure."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.structure.source_tree import ROOT, modules, unit_of
from tests.structure.test_imports import LEAVES

PURE = (*LEAVES, "kinds", "desired", "diff", "plan", "report")
NEVER_IN_PURE = frozenset({"httpx", "yaml", "click"})
ENTRY = "reconciler.cli.main"
# `--help` and `--version` pay for click alone.
NEVER_IN_ENTRY = frozenset({"deepdiff", "httpx", "jsonschema", "jsonschema_rs", "rich", "yaml"})


@pytest.fixture(scope="module")
def loaded() -> dict[str, dict[str, str]]:
    """Module -> library it loads -> the module that asked for it."""
    names = [module.name for module in modules() if not module.name.endswith("__main__")]
    script = ROOT / "tests/structure/import_alone.py"
    run = subprocess.run(
        [sys.executable, str(script), *names],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, dict[str, str]] = json.loads(run.stdout)
    return answer


def test_every_module_can_be_imported_first(loaded: dict[str, dict[str, str]]) -> None:
    broken = {name: found["error"] for name, found in loaded.items() if "error" in found}

    assert {} == broken


def test_pure_modules_load_no_network_no_yaml_and_no_command_line(
    loaded: dict[str, dict[str, str]],
) -> None:
    broken = [
        f"{name} loads {library}, asked for by {by}: {unit_of(name)} is pure"
        for name, found in loaded.items()
        if unit_of(name) in PURE
        for library, by in found.items()
        if library in NEVER_IN_PURE
    ]

    assert [] == broken, "\n".join(broken)


def test_the_emulator_loads_none_of_the_clients_libraries(
    loaded: dict[str, dict[str, str]],
) -> None:
    broken = [
        f"{name} loads {library}, asked for by {by}"
        for name, found in loaded.items()
        if unit_of(name) == "emulator"
        for library, by in found.items()
        if library in NEVER_IN_PURE
    ]

    assert [] == broken, "\n".join(broken)


def test_the_command_starts_with_click_alone(loaded: dict[str, dict[str, str]]) -> None:
    broken = [
        f"{ENTRY} loads {library}, asked for by {by}: import it inside the command that needs it"
        for library, by in loaded.get(ENTRY, {}).items()
        if library in NEVER_IN_ENTRY
    ]

    assert [] == broken, "\n".join(broken)

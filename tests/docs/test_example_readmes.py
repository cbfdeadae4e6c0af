"""What an example's README tells to type works in the example's folder."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from reconciler.schema_files import example_dir, example_names
from tests.docs.console import EMULATOR, Terminal, spoken
from tests.docs.markdown import blocks

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = [name for name in example_names() if (example_dir(name) / "README.md").exists()]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_commands_of_an_example_succeed(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(example_dir(name), folder)
    with Terminal(folder) as terminal:
        terminal.run(EMULATOR)  # stands for the account and the key that the page speaks of
        codes = {}
        for command in _commands(folder):
            terminal.run(command)
            codes[command] = terminal.code

    assert codes
    assert set(codes.values()) == {0}, codes


def _commands(folder: Path) -> list[str]:
    """Nobody is there to agree, so ``apply`` is told."""
    text = (folder / "README.md").read_text("utf-8")
    said = [s.command for block in blocks(text, "console") for s in spoken(block)]
    return [s.replace(" apply", " apply --yes") for s in said if s.startswith("reconciler ")]

"""Every command that help lists works, and help loads nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from reconciler.cli.commands import COMMANDS
from reconciler.cli.group import group
from tests.whole.program import program_for

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("httpx", "yaml", "jsonschema", "deepdiff", "rich", "jsonschema_rs", "reconciler.engine")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_says_what_it_does_with_an_example(name: str) -> None:
    command = group.get_command(click.Context(group), name)

    assert command is not None
    assert command.help
    assert str(command.epilog).startswith(f"Example: reconciler {name}")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["plan", "--help"]])
def test_help_loads_click_and_nothing_heavier(arguments: list[str]) -> None:
    code = (
        f"import os, sys; sys.argv = ['reconciler', *{arguments!r}]\n"
        "os._exit = sys.exit\n"  # or nobody could look behind it
        "from reconciler.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"


def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    ran = program_for(tmp_path, None).run("bogus")

    assert (64, "") == (ran.code, ran.out)


NO_SECRET = frozenset({"--tokenizer"})
"""Options whose names only sound like one."""


def test_no_option_takes_a_key() -> None:
    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        options = [option for param in command.params for option in param.opts]

        secret = [option for option in options if "key" in option or "token" in option]
        assert not set(secret) - NO_SECRET

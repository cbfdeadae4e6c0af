"""Secrets that the runner does not know yet are made known to it, and to nobody else."""

from __future__ import annotations

from reconciler.github.masks import masks
from tests.hostile import runner_commands

RUNNER = {"GITHUB_ACTIONS": "true"}


def masked(environ: dict[str, str], *names: str) -> list[str]:
    said = masks({**RUNNER, **environ}, *([names] if names else []))
    return [data for command, data in runner_commands(said) if command == "add-mask"]


def test_the_key_and_the_token_are_masked() -> None:
    known = {"FIREWORKS_API_KEY": "fw_0123456789", "GITHUB_TOKEN": "ghs_0123456789"}

    assert ["fw_0123456789", "ghs_0123456789"] == masked(known)


def test_what_manifests_name_is_masked() -> None:
    assert ["0123456789"] == masked({"WANDB": "0123456789"}, "WANDB", "WANDB", "UNSET")


def test_every_line_of_a_secret_is_masked() -> None:
    assert ["first line", "second line"] == masked({"X": "first line\nsecond line"}, "X")


def test_a_secret_is_no_command_of_its_own() -> None:
    said = masks({**RUNNER, "X": "100%0A::error::x"}, ("X",))

    assert "::add-mask::100%250A::error::x\n" == said


def test_what_is_too_short_for_a_secret_is_not_masked() -> None:
    assert [] == masked({"X": "true"}, "X")


def test_outside_of_a_runner_nothing_is_printed() -> None:
    assert "" == masks({"FIREWORKS_API_KEY": "fw_0123456789"})

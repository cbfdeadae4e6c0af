"""Secrets that the runner does not know yet are made known to it, and to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.github.masks import mask_secrets
from tests.hostile import runner_commands

if TYPE_CHECKING:
    import pytest

RUNNER = {"GITHUB_ACTIONS": "true"}


def masked(capsys: pytest.CaptureFixture[str], environ: dict[str, str], *names: str) -> list[str]:
    mask_secrets({**RUNNER, **environ}, *([names] if names else []))
    return [data for command, data in runner_commands(capsys.readouterr().out)]


def test_the_key_and_the_token_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    known = {"FIREWORKS_API_KEY": "fw_0123456789", "GITHUB_TOKEN": "ghs_0123456789"}

    assert ["fw_0123456789", "ghs_0123456789"] == masked(capsys, known)


def test_what_manifests_name_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    assert ["0123456789"] == masked(capsys, {"WANDB": "0123456789"}, "WANDB", "WANDB", "UNSET")


def test_every_line_of_a_secret_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    assert ["first line", "second line"] == masked(capsys, {"X": "first line\nsecond line"}, "X")


def test_a_secret_is_no_command_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    mask_secrets({**RUNNER, "X": "100%0A::error::x"}, ("X",))

    assert "::add-mask::100%250A::error::x\n" == capsys.readouterr().out


def test_what_is_too_short_for_a_secret_is_not_masked(capsys: pytest.CaptureFixture[str]) -> None:
    assert [] == masked(capsys, {"X": "true"}, "X")


def test_outside_of_a_runner_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    mask_secrets({"FIREWORKS_API_KEY": "fw_0123456789"})

    assert "" == capsys.readouterr().out

"""The hidden steps of the action, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from reconciler.schema_files import example_dir

if TYPE_CHECKING:
    from pathlib import Path

QUICKSTART = example_dir("quickstart")


def step(name: str, folder: Path, results: Path, **given: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "XDG_CACHE_HOME": str(results / "cache"),
        "GITHUB_OUTPUT": str(results / "output"),
        "ACTION_RESULTS": str(results / "results"),
        **given,
    }
    command = [sys.executable, "-m", "reconciler", "github", name]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_step_needs_none_before_it(tmp_path: Path) -> None:
    done = step("run", QUICKSTART, tmp_path, ACTION_COMMAND="validate")

    assert 0 == done.returncode, done.stderr
    assert "exit-code<<" in (tmp_path / "output").read_text()


@pytest.mark.parametrize("name", ["prepare", "run", "publish"])
def test_an_unknown_command_is_wrong_usage(name: str, tmp_path: Path) -> None:
    assert 64 == step(name, tmp_path, tmp_path, ACTION_COMMAND="destroy").returncode


def test_an_unknown_command_is_misuse_in_the_outputs_too(tmp_path: Path) -> None:
    step("prepare", tmp_path, tmp_path, ACTION_COMMAND="destroy")

    written = (tmp_path / "output").read_text().splitlines()
    assert ["64", "misused"] == [written[1], written[4]]


def test_a_tag_does_not_move_so_nobody_is_asked_for_its_head(tmp_path: Path) -> None:
    done = step(
        "prepare",
        tmp_path,
        tmp_path,
        ACTION_COMMAND="apply",
        GITHUB_API_URL="http://127.0.0.1:1",
        GITHUB_REPOSITORY="acme/ml",
        GITHUB_TOKEN="ghs_x",
        GITHUB_SHA="f" * 40,
        GITHUB_REF="refs/tags/v1",
        ACTION_APPROVE_DIGEST="sha256:00",
    )

    assert 0 == done.returncode, done.stderr
    assert "sha256:00" in (tmp_path / "output").read_text()


def test_the_steps_stand_in_no_help(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "github" not in done.stdout.lower()

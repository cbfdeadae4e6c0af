"""The demo tells its whole story: two paid runs, the changed row, and nothing left to do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_SECONDS = 120


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the demo prints for somebody who never told git their name."""
    home = tmp_path_factory.mktemp("home")
    return _demo(home, os.environ["PATH"])


def _demo(home: Path, path: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "demo", "--seconds-per-job", "0"],
        env={"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "TMPDIR": str(home)},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_demo_runs_the_job_once_for_each_version_of_its_rows(told: str) -> None:
    assert 2 == told.count("Applied 2 of 2")


def test_the_demo_ends_with_nothing_left_to_do(told: str) -> None:
    assert "No changes" in told.partition("nothing left to do.")[2]


def test_the_demo_says_which_row_was_changed(told: str) -> None:
    assert re.search(r"its content is new: 1 row changed \(row 1\) since [0-9a-f]{7};", told)


def test_the_demo_says_why_the_job_runs_again(told: str) -> None:
    assert "runs again: Dataset/support-chat has 1 changed row;" in told


def test_without_git_the_demo_tells_less_and_ends_the_same(tmp_path: Path) -> None:
    told = _demo(tmp_path, path=str(tmp_path))

    assert (2, 0) == (told.count("Applied 2 of 2"), told.count("row changed"))

"""``--tokenizer FILE`` of plan and apply: the tokens of every job are counted with that file."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from reconciler.data.tokenizer import LIBRARY
from reconciler.emulator.server import Emulator
from reconciler.schema_files import example_dir
from tests.whole.program import program_for
from tests.whole.sweep import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip(LIBRARY)


@pytest.fixture
def staged(tmp_path: Path) -> Iterator[Stage]:
    """A dataset and a job on it, with a tokenizer beside them."""
    folder = tmp_path / "project"
    shutil.copytree(example_dir("quickstart"), folder)
    shutil.copy(
        example_dir("custom-model") / "models" / "tiny-llama" / "tokenizer.json", folder / "t.json"
    )
    with Emulator() as emulator:
        yield Stage(emulator, program_for(folder, emulator))


def test_the_plan_names_the_file_that_counted(staged: Stage) -> None:
    ran = staged.program.run("plan", "--tokenizer", "t.json")

    assert 0 == ran.code, ran.err
    said = " ".join(ran.out.split())  # a long cost is wrapped
    assert "tokens without and with a chat template, counted with t.json x 2 epochs" in said


def test_a_saved_plan_is_applied_with_the_same_tokenizer(staged: Stage) -> None:
    staged.program.run("plan", "--tokenizer", "t.json", "--out", "saved.json")
    ran = staged.program.run("apply", "saved.json")

    assert "counted with t.json" in ran.out
    assert 1 == staged.job_posts()


def test_a_file_that_is_no_tokenizer_ends_the_plan(staged: Stage) -> None:
    (staged.program.folder / "t.json").write_text("{}")
    ran = staged.program.run("plan", "--tokenizer", "t.json")

    assert (1, "") == (ran.code, ran.out)
    assert ran.err.startswith("error: t.json is not a tokenizer: ")


def test_where_nothing_would_run_no_tokenizer_is_opened(staged: Stage) -> None:
    assert 0 == staged.program.run("apply", "--yes", "--wait", "ready").code
    (staged.program.folder / "t.json").write_text("{}")

    assert 0 == staged.program.run("plan", "--tokenizer", "t.json").code


def test_a_file_that_makes_the_library_panic_is_one_error_and_no_more(
    staged: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    path = staged.program.folder / "t.json"
    panics = {"type": "Precompiled", "precompiled_charsmap": "AAAA"}
    path.write_text(json.dumps({**json.loads(path.read_text()), "normalizer": panics}))
    ran = staged.program.run("plan", "--tokenizer", "t.json")

    assert "error: t.json is not a tokenizer: the library tokenizers cannot read it\n" == ran.err
    assert "" == capfd.readouterr().err

"""``--write``: one run, one look at the account, several renderings in files."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from reconciler.report.plan_formats import FORMATS
from tests.whole.program import program_for
from tests.whole.sweep import APPLY, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.program import Ran
    from tests.whole.sweep import Stage

MARKER = "<!-- reconciler:v1 .+account=acme -->\n"


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("written") / "project") as staged:
        yield staged


@pytest.fixture(scope="module")
def planned(staged: Stage) -> Ran:
    """A plan with every format written to a file of its name."""
    return staged.program.run("plan", *(f"--write={name}={name}" for name in FORMATS))


def written(staged: Stage, name: str) -> str:
    return (staged.program.folder / name).read_text()


def test_stdout_stays_text(planned: Ran, staged: Stage) -> None:
    assert (0, planned.out) == (planned.code, written(staged, "text"))


def test_every_format_speaks_of_the_same_plan(planned: Ran, staged: Stage) -> None:
    digest = json.loads(written(staged, "json"))["digest"]

    assert planned.code == 0
    assert digest in written(staged, "markdown")
    assert digest in written(staged, "html")
    assert "title=never-run::" in written(staged, "github")
    assert "2.1.0" == json.loads(written(staged, "sarif"))["version"]


def test_the_first_line_of_markdown_is_the_marker(planned: Ran, staged: Stage) -> None:
    assert planned.code == 0
    assert written(staged, "markdown").startswith(MARKER)


def test_the_files_are_private(planned: Ran, staged: Stage) -> None:
    modes = {stat.S_IMODE((staged.program.folder / name).stat().st_mode) for name in FORMATS}

    assert (0, {0o600}) == (planned.code, modes)


def test_an_apply_writes_its_ledger(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as own:
        ran = own.program.run(*APPLY, "--write", "markdown=ledger.md", "--write", "json=l.json")
        ledger = written(own, "ledger.md")

        assert 0 == ran.code
        assert ledger.startswith(f"{MARKER}### 🟢 ")
        assert "Applied 3 of 3" in ledger
        assert 0 == json.loads(written(own, "l.json"))["exit_code"]


def test_an_apply_that_nobody_agreed_to_writes_why(staged: Stage) -> None:
    ran = staged.program.run("apply", "--write", "markdown=refused.md")

    assert 6 == ran.code
    assert "exit code 6: refused by a guard" in written(staged, "refused.md")


def test_an_apply_whose_ledger_cannot_be_written_says_what_it_did(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as own:
        ran = own.program.run(*APPLY, "--write", "markdown=/dev/full")

        assert (0, True) == (ran.code, "Applied 3 of 3" in ran.out)
        assert "warning: cannot write /dev/full" in ran.err


@pytest.mark.parametrize("wrong", ["yaml=x", "markdown", "markdown="])
def test_a_wrong_wish_is_wrong_usage(tmp_path: Path, wrong: str) -> None:
    ran = program_for(tmp_path, None).run("plan", "--write", wrong)

    assert (64, "") == (ran.code, ran.out)
    assert "expected FORMAT=FILE" in ran.err

"""``reconciler metrics`` against the emulator: curves of done jobs, and words for all others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.whole.program import Program

EXAMPLES = Path(__file__).parents[2] / "examples"
SFT, DPO = "SupervisedFineTuningJob/support-bot", "DpoJob/support-manners"
SECONDS = 3600.0


def project(folder: Path, example: str, emulator: Emulator) -> Program:
    shutil.copytree(EXAMPLES / example, folder)
    program = program_for(folder, emulator)
    ran = program.run("apply", "--yes", "--wait", "none")
    assert ran.code in (0, 7), ran.err
    return program


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A project whose supervised job is done."""
    with Emulator() as emulator:
        yield project(tmp_path_factory.mktemp("done") / "project", "quickstart", emulator)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Program]:
    """The same while its job runs."""
    with Emulator(seconds_per_job=SECONDS) as emulator:
        yield project(tmp_path / "project", "quickstart", emulator)


def test_the_curve_of_a_done_job_is_drawn(done: Program) -> None:
    ran = done.run("metrics", SFT)

    assert (0, "") == (ran.code, ran.err)
    assert "● train_loss: last " in ran.out


def test_a_model_means_the_job_that_made_it(done: Program) -> None:
    assert done.run("metrics", SFT).out == done.run("metrics", "Model/support-bot").out


def test_any_job_of_the_account_is_found_by_its_id(done: Program) -> None:
    title = done.run("metrics", SFT).out.split(" ")[0]

    assert done.run("metrics", title).out == done.run("metrics", SFT).out


def test_json_has_every_point(done: Program) -> None:
    document = json.loads(done.run("metrics", SFT, "--format", "json").out)

    assert ("step", 20) == (document["x"], len(document["series"][0]["points"]))


def test_the_image_is_xml_and_holds_no_script(done: Program) -> None:
    ran = done.run("metrics", SFT, "--out", "curve.svg")
    image = ElementTree.parse(done.folder / "curve.svg")

    assert 0 == ran.code
    assert {"svg", "title", "rect", "text", "polyline"} == {
        element.tag.rpartition("}")[2] for element in image.iter()
    }


def test_the_signed_url_is_never_shown(done: Program) -> None:
    ran = done.run("metrics", SFT, "--format", "json", "-v")

    assert "X-Goog" not in ran.out + ran.err


def test_preference_jobs_are_asked_for_theirs(tmp_path: Path) -> None:
    with Emulator() as emulator:
        program = project(tmp_path / "project", "dpo", emulator)
        ran = program.run("metrics", DPO)

    assert (0, "") == (ran.code, ran.err)
    assert "train_loss" in ran.out


def test_a_job_that_still_runs_has_no_curve(running: Program) -> None:
    ran = running.run("metrics", SFT)

    assert (1, "") == (ran.code, ran.out)
    assert "the platform writes it when the job is done" in ran.err


def test_a_job_that_is_not_there_is_said(done: Program) -> None:
    ran = done.run("metrics", "SupervisedFineTuningJob/nobody")

    assert (1, "error: SupervisedFineTuningJob/nobody is not in the account\n") == (
        ran.code,
        ran.err,
    )


@pytest.mark.parametrize("ref", ["Dataset/support-chat", "support-bot", "Nothing/support-bot"])
def test_what_has_no_curve_is_wrong_usage(done: Program, ref: str) -> None:
    assert 64 == done.run("metrics", ref).code


def test_the_image_may_be_a_png(done: Program) -> None:
    ran = done.run("metrics", SFT, "--out", "curve.png")

    assert 0 == ran.code
    assert (done.folder / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_other_images_are_refused_before_anything_is_read(done: Program) -> None:
    ran = done.run("metrics", SFT, "--out", "curve.jpg")

    assert (64, False) == (ran.code, (done.folder / "curve.jpg").exists())


def test_the_log_of_a_job_is_saved_for_its_owner_only(running: Program) -> None:
    ran = running.run("metrics", SFT, "--log", "trainer.log")
    saved = running.folder / "trainer.log"

    assert (0, "", "") == (ran.code, ran.out, ran.err)
    assert b": training\n" in saved.read_bytes()
    assert 0o600 == saved.stat().st_mode & 0o777


def test_a_job_without_a_log_says_who_has_one(done: Program) -> None:
    ran = done.run("metrics", "FineTuningJob/nobody", "--log", "trainer.log")

    assert (1, False) == (ran.code, (done.folder / "trainer.log").exists())


def test_only_jobs_have_logs(done: Program) -> None:
    assert 64 == done.run("metrics", "Dataset/support-chat", "--log", "trainer.log").code


def test_curve_and_log_are_saved_one_at_a_time(done: Program) -> None:
    assert 64 == done.run("metrics", SFT, "--log", "trainer.log", "--out", "curve.svg").code


def test_a_failed_job_says_how_to_save_its_log(tmp_path: Path) -> None:
    with Emulator() as emulator:
        emulator.faults.add(Fault("job_failed"))
        shutil.copytree(EXAMPLES / "quickstart", tmp_path / "project")
        program = program_for(tmp_path / "project", emulator)
        said = program.run("apply", "--yes", "--wait", "ready").out

    assert "its log: reconciler metrics SupervisedFineTuningJob/support-bot-" in said

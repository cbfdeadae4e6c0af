"""``destroy``: what it names and nothing else, with the guards of every delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.whole.sweep import APPLY, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.sweep import Stage

UNPROTECTED = "\n  lifecycle: {preventDestroy: false}\nspec:"
ALLOWED = ("--allow", "delete:Model/adapter", "--allow", "delete:Dataset/chat")


@pytest.fixture
def applied(tmp_path: Path) -> Iterator[Stage]:
    """A project that is live, none of it protected."""
    with stage(tmp_path / "project") as staged:
        manifest = tmp_path / "project/manifests/all.yaml"
        manifest.write_text(manifest.read_text().replace("\nspec:", UNPROTECTED))

        assert 0 == staged.program.run(*APPLY).code

        yield staged


def live(staged: Stage) -> list[str]:
    store = staged.emulator.store
    collections = ("datasets", "models", "supervisedFineTuningJobs")
    return [name.split("/", 2)[2] for each in collections for name in store.names(each)]


def test_a_target_goes_alone_and_takes_nothing_that_it_depends_on(applied: Stage) -> None:
    ran = applied.program.run("destroy", "--yes", "--target", "SupervisedFineTuningJob/bot")

    assert 0 == ran.code, ran.err
    assert ["datasets/chat", "models/adapter", "models/bot"] == live(applied)


@pytest.mark.parametrize(
    "command", [("destroy", "--target"), ("apply", "--replace"), ("plan", "--replace")]
)
def test_the_model_that_a_job_makes_never_stands_for_the_job(
    command: tuple[str, str], applied: Stage
) -> None:
    before = live(applied)
    yes = () if command[0] == "plan" else ("--yes",)

    ran = applied.program.run(*command, "Model/bot", *yes)

    assert (64, before) == (ran.code, live(applied))


def test_everything_declared_goes_and_what_a_job_made_stays(applied: Stage) -> None:
    ran = applied.program.run("destroy", "--yes")

    assert 0 == ran.code, ran.err
    assert ["models/bot"] == live(applied)


def test_what_is_protected_stays_and_the_rest_goes(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        staged.program.run(*APPLY)

        ran = staged.program.run("destroy", "--yes")

        assert 6 == ran.code
        assert ["datasets/chat", "models/adapter", "models/bot"] == live(staged)


def test_allow_lifts_the_protection_of_what_it_names(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        staged.program.run(*APPLY)

        ran = staged.program.run("destroy", "--yes", *ALLOWED[:2])

        assert 6 == ran.code
        assert ["datasets/chat", "models/bot"] == live(staged)


def test_without_consent_nothing_goes(applied: Stage) -> None:
    before = live(applied)

    assert 6 == applied.program.run("destroy").code
    assert before == live(applied)


def test_the_reason_of_a_delete_is_the_command_not_a_tombstone(applied: Stage) -> None:
    told = applied.program.run("destroy").out

    assert "asked for by destroy: the record goes" in told
    assert "metadata.state is absent" not in told

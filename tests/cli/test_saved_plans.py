"""``plan --out`` and ``apply PLAN.json``: exactly what was reviewed, or nothing."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.canonical import document_text
from reconciler.report.json_plan import seal
from tests.whole.sweep import stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.sweep import Stage


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[Stage]:
    """The small project with a saved plan beside it."""
    with stage(tmp_path / "project") as staged:
        assert staged.program.run("plan", "--out", "saved.json").code == 0
        yield staged


def edit(staged: Stage, name: str, old: str, new: str) -> None:
    path = staged.program.folder / name
    path.write_text(path.read_text().replace(old, new))


def test_a_saved_plan_is_applied_without_a_question(planned: Stage) -> None:
    ran = planned.program.run("apply", "saved.json", "--wait", "ready")

    assert (0, 1) == (ran.code, planned.job_posts()), ran.err


def test_a_saved_plan_may_have_any_name(planned: Stage) -> None:
    (planned.program.folder / "saved.json").rename(planned.program.folder / "plan.yaml")

    ran = planned.program.run("apply", "plan.yaml", "--wait", "ready")

    assert (0, 1) == (ran.code, planned.job_posts()), ran.err


def test_the_next_command_can_be_pasted_whatever_the_file_is_called(planned: Stage) -> None:
    ran = planned.program.run("plan", "--out", "my plan")

    assert "Next: reconciler apply 'my plan'" == ran.out.splitlines()[-1]


def test_a_saved_plan_is_readable_by_its_owner_only(planned: Stage) -> None:
    mode = os.stat(planned.program.folder / "saved.json").st_mode

    assert 0o600 == stat.S_IMODE(mode)


def test_a_saved_plan_that_is_applied_already_does_nothing(planned: Stage) -> None:
    planned.program.run("apply", "saved.json", "--wait", "ready")
    before = len(planned.emulator.writes)

    assert 0 == planned.program.run("apply", "saved.json", "--wait", "ready").code
    assert before == len(planned.emulator.writes)


@pytest.mark.fault("F53")
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("manifests/all.yaml", "epochs: 2", "epochs: 3"),
        ("data/chat.jsonl", "pong 1", "pong one"),
        ("saved.json", '"run": 1', '"run": 0'),
        ("saved.json", '"account": "acme"', '"account": "acne"'),
    ],
    ids=["a manifest", "a data file", "the plan", "the account"],
)
def test_a_change_since_the_review_is_refused_with_no_write(
    planned: Stage, name: str, old: str, new: str
) -> None:
    edit(planned, name, old, new)

    ran = planned.program.run("apply", "saved.json")

    assert (5, []) == (ran.code, planned.emulator.writes), ran.err


def test_a_stale_plan_says_what_differs_and_shows_no_other_plan(planned: Stage) -> None:
    edit(planned, "manifests/all.yaml", "epochs: 2", "epochs: 3")

    ran = planned.program.run("apply", "saved.json")

    assert "" == ran.out
    assert "error: the plan is stale: SupervisedFineTuningJob/bot: its manifest has changed" in (
        ran.err
    )


@pytest.mark.fault("F53")
def test_a_change_in_the_account_is_refused_with_no_write(planned: Stage) -> None:
    name = "accounts/acme/datasets/chat"
    planned.emulator.store.put(name, {"format": "COMPLETION", "state": "READY"})

    assert 5 == planned.program.run("apply", "saved.json").code
    assert [] == planned.emulator.writes


def test_a_missing_plan_file_is_a_path_that_does_not_exist(planned: Stage) -> None:
    assert 64 == planned.program.run("apply", "other.json").code


def test_flags_that_would_change_the_plan_are_wrong_usage(planned: Stage) -> None:
    assert 64 == planned.program.run("apply", "saved.json", "--target", "Dataset/chat").code


def test_a_plan_of_a_part_is_applied_as_that_part(planned: Stage) -> None:
    planned.program.run("plan", "--target", "Dataset/chat", "--out", "part.json")

    assert 0 == planned.program.run("apply", "part.json").code
    assert [] == planned.emulator.store.names("supervisedFineTuningJobs")


def test_a_saved_plan_names_what_it_was_made_with(planned: Stage) -> None:
    planned.program.run("plan", "--target", "Dataset/chat", "--out", "part.json")
    request = json.loads((planned.program.folder / "part.json").read_text())["request"]

    assert ["Dataset/chat"] == request["target"]


@pytest.mark.parametrize(
    "change",
    [
        {"actions": [1]},
        {"actions": [{"ref": "A/b", "action": "run"}]},
        {"fingerprints": [1]},
        {"fingerprints": {"accounts/acme/datasets/chat": "{"}},
        {"request": {"paths": 1}},
        {"request": None},
        {"unknown": True},
    ],
    ids=str,
)
def test_a_sealed_file_that_is_no_plan_is_refused_with_no_write(
    planned: Stage, change: dict[str, Any]
) -> None:
    planned.emulator.store.put("accounts/acme/datasets/chat", {"format": "CHAT", "state": "READY"})
    path = planned.program.folder / "saved.json"
    document = {**json.loads(path.read_text()), **change}
    path.write_text(document_text({**document, "seal": seal(document)}))

    ran = planned.program.run("apply", "saved.json")

    assert (5, []) == (ran.code, planned.emulator.writes), ran.err


def digest_of_plan(staged: Stage) -> str:
    return str(json.loads(staged.program.run("plan", "--format", "json").out)["digest"])


def test_the_approved_digest_is_consent(planned: Stage) -> None:
    digest = digest_of_plan(planned)

    ran = planned.program.run("apply", "--approve-digest", digest, "--wait", "ready")

    assert (0, 1) == (ran.code, planned.job_posts()), ran.err


def test_an_approved_digest_outlives_a_commit_that_changes_nothing_else(planned: Stage) -> None:
    digest = digest_of_plan(planned)
    edit(planned, "manifests/all.yaml", "apiVersion", "# a word\n\napiVersion")

    assert digest == digest_of_plan(planned)


def test_another_plan_than_the_approved_one_is_refused_with_no_write(planned: Stage) -> None:
    digest = digest_of_plan(planned)
    edit(planned, "data/chat.jsonl", "pong 1", "pong one")

    ran = planned.program.run("apply", "--yes", "--approve-digest", digest)

    assert (5, []) == (ran.code, planned.emulator.writes), ran.err
    assert digest_of_plan(planned) in ran.err


def test_half_a_digest_is_refused_before_anything_is_read(planned: Stage) -> None:
    before = len(planned.emulator.requests)

    assert 64 == planned.program.run("apply", "--approve-digest", "sha256:12").code
    assert before == len(planned.emulator.requests)

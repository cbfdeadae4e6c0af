"""What other people and other runs do to the account meanwhile: F21 to F23, F41 to F52."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from tests.faults.lab import APPLY, lab
from tests.faults.stories import BASE, STORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.lab import Lab
    from tests.faults.stories import Undisturbed

JOBS = "/supervisedFineTuningJobs"
CHAT = "accounts/acme/datasets/chat"
SPARE = "accounts/acme/datasets/spare-rows"
SUPPORT = "accounts/acme/deployments/support"
BOT = "accounts/acme/supervisedFineTuningJobs/bot"
PLAN = ("plan", "--detailed-exitcode")
pytestmark = pytest.mark.usefixtures("strange_answers")


@pytest.fixture
def upload(tmp_path: Path) -> Iterator[Lab]:
    """A model of two files, a dataset, and a job that needs both; an empty account."""
    with lab(tmp_path, STORIES["upload"].project) as it:
        yield it


@pytest.fixture
def changes(told: Callable[[str], Undisturbed], tmp_path: Path) -> Iterator[Lab]:
    """An account in which a project changes and deletes what an earlier apply has made."""
    with lab(tmp_path, STORIES["changes"].project) as it:
        it.fill(told("changes").before)
        yield it


def said(it: Lab) -> str:
    return it.said[-1].out + it.said[-1].err


@pytest.mark.fault("F21")
def test_an_equal_dataset_that_is_there_by_now_is_adopted_and_filled(
    upload: Lab, told: Callable[[str], Undisturbed]
) -> None:
    equal = told("upload").after[CHAT][0] | {"state": "UPLOADING"}
    upload.after("GET", "/datasets/chat", lambda: upload.emulator.store.put(CHAT, equal))

    assert 0 == upload.run(*APPLY).code, said(upload)
    assert upload.happened
    assert [] == [r for r in upload.asked("POST", "/datasets") if r.status == 200]
    assert told("upload").after[CHAT][1] == upload.account()[CHAT][1]
    assert 0 == upload.run(*PLAN).code


@pytest.mark.fault("F22")
def test_another_dataset_under_the_name_stops_its_branch_and_no_other(upload: Lab) -> None:
    other = {"format": "COMPLETION", "userUploaded": {}, "state": "READY"}
    upload.after("GET", "/datasets/chat", lambda: upload.emulator.store.put(CHAT, other))
    ran = upload.run(*APPLY)

    assert upload.happened
    assert 4 == ran.code
    assert "already exists and differs in" in said(upload)
    assert [] == upload.asked("POST", JOBS)
    assert "READY" == (upload.emulator.store.get("accounts/acme/models/adapter") or {})["state"]
    assert "COMPLETION" == (upload.emulator.store.get(CHAT) or {})["format"]


@pytest.mark.fault("F23")
def test_an_id_that_a_deleted_deployment_holds_is_told_and_nothing_is_undeleted(
    tmp_path: Path,
) -> None:
    with lab(tmp_path, STORIES["serving"].project) as it:
        gone = {"baseModel": BASE, "state": "DELETED", "deleteTime": "2026-01-01T00:00:00Z"}
        it.emulator.store.put(SUPPORT, gone)
        ran = it.run(*APPLY)

        assert 6 == ran.code, said(it)
        assert "deleted" in said(it)
        assert [] == [r for r in it.emulator.writes if "deployments" in r.path]
        assert "DELETED" == (it.emulator.store.get(SUPPORT) or {})["state"]


@pytest.mark.fault("F42")
def test_a_job_whose_record_is_gone_and_whose_model_stands_has_run(upload: Lab) -> None:
    upload.run(*APPLY)
    upload.emulator.store.delete(BOT)

    assert 0 == upload.run(*APPLY).code
    assert 1 == len(upload.asked("POST", JOBS))


@pytest.mark.fault("F43")
def test_a_job_of_which_nothing_stands_is_shown_with_its_cost_before_it_runs(upload: Lab) -> None:
    upload.run(*APPLY)
    upload.emulator.store.delete(BOT)
    upload.emulator.store.delete("accounts/acme/models/bot")
    plan = upload.run(*PLAN)

    assert 2 == plan.code
    assert "SupervisedFineTuningJob/bot" in plan.out
    assert "Estimated cost" in plan.out
    assert 1 == len(upload.asked("POST", JOBS))


@pytest.mark.fault("F44")
def test_a_job_does_not_train_on_a_dataset_that_is_not_ready(upload: Lab) -> None:
    stuck = Fault(
        "rewrite",
        path="/datasets/chat$",
        times=None,
        rewrite=lambda row: {**row, "state": "UPLOADING"},
    )
    upload.emulator.faults.add(stuck)
    ran = upload.run(*APPLY[:-1], "20")

    assert ran.code in (4, 7), said(upload)
    assert upload.emulator.faults.consumed
    assert [] == upload.asked("POST", JOBS)


@pytest.mark.fault("F44")
def test_a_job_does_not_train_on_other_rows_than_the_declared_ones(upload: Lab) -> None:
    other = {"format": "CHAT", "exampleCount": "3", "userUploaded": {}, "state": "READY"}
    upload.emulator.store.put(CHAT, other)
    upload.emulator.store.put_blob(CHAT, "chat.jsonl", b'{"messages": []}\n' * 3)
    ran = upload.run(*APPLY)

    assert 6 == ran.code, said(upload)
    assert [] == upload.asked("POST", JOBS)


FILLED_BY_HAND = {
    "with other rows": ("chat", {"format": "CHAT", "exampleCount": "4"}, "chat.jsonl"),
    "with other weights": ("adapter", {"kind": "HF_PEFT_ADDON"}, "adapter_model.safetensors"),
}


@pytest.mark.fault("F44")
@pytest.mark.parametrize("how", FILLED_BY_HAND)
def test_a_job_does_not_train_on_what_somebody_made_ready_meanwhile(upload: Lab, how: str) -> None:
    """All fields are equal, the number of rows too: only the stored bytes tell."""
    name, fields, file = FILLED_BY_HAND[how]
    path = f"/{'datasets' if name == 'chat' else 'models'}/{name}"
    peft = {"peftDetails": {"baseModel": BASE, "r": 4, "targetModules": ["q_proj"]}}

    def by_hand() -> None:
        more = peft if "kind" in fields else {"userUploaded": {}}
        upload.emulator.store.put(f"accounts/acme{path}", {**fields, **more, "state": "READY"})
        upload.emulator.store.put_blob(f"accounts/acme{path}", file, b"other bytes")

    upload.after("GET", path, by_hand)
    ran = upload.run(*APPLY)

    assert upload.happened
    assert 4 == ran.code
    assert "other bytes than spec.source declares" in ran.out
    assert [] == upload.asked("POST", JOBS)


@pytest.mark.fault("F47")
def test_what_a_person_changed_since_the_plan_is_left_and_the_rest_goes_on(changes: Lab) -> None:
    def by_hand() -> None:
        changes.change(CHAT, displayName="By hand")

    changes.after("GET", "/datasets", by_hand)
    ran = changes.run(*APPLY)

    assert changes.happened
    assert 4 == ran.code
    assert "changed since the plan was made: displayName" in said(changes)
    assert "By hand" == (changes.emulator.store.get(CHAT) or {})["displayName"]
    assert 2 == (changes.emulator.store.get(SUPPORT) or {})["maxReplicaCount"]


@pytest.mark.fault("F47")
@pytest.mark.parametrize("kind", ["lost", "status", "hang"])
def test_what_a_person_changes_after_a_lost_update_is_not_overwritten(
    changes: Lab, kind: str
) -> None:
    def by_hand() -> None:
        changes.change(CHAT, displayName="By hand")

    changes.emulator.faults.add(Fault(kind, method="PATCH", path="/datasets/chat$"))
    changes.after("PATCH", "/datasets/chat", by_hand)
    ran = changes.run(*APPLY)

    assert changes.emulator.faults.consumed
    assert 4 == ran.code
    assert "By hand" == (changes.emulator.store.get(CHAT) or {})["displayName"]


@pytest.mark.fault("F48")
def test_a_field_that_will_not_stick_is_named_and_planned_again(changes: Lab) -> None:
    changes.after("PATCH", "/datasets/chat", lambda: changes.change(CHAT, displayName="Old"))
    ran = changes.run(*APPLY)

    assert changes.happened
    assert 4 == ran.code
    assert "displayName did not stick" in said(changes)
    assert 2 == changes.run(*PLAN).code


@pytest.mark.fault("F49")
@pytest.mark.parametrize("kind", ["lost", "status_after", "garbage", "hang"])
def test_a_delete_whose_answer_was_lost_is_done(changes: Lab, kind: str) -> None:
    fault = Fault(kind, method="DELETE", path="/datasets/spare-rows$", after_commit=True)
    changes.emulator.faults.add(fault)
    ran = changes.run(*APPLY)

    assert [fault] == changes.emulator.faults.consumed
    assert 0 == ran.code, said(changes)
    assert 1 == len(changes.asked("DELETE", "/datasets/spare-rows"))


@pytest.mark.fault("F50")
def test_a_deployment_that_served_lately_stays_until_a_later_run(changes: Lab) -> None:
    changes.run(*APPLY)
    _tombstone(changes, "kind: Deployment\nmetadata: {name: support}")
    record = changes.emulator.platform.store.find(SUPPORT)
    assert record is not None
    record.meta["traffic"] = True
    refused = changes.run(*APPLY)
    del record.meta["traffic"]
    done = changes.run(*APPLY)

    assert (4, 0) == (refused.code, done.code)
    assert [] == [r for r in changes.asked("DELETE", "/support") if "ignoreChecks" in r.query]


def _tombstone(it: Lab, of: str) -> None:
    manifest = it.folder / "manifests/all.yaml"
    head = of.removesuffix("}") + ", state: absent, lifecycle: {preventDestroy: false}}"
    kept = [d for d in manifest.read_text().split("---\n") if of not in d]
    manifest.write_text("---\n".join([*kept, f"apiVersion: reconciler/v1\n{head}\n"]))


@pytest.mark.fault("F50", "F52")
def test_what_this_apply_unloads_is_waited_for_while_its_links_lag(
    told: Callable[[str], Undisturbed], tmp_path: Path
) -> None:
    story = STORIES["changes"]
    with lab(tmp_path, story.project, Options(link_lag_seconds=20)) as it:
        it.fill(told("changes").before)
        _tombstone(it, "kind: Deployment\nmetadata: {name: support}")
        ran = it.run(*APPLY)
        refused = [r.status for r in it.asked("DELETE", "/deployments/support")]

        assert 0 == ran.code, said(it)
        assert (400, 200) == (refused[0], refused[-1])


USERS: dict[str, dict[str, object]] = {
    "supervisedFineTuningJobs": {"dataset": SPARE, "state": "JOB_STATE_RUNNING"},
    "dpoJobs": {"dataset": SPARE, "state": "JOB_STATE_NEVER_HEARD_OF"},
    "reinforcementFineTuningJobs": {"evaluationDataset": "spare-rows"},
}


@pytest.mark.fault("F50")
@pytest.mark.parametrize("collection", USERS)
def test_what_somebody_began_to_use_since_the_plan_is_not_deleted(
    changes: Lab, collection: str
) -> None:
    user = f"accounts/acme/{collection}/by-hand"
    changes.after(
        "GET",
        "/datasets/spare-rows",
        lambda: changes.emulator.store.put(user, {"baseModel": BASE, **USERS[collection]}),
    )
    ran = changes.run(*APPLY)

    assert changes.happened
    assert 4 == ran.code
    assert f"is used by {user} since the plan was made" in said(changes)
    assert [] == changes.asked("DELETE", "/datasets/spare-rows")


@pytest.mark.fault("F51")
def test_what_somebody_made_anew_under_the_name_is_not_deleted(changes: Lab) -> None:
    def made_anew() -> None:
        changes.emulator.store.delete(SPARE)
        changes.emulator.store.put(SPARE, {"format": "CHAT", "state": "READY"})

    changes.after("GET", "/datasets/spare-rows", made_anew)
    ran = changes.run(*APPLY)

    assert changes.happened
    assert 4 == ran.code
    assert "recreated by somebody else" in said(changes)
    assert [] == changes.asked("DELETE", "/datasets/spare-rows")


@pytest.mark.fault("F52")
def test_a_whole_project_goes_in_reverse_order(changes: Lab) -> None:
    protected = ("Dataset/chat", "Model/adapter")
    allowed = [word for ref in protected for word in ("--allow", f"delete:{ref}")]
    changes.run(*APPLY)
    ran = changes.run("destroy", "--yes", *allowed)
    deleted = [r.path.rpartition("/")[2] for r in changes.emulator.writes if r.method == "DELETE"]

    assert 0 == ran.code, said(changes)
    assert deleted.index("second") < deleted.index("chat")
    assert [] == [r.path for r in changes.emulator.writes if r.status >= 400]

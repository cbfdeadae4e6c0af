"""The commands with --prune in a real checkout, against an account that goes wrong."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.clock import ManualClock
from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator
from tests.past.repository import BASE, Repository, dataset, job, rows, tombstone
from tests.whole.program import program_for
from tests.whole.sweep import PATIENCE_SECONDS, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOING = ("datasets/gone", "supervisedFineTuningJobs/bot")
STAYING = ("datasets/kept", "datasets/theirs", "models/bot")
PLAN = ("plan", "--prune")
APPLY = ("apply", "--prune", "--yes", "--parallelism", "1")


@contextmanager
def stage(folder: Path, list_lag: float = 0) -> Iterator[Stage]:
    """A job on a dataset was declared and is no more; another dataset is; one was never ours. With
    ``list_lag`` lists show all of it, and go on to show what is deleted from now on."""
    made = Repository.make(folder)
    made.put("data/kept.jsonl", rows("kept"))
    made.put("data/gone.jsonl", rows("gone"))
    made.put("manifests/kept.yaml", dataset("kept"))
    gone = dataset("gone", lifecycle="preventDestroy: false")
    made.commit("manifests/gone.yaml", f"{gone}---\n{job('bot', 'gone')}")
    made.commit("manifests/gone.yaml", None)
    before = list(Emulator.observers)
    clock = ManualClock() if list_lag else None
    with Emulator(options=Options(list_lag_seconds=list_lag), clock=clock) as emulator:
        data = {"format": "CHAT", "exampleCount": "3", "userUploaded": {}, "state": "READY"}
        for name in ("kept", "gone", "theirs"):
            emulator.store.put(f"accounts/acme/datasets/{name}", dict(data))
        kept = (made.root / "data/kept.jsonl").read_bytes()
        emulator.store.put_blob("accounts/acme/datasets/kept", "kept.jsonl", kept)
        emulator.store.put(
            "accounts/acme/supervisedFineTuningJobs/bot",
            {
                "dataset": "accounts/acme/datasets/gone",
                "baseModel": BASE,
                "outputModel": "accounts/acme/models/bot",
                "state": "JOB_STATE_COMPLETED",
            },
        )
        emulator.store.put("accounts/acme/models/bot", {"kind": "HF_PEFT_ADDON", "state": "READY"})
        if clock is not None:
            clock.advance(list_lag)
        try:
            yield Stage(emulator, program_for(made.root, emulator))
        finally:
            Emulator.observers[:] = before


def left(staged: Stage) -> set[str]:
    """What of the account is still there, by collection and id."""
    store = staged.emulator.store
    names = [n for c in ("datasets", "supervisedFineTuningJobs", "models") for n in store.names(c)]
    return {name.removeprefix("accounts/acme/") for name in names} & {*GOING, *STAYING}


def deletes(staged: Stage) -> list[str]:
    return [request.path.rpartition("acme/")[2] for request in staged.emulator.writes]


def test_what_is_declared_no_more_goes_dependants_first_and_nothing_else(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        ran = staged.program.run(*APPLY)

        assert 0 == ran.code, ran.out + ran.err
        assert ["supervisedFineTuningJobs/bot", "datasets/gone"] == deletes(staged)
        assert set(STAYING) == left(staged)
        again = json.loads(staged.program.run(*PLAN, "--format", "json").out)
        assert [] == [each for each in again["actions"] if each["action"] != "none"]


@pytest.mark.fault("F19")
def test_what_is_gone_and_still_listed_is_not_to_be_deleted_again(tmp_path: Path) -> None:
    with stage(tmp_path / "project", list_lag=600) as staged:
        ran = staged.program.run(*APPLY)
        before = len(staged.emulator.requests)
        again = staged.program.run(*PLAN, "--detailed-exitcode")

        assert (0, 0) == (ran.code, again.code), ran.out + again.out
        assert 2 == len(deletes(staged))
        asked = {r.path.rpartition("acme/")[2] for r in staged.emulator.requests[before:]}
        assert set(GOING) <= asked, "the list showed none of them"


def test_without_the_flag_nothing_goes(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        ran = staged.program.run("apply", "--yes")

        assert (0, []) == (ran.code, deletes(staged))


@pytest.mark.parametrize(("command", "code"), [("apply", 0), ("destroy", 6)])
def test_a_silent_tombstone_has_the_protection_that_git_remembers(
    command: str, code: int, tmp_path: Path
) -> None:
    with stage(tmp_path / "project") as staged:
        (staged.program.folder / "manifests/gone.yaml").write_text(tombstone("Dataset", "gone"))
        ran = staged.program.run(command, "--yes")

        assert code == ran.code, ran.out + ran.err
        assert {"supervisedFineTuningJobs/bot", *STAYING} == left(staged)


def test_drift_says_of_a_silent_tombstone_what_the_next_apply_would_do(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        made = Repository.at(staged.program.folder)
        made.commit("manifests/gone.yaml", tombstone("Dataset", "gone"))
        found = json.loads(staged.program.run("drift", "--format", "json").out)["findings"]

        (gone,) = [each for each in found if each["ref"] == "Dataset/gone"]
        assert ("not-gone", []) == (gone["code"], gone["next"]["blocked_by"])


def test_shards_prune_together_what_one_run_prunes(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        codes = [staged.program.run(*APPLY, "--shard", shard).code for shard in ("2/2", "1/2")]

        assert [0, 0] == codes
        assert ["supervisedFineTuningJobs/bot", "datasets/gone"] == deletes(staged)
        assert set(STAYING) == left(staged)


def test_every_shard_judges_the_whole_and_each_removal_is_in_one(tmp_path: Path) -> None:
    limited = "apiVersion: reconciler/v1\nkind: Project\nspec: {policy: {maxDeletes: 1}}\n"
    with stage(tmp_path / "project") as staged:
        (staged.program.folder / "reconciler.yaml").write_text(limited)
        plans = [
            json.loads(staged.program.run(*PLAN, "--shard", shard, "--format", "json").out)
            for shard in ("1/3", "2/3", "3/3")
        ]

        found = [a for plan in plans for a in plan["actions"] if a["action"] == "delete"]
        assert ["Dataset/gone", "SupervisedFineTuningJob/bot"] == sorted(a["ref"] for a in found)
        assert all(action["blocked_by"] for action in found)


@pytest.mark.parametrize(
    ("base", "group"), [("HEAD~1", "this change"), ("HEAD", "already pending")]
)
def test_a_removal_is_the_doing_of_the_revision_that_removed(
    base: str, group: str, tmp_path: Path
) -> None:
    with stage(tmp_path / "project") as staged:
        ran = staged.program.run(*PLAN, "--base", base, "--format", "json")

        actions = json.loads(ran.out)["actions"]
        found = {a["ref"]: a.get("group") for a in actions if a["action"] == "delete"}
        assert {"Dataset/gone": group, "SupervisedFineTuningJob/bot": group} == found


def test_a_saved_plan_prunes_what_was_reviewed(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        saved = staged.program.run(*PLAN, "--since", "HEAD~1", "--out", "saved.json")
        ran = staged.program.run("apply", "saved.json")

        assert (0, 0) == (saved.code, ran.code), ran.out + ran.err
        assert set(STAYING) == left(staged)


def test_a_saved_plan_is_stale_when_somebody_made_the_resource_anew(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        staged.program.run(*PLAN, "--out", "saved.json")
        fields = staged.emulator.store.get("accounts/acme/datasets/gone")
        assert fields is not None
        fields["createTime"] = "2030-01-01T00:00:00Z"
        staged.emulator.store.put("accounts/acme/datasets/gone", fields)
        ran = staged.program.run("apply", "saved.json")

        assert (5, []) == (ran.code, deletes(staged)), ran.err
        assert "Dataset/gone: its incarnation has changed" in ran.err


def test_a_saved_plan_that_prunes_nothing_lets_nothing_be_pruned(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        staged.program.run("plan", "--out", "saved.json")
        ran = staged.program.run("apply", "saved.json", "--prune")

        assert (64, []) == (ran.code, deletes(staged)), ran.err


def test_since_alone_is_wrong_usage(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        ran = staged.program.run("plan", "--since", "HEAD~1")

        assert 64 == ran.code
        assert "--since works with --prune only" in ran.err


def test_a_list_that_fails_refuses_before_anything_is_written(tmp_path: Path) -> None:
    with stage(tmp_path / "project") as staged:
        fault = Fault("status", path="/deployments$", status=403, message="no", times=None)
        staged.emulator.faults.add(fault)
        ran = staged.program.run(*APPLY)

        assert (6, []) == (ran.code, deletes(staged)), ran.err
        assert "--prune: the list of every Deployment could not be read completely" in ran.err


def _survives(staged: Stage, *, after_commit: bool, nth: int, path: str = "") -> list[str]:
    """What is wrong after an apply was killed at a request and run again."""
    fault = Fault("hang", path=path or None, nth=nth, after_commit=after_commit)
    staged.emulator.faults.add(fault)
    struck = staged.struck()
    with staged.program.start(*APPLY) as child:
        struck.wait(PATIENCE_SECONDS)
        child.kill()
    staged.emulator.faults.release()
    ran = staged.program.run(*APPLY)
    again = json.loads(staged.program.run(*PLAN, "--format", "json").out)
    problems = {
        f"the clean run ended with {ran.code}: {ran.err}": ran.code != 0,
        f"left: {sorted(left(staged))}": left(staged) != set(STAYING),
        "the second plan is not empty": any(a["action"] != "none" for a in again["actions"]),
        "a traceback was printed": "Traceback" in ran.err,
        "the fault did not strike": not staged.emulator.faults.consumed,
    }
    return [problem for problem, found in problems.items() if found]


@pytest.mark.parametrize("after_commit", [False, True], ids=["before", "after"])
def test_a_prune_killed_at_its_first_delete_is_finished_by_the_next(
    after_commit: bool, tmp_path: Path
) -> None:
    with stage(tmp_path / "project") as staged:
        assert [] == _survives(staged, after_commit=after_commit, nth=1, path="^DELETE ")


@pytest.mark.sweep
@pytest.mark.parametrize("after_commit", [False, True], ids=["before", "after"])
def test_a_prune_killed_at_any_request_is_finished_by_the_next(
    after_commit: bool, tmp_path: Path
) -> None:
    with stage(tmp_path / "clean") as staged:
        staged.program.run(*APPLY)
        requests = len(staged.emulator.requests)
    failures = {}
    for nth in range(1, requests + 1):
        with stage(tmp_path / f"at-{nth}") as staged:
            problems = _survives(staged, after_commit=after_commit, nth=nth)
        if problems:
            failures[nth] = problems

    assert {} == failures

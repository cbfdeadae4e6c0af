"""From a pull request to a loaded adapter, through the very steps of the shipped workflows."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.server import Emulator
from reconciler.github.marker import made_of
from tests.github.world import HOUR, World, team
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROW = ("data/support.jsonl", "Norway", "Iceland")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with team(tmp_path) as built:
        yield built


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[World]:
    """A team whose jobs take an hour of the platform's time."""
    with team(tmp_path, HOUR) as built:
        yield built


def test_a_fork_is_checked_with_no_key_and_never_planned(world: World) -> None:
    world.edit("manifests/job.yaml", "learningRate", "learningRat")
    fork = world.open("theirs", fork=True)

    checked, planned = world.check("validate", fork), world.check("plan", fork)

    assert ("failure", "skipped") == (checked.result, planned.result)
    assert "::error file=manifests/job.yaml,line=" in checked.log
    assert [] == world.emulator.requests
    assert [] == world.github.writes()


def test_a_plan_stands_in_one_comment_and_follows_every_push(world: World) -> None:
    pull = world.open("mine")
    first = world.check("plan", pull)
    (before,) = world.comments(pull)
    world.edit(*ROW)
    world.push(pull)
    world.check("plan", pull)
    (after,) = world.comments(pull)

    assert "success" == first.result, first.log
    assert "Dataset/support-chat" in before
    assert "Dataset/support-chat" in first.summary
    assert first.outputs["digest"] == made_of(before).digest
    assert first.outputs["html-file"].endswith("plan.html")
    assert made_of(before).digest != made_of(after).digest
    assert [] == world.emulator.writes


def approve_what_was_reviewed(world: World) -> None:
    """The recipe of docs/github.md."""
    path = world.workflows / "apply.yml"
    recipe = "${{ inputs.approve-digest || 'comment' }}"
    assert recipe in (ROOT / "docs/github.md").read_text("utf-8")
    path.write_text(path.read_text().replace("${{ inputs.approve-digest }}", recipe))


def test_a_merge_is_applied_as_it_was_reviewed_and_says_so(world: World) -> None:
    approve_what_was_reviewed(world)
    pull = world.open("mine")
    planned = world.check("plan", pull)
    world.merge(pull)

    applied = world.apply()

    assert "success" == applied.result, applied.log
    assert f"approved: {planned.outputs['digest']}" in applied.log
    assert "Dataset/support-chat" in applied.summary
    assert (1, 1) == (len(world.jobs()), len(world.loaded()))


@pytest.mark.parametrize("event", ["push", "schedule"])
def test_a_merge_of_more_than_was_reviewed_is_not_applied(world: World, event: str) -> None:
    approve_what_was_reviewed(world)
    pull = world.open("mine")
    world.check("plan", pull)
    world.edit(*ROW)
    world.commit("mine")
    world.merge(pull)

    applied = world.apply(event=event)

    assert ("failure", "stale") == (applied.result, applied.outputs["outcome"]), applied.log
    assert [] == world.emulator.writes


@pytest.mark.fault("F59")
def test_a_plan_that_cannot_be_published_is_a_plan_all_the_same(world: World) -> None:
    world.runner.token = "ghs_nobody_knows_it"

    planned = world.check("plan", world.open("mine"))

    assert ("success", "pending") == (planned.result, planned.outputs["outcome"])
    assert 2 == planned.log.count("::warning::GitHub did not carry out GET")
    assert "Dataset/support-chat" in planned.summary


def test_two_merges_in_a_row_lose_nothing(world: World) -> None:
    first, second = world.open("first"), world.open("second")
    world.edit(*ROW)
    world.push(second)
    older = world.merge(first)
    world.merge(second)

    refused, applied = world.apply(older), world.apply()

    assert ("failure", "success") == (refused.result, applied.result), applied.log
    assert "is not the head of main" in refused.summary
    assert ("5", "stale") == (refused.outputs["exit-code"], refused.outputs["outcome"])
    assert 1 == len(world.jobs())


def test_a_cancelled_apply_is_finished_by_the_next_with_one_job(slow: World) -> None:
    cancel = threading.Event()

    def watch(*_: object) -> None:
        if slow.jobs():
            cancel.set()

    Emulator.observers.append(watch)
    try:
        cut = slow.apply(cancel=cancel)
    finally:
        Emulator.observers.remove(watch)
    slow.emulator.clock.advance(2 * HOUR)
    finished = slow.apply(event="workflow_dispatch")

    assert "cancelled" == cut.result
    assert cut.outputs["exit-code"] in ("130", "143"), cut.log
    assert "interrupted" in cut.summary
    assert ("success", 1) == (finished.result, len(slow.jobs())), finished.log


def test_a_job_that_ends_an_hour_later_is_loaded_with_nobody_there(slow: World) -> None:
    started = slow.apply()
    before = slow.loaded()
    slow.emulator.clock.advance(2 * HOUR)
    finished = slow.apply(event="schedule")

    assert ("success", "in-progress") == (started.result, started.outputs["outcome"]), started.log
    assert "::notice::" in started.log
    assert ([], 1) == (before, len(slow.loaded()))
    assert ("success", "done") == (finished.result, finished.outputs["outcome"]), finished.log
    assert 1 == len(slow.jobs())


def test_each_account_is_applied_though_another_one_is_out_of_reach(world: World) -> None:
    environments = {"east": {"account": "acme"}, "west": {"account": "acme"}}
    project = {"apiVersion": "reconciler/v1", "kind": "Project"}
    text = json.dumps({**project, "spec": {"environments": environments}})
    (world.clone / "reconciler.yaml").write_text(text)
    world.merge(world.open("accounts"))
    path = world.workflows / "apply.yml"
    path.write_text(path.read_text().replace('environment: [""]', "environment: [east, west]"))
    world.runner.secrets = {
        "fireworks-apply-east": {"FIREWORKS_API_KEY": "fw_wrong"},
        "fireworks-apply-west": {"FIREWORKS_API_KEY": world.emulator.key},
    }

    east, west = world.matrix("apply", world.on_main("", "push", {}))

    assert ("failure", "success") == (east.result, west.result), west.log


def test_a_change_by_hand_opens_an_issue_which_closes_after_an_apply(world: World) -> None:
    world.apply()
    name = "accounts/acme/deployments/support"
    (before,) = [world.emulator.store.get(name)]
    world.emulator.store.put(name, {**(before or {}), "displayName": "Mine"})
    found = world.drift()
    (issue,) = world.github.open_issues()
    world.apply(event="workflow_dispatch")
    looked_again = world.drift()

    assert ("success", "pending") == (found.result, found.outputs["outcome"]), found.log
    assert "Deployment/support" in issue["body"]
    assert "Mine" in issue["body"]
    assert ("success", "done") == (looked_again.result, looked_again.outputs["outcome"])
    assert [] == world.github.open_issues()

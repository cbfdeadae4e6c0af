"""Whose doing a change is: this revision's, an earlier one's, or of somebody at the account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.diff.diff import diff
from reconciler.plan.groups import Base, grouped
from reconciler.plan.plan import Group
from reconciler.report.json_plan import digest, plan_document
from tests.desired.manifests import (
    BASE,
    JOB,
    account,
    dataset,
    desired,
    files,
    job,
    live,
    manifest,
    weights,
)
from tests.plan.planning import of, plan

if TYPE_CHECKING:
    from reconciler.live.state import LiveResource
    from reconciler.manifest.manifest import Manifest
    from reconciler.plan.plan import Plan

DECLARED = "2026-06-01T12:00:00+02:00"
NAIVE = "2026-06-01T10:00:01"  # no offset: UTC
BEFORE, AFTER = "2026-06-01T09:59:59Z", "2026-06-01T10:00:01.5Z"


def told(
    now: list[Manifest], then: list[Manifest], *found: LiveResource, touched: str = DECLARED
) -> Plan:
    """The plan of ``now`` beside a base that asked for ``then``, both of one account."""
    snapshot, base = account(*found), desired(*then)
    return grouped(
        plan(now, snapshot), diff(base, snapshot), Base("4f1c2d9", base, lambda _: touched)
    )


def group(made: Plan, ref: str) -> Group | None:
    return of(made, ref).group


def named(name: str) -> Manifest:
    return weights(spec={"displayName": name})


def shown(name: str, updated: str) -> LiveResource:
    """The weights of ``named`` as the account has them, updated at a time."""
    wanted = weights().spec
    found = live("Model/base", **{**wanted, "displayName": name})
    return replace(found, update_time=updated)


def test_what_the_base_does_not_declare_is_of_this_change() -> None:
    assert Group.THIS_CHANGE is group(told([dataset()], []), "Dataset/chat")


def test_what_the_base_asks_for_too_is_pending() -> None:
    assert Group.PENDING is group(told([dataset()], [dataset()]), "Dataset/chat")


def test_other_files_are_of_this_change() -> None:
    edited = dataset(brings=files("chat.jsonl", digit="b"))

    assert Group.THIS_CHANGE is group(told([edited], [dataset()]), "Dataset/chat")


def test_a_job_follows_the_content_of_its_rows() -> None:
    now, then = ([dataset(digit=d, hashed=True), job(hashed=True)] for d in "ba")

    assert Group.THIS_CHANGE is group(told(now, then), "SupervisedFineTuningJob/bot")


def test_another_value_is_of_this_change_though_something_was_pending() -> None:
    now, then = [job(spec={"epochs": 3})], [job(spec={"epochs": 2})]

    assert Group.THIS_CHANGE is group(told(now, then), "SupervisedFineTuningJob/bot")


def test_an_edit_that_was_merged_and_never_applied_is_pending() -> None:
    made = told([named("Router")], [named("Router")], shown("Old", BEFORE))

    assert Group.PENDING is group(made, "Model/base")


@pytest.mark.parametrize("updated", [AFTER, NAIVE])
def test_a_record_that_changed_after_its_manifest_has_drifted(updated: str) -> None:
    made = told([named("Router")], [named("Router")], shown("Router (tmp)", updated))

    assert Group.DRIFT is group(made, "Model/base")


def test_a_record_that_changed_with_its_manifest_has_not_drifted() -> None:
    made = told([named("Router")], [named("Router")], shown("x", "2026-06-01T10:00:00Z"))

    assert Group.PENDING is group(made, "Model/base")


def test_the_time_asked_for_is_that_of_the_manifest_s_file() -> None:
    wanted, snapshot = named("Router"), account(shown("Router (tmp)", AFTER))
    base = desired(wanted)
    touched = {"all.yaml": DECLARED}.get
    before = diff(base, snapshot)
    told = grouped(
        plan([wanted], snapshot), before, Base("4f1c2d9", base, lambda p: touched(p, ""))
    )

    assert Group.DRIFT is group(told, "Model/base")


def test_a_job_that_the_base_asks_for_too_is_pending() -> None:
    assert Group.PENDING is group(told([job()], [job()]), f"{JOB}/bot")


@pytest.mark.parametrize(
    ("edited", "expected"),
    [(frozenset({"/p/chat.jsonl"}), Group.THIS_CHANGE), (frozenset(), Group.PENDING)],
)
def test_where_no_digest_tells_git_says_whether_a_file_was_edited(
    edited: frozenset[str], expected: Group
) -> None:
    now, unread = dataset(), dataset()
    assert unread.files is not None
    local = replace(unread.files.files[0], sha256="")
    then = replace(unread, files=replace(unread.files, files=(local,)))
    base = desired(then)
    beside = Base("4f1c2d9", base, lambda _: DECLARED, lambda: edited)

    told = grouped(plan([now]), diff(base, account()), beside)

    assert expected is group(told, "Dataset/chat")


@pytest.mark.parametrize("touched", ["", "yesterday"])
def test_where_git_knows_no_time_nothing_is_called_drift(touched: str) -> None:
    made = told([named("Router")], [named("Router")], shown("x", AFTER), touched=touched)

    assert Group.PENDING is group(made, "Model/base")


def test_another_place_inside_a_field_is_of_this_change() -> None:
    def windows(**more: str) -> Manifest:
        return manifest("Deployment/d", {"baseModel": BASE, "autoscalingPolicy": more})

    found = live("Deployment/d", baseModel=BASE, autoscalingPolicy={"scaleUpWindow": "9s"})
    now = windows(scaleUpWindow="30s", scaleDownWindow="600s")
    same = told([now], [now], replace(found, update_time=BEFORE))
    other = told([now], [windows(scaleUpWindow="30s")], replace(found, update_time=BEFORE))

    assert (Group.PENDING, Group.THIS_CHANGE) == (
        group(same, "Deployment/d"),
        group(other, "Deployment/d"),
    )


def test_a_tombstone_is_of_the_change_that_wrote_it() -> None:
    gone = manifest("Model/base", absent=True)

    assert Group.THIS_CHANGE is group(told([gone], [named("x")], shown("x", BEFORE)), "Model/base")


def test_what_stays_as_it_is_has_no_group() -> None:
    assert None is group(told([named("x")], [named("y")], shown("x", AFTER)), "Model/base")


def test_the_digest_does_not_depend_on_the_base() -> None:
    alone, beside = plan([dataset()]), told([dataset()], [])

    assert digest(plan_document(alone)) == digest(plan_document(beside))
    assert plan_document(beside)["base"] == "4f1c2d9"

"""A saved plan is refused when it was altered, or when another plan would be made now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import StalePlan
from reconciler.plan.saved import hold_to, read_saved
from reconciler.report.json_plan import plan_document, saved_json, seal
from tests.desired.manifests import (
    JOB,
    account,
    dataset,
    desired,
    files,
    job,
    live,
    made,
    manifest,
    weights,
)
from tests.plan.planning import plan

if TYPE_CHECKING:
    from reconciler.live.state import LiveState
    from reconciler.plan.plan import Plan

PROJECT = [dataset(), job()]
TEXT = saved_json(plan(PROJECT), {"paths": []})


def document(shown: Plan) -> dict[str, Any]:
    return dict(json.loads(json.dumps(plan_document(shown))))


def now(found: LiveState | None = None, manifests: Any = None) -> dict[str, Any]:
    return document(plan(manifests or PROJECT, found))


def uploading() -> LiveState:
    resource = next(iter(desired(*PROJECT).resources.values()))
    return account(made(resource, "UPLOADING"))


def all_done() -> LiveState:
    chat, bot = desired(*PROJECT).resources.values()
    return account(made(chat), made(bot, "JOB_STATE_COMPLETED"), live("Model/bot"))


def test_what_was_saved_is_read_as_it_was() -> None:
    assert json.loads(TEXT) == read_saved(TEXT, seal)


def test_the_same_plan_is_held() -> None:
    hold_to(document(plan(PROJECT)), now())


@pytest.mark.fault("F53")
@given(st.integers(0, len(TEXT) - 1), st.integers(1, 127))
def test_no_flipped_byte_passes(place: int, flip: int) -> None:
    flipped = TEXT[:place] + chr(ord(TEXT[place]) ^ flip) + TEXT[place + 1 :]

    with pytest.raises(StalePlan):
        read_saved(flipped, seal)


@pytest.mark.fault("F53")
@given(st.integers(0, len(TEXT) - 2))
def test_no_truncated_plan_passes(length: int) -> None:
    with pytest.raises(StalePlan):
        read_saved(TEXT[:length], seal)


def test_a_member_that_stands_twice_is_refused() -> None:
    twice = TEXT.replace('"complete": true', '"complete": true, "complete": true')

    with pytest.raises(StalePlan, match="damaged"):
        read_saved(twice, seal)


def test_a_plan_that_cannot_be_sealed_was_altered() -> None:
    def no_seal(_document: object) -> str:
        raise ValueError

    with pytest.raises(StalePlan, match="altered"):
        read_saved(TEXT, no_seal)


@pytest.mark.fault("F53")
@pytest.mark.parametrize("bound", ["format_version", "tool_version", "account", "base_url"])
def test_a_plan_of_elsewhere_is_refused(bound: str) -> None:
    with pytest.raises(StalePlan, match=bound):
        hold_to({**now(), bound: "another"}, now())


def test_what_is_done_already_is_part_of_the_plan() -> None:
    hold_to(now(), now(all_done()))


def test_what_an_interrupted_apply_left_is_part_of_the_plan() -> None:
    hold_to(now(), now(uploading()))


def test_a_resource_that_nobody_reviewed_is_refused() -> None:
    with pytest.raises(StalePlan, match=f"{JOB}/second is not in the saved plan"):
        hold_to(now(), now(manifests=[*PROJECT, job("second")]))


def test_what_no_manifest_declares_any_more_is_refused() -> None:
    with pytest.raises(
        StalePlan, match=f"{JOB}/bot is in the saved plan, but no manifest here declares it"
    ):
        hold_to(now(), now(manifests=[dataset()]))


def test_another_action_is_refused() -> None:
    saved = now(all_done())

    with pytest.raises(StalePlan, match=f"{JOB}/bot was: none, and would now be: run"):
        hold_to(saved, now(account(next(iter(all_done().resources.values())))))


def refused(state: str) -> dict[str, Any]:
    """A plan that would delete a dataset which a job in this state was trained on."""
    gone = manifest("Dataset/chat", absent=True, prevent_destroy=False)
    chat, bot = desired(*PROJECT).resources.values()
    return now(account(made(chat), made(bot, state), live("Model/bot")), [gone])


def test_what_was_refused_does_not_go_because_its_obstacle_has_gone() -> None:
    saved, free = refused("JOB_STATE_RUNNING"), refused("JOB_STATE_COMPLETED")

    with pytest.raises(StalePlan, match="Dataset/chat was refused, and no longer is"):
        hold_to(saved, free)
    hold_to(saved, free, {"Dataset/chat"})
    hold_to(saved, saved)


def test_what_is_refused_by_now_is_told() -> None:
    saved, held = refused("JOB_STATE_COMPLETED"), refused("JOB_STATE_RUNNING")

    with pytest.raises(StalePlan, match="Dataset/chat was not refused, and now is: "):
        hold_to(saved, held)


def test_another_value_of_a_field_is_refused() -> None:
    wanted = [dataset().__class__(**_fields(dataset(), displayName="New"))]
    before = account(made(next(iter(desired(*wanted).resources.values())), displayName="Old"))
    since = account(made(next(iter(desired(*wanted).resources.values())), displayName="Else"))

    with pytest.raises(StalePlan, match="Dataset/chat: displayName"):
        hold_to(now(before, wanted), now(since, wanted))


def test_another_incarnation_is_refused() -> None:
    found = all_done()
    saved = now(found)
    for name, text in saved["fingerprints"].items():
        saved["fingerprints"][name] = text.replace("2026-01-01", "2025-01-01")

    with pytest.raises(StalePlan, match="its createTime has changed"):
        hold_to(saved, now(found))


def test_another_local_file_is_refused() -> None:
    other = dataset(brings=files("chat.jsonl", digit="b"))

    with pytest.raises(StalePlan, match=r"Dataset/chat/chat\.jsonl: the file has changed"):
        hold_to(now(), now(manifests=[other, job()]))


def test_another_file_in_a_folder_is_refused() -> None:
    then, since = (weights(brings=files("a/b/c.json", digit=digit)) for digit in "ab")

    with pytest.raises(StalePlan, match=r"Model/base/a/b/c\.json: the file has changed"):
        hold_to(now(manifests=[then]), now(manifests=[since]))


def _fields(manifest: Any, **spec: Any) -> dict[str, Any]:
    fields = {name: getattr(manifest, name) for name in manifest.__slots__}
    return {**fields, "spec": {**manifest.spec, **spec}}

"""One digest for one thing to do: what changes it, what does not, and what an approval refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.errors import StalePlan, UsageError
from reconciler.plan.approved import check_spelling, hold_to_digest
from reconciler.report.json_plan import digest, plan_document
from tests.desired.manifests import account, dataset, desired, job, live, made, one, weights
from tests.plan.planning import plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.live.state import LiveState

PROJECT = [dataset(), job()]


def document(found: LiveState | None = None, manifests: Any = None) -> dict[str, Any]:
    return dict(json.loads(json.dumps(plan_document(plan(manifests or PROJECT, found)))))


RENAMED = weights(spec={"displayName": "New"})


def renamed(create_time: str) -> LiveState:
    """The model is live under another display name: an update of it is planned."""
    found = made(one(desired(RENAMED), "Model/base"), displayName="Old")
    return account(replace(found, create_time=create_time))


def everything_done() -> LiveState:
    chat, bot = desired(*PROJECT).resources.values()
    return account(made(chat), made(bot, "JOB_STATE_COMPLETED"), live("Model/bot"))


WITHOUT_MEANING: dict[str, Callable[[dict[str, Any]], Any]] = {
    "commit": lambda d: d.update(commit="f" * 40),
    "time": lambda d: d.update(created_at="2027-01-01T00:00:00Z"),
    "version of the tool": lambda d: d.update(tool_version="9.9"),
    "line of the manifest": lambda d: d["actions"][0]["source"].update(line=99),
    "words of a reason": lambda d: d["actions"][0]["reason"].update(text="because"),
    "words of a step": lambda d: d["actions"][0]["steps"][0].update(detail="other"),
    "cost": lambda d: d["actions"][1].update(cost=None),
    "what is not managed": lambda d: d["unmanaged"].update(count=7),
    "order": lambda d: d["actions"].reverse(),
    "something that is as it should be": lambda d: d["fingerprints"].update({"accounts/a/x/y": ""}),
}
WITH_MEANING: dict[str, Callable[[dict[str, Any]], Any]] = {
    "account": lambda d: d.update(account="another"),
    "address": lambda d: d.update(base_url="https://elsewhere.example"),
    "action": lambda d: d["actions"][0].update(action="repair"),
    "one action less": lambda d: d["actions"].pop(),
    "step": lambda d: d["actions"][0]["steps"].pop(),
    "value": lambda d: d["actions"][0]["changes"].append({"path": "x", "before": 1, "after": 2}),
    "guard": lambda d: d["actions"][0].update(blocked_by=["no"]),
    "manifest": lambda d: d["fingerprints"].update({"Dataset/chat:manifest": "sha256:00"}),
    "file": lambda d: d["fingerprints"].update({"Dataset/chat/chat.jsonl": "1 sha256:00"}),
    "file in folders": lambda d: d["fingerprints"].update({"Dataset/chat/a/b/c.json": "1"}),
}


@pytest.mark.parametrize("change", WITHOUT_MEANING.values(), ids=WITHOUT_MEANING)
def test_what_does_not_matter_leaves_the_digest(change: Callable[[dict[str, Any]], Any]) -> None:
    changed = document()
    change(changed)

    assert document() != changed
    assert document()["digest"] == digest(changed)


@pytest.mark.parametrize("change", WITH_MEANING.values(), ids=WITH_MEANING)
def test_what_matters_changes_the_digest(change: Callable[[dict[str, Any]], Any]) -> None:
    changed = document()
    change(changed)

    assert document()["digest"] != digest(changed)


def test_another_incarnation_of_what_is_updated_changes_the_digest() -> None:
    before = document(renamed("2026-01-01T00:00:00Z"), [RENAMED])
    after = document(renamed("2026-02-02T00:00:00Z"), [RENAMED])

    assert ["update"] == [action["action"] for action in before["actions"]]
    assert before["digest"] != after["digest"]


def test_a_document_that_names_nothing_it_read_has_a_digest_too() -> None:
    bare = document()
    del bare["fingerprints"]

    assert digest({**bare, "fingerprints": {}}) == digest(bare)


def test_the_approved_plan_goes_on() -> None:
    hold_to_digest(document()["digest"], document())


def test_a_plan_with_nothing_left_goes_on() -> None:
    hold_to_digest(document()["digest"], document(everything_done()))


def test_a_plan_that_is_not_complete_is_not_taken_for_one_with_nothing_left() -> None:
    blind = {**document(everything_done()), "complete": False}

    with pytest.raises(StalePlan):
        hold_to_digest(document()["digest"], blind)


def test_another_plan_is_refused_and_says_what_it_would_do() -> None:
    now = document()

    with pytest.raises(StalePlan, match=r"run SupervisedFineTuningJob/bot") as caught:
        hold_to_digest("sha256:" + "0" * 64, now)
    assert now["digest"] in caught.value.message


@pytest.mark.parametrize(
    "text", ["", "sha256:", "sha256:" + "A" * 64, "0" * 64, "sha256:" + "0" * 65]
)
def test_half_a_digest_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--approve-digest needs the whole digest") as told:
        check_spelling(text)

    assert "copy it from the reviewed plan: sha256: and 64 hex digits" == told.value.hint

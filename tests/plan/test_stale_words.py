"""What makes a saved plan stale, one fact at a time, and in which words it is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reconciler.errors import StalePlan
from reconciler.plan.approved import hold_to_digest
from reconciler.plan.saved import HINT, hold_to, read_saved
from reconciler.report.json_plan import seal

REF = "Dataset/chat"
LIVE = "accounts/a/datasets/chat"


def action(
    word: str = "update", *verbs: str, ref: str = REF, changes: tuple[Any, ...] = ()
) -> dict[str, Any]:
    steps = [{"verb": verb} for verb in verbs]
    fields = [{"path": p, "before": b, "after": a} for p, b, a in changes]
    return {"ref": ref, "action": word, "steps": steps, "changes": fields, "blocked_by": []}


def document(*actions: dict[str, Any], **fingerprints: str) -> dict[str, Any]:
    names = {"file": f"{REF}/rows.jsonl", "manifest": f"{REF}:manifest", "live": LIVE}
    known = {names[name]: text for name, text in fingerprints.items()}
    return {"actions": list(actions), "fingerprints": known}


def facts(**of: str) -> str:
    return json.dumps(of)


CHANGED = ("displayName", "a", "b")
STALE = {
    f"{REF} is not in the saved plan, and would now be: update": (document(), document(action())),
    f"{REF} was: update, and would now be: delete": (
        document(action()),
        document(action("delete", "delete")),
    ),
    f"{REF} was: create, and would now be: create": (
        document(action("create", "create", "upload")),
        document(action("create", "create")),
    ),
    f"{REF} was: update, and would now be: repair": (
        document(action("update", "update")),
        document(action("repair", "update")),
    ),
    f"{REF} was: create, and would now be: repair": (
        document(action("create", "create", "upload", "wait")),
        document(action("repair", "upload")),
    ),
    f"{REF} was: create, and would now be: delete": (
        document(action("create", "create", "wait")),
        document(action("delete", "wait")),
    ),
    f"{REF}: displayName is not as in the saved plan": (
        document(action(changes=(CHANGED,))),
        document(action(changes=(("displayName", "a", "c"),))),
    ),
    f"{REF}: public is not as in the saved plan": (
        document(action(changes=(CHANGED,))),
        document(action(changes=(CHANGED, ("public", None, True)))),
    ),
    f"{REF}: displayName no longer differs": (
        document(action(changes=(CHANGED,))),
        document(action()),
    ),
    f"{REF}/rows.jsonl: the file has changed": (
        document(action(), file="10 sha256:aa"),
        document(action(), file="10 sha256:bb"),
    ),
    f"{REF}: its manifest has changed": (
        document(action(), manifest="aa"),
        document(action(), manifest="bb"),
    ),
    f"{LIVE}: its createTime has changed since the plan was made": (
        document(live=facts(createTime="1", fields="x")),
        document(live=facts(createTime="2", fields="y")),
    ),
    f"{LIVE}: its fields has changed since the plan was made": (
        document(live=facts(createTime="1", fields="x", state="A")),
        document(live=facts(createTime="1", fields="y", state="B")),
    ),
}
SAME = {
    "nothing": (document(), document()),
    "what is done": (document(action()), document(action("none"))),
    "what is unchanged and new": (document(), document(action("none"))),
    "the rest of a create": (
        document(action("create", "create", "upload", "wait")),
        document(action("repair", "upload", "wait")),
    ),
    "the rest of a replace": (
        document(action("replace", "delete", "create", "wait")),
        document(action("create", "create", "wait")),
    ),
    "the rest of a replaced run": (
        document(action("replace", "delete", "create")),
        document(action("run", "create")),
    ),
    "a file of something done": (
        document(action(), file="10 sha256:aa"),
        document(action("none"), file="10 sha256:bb"),
    ),
    "a file that is gone with its change": (
        document(action(), file="10 sha256:aa"),
        document(action()),
    ),
    "a digest that one side does not know": (
        document(action(), file="10 unknown"),
        document(action(), file="10 sha256:bb"),
    ),
    "a digest that is not known any more": (
        document(action(), file="10 sha256:aa"),
        document(action(), file="10 unknown"),
    ),
    "a state and a time that move on": (
        document(live=facts(createTime="1", fields="x", state="A", updateTime="1")),
        document(live=facts(createTime="1", fields="x", state="B", updateTime="2")),
    ),
    "what was not there": (document(live="absent"), document(live=facts(createTime="1"))),
    "what is not there any more": (document(live=facts(createTime="1")), document()),
    "documents without fingerprints": ({"actions": []}, {"actions": []}),
    "a document that no longer tells what it read": (
        document(action(), file="10 sha256:aa", live=facts(createTime="1")),
        {"actions": [action()]},
    ),
}


@pytest.mark.parametrize("said", STALE)
def test_a_stale_plan_names_the_object_and_the_fact(said: str) -> None:
    saved, now = STALE[said]

    with pytest.raises(StalePlan) as caught:
        hold_to(saved, now)

    assert (f"the plan is stale: {said}", HINT) == (caught.value.message, caught.value.hint)


def test_a_size_is_enough_to_tell_a_file_whose_digest_nobody_knows() -> None:
    with pytest.raises(StalePlan, match="the file has changed"):
        hold_to(document(action(), file="10 unknown"), document(action(), file="11 sha256:bb"))


@pytest.mark.parametrize("title", SAME)
def test_what_does_not_matter_is_not_spoken_of(title: str) -> None:
    hold_to(*SAME[title])


def test_of_many_differences_the_first_are_named_and_the_rest_counted() -> None:
    saved = document(*(action("create", ref=f"Dataset/d{n}") for n in range(8)))

    with pytest.raises(StalePlan) as caught:
        hold_to(saved, document())

    assert caught.value.message.endswith(
        "; Dataset/d4 is in the saved plan, but no manifest here declares it; and 3 more"
    )


def test_another_account_is_told_with_both() -> None:
    with pytest.raises(StalePlan) as caught:
        hold_to({**document(), "account": "a"}, {**document(), "account": "b"})

    assert 'the plan is stale: account was "a" and is "b"' == caught.value.message


DAMAGED = {
    "": "the plan file is damaged: it is not a JSON document",
    "[": "the plan file is damaged: it is not a JSON document",
    '{"a": NaN}': "the plan file is damaged: it is not a JSON document",
    '{"a": 1, "a": 1}': "the plan file is damaged: it is not a JSON document",
    "[" * 100_000: "the plan file is damaged: it is not a JSON document",
    "[]": "the plan file is damaged: it is not a plan",
    "{}": "the plan file is damaged: it is not a plan",
    '{"actions": {}}': "the plan file is damaged: it is not a plan",
    '{"actions": []}': "the plan file was altered: its digest does not match",
    '{"actions": [], "seal": 3}': "the plan file was altered: its digest does not match",
}


@pytest.mark.parametrize("text", DAMAGED, ids=lambda text: text[:20])
def test_a_damaged_plan_is_told_from_an_altered_one(text: str) -> None:
    with pytest.raises(StalePlan) as caught:
        read_saved(text, seal)

    assert (DAMAGED[text], HINT) == (caught.value.message, caught.value.hint)


def test_a_sealed_plan_in_another_spelling_was_altered() -> None:
    sealed = {"actions": [], "seal": seal({"actions": []})}

    with pytest.raises(StalePlan, match="its digest does not match"):
        read_saved(json.dumps(sealed), seal)


def test_a_fingerprint_that_is_none_is_damage() -> None:
    with pytest.raises(StalePlan) as caught:
        hold_to(document(live="{"), document(live="{"))

    assert "the plan file is damaged: a fingerprint cannot be read" == caught.value.message
    assert HINT == caught.value.hint


def approved(*actions: dict[str, Any], complete: bool = True) -> str:
    made = {"actions": list(actions), "complete": complete, "digest": "sha256:now"}
    with pytest.raises(StalePlan) as caught:
        hold_to_digest("sha256:then", made)
    assert "review the plan made now, and approve its digest" == caught.value.hint
    return caught.value.message


def test_an_approval_of_another_plan_names_what_would_be_done() -> None:
    five = [action("create", ref=f"Dataset/d{n}") for n in range(5)]
    named = ", ".join(f"create Dataset/d{n}" for n in range(5))
    start = "the approved plan is sha256:then, but the plan made now is sha256:now: "

    assert start + named == approved(*five)
    assert f"{start}{named} and 1 more" == approved(*five, action("run", ref="Job/x"))
    assert f"{start}not complete" == approved(action("none"), complete=False)


def test_an_approval_of_what_is_done_holds() -> None:
    hold_to_digest("sha256:then", {"actions": [action("none")], "complete": True, "digest": "x"})

"""Upload and validate: the bytes first, then the question, then READY."""

from __future__ import annotations

from reconciler.diff.change import Action
from reconciler.execute.options import Wait
from reconciler.execute.outcome import Status
from reconciler.plan.plan import Verb
from tests.execute.fake_provider import FakeProvider
from tests.execute.plans import DATASET, MODEL, REPAIR, apply, dataset, files, planned, resource

DIRECT = (Verb.CREATE, Verb.UPLOAD, Verb.WAIT)


def verbs(provider: FakeProvider) -> list[str]:
    return [verb for verb, _ in provider.writes]


def looks_after(provider: FakeProvider, verb: str) -> int:
    done = [each for each, _ in provider.calls]
    return done[done.index(verb) :].count("read")


def repair(provider: FakeProvider, *states: str, create_time: str = "t1") -> object:
    record = provider.put(DATASET, "rows", {"format": "CHAT"}, *states, create_time=create_time)
    wanted = resource("Dataset/rows", {"format": "CHAT"}, sends=files("rows.jsonl"))
    return planned(Action.REPAIR, wanted, *REPAIR, live=record.seen())


def test_a_direct_upload_needs_no_validation() -> None:
    provider = FakeProvider(direct=True)

    apply(provider, dataset())

    assert verbs(provider) == ["create", "send"]


def test_a_record_that_was_ready_before_its_bytes_came_is_looked_at_after_them() -> None:
    provider = FakeProvider(first_states=("READY",), direct=True, checking=2)

    done = apply(provider, planned(Action.CREATE, dataset().change.resource, *DIRECT))

    assert (Status.DONE, 3) == (done.only.status, looks_after(provider, "send"))


def test_what_is_made_in_place_of_another_is_waited_for_too() -> None:
    provider = FakeProvider(checking=2)
    old = provider.put(DATASET, "rows", {"format": "CHAT"}).seen()
    steps = (Verb.DELETE, Verb.CREATE, Verb.UPLOAD, Verb.VALIDATE)

    done = apply(provider, planned(Action.REPLACE, dataset().change.resource, *steps, live=old))

    assert (Status.DONE, 3) == (done.only.status, looks_after(provider, "validate"))


def test_validate_is_asked_again_while_files_are_landing() -> None:
    provider = FakeProvider(landings=4)

    done = apply(provider, dataset())

    assert (Status.DONE, 5) == (done.only.status, verbs(provider).count("validate"))


def test_pauses_between_validations_grow_to_half_a_minute_and_no_further() -> None:
    provider = FakeProvider(landings=20)

    apply(provider, dataset())

    assert provider.clock.slept == sorted(provider.clock.slept)
    assert (0.25, 30.0) == (provider.clock.slept[0], provider.clock.slept[-1])


def test_files_that_never_land_fail_with_the_files_expected_and_sent() -> None:
    provider = FakeProvider(landings=10_000)

    done = apply(provider, dataset(), timeout=60.0)

    assert Status.FAILED is done.only.status
    assert "expected 1 (rows.jsonl); sent in this run 1 (rows.jsonl)" in done.only.detail


def test_a_lost_answer_to_validate_is_judged_by_the_state() -> None:
    provider = FakeProvider(script={("validate", 1): "lost"})

    done = apply(provider, dataset())

    assert (Status.DONE, 1) == (done.only.status, verbs(provider).count("validate"))


def test_a_validate_that_never_arrived_is_asked_again() -> None:
    provider = FakeProvider(script={("validate", 1): "unheard"})

    done = apply(provider, dataset())

    assert (Status.DONE, 2) == (done.only.status, verbs(provider).count("validate"))


def test_a_lost_answer_to_a_direct_upload_is_judged_by_the_state() -> None:
    provider = FakeProvider(direct=True, script={("send", 1): "lost"})

    done = apply(provider, dataset())

    assert (Status.DONE, ["create", "send"]) == (done.only.status, verbs(provider))


def test_a_failed_upload_is_never_validated() -> None:
    provider = FakeProvider(script={("send", 1): "busy"})

    done = apply(provider, dataset())

    assert (Status.FAILED, ["create", "send"]) == (done.only.status, verbs(provider))


def test_a_repair_sends_and_validates_and_creates_nothing() -> None:
    provider = FakeProvider()

    done = apply(provider, repair(provider, "UPLOADING"))  # type: ignore[arg-type]

    assert (Status.DONE, ["send", "validate"]) == (done.only.status, verbs(provider))


def test_a_repair_of_what_became_ready_meanwhile_sends_nothing() -> None:
    provider = FakeProvider()
    change = repair(provider, "UPLOADING", "READY")

    done = apply(provider, change)  # type: ignore[arg-type]

    assert (Status.DONE, []) == (done.only.status, verbs(provider))


def test_a_repair_of_another_incarnation_is_refused() -> None:
    provider = FakeProvider()
    change = repair(provider, "UPLOADING", create_time="t1")
    provider.put(DATASET, "rows", {"format": "CHAT"}, "UPLOADING", create_time="t2")

    done = apply(provider, change)  # type: ignore[arg-type]

    assert (Status.FAILED, []) == (done.only.status, verbs(provider))


def test_an_imported_model_is_validated_and_never_sent() -> None:
    provider = FakeProvider()
    record = provider.put(MODEL, "m", {}, "UPLOADING")
    record.bytes_stored = True
    change = planned(
        Action.REPAIR, resource("Model/m"), Verb.VALIDATE, Verb.WAIT, live=record.seen()
    )

    done = apply(provider, change)

    assert (Status.DONE, ["validate"]) == (done.only.status, verbs(provider))


def test_upload_progress_adds_up_over_the_files() -> None:
    provider = FakeProvider()
    wanted = resource("Dataset/rows", {"format": "CHAT"}, sends=files("a", "b", "c"))

    done = apply(provider, planned(Action.CREATE, wanted, Verb.CREATE, *REPAIR))

    moved = [(e.done, e.total) for e in done.events if e.text == "uploading"]
    assert moved == [(10, 30), (20, 30), (30, 30)]


def test_content_that_the_platform_refuses_fails_with_its_words() -> None:
    provider = FakeProvider(direct=True)

    def refuse(_verb: str, _id: str) -> None:
        for record in provider.made(DATASET):
            record.states = ["UPLOADING"]
            record.body["status"] = {"code": "INVALID_ARGUMENT", "message": "row 3 is no JSON"}

    provider.before = refuse

    done = apply(provider, dataset())

    assert Status.FAILED is done.only.status
    assert "row 3 is no JSON" in done.only.detail


def test_wait_none_asks_once_and_leaves_the_rest_to_the_next_apply() -> None:
    provider = FakeProvider(landings=3)

    done = apply(provider, dataset(), wait=Wait.NONE)

    assert (Status.RUNNING, 1) == (done.only.status, verbs(provider).count("validate"))

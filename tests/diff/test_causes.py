"""A new version says which older one stays, and a job that runs again says because of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.diff.change import Action, Change
from reconciler.diff.diff import diff
from reconciler.manifest.row_change import RowChange, Rows
from reconciler.ref import ResourceRef
from tests.desired.manifests import JOB, account, dataset, desired, job, made, manifest

if TYPE_CHECKING:
    from reconciler.live.state import LiveState


def project(digit: str = "a", **spec: Any) -> list[Any]:
    return [dataset(digit=digit, hashed=True), job(spec=spec, hashed=True)]


def live_after(*manifests: Any) -> LiveState:
    """The account after the manifests were applied."""
    states = {"Dataset": "READY", JOB: "JOB_STATE_COMPLETED"}
    resources = desired(*manifests).resources.values()
    return account(*(made(resource, states[resource.ref.kind]) for resource in resources))


def change(ref: str, manifests: list[Any], live: LiveState) -> Change:
    found = diff(desired(*manifests), live)
    return next(c for c in found if str(c.ref) == ref)


def old_id(ref: str) -> str:
    resources = desired(*project()).resources.values()
    return next(resource.id for resource in resources if str(resource.ref) == ref)


def test_new_content_names_the_version_that_stays() -> None:
    new = change("Dataset/chat", project("b"), live_after(*project()))

    assert ("new-version", f"its content is new; version {old_id('Dataset/chat')} stays") == (
        new.reason.code,
        new.reason.text,
    )


def test_a_job_runs_again_because_of_its_dataset() -> None:
    again = change(f"{JOB}/bot", project("b"), live_after(*project()))

    old = old_id(f"{JOB}/bot")
    assert f"runs again: Dataset/chat is new; {old} stays" == again.reason.text


def test_a_job_runs_again_because_of_its_own_fields() -> None:
    again = change(f"{JOB}/bot", project(epochs=3), live_after(*project()))

    assert again.reason.text.startswith("runs again: epochs changed; ")


def test_the_fields_that_differ_from_the_older_run_are_shown() -> None:
    live = live_after(*project(epochs=2))
    again = change(f"{JOB}/bot", project(epochs=3), live)

    assert [("epochs", 2, 3)] == [(f.path, f.before, f.after) for f in again.fields]


def test_the_output_model_that_follows_the_id_is_no_difference_of_its_own() -> None:
    again = change(
        f"{JOB}/bot",
        project(epochs=3, outputModel="bot"),
        live_after(*project(epochs=2, outputModel="bot")),
    )

    assert ["epochs"] == [field.path for field in again.fields]


def test_an_older_version_changes_no_action() -> None:
    assert Action.RUN is change(f"{JOB}/bot", project("b"), live_after(*project())).action


def test_a_first_version_is_told_as_before() -> None:
    assert "has not run yet" == change(f"{JOB}/bot", project(), account()).reason.text


def test_an_equal_name_of_another_kind_of_id_is_no_version() -> None:
    exact = manifest("Dataset/chat", {"format": "CHAT"})
    live = account(made(next(iter(desired(exact).resources.values()))))

    assert "not-there" == change("Dataset/chat", project(), live).reason.code


def test_a_job_runs_again_because_of_so_many_rows() -> None:
    new = desired(*project("b"))
    rows = {ResourceRef("Dataset", "chat"): RowChange(Rows(41, (2, 3, 4)), Rows(1, (9,)))}
    found = diff(new, live_after(*project()), rows=rows)
    again = next(c for c in found if c.ref.kind == JOB)

    expected = "runs again: Dataset/chat has 41 new rows and lacks 1 row; "
    assert again.reason.text.startswith(expected)


def test_rows_in_another_order_are_said_to_be_the_same() -> None:
    rows = {ResourceRef("Dataset", "chat"): RowChange(Rows(), Rows(), "4f1c2d9")}
    found = diff(desired(*project("b")), live_after(*project()), rows=rows)

    assert found[0].reason.text.startswith(
        "its content is new: the same rows, ordered or written differently since 4f1c2d9; "
    )

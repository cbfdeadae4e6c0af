"""What a plan says besides its changes: targets, warnings, counts, fingerprints."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reconciler.diagnostic import Diagnostic, Severity
from reconciler.errors import UsageError
from reconciler.manifest.file_set import FileSet
from tests.desired.manifests import (
    JOB,
    OLD_JOB,
    account,
    dataset,
    desired,
    files,
    job,
    live,
    made,
    manifest,
    old_job,
    one,
    weights,
)
from tests.plan.planning import context, of, order, plan, refs

COMMIT = "4f1c2d9"
LINES = (("a", 1), ("b", 2))
PROJECT = (dataset(), dataset("talk"), job(), job("next", {"warmStartFrom": "bot"}), weights())


def test_a_target_brings_what_it_depends_on() -> None:
    shown = plan(PROJECT, under=context(target=refs(f"{JOB}/next")))

    assert ["Dataset/chat", f"{JOB}/bot", f"{JOB}/next"] == order(shown)


def test_an_exclude_takes_what_depends_on_it_along() -> None:
    shown = plan(PROJECT, under=context(exclude=refs(f"{JOB}/bot")))

    assert ["Dataset/chat", "Dataset/talk", "Model/base"] == order(shown)


def test_an_exclude_is_stronger_than_a_target() -> None:
    under = context(target=refs(f"{JOB}/next"), exclude=refs(f"{JOB}/bot"))

    assert ["Dataset/chat"] == order(plan(PROJECT, under=under))


@pytest.mark.parametrize("option", ["target", "exclude"])
def test_a_ref_that_the_project_lacks_is_wrong_usage(option: str) -> None:
    asked: dict[str, Any] = {option: refs("Dataset/chatt")}
    with pytest.raises(UsageError, match=f"--{option}: the project has no Dataset/chatt") as told:
        plan(PROJECT, under=replace(context(), **asked))

    assert "did you mean Dataset/chat?" == told.value.hint


def test_a_ref_like_nothing_in_the_project_has_no_hint() -> None:
    with pytest.raises(UsageError) as told:
        plan([dataset()], under=context(target=refs("DpoJob/xyzzy")))

    assert None is told.value.hint


def test_a_delete_reaches_no_further_than_it_says() -> None:
    alone = context(target=refs(f"{JOB}/next"), only_target=True)

    assert [f"{JOB}/next"] == order(plan(PROJECT, under=alone))


def test_an_empty_target_selects_nothing() -> None:
    assert [] == order(plan(PROJECT, under=context(target=frozenset())))


def test_a_second_plan_is_empty() -> None:
    state = desired(*PROJECT)
    there = [
        made(r, "JOB_STATE_COMPLETED" if r.output_model else "READY")
        for r in state.resources.values()
    ]
    outputs = [live("Model/bot"), live("Model/next")]

    assert () == plan(PROJECT, account(*there, *outputs)).pending


def test_live_resources_that_nobody_declares_are_counted() -> None:
    found = account(live("Dataset/chat"), live("Dataset/foreign"), live("Model/bot"))

    assert 1 == plan([dataset(), job()], found).unmanaged


def test_older_versions_of_what_is_declared_are_counted_by_their_names() -> None:
    of_ours = [live("Dataset/chat-0123456789"), live("Model/bot-0123456789")]
    of_nobody = [live("Dataset/chat-other"), live("Dataset/foreign-0123456789")]
    versioned = [dataset(hashed=True), job(hashed=True, spec={"outputModel": "bot"})]

    found = plan(versioned, account(*of_ours, *of_nobody))

    assert (4, 2) == (found.unmanaged, found.older_versions)


def test_a_job_under_another_id_is_not_unmanaged() -> None:
    state = desired(dataset(), old_job())
    record = live(f"{OLD_JOB}/x7", "COMPLETED", **one(state, f"{OLD_JOB}/bot").spec)

    assert 0 == plan([dataset(), old_job()], account(record)).unmanaged


def column(said: Diagnostic) -> int:
    """One for each level of the place in the document."""
    assert said.location is not None
    return said.location.column


def test_a_pointer_is_warned_of() -> None:
    local = replace(files("chat.jsonl").files[0], identity=None, why_absent="Git LFS pointer")
    shown = plan([dataset(brings=FileSet((local,), None))])

    (said,) = shown.diagnostics
    assert "spec.source: chat.jsonl is not on this disk (Git LFS pointer)" == said.message
    assert ("not-on-disk", "git lfs pull, before apply") == (said.code, said.hint)
    assert (Severity.WARNING, 3) == (said.severity, column(said))  # spec.source.path
    assert not shown.refused


def test_a_missing_file_that_has_to_be_sent_is_refused() -> None:
    local = replace(files("chat.jsonl").files[0], identity=None, why_absent="missing file")
    shown = plan([dataset(brings=FileSet((local,), None))])

    (said,) = of(shown, "Dataset/chat").change.refusals
    assert "missing-file" == said.code
    assert "spec.source: chat.jsonl is missing, and its bytes have to be sent" == said.message
    assert 3 == column(said)  # that of spec.source.path


def test_warnings_stand_in_the_order_of_their_places() -> None:
    local = replace(files("chat.jsonl").files[0], identity=None, why_absent="Git LFS pointer")
    rows = {name: dataset(name, brings=FileSet((local,), None), line=n) for name, n in LINES}
    shown = plan([rows["b"], rows["a"]])

    assert [":1:", ":2:"] == [str(said.location)[8:11] for said in shown.diagnostics]


def test_a_missing_file_of_a_ready_dataset_is_fine() -> None:
    local = replace(files("chat.jsonl").files[0], identity=None, why_absent="missing file")
    wanted = dataset(brings=FileSet((local,), None))
    found = account(made(one(desired(wanted), "Dataset/chat")))

    assert ((), ()) == (plan([wanted], found).pending, plan([wanted], found).diagnostics)


def test_a_fingerprint_names_what_was_read() -> None:
    found = made(one(desired(dataset()), "Dataset/chat"))
    read = plan([dataset()], account(found)).fingerprints

    assert {"createTime", "fields", "state", "updateTime"} == set(json.loads(read[found.name]))
    assert f"10 sha256:{'a' * 64}" == read["Dataset/chat/chat.jsonl"]


def test_the_order_of_keys_is_no_part_of_a_fingerprint() -> None:
    spec = {"displayName": "Base", "description": "small"}
    read = [
        plan([weights(spec=dict(pairs))]).fingerprints["Model/base:manifest"]
        for pairs in (spec.items(), reversed(spec.items()))
    ]

    assert read[0] == read[1]


def test_a_job_under_another_id_is_fingerprinted_by_its_own_name() -> None:
    record = live(
        f"{OLD_JOB}/x7", "COMPLETED", **one(desired(dataset(), old_job()), f"{OLD_JOB}/bot").spec
    )
    read = plan([dataset(), old_job()], account(record)).fingerprints

    assert record.name in read
    assert "accounts/acme/fineTuningJobs/bot" not in read


def test_what_the_server_is_to_name_is_fingerprinted_by_its_ref() -> None:
    pair = {"model": "accounts/acme/models/m", "deployment": "accounts/acme/deployments/d"}

    assert "" == plan([manifest("DeployedModel/m", pair)]).fingerprints["DeployedModel/m"]


def test_a_file_whose_digest_is_not_known_says_so() -> None:
    local = replace(files("chat.jsonl").files[0], sha256=None)
    read = plan([dataset(brings=FileSet((local,), 3))]).fingerprints

    assert "10 sha256:unknown" == read["Dataset/chat/chat.jsonl"]


def test_a_fingerprint_of_nothing_is_empty() -> None:
    assert "" == plan([dataset()]).fingerprints["accounts/acme/datasets/chat"]


@pytest.mark.parametrize(
    ("changed", "differs"),
    [({"displayName": "x"}, False), ({"format": "RL"}, True), ({"averageTurnCount": 2}, False)],
)
def test_a_fingerprint_follows_the_compared_fields(changed: dict[str, Any], differs: bool) -> None:
    resource = one(desired(dataset()), "Dataset/chat")
    before = plan([dataset()], account(made(resource))).fingerprints[resource.name]
    after = plan([dataset()], account(made(resource, **changed))).fingerprints[resource.name]

    assert differs == (before != after)


def test_a_plan_says_where_it_was_made() -> None:
    shown = plan([dataset()], account(), replace(context(), commit=COMMIT))

    assert ("acme", "https://api.fireworks.ai") == (shown.account, shown.base_url)
    assert (COMMIT, "2026-07-01T12:00:00Z") == (shown.commit, shown.created_at)


def test_every_refusal_says_in_words_what_blocks() -> None:
    wrong = made(one(desired(dataset()), "Dataset/chat"), format="COMPLETION")
    change = of(plan([dataset()], account(wrong)), "Dataset/chat")

    assert tuple(said.message for said in change.change.refusals) == change.blocked_by

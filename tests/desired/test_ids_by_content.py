"""Ids are chosen from the manifests alone (contract 1.3)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.desired.digests import lacks_digest
from reconciler.desired.identity import content_digest, version_stem
from reconciler.diagnostic import Diagnostic, Severity, SourceLocation
from reconciler.kinds.registry import kind
from reconciler.manifest.file_set import FileSet
from reconciler.ref import ResourceRef
from tests.desired.manifests import (
    JOB,
    OLD_JOB,
    codes,
    dataset,
    desired,
    files,
    job,
    manifest,
    old_job,
    one,
)

if TYPE_CHECKING:
    from reconciler.manifest.manifest import Manifest


def _id(*manifests: Manifest, ref: str = f"{JOB}/bot", account: str = "acme") -> str:
    return one(desired(*manifests, account=account), ref).id


def test_an_exact_id_is_the_name() -> None:
    assert "chat" == _id(dataset(), ref="Dataset/chat")


def test_an_id_by_content_is_the_name_and_ten_hex_digits() -> None:
    assert re.fullmatch("chat-[0-9a-f]{10}", _id(dataset(hashed=True), ref="Dataset/chat"))


def test_another_byte_in_a_file_is_another_id() -> None:
    ours = _id(dataset(hashed=True), ref="Dataset/chat")

    assert ours != _id(dataset(hashed=True, digit="b"), ref="Dataset/chat")


def test_another_display_name_of_a_dataset_is_the_same_id() -> None:
    named = replace(dataset(hashed=True), spec={"format": "CHAT", "displayName": "Chat"})

    assert _id(dataset(hashed=True), ref="Dataset/chat") == _id(named, ref="Dataset/chat")


def test_where_the_files_lie_is_the_same_id() -> None:
    ours, moved = (
        replace(dataset(hashed=True), spec={"format": "CHAT", "source": {"path": path}})
        for path in ("data/chat.jsonl", "rows/chat.jsonl")
    )

    assert _id(ours, ref="Dataset/chat") == _id(moved, ref="Dataset/chat")


@pytest.mark.parametrize(("once", "same"), [(False, True), (True, False)])
def test_what_may_change_in_place_counts_for_what_runs_once_alone(once: bool, same: bool) -> None:
    like = replace(kind("Dataset"), runs_once=once)
    plain, named = (
        replace(dataset(), spec={"format": "CHAT", "displayName": name}) for name in ("a", "b")
    )

    assert same == (content_digest(plain, like, (), {}) == content_digest(named, like, (), {}))


def test_the_values_in_a_list_of_mappings_count() -> None:
    first, second = (
        {"datasets": [{"dataset": f"accounts/other/datasets/{name}"}]} for name in ("a", "b")
    )

    assert _id(old_job(spec=first, hashed=True), ref=f"{OLD_JOB}/bot") != _id(
        old_job(spec=second, hashed=True), ref=f"{OLD_JOB}/bot"
    )


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("chat-0123456789", "chat"),
        ("chat-abcdef0123-2", "chat"),
        ("a-b-0123456789", "a-b"),
        ("chat", ""),
        ("chat-012345678", ""),
        ("chat-0123456789ab", ""),
        ("chat-ABCDEF0123", ""),
        ("0123456789", ""),
    ],
)
def test_a_version_is_known_by_ten_hex_digits_and_an_attempt(name: str, stem: str) -> None:
    assert stem == version_stem(name)


@pytest.mark.parametrize(
    "spec",
    [{"epochs": 3}, {"displayName": "Bot"}, {"outputModel": "other"}, {"learningRate": 2e-4}],
)
def test_another_field_of_a_job_is_another_id(spec: dict[str, Any]) -> None:
    assert _id(dataset(), job(hashed=True)) != _id(dataset(), job(spec=spec, hashed=True))


def test_another_secret_is_the_same_id() -> None:
    one_key = {"wandbConfig": {"apiKey": {"env": "ONE"}}}
    other_key = {"wandbConfig": {"apiKey": {"env": "TWO"}}}

    assert _id(dataset(), job(spec=one_key, hashed=True)) == _id(
        dataset(), job(spec=other_key, hashed=True)
    )


def test_another_model_that_was_made_elsewhere_is_another_id_of_the_job() -> None:
    """Such a model has no files here: which one it is, only its id says."""
    ids = {
        _id(dataset(), manifest(f"Model/{name}"), job(spec={"baseModel": name}, hashed=True))
        for name in ("one", "two")
    }

    assert 2 == len(ids)


def test_another_byte_in_the_dataset_is_another_id_of_the_job() -> None:
    assert _id(dataset(), job(hashed=True)) != _id(dataset(digit="b"), job(hashed=True))


def test_the_same_bytes_under_another_dataset_name_are_the_same_id_of_the_job() -> None:
    renamed = job(spec={"dataset": "talk"}, hashed=True)

    assert _id(dataset(), job(hashed=True)) == _id(dataset("talk"), renamed)


def test_another_attempt_of_a_job_is_another_id_of_what_builds_on_it() -> None:
    follower = job("next", {"warmStartFrom": "bot"}, hashed=True)
    first = _id(dataset(), job(), follower, ref=f"{JOB}/next")

    assert first != _id(dataset(), job(attempt=2), follower, ref=f"{JOB}/next")


def test_the_number_of_the_account_does_not_matter() -> None:
    assert _id(dataset(), job(hashed=True)) == _id(dataset(), job(hashed=True), account="-")


def test_a_model_manifest_that_describes_what_a_job_makes_is_that_job_to_what_follows() -> None:
    follower = job("next", {"warmStartFrom": "bot"}, hashed=True)
    described = manifest("Model/bot", {"displayName": "Bot"})
    more = job(spec={"epochs": 7})
    once, anew, bare = (
        _id(dataset(), *others, follower, ref=f"{JOB}/next")
        for others in ((job(), described), (more, described), (job(),))
    )

    assert once == bare
    assert once != anew


def test_an_attempt_is_appended_to_an_exact_id() -> None:
    assert "bot-2" == _id(dataset(), job(attempt=2))


def test_an_attempt_is_appended_to_an_id_by_content() -> None:
    first = _id(dataset(), job(hashed=True))

    assert f"{first}-3" == _id(dataset(), job(hashed=True, attempt=3))


def test_the_output_model_gets_the_suffix_of_its_job() -> None:
    resource = one(desired(dataset(), job(spec={"outputModel": "tuned"}, attempt=2)), f"{JOB}/bot")

    assert "accounts/acme/models/tuned-2" == resource.output_model
    assert "accounts/acme/models/tuned-2" == resource.spec["outputModel"]


def test_an_output_model_with_a_full_name_keeps_it() -> None:
    spec = {"outputModel": "accounts/acme/models/tuned"}
    resource = one(desired(dataset(), job(spec=spec, attempt=2)), f"{JOB}/bot")

    assert "accounts/acme/models/tuned" == resource.output_model


def test_references_to_an_output_model_follow_its_suffix() -> None:
    state = desired(dataset(), job(attempt=2), job("next", {"warmStartFrom": "bot"}))

    assert "accounts/acme/models/bot-2" == one(state, f"{JOB}/next").spec["warmStartFrom"]


def test_a_model_manifest_for_an_output_model_follows_its_suffix() -> None:
    state = desired(dataset(), job(attempt=2), manifest("Model/bot", {"displayName": "Bot"}))

    assert "accounts/acme/models/bot-2" == one(state, "Model/bot").name


def test_references_to_a_dataset_follow_its_id() -> None:
    state = desired(dataset(hashed=True), job())

    assert one(state, "Dataset/chat").name == one(state, f"{JOB}/bot").spec["dataset"]


def test_a_job_without_an_output_name_always_sends_its_id() -> None:
    state = desired(dataset(), manifest("FineTuningJob/bot", {"dataset": "chat"}, attempt=2))

    assert "bot-2" == one(state, "FineTuningJob/bot").spec["modelId"]


def test_an_id_over_63_characters_is_an_error() -> None:
    state = desired(replace(dataset("d" * 60, hashed=True)))

    assert ["bad-id"] == codes(state)
    assert "has 71 characters, at most 63" in state.diagnostics[0].message


def test_an_output_model_that_is_no_id_is_an_error() -> None:
    assert ["bad-id"] == codes(desired(dataset(), job(spec={"outputModel": "Tuned"})))


def test_a_file_without_a_digest_is_named_when_an_id_follows_it() -> None:
    local = replace(files("chat.jsonl").files[0], sha256=None)
    state = desired(dataset(hashed=True, brings=FileSet((local,), 3)))

    said = (
        "spec.source: the sha256 of chat.jsonl is not known, and the id of Dataset/chat follows it"
    )
    where = (SourceLocation("all.yaml", 1, 3), ResourceRef("Dataset", "chat"))
    assert (Diagnostic(Severity.ERROR, "unknown-digest", said, *where),) == state.diagnostics
    assert {} == state.resources


def test_a_file_without_a_digest_is_named_when_the_id_of_a_job_follows_it() -> None:
    local = replace(files("chat.jsonl").files[0], sha256=None)
    state = desired(dataset(brings=FileSet((local,), 3)), job(hashed=True))

    assert ["unknown-digest"] == codes(state)
    assert f"the id of {JOB}/bot follows it" in state.diagnostics[0].message


@pytest.mark.parametrize(("known", "lacks"), [((True, False), True), ((True, True), False)])
def test_a_manifest_lacks_what_one_of_its_files_lacks(known: tuple[bool, ...], lacks: bool) -> None:
    found = zip(files("a.json", "b.json").files, known, strict=True)
    brings = tuple(file if has else replace(file, sha256=None) for file, has in found)

    assert lacks == lacks_digest(dataset(brings=FileSet(brings, 3)))


def test_a_file_without_a_digest_is_fine_when_no_id_follows_it() -> None:
    local = replace(files("chat.jsonl").files[0], sha256=None)

    assert [] == codes(desired(dataset(brings=FileSet((local,), 3)), job()))


def test_a_tombstone_without_a_spec_names_the_id_itself() -> None:
    gone = manifest("Dataset/chat-0123456789", hashed=True, absent=True)

    assert "chat-0123456789" == _id(gone, ref="Dataset/chat-0123456789")


def test_a_tombstone_with_its_spec_has_the_id_that_the_resource_had() -> None:
    ours = _id(dataset(hashed=True), ref="Dataset/chat")

    assert ours == _id(dataset(hashed=True, absent=True), ref="Dataset/chat")


@given(st.permutations(["epochs", "loraRank", "learningRate", "batchSize"]))
def test_the_order_of_keys_does_not_matter(order: list[str]) -> None:
    spec = dict.fromkeys(order, 8)

    assert _id(dataset(), job(spec=dict.fromkeys(sorted(order), 8), hashed=True)) == _id(
        dataset(), job(spec=spec, hashed=True)
    )


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=6))
def test_equal_inputs_are_equal_ids_and_nothing_else_is(inputs: list[tuple[int, int]]) -> None:
    found = {
        (digit, epochs): _id(dataset(digit=str(digit)), job(spec={"epochs": epochs}, hashed=True))
        for digit, epochs in inputs
    }

    assert len(found) == len(set(found.values()))

"""Stored bytes that are not the declared ones: another source, or drift."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.diff.change import Action
from reconciler.diff.diff import diff
from reconciler.live.state import StoredContent, StoredFile
from reconciler.live.verdicts import Verdict
from reconciler.ref import ResourceRef
from tests.desired.manifests import account, dataset, desired, made, one, weights

if TYPE_CHECKING:
    from reconciler.diff.change import Change
    from reconciler.manifest.manifest import Manifest

GOOD, BAD = "AAAAAA==", "BBBBBB=="
WAYS_OUT = (
    "metadata.idStrategy: contentHash (a new id whenever it changes), or a new metadata.name,"
    " or --replace Dataset/chat (deletes and recreates it)"
)


def hashed(manifest: Manifest, *, pinned: bool = False) -> Manifest:
    """The same with a crc32c for every file."""
    assert manifest.files is not None
    files = tuple(replace(f, crc32c=GOOD, pinned=pinned) for f in manifest.files.files)
    return replace(manifest, files=replace(manifest.files, files=files))


def change(
    wanted: Manifest,
    stored: dict[str, StoredFile | None] | None,
    *,
    state: str = "READY",
    replaced: bool = False,
) -> Change:
    """The one change of a project of one resource that is live with these stored files."""
    state_wanted = desired(wanted)
    live = made(one(state_wanted, str(wanted.ref)), state)
    content = {} if stored is None else {live.name: StoredContent(stored)}
    asked = frozenset({wanted.ref}) if replaced else frozenset[ResourceRef]()
    (found,) = diff(state_wanted, account(live, content=content), asked)
    return found


def stored(crc32c: str, size: int = 10) -> dict[str, StoredFile | None]:
    return {"chat.jsonl": StoredFile(size, crc32c)}


def test_equal_bytes_are_no_change() -> None:
    found = change(hashed(dataset()), stored(GOOD))

    assert (Action.NONE, [Verdict.HASH]) == (
        found.action,
        [each.verdict for each in found.content],
    )


def test_other_bytes_of_an_exact_id_are_a_changed_source() -> None:
    found = change(hashed(dataset()), stored(BAD))

    assert (Action.UPDATE, ["source"]) == (found.action, [f.path for f in found.fields])
    assert WAYS_OUT == found.refusals[-1].hint


def test_a_changed_source_says_what_is_stored_and_what_is_declared() -> None:
    (field,) = change(hashed(dataset()), stored(BAD)).fields

    assert {"chat.jsonl": {"size": 10, "crc32c": BAD}} == field.before
    assert {"chat.jsonl": {"size": 10, "crc32c": GOOD}} == field.after


def test_a_lost_file_of_an_exact_id_is_a_changed_source() -> None:
    (field,) = change(hashed(dataset()), {"chat.jsonl": None}).fields

    assert {"chat.jsonl": None} == field.before


def test_other_bytes_under_an_id_by_content_are_drift() -> None:
    found = change(hashed(dataset(hashed=True)), stored(BAD))

    assert (Action.NONE, "content-differs", ()) == (
        found.action,
        found.reason.code,
        found.refusals,
    )
    assert found.drift is not None
    assert ["content-differs"] == [said.code for said in found.warnings]


def test_lost_bytes_under_an_id_by_content_are_drift() -> None:
    found = change(hashed(dataset(hashed=True)), {"chat.jsonl": None})

    assert found.drift is not None
    assert "chat.jsonl: the storage has no such object" == found.drift.text


def test_drift_counts_its_files() -> None:
    files: dict[str, StoredFile | None] = {
        "config.json": StoredFile(10, BAD),
        "model.safetensors": None,
    }
    found = change(hashed(weights(hashed=True)), files)

    assert found.drift is not None
    assert (
        "config.json and 1 more of 2 files: the stored bytes differ from the declared ones"
        == found.drift.text
    )


def test_a_pin_makes_it_drift_and_still_refuses_what_may_be_an_edit() -> None:
    found = change(hashed(dataset(), pinned=True), stored(BAD))

    assert found.drift is not None
    assert (Action.UPDATE, WAYS_OUT) == (found.action, found.refusals[-1].hint)


def test_replace_sends_the_declared_bytes_again() -> None:
    found = change(hashed(dataset()), stored(BAD), replaced=True)

    assert (Action.REPLACE, ()) == (found.action, found.refusals)


def test_unverifiable_is_told_and_never_changed() -> None:
    found = change(hashed(dataset()), {"chat.jsonl": StoredFile(why="storage answered 503")})

    assert Action.NONE is found.action
    assert ["content-unverifiable"] == [said.code for said in found.warnings]
    assert found.warnings[0].message.endswith(": storage answered 503")


def test_a_file_that_is_only_stored_is_no_change() -> None:
    more = {**stored(GOOD), "fireworks.json": StoredFile(5, BAD)}
    files = {"config.json": StoredFile(10, GOOD), "model.safetensors": StoredFile(10, GOOD), **more}
    found = change(hashed(weights()), files)

    assert (Action.NONE, ()) == (found.action, found.warnings)


def test_what_was_not_asked_for_is_as_it_was() -> None:
    found = change(hashed(dataset()), None)

    assert (Action.NONE, [Verdict.NOT_CHECKED]) == (
        found.action,
        [each.verdict for each in found.content],
    )


def test_a_half_uploaded_one_is_repaired_not_compared() -> None:
    found = change(hashed(dataset()), stored(BAD), state="UPLOADING")

    assert (Action.REPAIR, ()) == (found.action, found.content)


def test_a_source_that_is_ignored_is_not_compared() -> None:
    found = change(hashed(dataset(ignore_changes=("source",))), stored(BAD))

    assert (Action.NONE, ()) == (found.action, found.content)

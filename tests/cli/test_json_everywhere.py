"""Every command with results gives them as JSON too (contract 3: all take --format)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole.sweep import APPLY, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.sweep import Stage


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The small project, applied."""
    folder: Path = tmp_path_factory.mktemp("json") / "project"
    with stage(folder) as staged:
        assert staged.program.run(*APPLY).code == 0
        yield staged


def told(staged: Stage, *arguments: str) -> Any:
    ran = staged.program.run(*arguments, "--format", "json")

    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_wait_tells_each_outcome(applied: Stage) -> None:
    (outcome,) = told(applied, "wait", "Dataset/chat")["outcomes"]

    assert ("Dataset/chat", "done", False) == (
        outcome["ref"],
        outcome["status"],
        outcome["wrote"],
    )


def test_download_tells_each_file_with_its_bytes(applied: Stage) -> None:
    files = told(applied, "download", "Dataset/chat", "--out", "back")["files"]

    assert [("back/chat.jsonl", 392)] == [(file["path"], file["bytes"]) for file in files]


def test_explain_tells_the_fields_of_a_kind(applied: Stage) -> None:
    fields = told(applied, "explain", "Dataset")["fields"]

    assert "immutable" == next(f["class"] for f in fields if f["path"] == "format")


def test_explain_tells_one_field(applied: Stage) -> None:
    field = told(applied, "explain", "SupervisedFineTuningJob.epochs")

    assert ("epochs", "integer") == (field["path"], field["type"])


def test_explain_tells_what_is_known_of_each_file(applied: Stage) -> None:
    (file,) = told(applied, "explain", "Dataset/chat")["files"]

    assert "equal by hash" == file["verdict"]
    assert file["declared"]["crc32c"] == file["stored"]["crc32c"] is not None


def test_explain_tells_desired_and_live_of_a_resource(applied: Stage) -> None:
    document = told(applied, "explain", "Dataset/chat")

    (form,) = (field for field in document["fields"] if field["path"] == "format")
    assert ("CHAT", "CHAT") == (form["desired"], form["live"])
    assert ("none", "READY") == (document["action"], document["live"]["state"])


def test_export_tells_each_manifest(applied: Stage) -> None:
    document = told(applied, "export", "--kind", "Dataset")

    assert {} == document["left_out"]
    assert ["chat"] == [one["metadata"]["name"] for one in document["manifests"]]

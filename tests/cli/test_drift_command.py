"""``reconciler drift``: against what was committed, in both formats, with its exit codes."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest

from reconciler.emulator.faults import Fault
from reconciler.schema_files import schema
from tests.whole.sweep import APPLY, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.whole.sweep import Stage

CHAT = "accounts/acme/datasets/chat"
NEW = """---
apiVersion: reconciler/v1
kind: Deployment
metadata: {name: not-committed}
spec: {baseModel: accounts/fireworks/models/llama-v3p2-1b-instruct, acceleratorType: NVIDIA_L4_24GB}
"""


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory, need: Callable[..., str]) -> Iterator[Stage]:
    """The small project: committed, applied, nothing changed since."""
    git = need("git")
    with stage(tmp_path_factory.mktemp("drift") / "project") as ready:
        named = manifest_of(ready).read_text().replace("CHAT", "CHAT\n  displayName: Chat")
        manifest_of(ready).write_text(named)
        for command in ("init -q", "add -A", "-c user.name=a -c user.email=a@b commit -q -m first"):
            subprocess.run([git, *command.split()], cwd=ready.program.folder, check=True)
        assert 0 == ready.program.run(*APPLY).code
        yield ready


@pytest.fixture
def ready(applied: Stage) -> Iterator[Stage]:
    """The same; what a test does to account and manifests is undone."""
    store, manifest = applied.emulator.store, manifest_of(applied)
    before, text = store.get(CHAT) or {}, manifest.read_text()
    yield applied
    applied.emulator.faults.clear()
    manifest.write_text(text)
    store.put(CHAT, before)


def manifest_of(staged: Stage) -> Path:
    return staged.program.folder / "manifests/all.yaml"


def by_hand(staged: Stage) -> None:
    store = staged.emulator.store
    store.put(CHAT, {**(store.get(CHAT) or {}), "displayName": "by \x1b[2Jhand"})


def test_an_account_as_committed_has_not_drifted(ready: Stage) -> None:
    ran = ready.program.run("drift")

    assert 0 == ran.code, ran.out + ran.err
    assert "No drift: the account is as declared." in ran.out
    assert "content verified: 3 by hash, 0 by size, 0 unverifiable, 0 not checked" in ran.out


def test_a_change_by_hand_is_told_with_both_values_and_what_comes_next(ready: Stage) -> None:
    by_hand(ready)

    ran = ready.program.run("drift", "--content", "none")

    assert 2 == ran.code
    assert '~ displayName  declared Chat, live "by \\u001b[2Jhand"' in ran.out
    assert "next apply: update displayName" in ran.out
    assert "manifests/all.yaml:14:1" in ran.out


def test_what_is_not_committed_is_not_declared(ready: Stage) -> None:
    by_hand(ready)
    edited = manifest_of(ready).read_text().replace("displayName: Chat", "displayName: Mine") + NEW
    manifest_of(ready).write_text(edited)

    ran = ready.program.run("drift", "--format", "json")

    told = json.loads(ran.out)
    assert "uncommitted changes: compared with the files of HEAD" in ran.err
    assert (2, 3) == (ran.code, told["declared"])
    assert "Chat" == told["findings"][0]["changes"][0]["declared"]


def test_lost_bytes_are_looked_for_without_being_asked_to(ready: Stage) -> None:
    fault = Fault("wrong_hash", path="/chat", times=None)
    ready.emulator.faults.add(fault)

    ran = ready.program.run("drift", "--format", "json")

    (found,) = json.loads(ran.out)["findings"]
    assert 2 == ran.code
    assert ("Dataset/chat", "content-differs") == (found["ref"], found["code"])
    assert fault in ready.emulator.faults.consumed


def test_what_cannot_be_read_is_neither_drift_nor_the_lack_of_it(ready: Stage) -> None:
    ready.emulator.faults.add(Fault("status", path="/datasets$", status=403, times=None))

    ran = ready.program.run("drift")

    assert 1 == ran.code
    assert "No drift in what could be read; part of the account could not." in ran.out


def test_the_document_is_as_its_published_schema_says(ready: Stage) -> None:
    ready.emulator.faults.add(Fault("wrong_hash", path="/chat", times=None))
    by_hand(ready)

    ran = ready.program.run("drift", "--format", "json")

    jsonschema_rs.validate(schema("drift"), json.loads(ran.out))
    assert 2 == ran.code


def test_an_annotation_stands_at_the_line_of_the_manifest(ready: Stage) -> None:
    by_hand(ready)

    ran = ready.program.run("drift", "--content", "none", "--format", "github")

    (line,) = ran.out.splitlines()
    assert line.startswith("::warning file=manifests/all.yaml,line=14,col=1,title=changed::")
    assert line.endswith("Dataset/chat: is not as declared · displayName"
                         "%0Ahint: next apply: update displayName")  # fmt: skip
    assert 2 == ran.code


def test_code_scanning_is_told_the_same(ready: Stage) -> None:
    by_hand(ready)

    ran = ready.program.run("drift", "--content", "none", "--format", "sarif")

    (result,) = json.loads(ran.out)["runs"][0]["results"]
    assert ("changed", "warning") == (result["ruleId"], result["level"])


@pytest.mark.parametrize("given", ["github", "text"])
def test_no_drift_is_no_annotation(given: str, ready: Stage) -> None:
    ran = ready.program.run("drift", "--content", "none", "--format", given)

    assert (0, given == "text") == (ran.code, bool(ran.out))

"""What was reviewed holds for the bytes of unpinned weights too, not only for their size."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.server import Emulator
from reconciler.schema_files import example_dir
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.program import Program


@pytest.fixture
def account() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def program(tmp_path: Path, account: Emulator) -> Program:
    """A project with the weights of a model that nobody has sent yet."""
    shutil.copytree(example_dir("custom-model"), tmp_path / "project")
    return program_for(tmp_path / "project", account)


def weights(program: Program) -> Path:
    return next(program.folder.rglob("*.safetensors"))


def reviewed_digest(program: Program) -> str:
    program.run("plan", "--out", "saved.json")
    return str(json.loads((program.folder / "saved.json").read_text())["digest"])


def flip_the_last_byte(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def test_other_weights_of_the_same_size_are_another_plan(
    program: Program, account: Emulator
) -> None:
    digest = reviewed_digest(program)
    flip_the_last_byte(weights(program))

    ran = program.run("apply", "--approve-digest", digest)

    assert (5, []) == (ran.code, account.writes), ran.err


def test_a_saved_plan_refuses_other_weights_of_the_same_size(
    program: Program, account: Emulator
) -> None:
    program.run("plan", "--out", "saved.json")
    flip_the_last_byte(weights(program))

    ran = program.run("apply", "saved.json")

    assert (5, []) == (ran.code, account.writes), ran.err


def test_a_plan_of_pointers_is_the_plan_of_their_files(program: Program) -> None:
    path = weights(program)
    content = path.read_bytes()
    oid = hashlib.sha256(content).hexdigest()
    path.write_text(
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"
    )
    digest = reviewed_digest(program)
    path.write_bytes(content)

    ran = program.run("apply", "--approve-digest", digest)

    assert 0 == ran.code, ran.err


def test_a_plan_of_any_format_that_shows_a_digest_shows_the_same(program: Program) -> None:
    saved = reviewed_digest(program)
    shutil.rmtree(program.folder.parent / "cache", ignore_errors=True)

    assert saved == json.loads(program.run("plan", "--format", "json").out)["digest"]


def git(program: Program, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *who, *arguments], cwd=program.folder, check=True, capture_output=True)


def group(program: Program) -> str:
    (action,) = json.loads(program.run("plan", "--format", "json").out)["actions"]
    return str(action["group"])


def test_other_weights_are_of_this_change_though_a_model_was_pending(program: Program) -> None:
    for arguments in (("init", "-qb", "main"), ("add", "."), ("commit", "-qm", "The model")):
        git(program, *arguments)
    git(program, "checkout", "-qb", "mine")
    git(program, "commit", "-qm", "Nothing", "--allow-empty")
    before = group(program)
    flip_the_last_byte(weights(program))

    assert ("already pending", "this change") == (before, group(program))

"""Shards as runs of their own: in any order, repeated, they do what one run does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.emulator.server import Emulator
from tests.whole.program import program_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.program import Program

DATASET = """\
apiVersion: reconciler/v1
kind: Dataset
metadata: {{name: chat-{n}}}
spec: {{format: CHAT, source: {{path: ../data/{n}.jsonl}}}}
"""
JOB = """\
---
apiVersion: reconciler/v1
kind: SupervisedFineTuningJob
metadata: {{name: bot-{n}}}
spec:
  dataset: chat-{n}
  baseModel: accounts/fireworks/models/llama-v3p2-1b-instruct
  outputModel: bot-{n}
"""
SHARDS = ("1/3", "2/3", "3/3")
APPLY = ("apply", "--yes", "--wait", "ready")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as started:
        yield started


@pytest.fixture
def program(tmp_path: Path, emulator: Emulator) -> Program:
    """Five chains of a dataset and a job."""
    folder = tmp_path / "project"
    for name in ("manifests", "data"):
        (folder / name).mkdir(parents=True)
    for n in range(5):
        (folder / f"manifests/{n}.yaml").write_text(DATASET.format(n=n) + JOB.format(n=n))
        rows = ({"messages": [{"role": "user", "content": f"ping {row}"},
                              {"role": "assistant", "content": f"pong {n}"}]}
                for row in range(3))  # fmt: skip
        (folder / f"data/{n}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return program_for(folder, emulator)


def planned(program: Program, *flags: str) -> dict[str, Any]:
    ran = program.run("plan", "--format", "json", *flags)
    assert ran.code == 0, ran.err
    return dict(json.loads(ran.out))


def test_every_shard_has_something_to_do_and_says_which_it_is(program: Program) -> None:
    plans = [planned(program, "--shard", shard) for shard in SHARDS]

    assert list(SHARDS) == [plan["shard"] for plan in plans]
    assert all(plan["actions"] for plan in plans)


def test_shards_in_any_order_and_repeated_leave_nothing_to_do(
    program: Program, emulator: Emulator
) -> None:
    for shard in ("3/3", "1/3", "1/3", "2/3", "3/3"):
        ran = program.run(*APPLY, "--shard", shard)
        assert ran.code == 0, ran.out + ran.err

    assert planned(program)["summary"]["none"] == 10
    posts = [w for w in emulator.writes if w.method == "POST" and w.path.endswith("Jobs")]
    assert 5 == len(posts)


def test_a_plan_saved_of_a_shard_is_applied_as_that_shard(program: Program) -> None:
    program.run("plan", "--shard", "1/3", "--out", "part.json")
    ran = program.run("apply", "part.json", "--wait", "ready")

    assert 0 == ran.code, ran.err
    assert 0 == planned(program, "--shard", "1/3")["summary"]["create"]
    assert 0 < planned(program)["summary"]["create"]

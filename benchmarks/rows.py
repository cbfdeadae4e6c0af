"""Reading the rows of a dataset: validate's pass and data's, beside the floor of parsing each row.

Each pass runs in this process on one core, interleaved with the others; processor time counts. The
garbage collector rests, as in every command.
"""

from __future__ import annotations

import gc
import io
import json
import random
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.row import Goal
from reconciler.data.profile import Profile
from reconciler.manifest.hashing import Digest
from reconciler.manifest.row_change import compare_rows
from reconciler.manifest.rows import check_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.row import Row

MB = 1_000_000
SIZES = (600, 2_000, 8_000)  # bytes of a row of plain chat, about
GOAL = 100.0  # MB/s
ROUNDS = 5
WORDS = [f"{'aeiou'[number % 5]}{number:x}" for number in range(4_000)]


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(rows of a size, MB/s of a pass, MB/s of the floor, the goal)."""
    size, rounds = (10 * MB, 3) if quick else (100 * MB, ROUNDS)
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        forms = [("chat", row_bytes) for row_bytes in SIZES]
        forms += [("prose", 600), ("tools", 600), ("pairs", 600)]
        for form, row_bytes in forms:
            path = Path(folder, f"{form}-{row_bytes}.jsonl")
            words = PROSE if form == "prose" else WORDS
            written = _write(path, FORMS[form], words, row_bytes, size)
            passes = {"parse": _parse, "validate": _validate, "data": _data, "compare": _compare}
            seconds = _side_by_side(passes, path, rounds)
            floor = written / seconds["parse"] / MB
            for name in ("validate", "data", "compare"):
                found = written / seconds[name] / MB
                yield (
                    f"{name}, {form}, rows of {row_bytes:,} bytes",
                    f"{found:.0f} MB/s",
                    f"reading and parsing alone: {floor:.0f} MB/s",
                    f"{found / floor:.2f} of it, {Goal('MB/s', found, GOAL, at_least=True)}",
                )


def _chat(question: str, answer: str) -> dict[str, Any]:
    return {"messages": [_said("user", question), _said("assistant", answer)]}


def _tools(question: str, answer: str) -> dict[str, Any]:
    """A call, what it gave, and the answer."""
    call = {"type": "function", "function": {"name": "look_up", "arguments": "{}"}}
    asked = {"role": "assistant", "content": None, "tool_calls": [call]}
    chat = [_said("user", question), asked, _said("tool", "1"), _said("assistant", answer)]
    return {"messages": chat, "tools": [{"type": "function", "function": {"name": "look_up"}}]}


def _pairs(question: str, answer: str) -> dict[str, Any]:
    return {
        "input": {"messages": [_said("user", question)]},
        "preferred_output": [_said("assistant", answer[: len(answer) // 2])],
        "non_preferred_output": [_said("assistant", answer[len(answer) // 2 :])],
    }


def _said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": text}


FORMS = {"chat": _chat, "prose": _chat, "tools": _tools, "pairs": _pairs}
PROSE = (
    *("the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "with", "light", "An"),
    *("Able-bodied", "re-used", "task_force", "snake_case", "Through", "ghost", "API", "I", "it's"),
    *("(see", "above),", "=", "x;", "and", "-", "so", "on."),
)
"""Words with the letters and signs that credentials begin with: looking for those costs more."""


def _write(
    path: Path,
    form: Callable[[str, str], dict[str, Any]],
    words: Sequence[str],
    row_bytes: int,
    size: int,
) -> int:
    """A file of rows made of a question and an answer; its size in bytes."""
    source = random.Random(1)
    written = 0
    with path.open("wb") as file:
        for number in range(size):
            count = row_bytes // 11
            question, answer = (" ".join(source.choices(words, k=count)) for _ in range(2))
            row = form(f"{number}: {question}", answer)
            written += file.write(json.dumps(row).encode() + b"\n")
            if written >= size:
                break
    return written


def _parse(path: Path) -> None:
    with path.open("rb", buffering=1 << 20) as lines:
        for line in lines:
            orjson.loads(line)


def _validate(path: Path) -> None:
    with io.FileIO(path) as raw:
        check_rows(raw, path.name, "CHAT", Digest(sha256=True))


def _data(path: Path) -> None:
    profile = Profile()
    with io.FileIO(path) as raw:
        check_rows(raw, path.name, "CHAT", watch=profile.see)
    profile.tokens()


def _compare(path: Path) -> None:
    """Both sides of a row comparison: as much again is read for the other one."""
    with path.open("rb") as new, path.open("rb") as old:
        compare_rows(new, old)


def _side_by_side(
    passes: Mapping[str, Callable[[Path], None]], path: Path, rounds: int
) -> dict[str, float]:
    """Processor seconds of each pass, median; round after round, so that all suffer alike."""
    found: dict[str, list[float]] = {name: [] for name in passes}
    for _ in range(rounds):
        for name, run in passes.items():
            started = time.process_time()
            run(path)
            found[name].append(time.process_time() - started)
    return {name: median(seconds) for name, seconds in found.items()}

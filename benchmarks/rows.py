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
from dataclasses import dataclass, field
from functools import partial
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

    _Row = dict[str, Any]

MB = 1_000_000
SIZES = (600, 2_000, 8_000)  # bytes of a row of plain chat, about
GOAL = 100.0  # MB/s
ROUNDS = 5
WORDS = [f"{'aeiou'[number % 5]}{number:x}" for number in range(4_000)]


@dataclass(frozen=True, slots=True)
class _Form:
    """``row`` makes a row of a question and an answer; ``format`` is its dataset's."""

    row: Callable[[str, str], _Row]
    format: str | None = "CHAT"
    words: Sequence[str] = field(default=tuple(WORDS), repr=False)


def rows(*, quick: bool = False) -> Iterator[Row]:
    """(rows of a size, MB/s of a pass, MB/s of the floor, the goal)."""
    size, rounds = (10 * MB, 3) if quick else (40 * MB, ROUNDS)
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        shapes = [("chat", row_bytes) for row_bytes in SIZES]
        shapes += [(name, 600) for name in FORMS if name != "chat"]
        for form, row_bytes in shapes:
            path = Path(folder, f"{form}-{row_bytes}.jsonl")
            written = _write(path, FORMS[form], row_bytes, size)
            checked = partial(_validate, FORMS[form].format)
            looked = partial(_data, FORMS[form].format)
            passes: dict[str, Callable[[Path], None]] = {
                "parse": _parse,
                "validate": checked,
                "data": looked,
                "compare": _compare,
            }
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


def _chat(question: str, answer: str) -> _Row:
    return {"messages": [_said("user", question), _said("assistant", answer)]}


def _tools(question: str, answer: str) -> _Row:
    """A call, what it gave, and the answer."""
    call = {"type": "function", "function": {"name": "look_up", "arguments": "{}"}}
    asked = _said("assistant", None, tool_calls=[call])
    chat = [_said("user", question), asked, _said("tool", "1"), _said("assistant", answer)]
    return {"messages": chat, "tools": [{"type": "function", "function": {"name": "look_up"}}]}


def _reasoning(question: str, answer: str) -> _Row:
    thought, said = _halves(answer)
    chat = [_said("user", question), _said("assistant", said, reasoning_content=thought)]
    return {"messages": chat}


def _vision(question: str, answer: str) -> _Row:
    """Much text and an icon: a photograph's bytes would be all that is measured."""
    icon = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    parts = [{"type": "text", "text": question}, icon]
    return {"messages": [_said("user", parts), _said("assistant", answer)]}


def _weights(question: str, answer: str) -> _Row:
    chat = [_said("user", question), _said("assistant", answer, weight=len(answer) % 2)]
    return {"messages": chat}


def _pairs(question: str, answer: str) -> _Row:
    better, worse = _halves(answer)
    return {
        "input": {"messages": [_said("user", question)]},
        "preferred_output": [_said("assistant", better)],
        "non_preferred_output": [_said("assistant", worse)],
    }


def _rewards(question: str, answer: str) -> _Row:
    """What an evaluator gets beside the prompt (RFT)."""
    return {"messages": [_said("user", question)], "ground_truth": answer}


def _samples(question: str, answer: str) -> _Row:
    """Two conversations with their metric (RL)."""
    tried = [_chat(part, question[: len(part)])["messages"] for part in _halves(answer)]
    return {"samples": [{"messages": chat, "metric": 0.5} for chat in tried]}


def _completion(question: str, answer: str) -> _Row:
    return {"prompt": question, "completion": answer}


def _template(question: str, answer: str) -> _Row:
    context, said = _halves(answer)
    return {"instruction": question, "context": context, "response": said}


def _said(role: str, content: Any, **more: Any) -> _Row:
    return {"role": role, "content": content, **more}


def _halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


PROSE = (
    *("the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "with", "light", "An"),
    *("Able-bodied", "re-used", "task_force", "snake_case", "Through", "ghost", "API", "I", "it's"),
    *("(see", "above),", "=", "x;", "and", "-", "so", "on."),
)
"""Words with the letters and signs that credentials begin with: looking for those costs more."""


FORMS = {
    "chat": _Form(_chat),
    "prose": _Form(_chat, words=PROSE),
    "tools": _Form(_tools),
    "reasoning": _Form(_reasoning),
    "vision": _Form(_vision),
    "weights": _Form(_weights),
    "pairs": _Form(_pairs),
    "rewards": _Form(_rewards),
    "samples": _Form(_samples, "RL"),
    "completion": _Form(_completion, "COMPLETION"),
    "template": _Form(_template, None),
}


def _write(path: Path, form: _Form, row_bytes: int, size: int) -> int:
    """A file of rows made of a question and an answer; its size in bytes."""
    source = random.Random(1)
    written = 0
    with path.open("wb") as file:
        for number in range(size):
            count = row_bytes // 11
            question, answer = (" ".join(source.choices(form.words, k=count)) for _ in range(2))
            row = form.row(f"{number}: {question}", answer)
            written += file.write(json.dumps(row).encode() + b"\n")
            if written >= size:
                break
    return written


def _parse(path: Path) -> None:
    with path.open("rb", buffering=1 << 20) as lines:
        for line in lines:
            orjson.loads(line)


def _validate(format_name: str | None, path: Path) -> None:
    with io.FileIO(path) as raw:
        check_rows(raw, path.name, format_name, Digest(sha256=True))


def _data(format_name: str | None, path: Path) -> None:
    profile = Profile()
    with io.FileIO(path) as raw:
        check_rows(raw, path.name, format_name, watch=profile.see)
    profile.tokens()


def _compare(path: Path) -> None:
    """Both sides of a row comparison: as much again is read for the other one."""
    with path.open("rb") as new, path.open("rb") as old:
        compare_rows(new, old)


def _passes(format_name: str | None) -> dict[str, Callable[[Path], None]]:
    return {
        "parse": _parse,
        "validate": partial(_validate, format_name),
        "data": partial(_data, format_name),
        "compare": _compare,
    }


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

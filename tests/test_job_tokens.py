"""A job that would run is priced by its own model's tokenizer, where that is a file here."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.cache import NoCache, SqliteCache
from reconciler.data.framing import WIDEST
from reconciler.data.tokenizer import LIBRARY
from reconciler.diff.diff import diff
from reconciler.job_tokens import job_tokens
from reconciler.manifest.file_facts import FileMemory
from reconciler.manifest.file_set import FileSet
from reconciler.manifest.one_read import look
from reconciler.manifest.reading import Wanted
from reconciler.schema_files import example_dir
from tests.desired.manifests import account, dataset, desired, job, live, made, one, weights

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.desired.resource import DesiredState
    from reconciler.live.state import LiveResource
    from reconciler.manifest.manifest import Manifest

pytest.importorskip(LIBRARY)

ROW = {"messages": [{"role": "user", "content": "ab"}, {"role": "assistant", "content": "abab"}]}
TOKENS = 3 * len("ab" + "abab")  # the example's tokenizer: every letter is one
FRAMED = 3 * (WIDEST.row + 2 * WIDEST.message)


def rows_in(folder: Path) -> Manifest:
    path = folder / "chat.jsonl"
    path.write_text(3 * (json.dumps(ROW) + "\n"))
    return dataset(brings=_brought(path, Wanted(rows=True, row_format="CHAT", sha256=False)))


def model_in(folder: Path, name: str = "base") -> Manifest:
    example = example_dir("custom-model") / "models" / "tiny-llama" / "tokenizer.json"
    path = folder / "tokenizer.json"
    shutil.copy(example, path)
    return weights(name, brings=_brought(path, Wanted(rows=False, row_format=None, sha256=False)))


def _brought(path: Path, wanted: Wanted) -> FileSet:
    seen = look(path.name, str(path), path.name, wanted, FileMemory(NoCache()))
    assert seen.file.identity is not None
    return FileSet((seen.file,), seen.rows)


def counted(wanted: DesiredState, *found: LiveResource, cache: Cache | None = None) -> list[Any]:
    """(tokens at least, at most, in words) of all that is counted."""
    state = account(*found)
    tokens = job_tokens(diff(wanted, state), wanted, state, cache or NoCache())
    return [(each.low, each.high, each.how) for each in tokens.values()]


@pytest.fixture
def wanted(tmp_path: Path) -> DesiredState:
    """A job on three rows that trains a model of the project."""
    return desired(rows_in(tmp_path), model_in(tmp_path), job(spec={"baseModel": "base"}))


def test_the_tokenizer_of_the_trained_model_counts(wanted: DesiredState) -> None:
    how = "without and with a chat template, counted with Model/base's tokenizer.json"

    assert [(TOKENS, TOKENS + FRAMED, how)] == counted(wanted)


def test_what_the_platform_has_counted_is_not_counted_again(wanted: DesiredState) -> None:
    assert [] == counted(wanted, live("Dataset/chat", format="CHAT", estimatedTokenCount="7"))


def test_a_job_that_has_run_is_not_counted(wanted: DesiredState) -> None:
    ran = made(one(wanted, "SupervisedFineTuningJob/bot"), "JOB_STATE_COMPLETED")

    assert [] == counted(wanted, ran)


def test_another_model_s_tokenizer_is_no_measure(tmp_path: Path) -> None:
    assert [] == counted(desired(rows_in(tmp_path), model_in(tmp_path, "other"), job()))


def test_an_adapter_is_counted_by_the_model_below_it(tmp_path: Path) -> None:
    adapter, below = "accounts/acme/models/lora", {"baseModel": "accounts/acme/models/base"}
    start = job(spec={"baseModel": adapter})
    wanted = desired(rows_in(tmp_path), model_in(tmp_path), start)

    assert [TOKENS] == [low for low, *_ in counted(wanted, live("Model/lora", peftDetails=below))]


def test_a_second_plan_opens_neither_rows_nor_tokenizer(
    wanted: DesiredState, tmp_path: Path
) -> None:
    cache = SqliteCache(tmp_path / "cache" / "facts.sqlite3")
    first = counted(wanted, cache=cache)
    (tmp_path / "chat.jsonl").unlink()

    assert first == counted(wanted, cache=cache)


def test_a_file_that_is_no_tokenizer_leaves_the_guess(tmp_path: Path) -> None:
    wanted = desired(rows_in(tmp_path), model_in(tmp_path), job(spec={"baseModel": "base"}))
    (tmp_path / "tokenizer.json").write_text("{}")

    assert [] == counted(wanted)


def test_rows_that_the_tokenizer_cannot_take_leave_the_guess(tmp_path: Path) -> None:
    model = {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "[UNK]"}
    example = example_dir("custom-model") / "models" / "tiny-llama" / "tokenizer.json"
    base, path = model_in(tmp_path), tmp_path / "tokenizer.json"
    path.write_text(json.dumps({**json.loads(example.read_text()), "model": model}))
    given = _brought(path, Wanted(rows=False, row_format=None, sha256=False))
    wanted = desired(rows_in(tmp_path), replace(base, files=given), job(spec={"baseModel": "base"}))

    assert [] == counted(wanted)

"""With the library at hand a model's own tokenizer.json counts. Without it these are skipped: it is
an optional help, not a dependency."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from reconciler.data.tokenizer import LIBRARY, open_tokenizer
from reconciler.errors import ReconcilerError

pytest.importorskip(LIBRARY)

EXAMPLE = Path(__file__).parents[2] / "examples/custom-model/models/tiny-llama/tokenizer.json"


def test_tokens_are_counted_without_those_that_begin_a_sequence() -> None:
    tokenizer = open_tokenizer(EXAMPLE, "tokenizer.json")
    one, two = tokenizer.count(["ab", "abab"])

    assert 0 < one < two
    assert [0] == tokenizer.count([""])


def test_what_is_no_tokenizer_is_said(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(ReconcilerError, match="is not a tokenizer"):
        open_tokenizer(tmp_path / "tokenizer.json", "tokenizer.json")


def test_a_pipe_is_no_tokenizer_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tokenizer.json")

    with pytest.raises(ReconcilerError, match="is not a tokenizer: it is not a file"):
        open_tokenizer(tmp_path / "tokenizer.json", "tokenizer.json")


TRUNCATION = {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0}
PADDING = {
    "strategy": {"Fixed": 9},
    "direction": "Right",
    "pad_to_multiple_of": None,
    "pad_id": 0,
    "pad_type_id": 0,
    "pad_token": "a",
}


def changed(folder: Path, **fields: object) -> Path:
    """The example's tokenizer with other fields."""
    path = folder / "tokenizer.json"
    path.write_text(json.dumps({**json.loads(EXAMPLE.read_text()), **fields}))
    return path


@pytest.mark.parametrize("field", [{"truncation": TRUNCATION}, {"padding": PADDING}], ids=list)
def test_lengths_for_batches_change_no_count(field: dict[str, object], tmp_path: Path) -> None:
    texts = ["ab", "ababab"]
    plain = open_tokenizer(EXAMPLE, "plain").count(texts)

    assert plain == open_tokenizer(changed(tmp_path, **field), "batches").count(texts)


def test_a_text_that_the_tokenizer_cannot_take_is_said(tmp_path: Path) -> None:
    model = {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "[UNK]"}
    tokenizer = open_tokenizer(changed(tmp_path, model=model), "tokenizer.json")

    with pytest.raises(ReconcilerError, match=r"tokenizer\.json cannot count these texts"):
        tokenizer.count(["a text with other words"])


def test_a_file_that_makes_the_library_panic_is_said(tmp_path: Path) -> None:
    panics = {"type": "Precompiled", "precompiled_charsmap": "AAAA"}

    with pytest.raises(ReconcilerError, match="is not a tokenizer"):
        open_tokenizer(changed(tmp_path, normalizer=panics), "tokenizer.json")

"""With the library at hand a model's own tokenizer.json counts. Without it these are skipped: it is
an optional help, not a dependency."""

from __future__ import annotations

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

    with pytest.raises(ReconcilerError, match="is no tokenizer"):
        open_tokenizer(tmp_path / "tokenizer.json", "tokenizer.json")

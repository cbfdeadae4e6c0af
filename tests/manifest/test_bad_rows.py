"""Every wrong row of the corpus is answered with exactly the lines that stand below it.

corpus/rows.txt: the head is the dataset's format (``template``: none), with ``_bytes`` behind it
where Python's escapes are read in the lines. Three good rows of the format stand behind them;
``alone``: nothing does.
``=> row: message (hint)`` is said of the data file, ``=> manifests/…`` of its manifest.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.manifest.corpus_files import (
    ROWS,
    Case,
    cases,
    corpus_project,
    load_content,
    shown,
    unescaped,
)

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """apiVersion: reconciler/v1
kind: Dataset
metadata: {{name: rows}}
spec: {{{row_format}source: {{path: ../data/wrong.jsonl}}}}
"""
SAMPLE = {"samples": [{"messages": [{"role": "user", "content": "q"}]}]}
GOOD = {
    "CHAT": [ROWS % number for number in range(3)],
    "COMPLETION": [f'{{"prompt": "{n}", "completion": "c"}}\n' for n in range(3)],
    "RL": [json.dumps({**SAMPLE, "number": n}) + "\n" for n in range(3)],
    "template": [f'{{"question": {n}}}\n' for n in range(3)],
    "alone": [],
}


def answer(case: Case, folder: Path) -> list[str]:
    row_format, _, escapes = case.head.partition("_")
    given = unescaped(case.given) + b"\n" if escapes == "bytes" else case.given.encode()
    good = "".join(GOOD[row_format]).encode()
    (folder / "data/wrong.jsonl").write_bytes(given + good)
    named = "" if row_format in ("template", "alone") else f"format: {row_format}, "
    loaded = load_content(folder, MANIFEST.format(row_format=named).encode())
    return [shown(said).removeprefix("data/wrong.jsonl:") for said in loaded.diagnostics]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus_project(tmp_path_factory.mktemp("rows"), "rows", answer)


@pytest.mark.parametrize("case", cases("rows"), ids=str)
def test_a_wrong_row_is_answered_with_its_number(case: Case, folder: Path) -> None:
    assert list(case.said) == answer(case, folder)
    assert case.said

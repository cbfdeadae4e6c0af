"""The corpus is as large as docs/reliability.md says, and each case another one."""

from __future__ import annotations

from pathlib import Path

from tests.manifest import test_bad_references
from tests.manifest.corpus_files import Case, cases
from tests.manifest.field_files import BASES, field_cases
from tests.manifest.test_bad_manifests import FILES

OTHERS = {
    "wrong dataset rows": "rows",
    "wrong files of weights": "weights",
    "wrong project files": "project",
    "wrong command lines": "usage",
}
DOCS = Path(__file__).parents[2] / "docs/reliability.md"


def wrong(name: str) -> list[Case]:
    """The cases of which something is said."""
    return [case for case in cases(name) if case.said]


def test_the_documented_numbers_are_those_of_the_corpus() -> None:
    manifests = sum(len(cases(name)) for name in FILES) + len(test_bad_references.cases())
    fields = sum(len(field_cases(kind)) for kind in BASES)
    valid = len(cases("valid"))

    text = DOCS.read_text(encoding="utf-8")
    assert f"| wrong manifests | {manifests} |" in text
    assert f"| wrong fields | {fields:,} |" in text
    for what, name in OTHERS.items():
        assert f"| {what} | {len(wrong(name))} |" in text
    assert f"| odd but right manifests | {valid} |" in text


def test_no_input_stands_in_the_corpus_twice() -> None:
    contents = [case.content for name in (*FILES, "valid") for case in cases(name)]
    contents += [
        case.head.encode() + case.given.encode() for n in OTHERS.values() for case in cases(n)
    ]

    assert len(contents) == len(set(contents))

"""What the plain reader takes on is what the strict reader reads; the rest it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.diagnostic import Diagnostic
from reconciler.manifest.parse import parse
from reconciler.manifest.plain import documents_of, plain_documents
from reconciler.manifest.source_text import SourceText, decode

VALUES = (
    *("word", "a b", "a  b", "1", "-1", "-a", "- a", "1e-4", "1.0", "0.5", "0123", "null", "~"),
    *("true", "No", "gs://x/y.z", "a:b", "a: b", "a:", "a #b", "a#b", "#b", "a:#b", "...", "+1"),
    *(
        '"a b"',
        "'a b'",
        '"a\\n"',
        "'it''s'",
        '"',
        "''",
        '""',
        '"a"b',
        "a'b",
        "a, b",
        "a]",
        "é",
        "🤖",
    ),
    *("[]", "{}", "[a, b]", "[a,b]", "[a, ]", "[ a ]", "[\"*.json\", 'x, y']", "[[a]]", "[1.0]"),
    *("{a: b}", "{a: b, a: c}", '{a: 1, b: "c, d: e"}', "{a:b}", "{a: {b: c}}", "{a: ~}", "{a}"),
    *(
        "${values.x}",
        "|",
        ">-",
        "&a b",
        "*a",
        "!!str a",
        "@a",
        "%a",
        "`a`",
        "?a",
        "? a",
        "<<",
        "=",
        "\t",
    ),
    *("a\tb", "\xa0", "a\x85b", "a\u2028b", "a\u3000b", "a\ufeffb", "0x1f", "1_000", ".5", ".inf"),
)
KEYS = ("a", "b", "kind", "a-b", "a.b", "_", "<<", "1", "true", '"a"', "a b", "é", "a" * 101)
SPACES = ("", "", "  ", "  ", "    ", " ", "\t", " " * 49)
TAILS = ("", "", "", " ", " # c", "# c", "  #", " #: x\x85y: z", "\r", "\t")
ENTRY = st.tuples(
    *map(st.sampled_from, (SPACES, KEYS, (": ", ": ", ":  ", ":", " : "), ("", *VALUES), TAILS))
).map("".join)
ODD = ("", "---", "---", "--- # c", "--- a", "...", "# c", "  # c", "- a", "  - a: b", "%YAML 1.2")
LINES = st.lists(st.one_of(ENTRY, ENTRY, st.sampled_from(ODD)), max_size=8)


@given(LINES, st.sampled_from(("\n", "\n", "\r\n")), st.booleans())
@settings(max_examples=1500, deadline=None)
@example(["a:", "  b: c", "d: e", "---", "a: b"], "\n", True)
@example(["a:", "  b:", "    c: d", "e: {f: g}", "h: [i]"], "\n", True)
@example(["a:", "b: c"], "\n", False)
@example(["a: b", "  c: d"], "\n", False)
@example(["a:", "---", "b: c"], "\n", False)
def test_what_is_read_as_plain_is_what_the_strict_reader_reads(
    lines: list[str], end: str, ended: bool
) -> None:
    source = decode("m.yaml", (end.join(lines) + end * ended).encode())
    found = None if isinstance(source, Diagnostic) else plain_documents(source)
    if isinstance(source, Diagnostic) or found is None:
        return

    documents, problems = parse(source)

    assert [] == problems
    assert [(d.start, d.tree, d.doubtful, d.broken) for d in documents] == [
        (d.start, d.tree, d.doubtful, d.broken) for d in found
    ]
    assert [[*map(repr, d.tree.items())] for d in documents] == [
        [*map(repr, d.tree.items())] for d in found
    ]


TWO = """# A comment: of its own
apiVersion: reconciler/v1
kind: Dataset # of chats
metadata:
  name: "rows"
  lifecycle: {preventDestroy: false}

spec:
  exampleCount: 3
  source:
    path: ../data/rows.jsonl
    include: ["*.json", b]
  displayName: 'Rows: all'
---
kind: Model
"""


def test_an_ordinary_manifest_is_plain() -> None:
    found = plain_documents(SourceText("m.yaml", TWO))

    assert found is not None
    assert ["Dataset", "Model"] == [document.tree["kind"] for document in found]
    assert {"path": "../data/rows.jsonl", "include": ["*.json", "b"]} == (
        found[0].tree["spec"]["source"]
    )


@pytest.mark.parametrize("value", ["a: b", "|", "- a", "*a", "${values.x}", "a\n  b", "1\nb: 2"])
def test_what_is_not_plain_is_left_to_the_strict_reader(value: str) -> None:
    assert plain_documents(SourceText("m.yaml", f"b: {value}\n")) is None


@pytest.mark.parametrize("path", [("metadata", "name"), ("spec", "source", "include", 1), ("x",)])
def test_a_plain_document_knows_the_places_that_the_strict_reader_finds(
    path: tuple[str | int, ...],
) -> None:
    source = SourceText("m.yaml", TWO)

    documents, _ = documents_of(source)

    assert parse(source)[0][0].locate(path) == documents[0].locate(path)
    assert parse(source)[0][1].locate(("kind",)) == documents[1].locate(("kind",))


def test_what_is_put_into_a_document_stays_out_of_the_next_reading() -> None:
    source = SourceText("m.yaml", "spec: ${values.x}\n")
    documents_of(source)[0][0].tree["spec"] = 1

    assert {"spec": "${values.x}"} == documents_of(source)[0][0].tree

"""Whatever a file holds, loading it answers: manifests, or problems placed inside the file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.manifest.parse import parse
from reconciler.manifest.source_text import SourceText, decode
from tests.manifest.corpus_files import cases, load_content, make_project

if TYPE_CHECKING:
    from reconciler.manifest.load import Loaded

GOOD = """apiVersion: reconciler/v1
kind: SupervisedFineTuningJob
metadata:
  name: bot
  lifecycle: {attempt: 2, ignoreChanges: [displayName]}
spec:
  dataset: rows
  baseModel: accounts/fireworks/models/llama
  learningRate: 1e-4
  epochs: 3
  wandbConfig: {enabled: true, apiKey: {env: WANDB}}
---
apiVersion: reconciler/v1
kind: Dataset
metadata: {name: rows}
spec:
  format: CHAT
  source: {path: ../data/rows.jsonl}
"""
PIECES = (
    *("a", "b: c", ": ", "- ", "? ", "\n", "\n  ", "\n---\n", "...\n", "{", "}", "[", "]", ","),
    *("'", '"', "|", ">-", "#", "&x ", "*x", "!!int ", "!t", "%YAML 1.2\n", "<<: ", "~", "null"),
    *("\t", "\r", "\r\n", "\x85", "\u2028", "\ufeff", "\x00", "\x1b", "\ud800", "é", "🤖", "\\u12"),
    *("${values.epochs}", "${", "kind: Dataset\n", "metadata: {name: a}\n", "spec:\n", "0123"),
    *("1e400", "apiVersion: reconciler/v1\n", "2024-99-99", "spec: {source: {path: ../data}}\n"),
)
YAML_LIKE = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@pytest.fixture(scope="module")
def folder() -> Any:
    with tempfile.TemporaryDirectory() as name:
        make_project(Path(name))
        yield Path(name)


def check_places(loaded: Loaded, content: bytes) -> None:
    text = content.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
    lines = text.split("\n")
    for diagnostic in loaded.diagnostics:
        where = diagnostic.location
        assert where is not None
        if where.path == "manifests/m.yaml":
            assert 1 <= where.line <= len(lines)
            assert 1 <= where.column <= len(lines[where.line - 1]) + 1


@given(st.one_of(YAML_LIKE, st.text(max_size=40)))
@settings(max_examples=300, deadline=None)
@example("{")
@example("a: \x85b")
@example('"\\UFFFFFFFF"')
def test_any_text_is_answered_with_places_inside_it(folder: Path, text: str) -> None:
    content = text.encode(errors="surrogatepass")

    check_places(load_content(folder, content), content)


@given(st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_answered_with_places_inside_them(folder: Path, content: bytes) -> None:
    check_places(load_content(folder, content), content)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_manifest_is_answered_with_places_inside_it(
    folder: Path, data: st.DataObject
) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.sampled_from(("", *PIECES))) + text[end:]
    content = text.encode(errors="surrogatepass")

    check_places(load_content(folder, content), content)


# Without digits: PyYAML writes "0E0" plain, for to YAML 1.1 it is text and to us a number.
TEXTS = st.text(st.characters(codec="ascii", exclude_categories=["Nd"]), max_size=9)
SCALARS = st.one_of(st.integers(-(10**15), 10**15), st.booleans(), TEXTS)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), inner, max_size=4),
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), TREES, min_size=1))
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("flow", [True, False, None])
def test_simple_documents_read_as_pyyaml_reads_them(flow: bool | None, tree: Any) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True)

    documents, problems = parse(SourceText("m.yaml", text))

    assert [] == problems
    assert yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == (
        documents[0].tree
    )


def all_paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children: Any = node.items() if isinstance(node, dict) else ()
    if isinstance(node, list):
        children = enumerate(node)
    return [path, *(p for step, child in children for p in all_paths(child, (*path, step)))]


def node_at(root: yaml.Node, path: tuple[Any, ...]) -> yaml.Node:
    for step in path:
        if isinstance(root, yaml.MappingNode):
            root = next(value for key, value in root.value if key.value == step)
        else:
            root = root.value[step]
    return root


@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), TREES, min_size=1))
@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("flow", [True, False])
def test_every_node_stands_where_pyyaml_finds_it(flow: bool, tree: Any) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True)
    composed = yaml.compose(text)
    assert composed is not None

    locator = parse(SourceText("m.yaml", text))[0][0].locator

    for path in all_paths(tree):
        mark = node_at(composed, path).start_mark
        where = locator.locate(path)
        assert (mark.line + 1, mark.column + 1) == (where.line, where.column), path


@pytest.mark.parametrize("name", ["syntax", "shape", "scalars", "valid"])
def test_both_ways_of_finding_a_place_agree(name: str) -> None:
    for case in cases(name):
        source = decode("m.yaml", case.content)
        assert isinstance(source, SourceText)
        for document in parse(source)[0]:
            locator = document.locator
            paths = all_paths(locator.tree)[:16]
            walked = [(locator.locate_key(p), locator.locate(p)) for p in paths[:8]]
            for _ in range(20):
                locator.locate(())
            assert walked == [(locator.locate_key(p), locator.locate(p)) for p in paths[:8]]


def test_the_pure_parser_reads_what_libyaml_reads() -> None:
    source = SourceText("m", GOOD + '---\na: [1, "b", {c: d}]\n')

    by_libyaml, pure = parse(source)[0], parse(source, yaml.SafeLoader)[0]

    assert 3 == len(pure)
    assert [(d.tree, d.start, [*d.written.values()]) for d in by_libyaml] == [
        (d.tree, d.start, [*d.written.values()]) for d in pure
    ]

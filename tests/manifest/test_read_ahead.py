"""Rows read ahead by several processes: the same verdicts, nothing read twice, nobody left over."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import pytest

from reconciler.cache import NoCache
from reconciler.manifest.file_facts import FileMemory
from reconciler.manifest.load import Ahead, Loaded, load
from reconciler.manifest.one_read import recalled
from reconciler.manifest.project import Project
from reconciler.manifest.read_ahead import ReadAhead
from reconciler.manifest.reading import Place, Wanted
from reconciler.manifest.reading_pool import read_all
from reconciler.manifest.reading_worker import Task
from reconciler.schema_files import example_dir
from tests.live.shelf import Shelf
from tests.opened_files import opened_below

if TYPE_CHECKING:
    from reconciler.cache import Cache

AT_ONCE = Ahead(many=0, worth=0, processes=2)
NEVER = Ahead(processes=1)
ROWS = Wanted(rows=True, row_format="CHAT", sha256=False)
ENDLESS = Task(Place("zero", "/dev/zero", "zero"), ROWS)


def row(number: int, **more: Any) -> dict[str, Any]:
    said = [{"role": "user", "content": f"{number}"}, {"role": "assistant", "content": "x"}]
    return {"messages": said, **more}


GOOD = [row(number) for number in range(3)]
FILES: dict[str, list[Any]] = {
    "good": GOOD,
    "role": [*GOOD, {"messages": [{"role": "asistant", "content": "x"}]}],
    "repeated": [*GOOD, GOOD[0]],
    "secret": [*GOOD, row(9, note="sk-1234567890abcdef12345")],
    "short": GOOD[:2],
    "extra": [{"prompt": 5, "completion": "x"}] * 3,
}
MANIFEST = """apiVersion: reconciler/v1
kind: Dataset
metadata: {{name: {name}, idStrategy: {strategy}}}
spec: {{displayName: {name}, format: {format}, source: {{path: {name}.jsonl}}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A dataset for each file, some with faults; one with a field nobody knows, one pinned to other
    bytes, one without its file, two on one file."""
    for number, (name, rows) in enumerate(FILES.items()):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows))
        of = "COMPLETION" if name == "extra" else "CHAT"
        strategy = "contentHash" if number % 2 else "exact"
        text = MANIFEST.format(name=name, strategy=strategy, format=of)
        (tmp_path / f"{number}-{name}.yaml").write_text(text)
    plain = MANIFEST.format(name="good", strategy="exact", format="CHAT")
    for name, old, new in (
        ("unknown", "displayName:", "colour: red, displayName:"),
        ("pinned", "path: good.jsonl", f"path: good.jsonl, sha256: {64 * 'a'}"),
        ("gone", "path: good.jsonl", "path: gone.jsonl"),
        ("twin", "", ""),
    ):
        text = plain.replace("{name: good,", f"{{name: {name},").replace(old, new)
        (tmp_path / f"z-{name}.yaml").write_text(text)
    return Project(tmp_path)


def loaded(project: Project, ahead: Ahead, cache: Cache | None = None) -> Loaded:
    return load([project.root], project, project.root, cache=cache or NoCache(), ahead=ahead)


def children() -> set[str]:
    """The processes that this one has started and that have not been waited for."""
    ours = f"PPid:\t{os.getpid()}\n"
    return {path.parent.name for path in Path("/proc").glob("[0-9]*/status") if ours in _text(path)}


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""  # it has ended


def shown(found: Loaded) -> list[Any]:
    """All that comes out, but for the functions that find places."""
    return [
        [(each.ref, each.spec, each.files) for each in found.manifests],
        [(each.ref, each.spec, each.files) for each in found.damaged],
        found.broken,
        found.diagnostics,
    ]


def test_verdicts_are_those_of_one_process_in_order_and_words(project: Project) -> None:
    alone = loaded(project, NEVER)

    assert len(alone.diagnostics) > len(FILES)
    assert shown(alone) == shown(loaded(project, AT_ONCE))


def test_who_starts_processes_reads_no_rows_itself(project: Project) -> None:
    with opened_below(project.root) as opened:
        loaded(project, AT_ONCE)

    assert ["good.jsonl"] == [name for name in opened if name.endswith(".jsonl")]


def test_what_a_process_read_is_remembered_here() -> None:
    path = example_dir("fine-tune-and-deploy") / "data" / "support.jsonl"  # of long ago
    place, memory = Place(path.name, str(path), path.name), FileMemory(Shelf())
    task = Task(place, ROWS)
    disk = ReadAhead({(place.real, ROWS): read_all([task], 1)[task]})

    seen = disk.look(place.key, place.real, place.shown, ROWS, memory)

    assert seen == recalled(place, path.stat(), ROWS, memory)


def test_little_is_left_to_be_read_so_nobody_is_started(project: Project) -> None:
    with opened_below(project.root) as opened:
        loaded(project, Ahead(many=0, worth=1_000_000, processes=2))

    assert len(FILES) <= len([name for name in opened if name.endswith(".jsonl")])


def test_the_task_that_ends_a_process_is_missing_and_the_others_are_done(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in GOOD))
    good = [Task(Place(name, str(path), name), ROWS) for name in "abc"]
    bad = Task(cast("Place", None), ROWS)

    found = read_all([good[0], bad, *good[1:]], 2)

    assert set(good) == set(found)
    assert {3} == {reading.seen.rows for reading in found.values()}


def test_when_no_process_is_left_the_rest_is_missing() -> None:
    bad = [Task(cast("Place", None), Wanted(rows=True, row_format=f, sha256=False)) for f in "abc"]

    assert {} == read_all(bad, 2)


class Interrupt:
    """Strikes whoever sends it to another process."""

    def __reduce__(self) -> NoReturn:
        raise KeyboardInterrupt


def test_an_interrupt_ends_the_processes_whatever_they_read() -> None:
    before = children()

    with pytest.raises(KeyboardInterrupt):
        read_all([ENDLESS, Task(cast("Place", Interrupt()), ROWS)], 2)

    assert before == children()


class Known:
    """In another process it is what that one knows of a variable."""

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return os.getenv, ("FIREWORKS_API_KEY", "unknown")


def test_no_process_knows_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREWORKS_API_KEY", "fw_canary")
    task = Task(Place("none", "/none", cast("str", Known())), ROWS)

    (reading,) = read_all([task], 1).values()

    assert ["unknown"] == [
        said.location and said.location.path for said in reading.seen.diagnostics
    ]


def test_no_process_outlives_the_call(tmp_path: Path) -> None:
    before = children()
    task = Task(Place("none", str(tmp_path / "none"), "none"), ROWS)

    (reading,) = read_all([task], 1).values()

    said = reading.seen.diagnostics[0]
    assert "cannot be read: No such file or directory" == said.message
    assert before == children()

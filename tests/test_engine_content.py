"""A finished project planned again: with a warm cache no data file is opened, nothing is asked."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reconciler import engine
from reconciler.emulator.server import Emulator
from reconciler.fireworks import connect
from reconciler.live.content_wish import ContentMode, ContentWish
from reconciler.manifest.digests import hashed
from reconciler.manifest.file_facts import FileMemory
from reconciler.manifest.project import find_project
from reconciler.plan.content import ContentCounts, content_counts
from reconciler.plan.context import PlanContext
from tests.api.fakes import connection
from tests.live.shelf import Shelf
from tests.opened_files import opened_below
from tests.structure.source_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.cache import Cache
    from reconciler.plan.plan import Plan

EXAMPLE = ROOT / "examples" / "custom-model"
"""Its files lie there for longer than two seconds: they may be remembered."""

FILES = EXAMPLE / "models" / "tiny-llama"
MODEL = "accounts/acme/models/tiny-llama"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """The model of the example is READY, with its files."""
    case = ROOT / "tests/cases/a-corrupted-model-is-refused/account.json"
    with Emulator() as emulator:
        emulator.store.put(MODEL, json.loads(case.read_text())[MODEL])
        for path in FILES.iterdir():
            emulator.store.put_blob(MODEL, path.name, path.read_bytes())
        yield emulator


def plan(emulator: Emulator, cache: Cache, mode: ContentMode = ContentMode.AUTO) -> Plan:
    """One run, as the command makes it, in a checkout where nothing is touched."""
    project = find_project([EXAMPLE], EXAMPLE, None)
    desired = engine.desire([EXAMPLE], project, EXAMPLE, emulator.account, cache)
    memory = FileMemory(cache)
    wish = ContentWish(mode, frozenset, lambda file, md5: hashed(file, memory, md5=md5), cache)
    context = PlanContext(emulator.url, "", "2026-01-01T00:00:00Z", project.policy)
    to = connection(emulator.url, emulator.key)
    with closing(connect(to, read_only=True)) as reader:
        return engine.make_plan(desired, reader, context, content=wish)


def stored_reads(emulator: Emulator) -> int:
    return sum(r.plane == "storage" or "Download" in r.path for r in emulator.requests)


def test_a_cold_run_compares_every_file_by_hash(emulator: Emulator) -> None:
    assert ContentCounts(by_hash=5) == content_counts(plan(emulator, Shelf()))


def test_a_warm_run_opens_no_data_file_and_asks_for_no_content(emulator: Emulator) -> None:
    shelf = Shelf()
    plan(emulator, shelf)
    before = stored_reads(emulator)
    with opened_below(FILES) as opened:
        again = plan(emulator, shelf)

    assert [] == opened
    assert before == stored_reads(emulator)
    assert ContentCounts(by_hash=5) == content_counts(again)


def test_a_warm_run_comes_to_the_same_plan(emulator: Emulator) -> None:
    shelf = Shelf()
    cold, warm = plan(emulator, shelf), plan(emulator, shelf)

    assert cold.changes == warm.changes
    assert cold.fingerprints == warm.fingerprints


def test_without_content_nothing_is_asked_and_nothing_hashed(emulator: Emulator) -> None:
    counts = content_counts(plan(emulator, Shelf(), ContentMode.NONE))

    assert (ContentCounts(not_checked=5), 0) == (counts, stored_reads(emulator))


def test_all_sees_the_damage_that_no_record_tells(emulator: Emulator) -> None:
    shelf = Shelf()
    plan(emulator, shelf)
    emulator.store.put_blob(MODEL, "config.json", b"{}")

    assert 0 == content_counts(plan(emulator, shelf)).different
    assert 1 == content_counts(plan(emulator, shelf, ContentMode.ALL)).different


def test_a_plan_with_content_writes_nothing(emulator: Emulator) -> None:
    plan(emulator, Shelf(), ContentMode.ALL)

    assert [] == emulator.writes

"""Large downloads: several ranges at once, cut, resumed, and of an object that changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.server import Emulator
from reconciler.errors import ContentError
from reconciler.transfer.download import download
from reconciler.transfer.upload import upload
from tests.transfer.against_emulator import GRAIN, LARGE, MODEL, NAME, asks, provider_of, quick
from tests.transfer.files import silent, write_set
from tests.transfer.link import Link

if TYPE_CHECKING:
    from pathlib import Path

KEY = "model.safetensors"
GET = "GET /storage"
Ask = Callable[[], Mapping[str, str]]
SLICES = -(-len(LARGE) // GRAIN)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(account="acme", key="fw_test_key") as emulator:
        yield emulator


@pytest.fixture
def ask(emulator: Emulator, tmp_path: Path) -> Ask:
    provider = provider_of(emulator, [KEY])
    upload(write_set(tmp_path / "in", {KEY: LARGE}).files, asks(provider)[0], silent, quick())
    emulator.store.put(NAME, {**(emulator.store.get(NAME) or {}), "state": "READY"})
    return partial(provider.download_urls, MODEL, "m")


def _ranges(emulator: Emulator) -> list[str | None]:
    gets = [r for r in emulator.requests if r.plane == "storage" and r.method == "GET"]
    return [r.headers.get("range") for r in gets]


def _span(index: int, after: int = 0) -> str:
    start, stop = index * GRAIN + after, min(len(LARGE), (index + 1) * GRAIN)
    return f"bytes={start}-{stop - 1}"


def test_a_large_file_comes_in_ranges(emulator: Emulator, ask: Ask, tmp_path: Path) -> None:
    (path,) = download(ask, tmp_path, silent, quick())

    assert LARGE == path.read_bytes()
    assert [_span(i) for i in range(SLICES)] == sorted(
        (r or "" for r in _ranges(emulator)), key=lambda text: int(text[6:].split("-")[0])
    )


def test_nothing_is_left_beside_the_file(ask: Ask, tmp_path: Path) -> None:
    download(ask, tmp_path / "out", silent, quick())

    assert [KEY] == [path.name for path in (tmp_path / "out").iterdir()]


def test_progress_counts_all_ranges_and_ends_with_the_proof(ask: Ask, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []

    def progress(_key: str, done: int, total: int, checked: str = "", /) -> None:
        told.append((done, total, checked))

    download(ask, tmp_path, progress, quick(workers=1))

    assert sorted(told) == told
    assert (len(LARGE), len(LARGE), "crc32c") == told[-1]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", path=GET, status=503, times=3),
        Fault("status", path=GET, status=429, retry_after="2", nth=2),
        Fault("expired_url", method="GET", nth=3),
        Fault("lost", path=GET, nth=2),
        Fault("refuse", path=GET, nth=2),
        Fault("truncated", path=GET, nth=2),
        Fault("wrong_hash", method="GET", nth=4),
    ],
    ids=lambda f: f.kind,
)
def test_every_byte_comes_back_through_a_fault(
    emulator: Emulator, ask: Ask, tmp_path: Path, fault: Fault
) -> None:
    emulator.faults.add(fault)
    (path,) = download(ask, tmp_path, silent, quick())

    assert emulator.faults.consumed
    assert LARGE == path.read_bytes()


def test_a_run_that_failed_leaves_its_ranges_to_the_next(
    emulator: Emulator, ask: Ask, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("status", path=GET, status=403, nth=4))
    with pytest.raises(ContentError, match="403"):
        download(ask, tmp_path, silent, quick(workers=1))
    before = len(_ranges(emulator))
    (path,) = download(ask, tmp_path, silent, quick())

    assert LARGE == path.read_bytes()
    assert {"bytes=0-0", *(_span(i) for i in range(3, SLICES))} == set(_ranges(emulator)[before:])


def test_a_range_that_was_cut_goes_on_in_the_next_run(ask: Ask, tmp_path: Path) -> None:
    def die(_key: str, done: int, _total: int, _checked: str = "", /) -> None:
        if done >= GRAIN:
            raise ContentError("killed")

    with pytest.raises(ContentError, match="killed"):
        download(ask, tmp_path, die, quick(workers=1))
    state = json.loads((tmp_path / f"{KEY}.part.json").read_text())
    (path,) = download(ask, tmp_path, silent, quick())

    assert GRAIN == sum(state["held"])
    assert LARGE == path.read_bytes()


def test_a_file_that_changed_between_two_runs_is_read_anew(
    emulator: Emulator, ask: Ask, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("status", path=GET, status=403, nth=4))
    with pytest.raises(ContentError):
        download(ask, tmp_path, silent, quick(workers=1))
    emulator.store.put_blob(NAME, KEY, bytes(len(LARGE)))
    (path,) = download(ask, tmp_path, silent, quick())

    assert bytes(len(LARGE)) == path.read_bytes()


def test_a_file_that_changes_while_it_is_read_is_read_anew(
    emulator: Emulator, ask: Ask, tmp_path: Path
) -> None:
    other = LARGE[::-1]

    def progress(_key: str, done: int, _total: int, _checked: str = "", /) -> None:
        if done >= 2 * GRAIN and emulator.store.blob(NAME, KEY) != other:
            emulator.store.put_blob(NAME, KEY, other)

    (path,) = download(ask, tmp_path, progress, quick(workers=1))

    assert other == path.read_bytes()


def test_bytes_spoiled_on_disk_between_two_runs_are_noticed(
    emulator: Emulator, ask: Ask, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("status", path=GET, status=403, nth=4))
    with pytest.raises(ContentError):
        download(ask, tmp_path, silent, quick(workers=1))
    with (tmp_path / f"{KEY}.part").open("r+b") as part:
        part.write(b"spoiled")
    (path,) = download(ask, tmp_path, silent, quick())

    assert LARGE == path.read_bytes()


def test_a_link_that_is_cut_over_and_over_ends_with_every_byte(
    emulator: Emulator, ask: Ask, tmp_path: Path
) -> None:
    with Link(emulator, cuts=[300, 900, 1500, 2100]) as link:
        (path,) = download(ask, tmp_path, silent, quick())

        assert (4, LARGE) == (link.struck, path.read_bytes())


def test_one_budget_serves_several_downloads(ask: Ask, tmp_path: Path) -> None:
    options = quick(workers=2)
    for name in ("a", "b"):
        download(ask, tmp_path / name, silent, options)

    assert LARGE == (tmp_path / "b" / KEY).read_bytes()
    assert replace(options, workers=1).lanes is not options.lanes

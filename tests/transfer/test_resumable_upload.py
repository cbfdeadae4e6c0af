"""Large files through the emulator's storage, cut at every point that matters (F25 to F33)."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.clock import ManualClock
from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator
from reconciler.errors import ContentError
from reconciler.transfer.earlier import Earlier, News
from reconciler.transfer.hashing import StoredFacts
from reconciler.transfer.probe import probe
from reconciler.transfer.upload import upload
from tests.transfer.against_emulator import (
    GRAIN,
    LARGE,
    MODEL,
    NAME,
    asks,
    journal_in,
    provider_of,
    quick,
    received,
)
from tests.transfer.files import scan, silent, write_set
from tests.transfer.link import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reconciler.fireworks import FireworksProvider
    from reconciler.manifest.file_set import LocalFile
    from reconciler.transfer.options import TransferOptions
    from reconciler.transfer.urls import AskUrls

PUT = "^PUT /storage"
KEY = "model.safetensors"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(account="acme", key="fw_test_key") as emulator:
        yield emulator


@pytest.fixture
def ask(emulator: Emulator) -> tuple[AskUrls, AskUrls]:
    return asks(provider_of(emulator, [KEY, "config.json"]))


@pytest.fixture
def file(tmp_path: Path) -> LocalFile:
    return write_set(tmp_path / "in", {KEY: LARGE}, sha256=True).files[0]


Ask = tuple["AskUrls", "AskUrls"]


def _send(file: LocalFile, ask: Ask, options: TransferOptions) -> None:
    upload([file], ask[0], silent, options, ask[1])


def _storage(emulator: Emulator, method: str) -> int:
    requests = [r for r in emulator.requests if r.plane == "storage" and r.method == method]
    return len(requests)


def test_every_byte_arrives_in_chunks(emulator: Emulator, ask: Ask, file: LocalFile) -> None:
    _send(file, ask, quick())

    assert LARGE == emulator.store.blob(NAME, KEY)
    assert (1, 3) == (_storage(emulator, "POST"), _storage(emulator, "PUT"))


def test_every_request_announces_its_length_and_none_brings_the_key(
    emulator: Emulator, ask: Ask, file: LocalFile
) -> None:
    emulator.faults.add(Fault("cut", path=PUT, body_bytes=GRAIN))
    _send(file, ask, quick())

    sent = [r.headers for r in emulator.requests if r.plane == "storage"]
    assert 1 == len(emulator.faults.consumed)
    assert all("content-length" in headers for headers in sent)
    assert [] == [n for headers in sent for n in headers if n in ("transfer-encoding", "expect")]
    assert [] == [v for headers in sent for v in headers.values() if emulator.key in v]


def test_large_and_small_files_are_asked_for_apart(
    emulator: Emulator, ask: Ask, tmp_path: Path
) -> None:
    files = write_set(tmp_path, {KEY: LARGE, "config.json": b"{}"}).files
    upload(files, ask[0], silent, quick(), ask[1])

    bodies = [r.body or b"" for r in emulator.requests if r.path.endswith(":getUploadEndpoint")]
    assert {(b"config.json" in body, b"enableResumable" in body) for body in bodies} == {
        (True, False),
        (False, True),
    }
    assert (b"{}", LARGE) == tuple(emulator.store.blob(NAME, k) for k in ("config.json", KEY))


def test_where_the_platform_gives_plain_urls_the_file_goes_in_one_put(
    emulator: Emulator, ask: Ask, file: LocalFile
) -> None:
    _send(file, (ask[0], ask[0]), quick())

    assert LARGE == emulator.store.blob(NAME, KEY)
    assert (0, 1) == (_storage(emulator, "POST"), _storage(emulator, "PUT"))


def test_an_empty_file_can_go_resumably(emulator: Emulator, ask: Ask, tmp_path: Path) -> None:
    empty = write_set(tmp_path, {KEY: b""}).files[0]
    _send(empty, ask, quick(resumable_from=0))

    assert b"" == emulator.store.blob(NAME, KEY)
    assert 1 == _storage(emulator, "POST")


CUTS = (0, 1, GRAIN - 1, GRAIN, GRAIN + 1, len(LARGE) // 2, len(LARGE) - 1)


@pytest.mark.parametrize("at", CUTS)
def test_a_cut_costs_less_than_what_the_storage_had_not_kept(
    emulator: Emulator, ask: Ask, file: LocalFile, at: int
) -> None:
    emulator.faults.add(Fault("cut", path=PUT, body_bytes=at))
    _send(file, ask, quick(chunk=8 * GRAIN))

    assert [] == emulator.faults.pending
    assert LARGE == emulator.store.blob(NAME, KEY)
    assert received(emulator) < len(LARGE) + GRAIN


def test_a_lost_last_answer_costs_no_byte(emulator: Emulator, ask: Ask, file: LocalFile) -> None:
    emulator.faults.add(Fault("lost", path=PUT))
    _send(file, ask, quick(chunk=8 * GRAIN))

    assert [] == emulator.faults.pending
    assert (LARGE, len(LARGE)) == (emulator.store.blob(NAME, KEY), received(emulator))


def test_a_lost_start_begins_another_session(emulator: Emulator, ask: Ask, file: LocalFile) -> None:
    emulator.faults.add(Fault("lost", path="^POST /storage"))
    _send(file, ask, quick())

    assert [] == emulator.faults.pending
    assert (LARGE, 2) == (emulator.store.blob(NAME, KEY), _storage(emulator, "POST"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault("storage_unavailable", times=3),
        Fault("status", path=PUT, status=429, retry_after="3", nth=2),
        Fault("status", path=PUT, status=500, nth=3),
        Fault("status", path=PUT, status=404, nth=2),
        Fault("status", path=PUT, status=410, nth=2),
        Fault("status", path=PUT, status=499, nth=2),
        Fault("expired_url", path="^POST"),
        Fault("expired_url", path=PUT, nth=2),
        Fault("persist_less", nth=2),
        Fault("persist_less", times=3),
        Fault("refuse", path=PUT, nth=2),
        Fault("garbage", path=PUT, nth=2),
        Fault("status_after", path=PUT, nth=3),
        Fault("no_hash", times=None, path=PUT),
    ],
    ids=lambda f: f"{f.kind}-{f.status}-{f.nth}-{f.method}",
)
def test_every_byte_arrives_through_a_fault(
    emulator: Emulator, ask: Ask, file: LocalFile, fault: Fault
) -> None:
    emulator.faults.add(fault)
    _send(file, ask, quick())

    assert emulator.faults.consumed
    assert LARGE == emulator.store.blob(NAME, KEY)


def test_when_the_storage_has_other_bits_it_is_an_error(
    emulator: Emulator, ask: Ask, file: LocalFile
) -> None:
    emulator.faults.add(Fault("wrong_hash", path=PUT, times=None))

    with pytest.raises(ContentError, match="not stored as it was sent"):
        _send(file, ask, quick())
    assert emulator.faults.consumed


def test_a_url_that_expired_before_its_turn_is_renewed(tmp_path: Path) -> None:
    clock = ManualClock()
    with Emulator(key="fw_test_key", clock=clock, options=Options()) as emulator:
        plain, resumable = asks(provider_of(emulator, [KEY]))
        asked: list[str] = []

        def slow(sizes: object) -> object:
            urls = resumable(sizes)  # type: ignore[arg-type]  # the same mapping
            if not asked:
                clock.advance(3601)
            asked.append("once")
            return urls

        file = write_set(tmp_path, {KEY: LARGE}).files[0]
        upload([file], plain, silent, quick(), slow)  # type: ignore[arg-type]  # as above

        assert (2, LARGE) == (len(asked), emulator.store.blob(NAME, KEY))


def test_twenty_cuts_at_random_resend_at_most_a_twentieth(tmp_path: Path) -> None:
    size, path = 128 << 20, tmp_path / KEY
    with path.open("wb") as out:
        for number in range(size >> 20):
            out.write(number.to_bytes(4, "big") * (1 << 18))
    cuts = random.Random(20).sample(range(size), 20)  # the same in every run
    with (
        Emulator(key="fw_test_key", keep_bytes=0) as emulator,
        Link(emulator, cuts) as link,
    ):
        plain, resumable = asks(provider_of(emulator, [KEY]))
        upload([scan(path)], plain, silent, quick(chunk=16 << 20), resumable)

        assert 20 == link.struck
        assert {KEY: size} == emulator.store.files(NAME)
        assert received(emulator) <= 1.05 * size


def test_a_session_of_an_earlier_run_goes_on(
    emulator: Emulator, ask: Ask, file: LocalFile, tmp_path: Path
) -> None:
    notices: list[str] = []
    journal = journal_in(tmp_path / "state").of(NAME, "t1")
    emulator.faults.add(Fault("status", path=PUT, status=403, nth=3))
    with pytest.raises(ContentError, match="403"):
        upload([file], ask[0], silent, quick(), ask[1], Earlier(journal=journal))
    news = News("Model/m", notices.append)
    upload([file], ask[0], silent, quick(), ask[1], Earlier(journal=journal, news=news))

    assert (LARGE, 1) == (emulator.store.blob(NAME, KEY), _storage(emulator, "POST"))
    assert [f"Model/m: {KEY}: upload resumed at {100 * 4 * GRAIN // len(LARGE)} %"] == notices
    assert [] == list((tmp_path / "state").iterdir())


def test_a_wiped_journal_converges_the_same_way(
    emulator: Emulator, ask: Ask, file: LocalFile, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    journal = journal_in(state).of(NAME, "t1")
    emulator.faults.add(Fault("status", path=PUT, status=403, nth=3))
    with pytest.raises(ContentError):
        upload([file], ask[0], silent, quick(), ask[1], Earlier(journal=journal))
    (entry,) = state.iterdir()
    entry.unlink()
    upload([file], ask[0], silent, quick(), ask[1], Earlier(journal=journal))

    assert (LARGE, 2) == (emulator.store.blob(NAME, KEY), _storage(emulator, "POST"))


def test_what_an_earlier_run_sent_of_other_bytes_is_not_taken(
    emulator: Emulator, ask: Ask, file: LocalFile, tmp_path: Path
) -> None:
    """The file is rewritten and dated back between the runs, and nobody planned its digest."""
    journal = journal_in(tmp_path / "state").of(NAME, "t1")
    emulator.faults.add(Fault("status", path=PUT, status=403, nth=3))
    planned = scan(file.path)
    with pytest.raises(ContentError):
        upload([planned], ask[0], silent, quick(), ask[1], Earlier(journal=journal))
    other = bytes(len(LARGE))
    _rewrite(planned.path, other)
    upload([planned], ask[0], silent, quick(), ask[1], Earlier(journal=journal))

    assert (other, 2) == (emulator.store.blob(NAME, KEY), _storage(emulator, "POST"))


def _rewrite(path: Path, content: bytes) -> None:
    """Other bytes in the same file, under the same dates."""
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _append(path: Path) -> None:
    with path.open("ab") as out:
        out.write(b"more")


def _replace(path: Path) -> None:
    path.unlink()
    path.write_bytes(LARGE)


def _to_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


CHANGES: dict[str, Callable[[Path], None]] = {
    "grows": _append,
    "shrinks": lambda path: os.truncate(path, 3 * GRAIN),
    "is replaced": _replace,
    "is rewritten and dated back": lambda path: _rewrite(path, bytes(len(LARGE))),
    "vanishes": lambda path: path.unlink(),
    "becomes a FIFO": _to_fifo,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_under_way_never_becomes_whole(
    emulator: Emulator, ask: Ask, file: LocalFile, tmp_path: Path, change: str
) -> None:
    altered: list[str] = []

    def progress(_key: str, sent: int, _total: int, _checked: str = "", /) -> None:
        if sent == 2 * GRAIN and not altered:
            altered.append(change)
            CHANGES[change](file.path)

    journal = journal_in(tmp_path / "state").of(NAME, "t1")
    with pytest.raises(ContentError, match="changed since the plan"):
        upload([file], ask[0], progress, quick(), ask[1], Earlier(journal=journal))

    assert [change] == altered
    assert emulator.store.blob(NAME, KEY) is None
    assert [] == list((tmp_path / "state").iterdir())


def _stored(provider: FireworksProvider) -> dict[str, StoredFacts]:
    found = probe(lambda: provider.download_urls(MODEL, "m"), quick())
    return {key: each for key, each in found.items() if isinstance(each, StoredFacts)}


def test_a_file_that_is_complete_is_not_sent_again(tmp_path: Path) -> None:
    notices: list[str] = []
    switch = Options(download_while_uploading=True)
    with Emulator(key="fw_test_key", options=switch) as emulator:
        provider = provider_of(emulator, [KEY, "b"])
        plain, resumable = asks(provider)
        files = write_set(tmp_path, {KEY: LARGE, "b": b"12"}, sha256=True).files
        large = [file for file in files if file.key == KEY]
        upload(large, plain, silent, quick(), resumable)
        held = _stored(provider)
        before = received(emulator)
        earlier = Earlier(held, news=News("Model/m", notices.append))
        upload(files, plain, silent, quick(), resumable, earlier)

        assert ([LARGE, b"12"], before + 2) == (
            [emulator.store.blob(NAME, key) for key in (KEY, "b")],
            received(emulator),
        )
        assert [f"Model/m: {KEY}: already complete in the storage, not sent again"] == notices


def test_a_complete_file_of_other_bytes_is_sent_again(tmp_path: Path) -> None:
    switch = Options(download_while_uploading=True)
    with Emulator(key="fw_test_key", options=switch) as emulator:
        provider = provider_of(emulator, [KEY])
        plain, resumable = asks(provider)
        older = write_set(tmp_path, {KEY: bytes(len(LARGE))}).files
        upload(older, plain, silent, quick(), resumable)
        held = _stored(provider)
        files = write_set(tmp_path, {KEY: LARGE}).files
        upload(files, plain, silent, quick(), resumable, Earlier(held))

        assert LARGE == emulator.store.blob(NAME, KEY)

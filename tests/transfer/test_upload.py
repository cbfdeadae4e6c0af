"""Whole uploads into the emulator's storage, and into sockets that misbehave."""

from __future__ import annotations

import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator
from reconciler.errors import AlreadyExists, ContentError, Unauthenticated
from reconciler.fireworks import FireworksProvider, connect
from reconciler.kinds.registry import kind
from reconciler.transfer.options import TransferOptions
from reconciler.transfer.upload import upload
from tests.api.fakes import FakeClock, connection
from tests.api.wire import Wire, answer, read_body
from tests.transfer.files import scan, silent, write_set

if TYPE_CHECKING:
    import socket
    from pathlib import Path

PLANNED_CRC32C = "18mXYA=="  # of b"planned"
MODEL = kind("Model")
NAME = "accounts/acme/models/m"
CONTENTS = {
    "config.json": b'{"architectures": ["X"]}',
    "1_Pooling/config.json": b"{}",
    "model.safetensors": os.urandom(3 << 20),
    "empty.txt": b"",
}
SPEC = {
    "kind": "HF_BASE_MODEL",
    "baseModelDetails": {
        "checkpointFormat": "HUGGINGFACE",
        "worldSize": 1,
        "huggingfaceFiles": sorted([*CONTENTS, "a", "b", "c"]),
    },
}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(account="acme", key="fw_test_key") as emulator:
        yield emulator


@pytest.fixture
def options() -> TransferOptions:
    return TransferOptions(
        allow_loopback=True, clock=FakeClock(), jitter=lambda: 1.0, stall_seconds=5.0
    )


@pytest.fixture
def provider(emulator: Emulator) -> FireworksProvider:
    provider = connect(connection(emulator.url, emulator.key), read_only=False)
    provider.create(MODEL, "m", SPEC)
    return provider


Ask = Callable[[Mapping[str, int]], Mapping[str, str]]


@pytest.fixture
def ask(provider: FireworksProvider) -> Ask:
    return lambda sizes: provider.upload_urls(MODEL, "m", sizes)


def _stored(emulator: Emulator) -> dict[str, bytes | None]:
    return {key: emulator.store.blob(NAME, key) for key in CONTENTS}


def _puts(emulator: Emulator, name: str = "") -> int:
    requests = [r for r in emulator.requests if r.plane == "storage" and r.path.endswith(name)]
    return len(requests)


def test_every_byte_arrives(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    upload(write_set(tmp_path, CONTENTS, sha256=True).files, ask, silent, options)

    assert CONTENTS == _stored(emulator)


def test_the_storage_never_hears_of_the_key(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    upload(write_set(tmp_path, CONTENTS).files, ask, silent, options)

    sent = [r for r in emulator.requests if r.plane == "storage"]
    named = [name for r in sent for name, value in r.headers.items() if emulator.key in value]
    assert len(CONTENTS) == len(sent)
    assert [] == named


def test_exactly_the_documented_headers_are_sent(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    upload(write_set(tmp_path, {"a": b"12345"}).files, ask, silent, options)

    sent = next(r for r in emulator.requests if r.plane == "storage")
    headers = {name.lower(): value for name, value in sent.headers.items()}
    headers.pop("host")
    assert {
        "content-length": "5",
        "content-type": "application/octet-stream",
        "x-goog-content-length-range": "5,5",
    } == headers


def test_small_files_go_first(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    files = write_set(tmp_path, {"a": b"333", "b": b"22", "c": b"1"}).files
    upload(files, ask, silent, replace(options, workers=1))

    sent = [r.path.rpartition("/")[2] for r in emulator.requests if r.plane == "storage"]
    assert ["c", "b", "a"] == sent


def test_progress_ends_at_the_whole_of_each_file(
    ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    last: dict[str, tuple[int, int]] = {}

    def progress(key: str, sent: int, total: int, _checked: str = "", /) -> None:
        last[key] = (sent, total)

    upload(write_set(tmp_path, CONTENTS).files, ask, progress, options)

    assert {key: (len(c), len(c)) for key, c in CONTENTS.items()} == last


STRIKES = [
    Fault("storage_unavailable", times=3),
    Fault("status", path="PUT /storage", status=429, retry_after="3"),
    Fault("expired_url", method="PUT"),
    Fault("lost", path="PUT /storage"),
    Fault("refuse", path="PUT /storage"),
    Fault("garbage", path="PUT /storage"),
    *(
        Fault("cut", path="PUT /storage.*safetensors", body_bytes=count)
        for count in (0, 1, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 1 << 20, (3 << 20) - 1)
    ),
]


@pytest.mark.parametrize("fault", STRIKES, ids=lambda f: f"{f.kind}-{f.body_bytes}")
def test_every_byte_arrives_through_a_fault(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path, fault: Fault
) -> None:
    emulator.faults.add(fault)

    upload(write_set(tmp_path, CONTENTS).files, ask, silent, options)

    assert [] == emulator.faults.pending
    assert CONTENTS == _stored(emulator)


def test_urls_that_expire_at_once_are_renewed_three_times(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("expired_url", method="PUT", times=None))

    with pytest.raises(ContentError, match="4 signed URLs"):
        upload(write_set(tmp_path, {"a": b"1"}).files, ask, silent, options)
    assert 4 == _puts(emulator)


def test_a_file_that_fails_for_good_does_not_stop_the_others(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("storage_unavailable", path="1_Pooling", times=None))

    with pytest.raises(ContentError, match=r"1_Pooling/config\.json"):
        upload(write_set(tmp_path, CONTENTS).files, ask, silent, options)

    assert {**CONTENTS, "1_Pooling/config.json": None} == _stored(emulator)


def test_a_file_stored_with_other_bits_is_an_error(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("wrong_hash", method="PUT", path="config"))

    with pytest.raises(ContentError, match="not stored as it was sent"):
        upload(write_set(tmp_path, CONTENTS).files, ask, silent, options)
    assert 1 == len(emulator.faults.consumed)


def test_without_a_hash_in_the_answer_the_size_is_enough(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("no_hash", method="PUT", times=None))

    upload(write_set(tmp_path, CONTENTS).files, ask, silent, options)

    assert CONTENTS == _stored(emulator)
    assert len(CONTENTS) == len(emulator.faults.consumed)


def test_a_storage_that_takes_nothing_more_is_given_up(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("hang", path="PUT /storage", times=None))
    impatient = replace(options, stall_seconds=0.05)

    with pytest.raises(ContentError, match="no byte moved"):
        upload(write_set(tmp_path, {"a": b"1"}).files, ask, silent, impatient)
    emulator.faults.release()
    assert 6 == len(emulator.faults.consumed)


def test_a_redirect_of_the_storage_is_not_followed(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    def refuse(connection: socket.socket, _head: bytes) -> bool:
        connection.sendall(answer())
        return False

    with Wire(refuse) as elsewhere:
        headers = {"Location": elsewhere.url}
        emulator.faults.add(
            Fault("redirect", path="PUT /storage", status=307, headers=headers, times=None)
        )
        with pytest.raises(ContentError, match="HTTP 307"):
            upload(write_set(tmp_path, {"a": b"1"}).files, ask, silent, options)

    assert [] == elsewhere.heads
    assert 1 == len(emulator.faults.consumed)


def test_a_refused_key_stops_every_worker(options: TransferOptions, tmp_path: Path) -> None:
    def refuse(_sizes: Mapping[str, int]) -> Mapping[str, str]:
        raise Unauthenticated("revoked")

    with pytest.raises(Unauthenticated):
        upload(write_set(tmp_path, CONTENTS).files, refuse, silent, options)


def test_bytes_that_are_there_already_are_said_to_be(
    options: TransferOptions, tmp_path: Path
) -> None:
    def exists(_sizes: Mapping[str, int]) -> Mapping[str, str]:
        raise AlreadyExists("ALREADY_EXISTS")

    with pytest.raises(AlreadyExists):
        upload(write_set(tmp_path, CONTENTS).files, exists, silent, options)


def test_half_an_upload_is_not_taken_for_one_that_was_there(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    def ask_once(sizes: Mapping[str, int]) -> Mapping[str, str]:
        if len(sizes) == 1:
            raise AlreadyExists("ALREADY_EXISTS")
        return ask(sizes)

    emulator.faults.add(Fault("storage_unavailable", path="/a$", times=None))
    emulator.faults.add(Fault("expired_url", method="PUT", path="/b$"))

    files = write_set(tmp_path, {"a": b"1", "b": b"22"}).files
    with pytest.raises(ContentError, match="a did not get through"):
        upload(files, ask_once, silent, replace(options, workers=1))
    assert 1 == [fault.kind for fault in emulator.faults.consumed].count("expired_url")


def test_a_stop_ends_an_upload_that_hangs(
    emulator: Emulator, ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    stop = threading.Event()
    emulator.faults.add(Fault("hang", path="PUT /storage", times=None))

    def progress(_key: str, sent: int, total: int, _checked: str = "", /) -> None:
        if sent == total:
            stop.set()

    files = write_set(tmp_path, {"a": b"1"}).files
    with pytest.raises(ContentError, match="stopped"):
        upload(files, ask, progress, replace(options, stop=stop, stall_seconds=600.0))
    emulator.faults.release()
    assert 1 == len(emulator.faults.consumed)


@pytest.mark.parametrize("known", ["sha256", "crc32c"])
def test_a_file_with_another_digest_than_planned_is_not_accepted(
    ask: Ask, options: TransferOptions, tmp_path: Path, known: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"planned")
    planned = scan(path, sha256=True)
    if known == "crc32c":
        planned = replace(planned, crc32c=PLANNED_CRC32C)
    before = path.stat()
    path.write_bytes(b"altered")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(ContentError, match=f"changed since the plan: its {known}"):
        upload([planned], ask, silent, options)


@pytest.mark.parametrize("change", ["append", "truncate", "replace"])
def test_a_file_that_changes_half_way_is_not_accepted(
    ask: Ask, options: TransferOptions, tmp_path: Path, change: str
) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(os.urandom(3 << 20))

    def progress(_key: str, sent: int, _total: int, _checked: str = "", /) -> None:
        if sent == 1 << 20:
            _change(path, change)

    with pytest.raises(ContentError, match="changed since the plan"):
        upload([scan(path)], ask, progress, options)


def _change(path: Path, change: str) -> None:
    if change == "append":
        with path.open("ab") as file:
            file.write(b"more")
    elif change == "truncate":
        os.truncate(path, 2 << 20)
    else:
        path.unlink()
        path.write_bytes(os.urandom(3 << 20))


def test_a_stop_ends_the_upload_within_a_block(
    ask: Ask, options: TransferOptions, tmp_path: Path
) -> None:
    stop = threading.Event()
    seen = []

    def progress(_key: str, sent: int, _total: int, _checked: str = "", /) -> None:
        seen.append(sent)
        stop.set()

    files = write_set(tmp_path, {"model.safetensors": bytes(8 << 20)}).files
    with pytest.raises(ContentError, match="stopped"):
        upload(files, ask, progress, replace(options, stop=stop))
    assert max(seen) <= 1 << 20


def test_a_connection_is_kept_for_the_next_file(options: TransferOptions, tmp_path: Path) -> None:
    ports = set()

    def store(connection: socket.socket, head: bytes) -> bool:
        ports.add(connection.getpeername())
        read_body(connection, head)
        connection.sendall(answer(body=b""))
        return True

    with Wire(store) as wire:
        files = write_set(tmp_path, {f"f{i}": b"x" for i in range(20)}).files
        ask = lambda sizes: {key: f"{wire.url}/{key}" for key in sizes}  # noqa: E731
        upload(files, ask, silent, replace(options, workers=2))

    assert 20 == len(wire.heads)
    assert len(ports) <= 2


def test_a_connection_that_closed_in_between_is_opened_anew(
    options: TransferOptions, tmp_path: Path
) -> None:
    def store(connection: socket.socket, head: bytes) -> bool:
        read_body(connection, head)
        connection.sendall(answer(body=b""))
        return False

    with Wire(store) as wire:
        files = write_set(tmp_path, {f"f{i}": b"x" for i in range(5)}).files
        ask = lambda sizes: {key: f"{wire.url}/{key}" for key in sizes}  # noqa: E731
        upload(files, ask, silent, replace(options, workers=1))

    assert 5 <= len(wire.heads)


def test_a_refusal_is_heard_before_every_byte_is_sent(
    options: TransferOptions, tmp_path: Path
) -> None:
    def refuse(connection: socket.socket, _head: bytes) -> bool:
        body = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
        connection.sendall(answer("403 Forbidden", body, "Content-Type: application/xml"))
        connection.recv(1)
        return False

    with Wire(refuse) as wire:
        files = write_set(tmp_path, {"model.safetensors": bytes(64 << 20)}).files
        ask = lambda sizes: {key: f"{wire.url}/{key}" for key in sizes}  # noqa: E731
        with pytest.raises(ContentError, match="AccessDenied"):
            upload(files, ask, silent, options)


@pytest.mark.fault("F60")
def test_memory_does_not_depend_on_the_size_of_a_file(
    options: TransferOptions, tmp_path: Path
) -> None:
    def store(connection: socket.socket, head: bytes) -> bool:
        left = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while left:
            left -= len(connection.recv(min(left, 1 << 16)))
        connection.sendall(answer(body=b""))
        return True

    path = tmp_path / "model.safetensors"
    with path.open("wb") as file:
        file.truncate(256 << 20)
    with Wire(store) as wire:
        tracemalloc.start()
        upload([scan(path)], lambda _: {path.name: f"{wire.url}/m"}, silent, options)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 8 << 20


def test_a_url_that_expires_while_it_waits_for_its_turn_is_renewed(tmp_path: Path) -> None:
    with Emulator(key="fw_test_key", options=Options(url_lifetime_seconds=3600)) as emulator:
        provider = connect(connection(emulator.url, emulator.key), read_only=False)
        provider.create(MODEL, "m", SPEC)
        emulator.faults.add(Fault("expired_url", method="PUT", nth=2, times=1))

        provider.send_content(MODEL, "m", write_set(tmp_path, CONTENTS), silent)

        assert CONTENTS == _stored(emulator)
        assert 1 == len(emulator.faults.consumed)

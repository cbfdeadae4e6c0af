"""What the storage says of files without reading them: facts, losses, and what it will not tell."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import google_crc32c
import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from reconciler.emulator.server import Emulator
from reconciler.errors import ContentError
from reconciler.transfer.hashing import StoredFacts
from reconciler.transfer.options import TransferOptions
from reconciler.transfer.probe import EMPTY, Gone, Untold, facts_of, probe
from reconciler.transfer.session import Answer
from tests.api.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.transfer.probe import Found

MODEL = "accounts/acme/models/m"
BYTES = b"weights" * 1000


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        emulator.store.put(MODEL, {"state": "READY"})
        emulator.store.put_blob(MODEL, "a.bin", BYTES)
        yield emulator


def asking(emulator: Emulator) -> Callable[[], Mapping[str, str]]:
    def ask() -> Mapping[str, str]:
        record = emulator.platform.store.find(MODEL)
        assert record is not None
        return emulator.platform.download_urls(record)

    return ask


def look(emulator: Emulator) -> Mapping[str, Found]:
    options = TransferOptions(allow_loopback=True, clock=FakeClock())
    return probe(asking(emulator), options)


def crc32c(data: bytes) -> str:
    return base64.b64encode(google_crc32c.value(data).to_bytes(4, "big")).decode()


def md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def rehash(emulator: Emulator, **changed: bytes) -> None:
    """Make the stored object say something else of its hashes."""
    blobs = emulator.platform.blobs
    (key,) = blobs.keys(MODEL)
    blob = blobs.find(key)
    assert blob is not None
    blobs.commit(key, replace(blob, **changed))  # type: ignore[arg-type]


def test_size_and_hashes_come_of_one_byte(emulator: Emulator) -> None:
    found = look(emulator)

    assert {"a.bin": StoredFacts(len(BYTES), crc32c(BYTES), md5(BYTES))} == found
    (request,) = emulator.requests
    assert "bytes=0-0" == request.headers["range"]


def test_every_file_is_asked_for(emulator: Emulator) -> None:
    for number in range(30):
        emulator.store.put_blob(MODEL, f"f{number:02}", b"x" * number)

    sizes = {key: facts.size for key, facts in look(emulator).items() if key != "a.bin"}  # type: ignore[union-attr]
    assert {f"f{number:02}": number for number in range(30)} == sizes


def test_an_empty_file_is_known_by_having_no_first_byte(emulator: Emulator) -> None:
    emulator.store.put_blob(MODEL, "empty", b"")

    assert EMPTY == look(emulator)["empty"]
    assert (0, crc32c(b"")) == (EMPTY.size, EMPTY.crc32c)


def test_a_composite_object_has_no_md5(emulator: Emulator) -> None:
    rehash(emulator, md5=b"")

    assert StoredFacts(len(BYTES), crc32c(BYTES)) == look(emulator)["a.bin"]


def test_without_a_hash_the_size_is_left(emulator: Emulator) -> None:
    fault = Fault("no_hash")
    emulator.faults.add(fault)

    assert StoredFacts(len(BYTES)) == look(emulator)["a.bin"]
    assert [fault] == emulator.faults.consumed


def test_a_false_hash_is_told_as_it_came(emulator: Emulator) -> None:
    emulator.faults.add(Fault("wrong_hash"))
    found = look(emulator)["a.bin"]

    assert isinstance(found, StoredFacts)
    assert found.crc32c not in (None, crc32c(BYTES))


def test_an_object_that_is_not_there_is_gone(emulator: Emulator) -> None:
    emulator.faults.add(Fault("status", path="GET /storage", status=404))

    assert {"a.bin": Gone()} == look(emulator)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", path="GET /storage", status=503),
        Fault("refuse", path="GET /storage"),
        Fault("lost", path="GET /storage"),
        Fault("retry_after", path="GET /storage"),
        Fault("expired_url"),
        Fault("garbage", path="GET /storage"),
        Fault("empty", path="GET /storage"),
    ],
    ids=lambda fault: fault.kind,
)
def test_one_failure_is_got_over(fault: Fault, emulator: Emulator) -> None:
    emulator.faults.add(fault)

    assert {"a.bin": StoredFacts(len(BYTES), crc32c(BYTES), md5(BYTES))} == look(emulator)
    assert [fault] == emulator.faults.consumed


def test_a_storage_that_keeps_failing_is_untold_with_its_reason(emulator: Emulator) -> None:
    emulator.faults.add(Fault("status", path="GET /storage", status=503, times=None))
    found = look(emulator)["a.bin"]

    assert isinstance(found, Untold)
    assert "503" in found.why


def test_a_refusal_of_one_file_leaves_the_others(emulator: Emulator) -> None:
    emulator.store.put_blob(MODEL, "b.bin", b"b")
    emulator.faults.add(Fault("status", path="GET /storage.*b.bin", status=403, times=None))
    found = look(emulator)

    assert [StoredFacts, Untold] == [type(found[key]) for key in ("a.bin", "b.bin")]


def test_no_reason_holds_a_signed_url(emulator: Emulator) -> None:
    emulator.faults.add(Fault("status", path="GET /storage", status=403, times=None))
    found = look(emulator)["a.bin"]

    assert isinstance(found, Untold)
    assert "Signature" not in found.why
    assert "127.0.0.1" not in found.why


def test_url_after_url_that_has_expired_is_untold() -> None:
    with Emulator(options=Options(url_lifetime_seconds=-10)) as emulator:
        emulator.store.put(MODEL, {"state": "READY"})
        emulator.store.put_blob(MODEL, "a.bin", BYTES)

        assert isinstance(look(emulator)["a.bin"], Untold)


def test_a_foreign_host_is_asked_nothing() -> None:
    options = TransferOptions(clock=FakeClock())
    with pytest.raises(ContentError, match=r"only https://storage\.googleapis\.com is trusted"):
        probe(lambda: {"a": "https://evil.example/a"}, options)


def test_nothing_is_asked_where_no_file_is_named() -> None:
    assert {} == probe(dict, TransferOptions(clock=FakeClock()))


EMPTY_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg=="
HASH = {"x-goog-hash": f"crc32c=AAAAAA==,md5={EMPTY_MD5}"}


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (206, {**HASH, "content-range": "bytes 0-0/7"}, StoredFacts(7, EMPTY.crc32c, EMPTY_MD5)),
        (206, {"content-range": "bytes 0-0/*"}, StoredFacts()),
        (206, {}, StoredFacts()),
        (200, {"content-length": "9"}, StoredFacts(9)),
        (200, {"content-length": "4", "x-goog-stored-content-length": "9"}, StoredFacts(9)),
        (206, {**HASH, "x-goog-stored-content-encoding": "gzip"}, StoredFacts()),
        (206, {"x-goog-hash": "crc32c=AAAAAA==", "x-goog-stored-content-encoding": "identity"},
         StoredFacts(None, "AAAAAA==")),
    ],
)  # fmt: skip
def test_facts_are_only_those_of_the_bytes_that_were_sent(
    status: int, headers: dict[str, str], expected: StoredFacts
) -> None:
    assert expected == facts_of(Answer(status, headers))

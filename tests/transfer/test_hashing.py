from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.transfer.hashing import Digest, StoredFacts, stored_facts


def _digest(*blocks: bytes) -> Digest:
    digest = Digest(sha256=True, md5=True)
    for block in blocks:
        digest.update(block)
    return digest


def test_crc32c_is_castagnoli_big_endian_base64() -> None:
    # The check value of the CRC catalogue: crc32c("123456789") = e3069283.
    assert base64.b64encode(bytes.fromhex("e3069283")).decode() == _digest(b"1234", b"56789").crc32c


def test_sha256_is_hex() -> None:
    assert hashlib.sha256(b"ab").hexdigest() == _digest(b"a", b"b").sha256


def test_what_was_not_asked_for_is_not_computed() -> None:
    assert (None, None) == (Digest().sha256, Digest().md5)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, StoredFacts()),
        ({"x-goog-hash": "crc32c=4waSgw==,md5=abc="}, StoredFacts(None, "4waSgw==", "abc=")),
        ({"x-goog-hash": "md5=abc=, crc32c=4waSgw=="}, StoredFacts(None, "4waSgw==", "abc=")),
        ({"x-goog-hash": "crc32c=4waSgw=="}, StoredFacts(None, "4waSgw==", None)),
        ({"x-goog-hash": "nonsense"}, StoredFacts()),
        ({"x-goog-stored-content-length": "9"}, StoredFacts(9)),
        ({"x-goog-stored-content-length": "many"}, StoredFacts()),
    ],
)
def test_the_storages_headers_are_read(headers: dict[str, str], expected: StoredFacts) -> None:
    assert expected == stored_facts(headers)


@pytest.mark.parametrize(
    ("facts", "same"),
    [
        (StoredFacts(), True),
        (StoredFacts(9), True),
        (StoredFacts(8), False),
        (StoredFacts(9, "4waSgw=="), True),
        (StoredFacts(9, "AAAAAA=="), False),
        (StoredFacts(None, None, "JfnnlDI7RTiF9RgfG2JNCw=="), True),
        (StoredFacts(None, None, "AAAA"), False),
        (StoredFacts(None, "4waSgw==", "AAAA"), True),
    ],
    ids=["nothing", "size", "bad size", "crc", "bad crc", "md5", "bad md5", "crc counts first"],
)
def test_a_difference_is_found_by_the_best_fact_there_is(facts: StoredFacts, same: bool) -> None:
    assert same == (facts.difference(_digest(b"123456789")) is None)


@given(st.binary(), st.binary(), st.binary(max_size=5))
def test_digests_of_parts_make_the_digest_of_the_whole(a: bytes, b: bytes, c: bytes) -> None:
    whole = _digest(a).followed_by(_digest(b)).followed_by(_digest(c))

    expected = _digest(a + b + c)
    assert (expected.crc32c, expected.size) == (whole.crc32c, whole.size)


def test_a_part_may_be_longer_than_any_power_of_two_thinks() -> None:
    first, blank = _digest(b"x"), bytes(1 << 20)
    second, many = Digest(), 65
    for _ in range(many):
        second.update(blank)
    expected = first.copy()
    for _ in range(many):
        expected.update(blank)

    assert expected.crc32c == first.followed_by(second).crc32c


def test_a_copy_goes_on_by_itself() -> None:
    digest = _digest(b"a")
    twin = digest.copy()
    digest.update(b"b")

    assert (hashlib.sha256(b"a").hexdigest(), 1) == (twin.sha256, twin.size)

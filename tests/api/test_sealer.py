"""What is sealed with an API key is read with the same key only, and shows nothing."""

from __future__ import annotations

import pytest

from reconciler.api.sealer import KeySealer
from reconciler.api.secret import Secret

KEY = "fw_test_canary_key_0123456789"
PLAIN = b"https://storage.example/session?upload_id=canary"


def test_the_same_key_opens_what_it_sealed() -> None:
    assert PLAIN == KeySealer(Secret(KEY)).unseal(KeySealer(Secret(KEY)).seal(PLAIN))


def test_another_key_does_not() -> None:
    sealed = KeySealer(Secret(KEY)).seal(PLAIN)

    with pytest.raises(ValueError, match="another key"):
        KeySealer(Secret(f"{KEY}x")).unseal(sealed)


@pytest.mark.parametrize("at", [0, 10, 40, -1])
def test_an_altered_text_is_refused(at: int) -> None:
    sealed = bytearray(KeySealer(Secret(KEY)).seal(PLAIN))
    sealed[at] ^= 1

    with pytest.raises(ValueError, match="damaged"):
        KeySealer(Secret(KEY)).unseal(bytes(sealed))


@pytest.mark.parametrize("text", [b"", b"x", b"\xff\xfe", PLAIN])
def test_what_was_never_sealed_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="another key"):
        KeySealer(Secret(KEY)).unseal(text)


def test_neither_the_text_nor_the_key_shows() -> None:
    sealed = KeySealer(Secret(KEY)).seal(PLAIN)

    assert b"canary" not in sealed
    assert KEY.encode() not in sealed


def test_a_purpose_of_its_own_gives_a_key_of_its_own() -> None:
    secret = Secret(KEY)

    assert secret.derive(b"a") == Secret(KEY).derive(b"a")
    assert 2 == len({secret.derive(b"a"), secret.derive(b"b")})

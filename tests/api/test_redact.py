from __future__ import annotations

import pytest

from reconciler.api.redact import MESSAGE_LIMIT, clean, redact
from reconciler.api.secret import Secret
from tests.api.fakes import KEY

SIGNED = (
    "https://storage.googleapis.com/b/o?X-Goog-Credential=who%40x&X-Goog-Signature=deadbeef&x=1"
)


@pytest.mark.parametrize(
    ("text", "canary"),
    [
        (f"key {KEY} was refused", KEY),
        (f"PUT {SIGNED} failed", "deadbeef"),
        (f"PUT {SIGNED} failed", "who%40x"),
        ("Authorization: Bearer abc.def-ghi", "abc.def-ghi"),
        ("authorization: bearer abc.def-ghi", "abc.def-ghi"),
        ("X-Goog-Signature=deadbeef&more", "deadbeef"),
        ("see https://h.example/p?token=hunter2 for more", "hunter2"),
        ("see https://me:hunter2@h.example/p", "hunter2"),
        ("someone else's fw_AbCdEfGh1234", "AbCdEfGh1234"),
    ],
)
def test_a_credential_is_taken_out_of_a_text(text: str, canary: str) -> None:
    assert canary not in redact(text, [Secret(KEY)])


def test_the_path_of_a_url_stays_readable() -> None:
    assert "https://storage.googleapis.com/b/o?***" == redact(SIGNED)


def test_a_servers_text_is_cut_to_its_limit() -> None:
    assert MESSAGE_LIMIT == len(clean("x" * 1_000_000))


def test_a_servers_text_stands_in_one_line() -> None:
    assert "one ::error:: two" == clean("one\n::error:: two\n")


@pytest.mark.parametrize("letter", ["\x1b", "\x07", "\x9b", "\u202e", "\u200b", "\u2066", "\x00"])
def test_a_letter_that_steers_a_terminal_is_escaped(letter: str) -> None:
    assert letter not in clean(f"a{letter}b")


def test_a_key_cut_at_the_limit_does_not_show_its_first_half() -> None:
    shown = clean("x" * (MESSAGE_LIMIT - 10) + KEY, [Secret(KEY)])

    assert KEY[:8] not in shown

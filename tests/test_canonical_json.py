"""One text for one JSON value (RFC 8785)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.canonical import canonical_json, digest, document_text, harmless

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-(2.0**53), 2.0**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_read_back_as_the_same_number(number: float) -> None:
    assert number == float(canonical_json(number))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        # Appendix B of RFC 8785, and the spellings of the contract.
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (1e-4, "0.0001"),
        (0.000001, "0.000001"),
        (1e-7, "1e-7"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1e21, "1e+21"),
        (9.999999999999997e-07, "9.999999999999997e-7"),
        (333333333.33333329, "333333333.3333333"),
        (5e-324, "5e-324"),
        (-1.5, "-1.5"),
        (0.5, "0.5"),
        (0.05, "0.05"),
        (123456789012345680000.5, "123456789012345680000"),
        (999999999999999900000.0, "999999999999999900000"),
        (1.5e300, "1.5e+300"),
        (1.2e-7, "1.2e-7"),
        (2**70, "1180591620717411303424"),
    ],
)
def test_numbers_are_spelled_as_ecmascript_spells_them(number: float, text: str) -> None:
    assert text == canonical_json(number)


def test_keys_are_sorted_by_utf16_code_units() -> None:
    # U+1F600 is a surrogate pair beginning with D83D, which sorts before U+FB33.
    assert '{"a":1,"\U0001f600":2,"\ufb33":3}' == canonical_json(
        {"\ufb33": 3, "\U0001f600": 2, "a": 1}
    )


@given(JSON)
def test_the_text_means_the_value(value: Any) -> None:
    assert value == json.loads(canonical_json(value))


@given(st.dictionaries(st.text(), JSON))
def test_key_order_does_not_matter(value: dict[str, Any]) -> None:
    turned = dict(reversed(value.items()))

    assert digest(value) == digest(turned)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_json_cannot_say_is_an_error(value: float) -> None:
    with pytest.raises(ValueError, match="no JSON numbers"):
        canonical_json(value)


def test_what_is_no_json_value_is_an_error() -> None:
    with pytest.raises(TypeError, match="no JSON value: set"):
        canonical_json({"a": {1}})


def test_what_is_printed_is_indented_and_ends_with_a_line() -> None:
    assert '{\n  "a": "\\u00e9"\n}\n' == document_text({"a": "é"})


def test_a_string_that_commands_the_runner_is_spelled_otherwise() -> None:
    text = harmless('{"a": "x ##[error]y"}')

    assert '{"a": "x ##\\u005berror]y"}' == text
    assert {"a": "x ##[error]y"} == json.loads(text)


def test_half_a_character_has_a_digest_too() -> None:
    assert digest("\ud800") != digest("\ud801")
    assert digest({"\ud800": 1, "a": 2}) == digest({"a": 2, "\ud800": 1})


def test_text_beyond_ascii_stands_as_it_is() -> None:
    assert '{"né":["\u00fc","\U0001f600"]}' == canonical_json({"né": ["ü", "\U0001f600"]})


def test_the_digest_is_over_the_bytes_of_the_text_in_utf_8() -> None:
    assert sha256('{"né":[1,2.5,null,true]}'.encode()).hexdigest() == digest(
        {"né": [1, 2.5, None, True]}
    )

"""One text for one JSON value (RFC 8785)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.canonical import canonical_json, digest

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


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

"""A safetensors header is judged without all the arithmetic that it asks for."""

from __future__ import annotations

import json

import pytest

from reconciler.manifest.safetensors import HeaderProblem, check_header


def header(*shape: int, stop: int = 4) -> bytes:
    return json.dumps({"w": {"dtype": "F32", "shape": shape, "data_offsets": [0, stop]}}).encode()


def test_a_product_of_very_many_sides_is_not_written_out() -> None:
    raw = header(*[1 << 62] * 300_000)  # to multiply them all takes minutes

    with pytest.raises(HeaderProblem, match="ask for too many bytes"):
        check_header(raw, 8 + len(raw) + 4)


def test_a_side_of_zero_makes_an_empty_tensor_whatever_the_others_are() -> None:
    raw = header(1 << 62, 1 << 62, 0, stop=0)

    check_header(raw, 8 + len(raw))  # raises nothing

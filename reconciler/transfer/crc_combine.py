"""The crc32c of two texts one after the other, from theirs: ranges are hashed side by side."""

from __future__ import annotations

from functools import cache

# Castagnoli, reflected; the arithmetic is that of zlib's crc32_combine, for this polynomial.
_POLYNOMIAL = 0x82F63B78
_ONE = 1 << 31  # the polynomial 1
_BYTE = 1 << 23  # x^8: a byte further


def combined(first: int, second: int, length: int) -> int:
    """The crc32c of A and B from those of A and of B; ``length`` is that of B in bytes."""
    power, bit = _ONE, 0
    while length >> bit:
        if length >> bit & 1:
            power = _product(_squared(bit), power)
        bit += 1
    return _product(power, first) ^ second


@cache
def _squared(times: int) -> int:
    """x^8 squared so many times: 2^times bytes further."""
    if not times:
        return _BYTE
    half = _squared(times - 1)
    return _product(half, half)


def _product(a: int, b: int) -> int:
    """Of two polynomials over GF(2), modulo the Castagnoli polynomial."""
    product, bit = 0, _ONE
    while bit:
        if a & bit:
            product ^= b
        b = b >> 1 ^ (_POLYNOMIAL if b & 1 else 0)
        bit >>= 1
    return product

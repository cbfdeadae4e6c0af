"""Bytes, counts and dollars in words."""

from __future__ import annotations

from decimal import Decimal

CENT = 0.01
UNITS = ("B", "kB", "MB", "GB", "TB")


def size_text(count: int) -> str:
    """``91 MB``: decimal units as the platform counts, one decimal place below ten."""
    value, unit = float(count), UNITS[0]
    for unit in UNITS:
        if value < 999.5 or unit == UNITS[-1]:
            break
        value /= 1000
    digits = 1 if unit != "B" and value < 9.95 else 0
    return f"{value:.{digits}f} {unit}"


def counted(number: int, noun: str) -> str:
    """``1 file``, ``3 files``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def exact_usd(usd: float) -> str:
    """``$31.90``; below a cent ``$0.0042``, for a limit may be as small as what it is held to."""
    if 0 < usd < CENT:
        return f"${Decimal(f'{usd:.2g}'):f}"
    return f"${usd:,.2f}"

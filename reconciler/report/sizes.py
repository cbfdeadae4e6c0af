"""Numbers for readers: bytes in decimal units, dollars, counts with their noun."""

from __future__ import annotations

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


def dollars(low: float | None, high: float | None) -> str:
    """``$28.00-37.00``, one number when both ends agree, ``unknown`` when there is none."""
    if low is None or high is None:
        return "unknown"
    return f"${low:,.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"${low:,.2f}-{high:,.2f}"


def counted(number: int, noun: str) -> str:
    """``1 file``, ``3 files``, ``1,204 rows``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

"""Bytes as decisions, so that one target serves hypothesis and a coverage-guided fuzzer alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 2**63, 1e308, "", "x", "0", "-7", "NaN", "\ud800", "\x1b[2J"),
    *([], [None], ["a", 1], {}, {"": None}, {"name": 3}, {"code": "OK", "message": {"a": []}}),
    *("STATE_OF_TOMORROW", "READY", "UPLOADING", "accounts/x/models/y", "2026-13-45T99:99:99Z"),
    *("a" * 5000, {"units": "x", "nanos": []}, [[[[[[]]]]]], {"percent": "half", "epoch": {}}),
)
"""Values that a field of an answer might hold one day."""


class Choices:
    """Takes decisions from bytes; when they are used up, always the first choice."""

    def __init__(self, data: bytes) -> None:
        self._left = memoryview(data)

    def below(self, limit: int) -> int:
        """A number from 0 to ``limit - 1``, of two bytes."""
        taken, self._left = bytes(self._left[:2]), self._left[2:]
        return int.from_bytes(taken, "big") % limit

    def pick(self, among: Sequence[T]) -> T:
        return among[self.below(len(among))]

    def rest(self) -> bytes:
        taken, self._left = bytes(self._left), self._left[:0]
        return taken


def damaged(value: Any, choices: Choices) -> Any:
    """The same JSON value with one place dropped, retyped, renamed or repeated."""
    if isinstance(value, dict) and value and choices.below(4):
        key = choices.pick(sorted(value))
        how = choices.below(5)
        if how == 0:
            return {name: each for name, each in value.items() if name != key}
        if how == 1:
            return {**value, key: choices.pick(ODD)}
        if how == 2:
            return {**value, f"{key}OfTomorrow": choices.pick(ODD)}
        return {**value, key: damaged(value[key], choices)}
    if isinstance(value, list) and value and choices.below(4):
        place = choices.below(len(value))
        new = choices.pick(([], [damaged(value[place], choices)], [value[place]] * 2))
        return [*value[:place], *new, *value[place + 1 :]]
    return choices.pick(ODD)

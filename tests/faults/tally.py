"""Says at the end of a run how many cases of each sweep were tried and survived."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TRIED, SURVIVED, LONGEST = "tried: ", "survived: ", "longest: "


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """``tally(what, failures)`` adds to the counts that the run prints at its end; ``failures``
    has what went wrong by case, and nothing for each case that was survived. ``longest``: seconds
    that the slowest of them took to stop."""

    def count(what: str, failures: Mapping[object, object], longest: float = 0.0) -> None:
        record_property(TRIED + what, len(failures))
        record_property(SURVIVED + what, sum(not found for found in failures.values()))
        record_property(LONGEST + what, longest)

    return count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cases of each sweep were tried and survived, over all processes of the run."""
    counts: Counter[str] = Counter()
    longest: dict[str, float] = {}
    for name, value in _properties(terminalreporter):
        counts[name] += value
        longest[name] = max(longest.get(name, 0.0), value)
    for name in sorted(each for each in counts if each.startswith(TRIED)):
        what = name.removeprefix(TRIED)
        line = f"{counts[SURVIVED + what]} / {counts[name]} survived: {what}"
        seconds = longest[LONGEST + what]
        terminalreporter.write_line(line + (f" ({seconds:.1f} s to stop)" if seconds else ""))


def _properties(terminalreporter: pytest.TerminalReporter) -> Iterator[tuple[str, Any]]:
    for report in (each for kind in terminalreporter.stats.values() for each in kind):
        if getattr(report, "when", "") == "call":
            yield from report.user_properties

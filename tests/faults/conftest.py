"""What the sweeps share: stories told once without faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.stories import STORIES, undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.stories import Undisturbed


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Undisturbed]:
    """``told("quickstart")``: how that story goes without faults; each is told once."""
    known: dict[str, Undisturbed] = {}

    def tell(name: str) -> Undisturbed:
        if name not in known:
            known[name] = undisturbed(STORIES[name], tmp_path_factory.mktemp(name))
        return known[name]

    return tell

"""The first plan of a large project: each resource is looked up a few times, not by each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reconciler.diff.diff import diff
from tests.desired.manifests import account, dataset, desired


class Counted(dict[str, Any]):
    """Live resources that count how often somebody asks for one."""

    asked = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.asked += 1
        return super().get(key, default)


def asked(number: int) -> int:
    resources = Counted()
    wanted = desired(*(dataset(f"rows-{n}") for n in range(number)))
    diff(wanted, replace(account(), resources=resources))
    return resources.asked


def test_twice_as_many_resources_are_looked_up_twice_as_often() -> None:
    assert 2 * asked(20) == asked(40) > 0

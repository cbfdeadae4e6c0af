"""A list whose rows do not say which is which cannot be planned with: any of them may be ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.kinds.registry import kind
from reconciler.live.snapshot import list_account
from reconciler.live.state import LiveResource
from tests.live.test_snapshot import FakeReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.kinds.kind import Kind

NAME = "accounts/acme/deployedModels/load-1"
KEY = {"model": "accounts/acme/models/m", "deployment": "accounts/acme/deployments/d"}


class OneLoad(FakeReader):
    """An account with one loaded adapter, as it answers."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__()
        self.body = body

    def list(self, kind: Kind) -> Sequence[LiveResource]:
        return [LiveResource(kind.name, NAME, "DEPLOYED", self.body)]


@pytest.mark.parametrize("field", ["model", "deployment"])
@pytest.mark.parametrize("value", [None, "", 7, []], ids=repr)
def test_a_row_without_its_key_makes_its_kind_unread(field: str, value: object) -> None:
    live = list_account(OneLoad({**KEY, field: value}), [kind("DeployedModel")])

    assert {"DeployedModel": f"load-1 does not say its {field}"} == live.incomplete


@pytest.mark.parametrize("body", [KEY, {"model": KEY["model"], "serverless": True}])
def test_a_row_that_says_its_key_or_has_none_is_read(body: dict[str, Any]) -> None:
    assert {} == list_account(OneLoad(body), [kind("DeployedModel")]).incomplete

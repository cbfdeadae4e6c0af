"""``--allow`` takes two narrow forms and nothing else."""

from __future__ import annotations

import pytest

from reconciler.cli.allow import parse_allow
from reconciler.errors import UsageError
from reconciler.ref import ResourceRef


def test_deletes_are_named_one_by_one() -> None:
    allow = parse_allow(["delete:Model/a", "delete:Dataset/b"])

    assert allow.deletes == {ResourceRef("Model", "a"), ResourceRef("Dataset", "b")}


def test_spending_is_a_sum_of_dollars() -> None:
    assert parse_allow(["spend:12.50"]).spend_usd == 12.5


@pytest.mark.parametrize(
    "text", ["", "delete", "delete:", "delete:Model", "delete:all", "spend:", "spend:nan",
             "spend:inf", "spend:-1", "force", "force:yes"],
)  # fmt: skip
def test_anything_else_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="--allow"):
        parse_allow([text])

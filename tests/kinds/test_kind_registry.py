"""Kinds are found, frozen and whole."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from reconciler.kinds.field_rule import FieldClass
from reconciler.kinds.kind import Readiness
from reconciler.kinds.registry import all_kinds, kind

if TYPE_CHECKING:
    from reconciler.kinds.kind import Kind

KINDS = tuple(all_kinds().values())
each_kind = pytest.mark.parametrize("of", KINDS, ids=lambda of: of.name)


def test_the_kinds_are_listed_by_name() -> None:
    expected = [
        "Dataset",
        "DeployedModel",
        "Deployment",
        "DpoJob",
        "FineTuningJob",
        "Model",
        "ReinforcementFineTuningJob",
        "SupervisedFineTuningJob",
    ]

    assert expected == list(all_kinds())


def test_a_kind_is_found_by_its_name() -> None:
    assert kind("Dataset").collection == "datasets"


def test_an_unknown_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        kind("Dataste")


@each_kind
def test_a_kind_cannot_be_changed(of: Kind) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        of.paid = not of.paid  # type: ignore[misc]


@each_kind
def test_the_states_of_a_kind_cannot_be_changed(of: Kind) -> None:
    with pytest.raises(TypeError):
        of.states["READY"] = Readiness.FAILED  # type: ignore[index]


@each_kind
def test_no_field_has_two_rules(of: Kind) -> None:
    paths = [rule.path for rule in of.rules]

    assert len(paths) == len(set(paths))


@each_kind
def test_every_rule_says_why(of: Kind) -> None:
    assert [] == [rule.path for rule in of.rules if len(rule.reason) < 10]


@each_kind
def test_a_collection_without_patch_has_no_mutable_field(of: Kind) -> None:
    mutable = {FieldClass.MUTABLE, FieldClass.UNPROVED}

    assert of.has_update or not [r for r in of.rules if r.field_class in mutable]


@each_kind
def test_an_unknown_state_is_unknown(of: Kind) -> None:
    assert of.readiness("JOB_STATE_DREAMING") is Readiness.UNKNOWN

"""Switches and faults in the words of the command line."""

from __future__ import annotations

import pytest

from reconciler.emulator.faults import Fault
from reconciler.emulator.options import Options
from reconciler.emulator.switches import parse_fault, with_switch


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("existing-model-answers-200", Options(existing_model_answers_200=True)),
        ("premature-validate-wedges=false", Options(premature_validate_wedges=False)),
        ("validate_delay_seconds=1.5", Options(validate_delay_seconds=1.5)),
        ("url-lifetime-seconds=2", Options(url_lifetime_seconds=2)),
    ],
)
def test_a_switch_is_a_field_of_the_options(text: str, expected: Options) -> None:
    assert expected == with_switch(Options(), text)


@pytest.mark.parametrize(
    "text", ["", "nonsense", "legacy-501=maybe", "url-lifetime-seconds=x", "list-lag-seconds=-1"]
)
def test_any_other_switch_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"switch|expected"):
        with_switch(Options(), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("job_failed", Fault("job_failed")),
        ("status=503 GET /models nth=2", Fault("status", "GET", "/models", 2, status=503)),
        ("lost POST /datasets times=forever", Fault("lost", "POST", "/datasets", times=None)),
        ("delay seconds=0.5", Fault("delay", seconds=0.5)),
        ("status=409 message=exists code=6", Fault("status", status=409, message="exists", code=6)),
    ],
)
def test_a_fault_is_its_kind_and_what_it_strikes(text: str, expected: Fault) -> None:
    assert expected == parse_fault(text)


@pytest.mark.parametrize(
    "text", ["", "explode", "status=x", "lost get", "lost nth=x", "lost why=so", "delay seconds=x"]
)
def test_any_other_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"fault|expected"):
        parse_fault(text)

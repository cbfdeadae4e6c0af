"""A few hundred damaged inputs for each target, the same ones on every run in CI.

``make fuzz`` goes on for as long as you like, guided by coverage. An input that once broke
something stands in ``crashes/<target>/`` and is run here too.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, seeds, words

CRASHES = sorted((Path(__file__).parent / "crashes").glob("*/*"))
EXAMPLES = 150
SLOW = {"printed": 100, "manifest": 60}  # loader properties have hundreds of their own


@st.composite
def damaged_bytes(draw: st.DrawFn, name: str) -> bytes:
    """A seed with a few places replaced, repeated or cut out; now and then any bytes."""
    text = draw(st.sampled_from(seeds(name)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 16)))
        new = draw(st.one_of(st.sampled_from(words(name)), st.binary(max_size=8)))
        again = draw(st.integers(0, 3))
        text = text[:start] + new + text[start:end] * again + text[end:]
    return text


@pytest.mark.usefixtures("strange_answers")
@pytest.mark.parametrize("name", TARGETS)
def test_a_damaged_input_is_answered_in_words(name: str) -> None:
    @settings(max_examples=SLOW.get(name, EXAMPLES), suppress_health_check=list(HealthCheck))
    @given(damaged_bytes(name))
    def run(data: bytes) -> None:
        TARGETS[name](data)

    run()


@pytest.mark.usefixtures("strange_answers")
@pytest.mark.parametrize("file", CRASHES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_once_broke_something_is_answered_in_words(file: Path) -> None:
    TARGETS[file.parent.name](file.read_bytes())

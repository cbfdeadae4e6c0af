"""Where the boxes of a drawn lineage stand: in layers, without arrows that run back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.report.html.layout import layered

EDGES = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda edge: edge[0] < edge[1]),
    unique=True,
)
"""Arrows from lower to higher numbers: never a circle."""
NODES = [str(number) for number in range(12)]


def test_a_chain_is_a_line() -> None:
    layout = layered(["a", "b", "c"], [("a", "b"), ("b", "c")])

    assert {"a": (0, 0.0), "b": (1, 0.0), "c": (2, 0.0)} == layout.spots


def test_what_nothing_comes_before_stands_beside_what_it_feeds() -> None:
    layout = layered(
        ["rows", "job", "base", "load"], [("rows", "job"), ("job", "load"), ("base", "load")]
    )

    assert 1 == layout.spots["base"][0]


def test_a_long_arrow_runs_through_the_layers_between() -> None:
    layout = layered(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")])

    assert [0, 1, 2] == [layer for layer, _ in layout.routes[("a", "c")]]
    assert layout.routes[("a", "c")][1] != layout.spots["b"]


def test_two_that_cross_are_untangled() -> None:
    layout = layered(["a", "b", "y", "x"], [("a", "x"), ("b", "y")])

    assert layout.spots["x"][1] < layout.spots["y"][1]


@given(EDGES)
def test_arrows_point_right_and_no_two_boxes_share_a_spot(numbers: list[tuple[int, int]]) -> None:
    edges = [(str(start), str(end)) for start, end in numbers]

    layout = layered(NODES, edges)

    assert all(layout.spots[start][0] < layout.spots[end][0] for start, end in edges)
    assert len(NODES) == len(set(layout.spots.values()))
    assert all(0 <= place <= layout.height - 1 for _, place in layout.spots.values())


@given(EDGES)
def test_the_same_lineage_is_drawn_the_same(numbers: list[tuple[int, int]]) -> None:
    edges = [(str(start), str(end)) for start, end in numbers]

    assert layered(NODES, edges) == layered(NODES, edges)

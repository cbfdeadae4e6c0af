"""The graph: dependencies first, cycles as a path, who depends on whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.graph import Graph


def test_order_puts_dependencies_first() -> None:
    graph = Graph({"job": ("data", "base"), "data": (), "base": (), "lora": ("job",)})

    assert graph.order() == ("data", "base", "job", "lora")


def test_a_cycle_is_told_as_a_path_back_to_its_start() -> None:
    graph = Graph({"a": ("b",), "b": ("c",), "c": ("b",)})

    assert graph.cycle() == ("b", "c", "b")


def test_an_acyclic_graph_has_no_cycle() -> None:
    graph = Graph({"a": ("b", "c"), "b": ("c",), "c": ()})

    assert graph.cycle() == ()


def test_reverse_names_the_dependants() -> None:
    graph = Graph({"job": ("data",), "eval": ("data",), "data": ()})

    assert graph.reverse().edges["data"] == ("job", "eval")


def test_reach_follows_every_edge() -> None:
    graph = Graph({"lora": ("job",), "job": ("data",), "data": (), "other": ()})

    assert graph.reach(["lora"]) == {"lora", "job", "data"}


def test_a_chain_longer_than_the_stack_is_ordered() -> None:
    length = 5_000
    graph = Graph({n: ((n + 1,) if n + 1 < length else ()) for n in range(length)})

    assert graph.order() == tuple(reversed(range(length)))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_every_edge_of_an_acyclic_graph_is_respected(pairs: list[tuple[int, int]]) -> None:
    edges: dict[int, tuple[int, ...]] = dict.fromkeys(range(31), ())
    for low, high in pairs:
        if low < high:
            edges[high] = (*edges[high], low)

    order = Graph(edges).order()

    assert all(order.index(t) < order.index(n) for n, targets in edges.items() for t in targets)

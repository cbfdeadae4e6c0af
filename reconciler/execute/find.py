"""Is it there? The record by its id, else, where the platform may rename it, by what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reconciler.execute.run import Run
    from reconciler.live.state import LiveResource


def find(run: Run) -> LiveResource | None:
    """The live record of this resource, None when there is none to be seen.

    A job of the older collection may bear another id than the one sent (contract 8): it is
    found by the model it makes, then by equal values at ``Kind.match``.
    """
    live = run.read()
    if live is None and run.kind.match:
        live = _listed(run, run.provider.list(run.kind))
    return live


def output_model_exists(run: Run) -> bool:
    """Whether the model that this job would make is there already."""
    name = run.resource.output_model if run.kind.runs_once else None
    return name is not None and run.provider.read_name(name) is not None


def _listed(run: Run, listed: Sequence[LiveResource]) -> LiveResource | None:
    return _first(listed, lambda live: _makes_our_model(run, live)) or _first(
        listed, lambda live: _says_the_same(run, live)
    )


def _first(
    listed: Sequence[LiveResource], wanted: Callable[[LiveResource], bool]
) -> LiveResource | None:
    return next((live for live in listed if wanted(live)), None)


def _makes_our_model(run: Run, live: LiveResource) -> bool:
    made = _value(live.body, run.kind.output_model or "")
    ours = run.resource.output_model
    return bool(made and ours) and _same(made, ours)


def _says_the_same(run: Run, live: LiveResource) -> bool:
    # A record that names another output model is another job: an earlier attempt of this one.
    if _value(live.body, run.kind.output_model or ""):
        return False
    spec = run.resource.spec
    return all(_same(_value(spec, path), _value(live.body, path)) for path in run.kind.match)


def _value(body: Mapping[str, Any], path: str) -> Any:
    value: Any = body
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _same(one: Any, other: Any) -> bool:
    """Equal, a short name and the full name of the same thing included."""
    if isinstance(one, str) and isinstance(other, str) and ("/" in one) != ("/" in other):
        return one.rpartition("/")[2] == other.rpartition("/")[2]
    return bool(one == other)

"""Is it there? The record by its id, else, where the platform may rename it, by what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.compare import same_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    made = live.body.get(run.kind.output_model or "")
    ours = run.resource.output_model
    # Answers hold the id or the full name (fact sheet 6.2).
    return isinstance(made, str) and ours is not None and made in (ours, ours.rpartition("/")[2])


def _says_the_same(run: Run, live: LiveResource) -> bool:
    # A record that names another output model is another job: an earlier attempt of this one.
    if live.body.get(run.kind.output_model or ""):
        return False
    return all(same_at(path, run.resource, live, run.kind) for path in run.kind.match)

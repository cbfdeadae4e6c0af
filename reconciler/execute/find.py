"""Is it there? The record by its id, else, where the platform may rename it, by what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.diff.compare import same_at
from reconciler.kinds.identity import NaturalKey
from reconciler.kinds.kind import Readiness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.execute.run import Run
    from reconciler.live.state import LiveResource


def find(run: Run) -> LiveResource | None:
    """The live record of this resource, None when there is none to be seen.

    A job of the older collection may bear another id than the one sent (contract 8): it is
    found by the model it makes, then by equal values at ``Kind.match``. What the server names is
    found by its key in the list.
    """
    if run.live is None and isinstance(run.kind.identity, NaturalKey):
        return _by_key(run, run.kind.identity.paths)
    live = run.read()
    if live is not None or not run.kind.match:
        return live
    listed = run.provider.list(run.kind)
    if run.there_before is None:
        run.there_before = frozenset(one.name for one in listed)
    found = _first(listed, lambda one: _makes_our_model(run, one))
    return found or _first(listed, lambda one: _says_the_same(run, one))


def _by_key(run: Run, paths: tuple[str, ...]) -> LiveResource | None:
    leaving = (Readiness.VANISHING, Readiness.DELETED)
    return _first(
        run.provider.list(run.kind),
        lambda one: (
            run.readiness(one) not in leaving
            and all(same_at(path, run.resource, one, run.kind) for path in paths)
        ),
    )


def look_alike(run: Run) -> LiveResource | None:
    """A record that was not there before our create and matches, though it names another model:
    it may be ours under names that the platform chose, or somebody else's."""
    if not run.kind.match:
        return None
    before = run.there_before or frozenset()
    listed = run.provider.list(run.kind)
    return _first(listed, lambda one: one.name not in before and _matches(run, one))


def output_model_exists(run: Run) -> bool:
    """Whether the model that this job would make is there already."""
    name = run.resource.output_model if run.kind.runs_once else None
    return name is not None and run.provider.read_name(name) is not None


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
    # A record that names another output model is another job, e.g. an earlier attempt of this one.
    return not live.body.get(run.kind.output_model or "") and _matches(run, live)


def _matches(run: Run, live: LiveResource) -> bool:
    return all(same_at(path, run.resource, live, run.kind) for path in run.kind.match)

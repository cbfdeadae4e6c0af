"""Who uses a live resource at this moment: asked right before it is deleted.

The plan looked too; between plan and delete lie a question on a terminal, uploads and trainings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import ApiError
from reconciler.kinds.registry import all_kinds
from reconciler.live.offered import is_not_offered
from reconciler.live.state import LiveState
from reconciler.plan.uses import loaded_on, refers_to, uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.execute.run import Run
    from reconciler.kinds.kind import Kind
    from reconciler.live.state import LiveResource
    from reconciler.plan.uses import Use


def users_now(run: Run, live: LiveResource) -> tuple[str, ...]:
    """The names of those that use ``live``, in the platform's own words and by their references.

    Raises ApiError when a list could not be read: unknown is not unused.
    """
    return (*loaded_on(live, run.kind), *(use.user.name for use in _referring(run, live)))


def _referring(run: Run, live: LiveResource) -> Iterator[Use]:
    """What lists show is looked at by name: they lag behind what this apply has just deleted or
    pointed elsewhere (fault model R12)."""
    kinds = all_kinds()
    may_use = (kind for kind in kinds.values() if refers_to(kind, run.kind))
    for use in _uses(run, live, [one for kind in may_use for one in _listed(run, kind)]):
        now = run.provider.read(kinds[use.user.kind], use.user.id)
        yield from _uses(run, live, () if now is None else (now,))


def _listed(run: Run, kind: Kind) -> Sequence[LiveResource]:
    try:
        return run.provider.list(kind)
    except ApiError as error:
        if is_not_offered(kind, error):
            return ()
        raise


def _uses(run: Run, live: LiveResource, users: Iterable[LiveResource]) -> list[Use]:
    state = LiveState(run.provider.account, {user.name: user for user in users})
    return uses(state, all_kinds()).get(live.name, [])

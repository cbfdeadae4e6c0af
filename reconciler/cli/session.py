"""What a command works with: project, desired state, connection and the style of its text."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.where import choose_account, choose_base_url
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from threading import Event

    from reconciler.api.secret import Secret
    from reconciler.cli.options import Common
    from reconciler.desired.resource import DesiredState
    from reconciler.fireworks import FireworksProvider
    from reconciler.manifest.project import Project
    from reconciler.past.history import History
    from reconciler.plan.build import PlanContext
    from reconciler.ref import ResourceRef
    from reconciler.report.style import Style


@dataclass(frozen=True, slots=True)
class Session:
    """One command's view of the project; nothing is read from the account before ``connect``."""

    common: Common
    cwd: Path
    project: Project
    account: str
    base_url: str
    secrets: list[Secret] = field(default_factory=list)
    """Values of the environment that manifests name; ``desired_of`` fills it."""

    def connect(self, *, read_only: bool, stop: Event | None = None) -> closing[FireworksProvider]:
        """A provider for the account; a read-only one cannot write, whatever calls it.

        Once ``stop`` is set, its waits and uploads end within moments.
        """
        from reconciler.api.connection import Connection
        from reconciler.cli.user_cache import remember_digest
        from reconciler.fireworks import connect

        where = Connection.from_environment(self.base_url, self.account, os.environ)
        provider = connect(
            where, read_only=read_only, stop=stop, hashed=remember_digest, notice=self._notice
        )
        provider.hide(self.secrets)
        return closing(provider)

    def _notice(self, text: str) -> None:
        """What a user should know of a transfer: a session resumed, a journal that cannot be."""
        from reconciler.cli.output import say_or_lose
        from reconciler.report.escape import escape

        if not self.common.quiet:
            say_or_lose(f"note: {escape(text)}\n", err=True)


def open_session(common: Common) -> Session:
    """Find the project, the account and the address. Raises UsageError, Refused."""
    cwd = Path.cwd()
    project = find(common, cwd)
    account = choose_account(common, project, os.environ)
    return Session(common, cwd, project, account, choose_base_url(common, project, os.environ))


def find(common: Common, cwd: Path) -> Project:
    """The project of the paths given, else of the current folder."""
    from reconciler.manifest.project import find_project

    return find_project(common.paths, cwd, common.environment)


def desired_of(session: Session) -> DesiredState:
    """The desired state; its warnings are the plan's. Raises InvalidInput for any error."""
    from reconciler import engine
    from reconciler.cli.environment import check_environment, secrets_of
    from reconciler.cli.user_cache import user_cache

    where = (session.common.paths, session.project, session.cwd, session.account)
    desired = engine.desire(*where, user_cache())
    check_environment(desired)
    session.secrets[:] = secrets_of(desired, os.environ)
    return desired


def plan_context(
    session: Session,
    desired: DesiredState,
    *,
    targets: Iterable[str] = (),
    excludes: Iterable[str] = (),
    allowed: Iterable[str] = (),
    shard: str | None = None,
    prune: bool = False,
    tokenizer: str | None = None,
) -> PlanContext:
    """All that a plan needs besides the two states: policy, consent, commit and time.

    With ``prune`` a target may also be what no manifest declares: whether it is planned shows when
    the account has been read.
    """
    from reconciler.cli.allow import parse_allow
    from reconciler.git.commits import head_commit
    from reconciler.plan.build import PlanContext
    from reconciler.plan.prices import read_prices
    from reconciler.plan.shards import Shard

    return PlanContext(
        base_url=session.base_url,
        commit=head_commit(session.project.root),
        created_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        policy=session.project.policy,
        allow=parse_allow(allowed),
        target=refs_of(targets, desired, undeclared=prune) or None,
        exclude=refs_of(excludes, desired, undeclared=prune),
        shard=Shard.parse(shard) if shard is not None else None,
        prices=read_prices(session.project.prices),
        root=session.project.root,
        tokenizer=Path(tokenizer) if tokenizer else None,
    )


def history_of(session: Session) -> History:
    """Where a plan may ask what was declared before."""
    from reconciler.cli.user_cache import user_cache
    from reconciler.past.history import History

    paths = tuple(session.common.paths)
    return History(session.project, session.cwd, paths, cache=user_cache())


def refs_of(
    texts: Iterable[str], desired: DesiredState, *, undeclared: bool = False
) -> frozenset[ResourceRef]:
    """The refs given on the command line; the output model of a job means that job.

    Raises UsageError for one that the project does not have, unless ``undeclared`` ones may be.
    """
    from reconciler.ref import ResourceRef

    refs = set()
    for text in texts:
        try:
            ref = ResourceRef.parse(text)
        except ValueError as error:
            named = [str(ref) for ref in desired.resources if ref.name == text]
            hint = f"did you mean {' or '.join(named)}?" if named else None
            raise UsageError(str(error), hint) from None
        found = ref if ref in desired.resources else _maker(ref, desired)
        if found is None and undeclared:
            found = ref
        if found is None:
            raise UsageError(f"{ref} is not declared in this project", _meant(ref, desired))
        refs.add(found)
    return frozenset(refs)


def _meant(ref: ResourceRef, desired: DesiredState) -> str:
    from reconciler.manifest.suggest import did_you_mean  # only a mistake pays for it

    return did_you_mean(str(ref), map(str, desired.resources)) or "see: reconciler status"


def refs_to_delete(texts: Iterable[str], desired: DesiredState) -> frozenset[ResourceRef]:
    """The same for a delete, which never means another resource than the one that was named."""
    refs = refs_of(texts, desired)
    for text in texts:
        if all(str(ref) != text for ref in refs):
            said = f"{text} is made by a job of the project, but no manifest declares it"
            raise UsageError(said, "name the job, or give the model a manifest of its own")
    return refs


def _maker(ref: ResourceRef, desired: DesiredState) -> ResourceRef | None:
    """The job of the project whose output model is called ``ref`` (contract 1.2)."""
    from reconciler.desired.catalog import output_name
    from reconciler.kinds.kind import OUTPUT_KIND
    from reconciler.kinds.registry import kind

    jobs = desired.resources.items() if ref.kind == OUTPUT_KIND else ()
    named = (job for job, one in jobs if output_name(one.manifest, kind(job.kind)) == ref.name)
    return next(named, None)


def style_of(common: Common) -> Style:
    """Colour, width and characters for text on stdout."""
    from reconciler.report.style import Style

    return Style.for_stream(sys.stdout, common.color, os.environ)

"""Where the past of a project is read: its checkout, and the commit that it begins at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.cache import NoCache

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.cache import Cache
    from reconciler.manifest.project import Project


NEWEST = "HEAD"


@dataclass(frozen=True, slots=True)
class History:
    """The commits reachable from ``head`` and from none of ``without``, as the history of
    ``project``. ``paths`` are those that the command was given (none: the project's globs count, as
    they were at each commit). The work tree follows on ``NEWEST`` alone."""

    project: Project
    cwd: Path
    paths: Sequence[Path] = ()
    head: str = NEWEST
    cache: Cache = field(default_factory=NoCache)
    without: tuple[str, ...] = ()

    @property
    def root(self) -> Path:
        return self.project.root

    @property
    def revisions(self) -> tuple[str, ...]:
        """The same commits as git takes them on a command line."""
        return (self.head, *(f"^{commit}" for commit in self.without))

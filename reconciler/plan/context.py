"""What a plan is made under: where, when, with which limits, and what the user allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.plan.prices import Prices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.manifest.project import Policy
    from reconciler.plan.shards import Shard
    from reconciler.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Allow:
    """``--allow delete:Kind/name`` lifts protection and limits for that one resource;
    ``--allow spend:USD`` is how many US dollars the plan may cost (None: not said)."""

    deletes: frozenset[ResourceRef] = frozenset()
    spend_usd: float | None = None


@dataclass(frozen=True, slots=True)
class TokenCount:
    """Tokens of a dataset, at least and at most; ``how`` tells what counted them, in words that
    follow "1.2M tokens"."""

    low: float
    high: float
    how: str


@dataclass(frozen=True, slots=True)
class PlanContext:
    """``created_at`` is RFC 3339 UTC, ``commit`` the checkout's commit or "". ``target`` None means
    everything, else those and what they depend on (``only_target``: those alone, for a delete must
    never reach further than it says); what depends on ``exclude`` is left out too.
    ``shard`` shows and runs one part of that; it is judged as the whole all the same.
    ``prices`` are the project's, ``root`` is its folder (None: there is no git to ask).
    ``tokenizer`` is a file that the user gave, ``tokens`` holds what a real tokenizer counted, by
    job and full name of the dataset."""

    base_url: str
    commit: str
    created_at: str
    policy: Policy
    allow: Allow = field(default_factory=Allow)
    target: frozenset[ResourceRef] | None = None
    exclude: frozenset[ResourceRef] = frozenset()
    only_target: bool = False
    shard: Shard | None = None
    prices: Prices = field(default_factory=Prices)
    root: Path | None = None
    tokenizer: Path | None = None
    tokens: Mapping[tuple[ResourceRef, str], TokenCount] = field(default_factory=dict)

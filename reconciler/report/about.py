"""What a rendering says of a plan that the plan itself does not know: whose it is, what is next."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.report.style import Style

if TYPE_CHECKING:
    from reconciler.plan.plan import Plan

DEFAULT_BASE_URL = "https://api.fireworks.ai"

LONGEST_KEY = 200
_NOT_IN_A_KEY = re.compile(r"[^A-Za-z0-9._/=-]")


@dataclass(frozen=True, slots=True)
class About:
    """``project`` is the project's folder in its repository, "." for the top, with ``/`` between
    folders; ``environment`` is the chosen one ("" for none); ``scope`` names the part of it.
    ``next_command`` is what to type after reading ("": nothing). ``style`` counts for text alone.
    """

    project: str = "."
    environment: str = ""
    next_command: str = "reconciler apply"
    style: Style = field(default_factory=Style)
    scope: tuple[str, ...] = ()


def marker(plan: Plan, about: About) -> str:
    """The marker of a rendering of this plan."""
    return marker_for(about.project, about.environment, str(plan.shard or ""), about.scope)


def marker_for(project: str, environment: str, shard: str, scope: tuple[str, ...] = ()) -> str:
    """A comment that nobody sees and by which a rendering of the same project, environment, shard
    and scope is found again: ``<!-- reconciler:v1 ml/support@prod+path=manifests/eu -->``.

    No name can end the comment: signs beyond letters, digits and ``._/=-`` stand as ``%`` and a
    number in hex.
    """
    key = _plain(project) or "."
    key += f"@{_plain(environment)}" if environment else ""
    key += f"#{_plain(shard)}" if shard else ""
    key += "".join(f"+{_plain(word)}" for word in scope)
    return f"<!-- reconciler:v1 {_bounded(key)} -->"


def elsewhere(plan: Plan) -> str:
    """The base URL where it is not the platform's own, else ""."""
    own = plan.base_url.rstrip("/").removesuffix("/v1") == DEFAULT_BASE_URL
    return "" if own else plan.base_url


def _plain(text: str) -> str:
    return _NOT_IN_A_KEY.sub(lambda sign: f"%{ord(sign.group()):02x}", text)


def _bounded(key: str) -> str:
    """A long key stands with its digest: the marker has a bound, and stays one of its own."""
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: LONGEST_KEY - 17]}.{digest[:16]}"

"""Which account and address a command talks to (contract section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.cli.options import Common
    from reconciler.manifest.project import Project

DEFAULT_BASE_URL = "https://api.fireworks.ai"


def choose_account(common: Common, project: Project, environ: Mapping[str, str]) -> str:
    """The one account that all given sources name.

    Sources: ``--account``, the chosen environment (which replaces ``spec.account``),
    ``FIREWORKS_ACCOUNT_ID``. Raises Refused (exit 6) when two differ, UsageError when none is.
    """
    named = "environment " + project.environment if project.environment else "reconciler.yaml"
    given = {
        "--account": common.account,
        named: project.account,
        "FIREWORKS_ACCOUNT_ID": environ.get("FIREWORKS_ACCOUNT_ID"),
    }
    sources = {where: account for where, account in given.items() if account}
    if not sources:
        raise UsageError(
            "no account was given", "set FIREWORKS_ACCOUNT_ID, or pass --account, or --env"
        )
    if len(set(sources.values())) > 1:
        listed = ", ".join(f"{where} says {account}" for where, account in sources.items())
        raise Refused(f"the account is not clear: {listed}", "make them agree; nothing was read")
    return next(iter(sources.values()))


def choose_base_url(common: Common, project: Project, environ: Mapping[str, str]) -> str:
    """``--base-url``, else the chosen environment's, else FIREWORKS_BASE_URL, else the default."""
    return (
        common.base_url or project.base_url or environ.get("FIREWORKS_BASE_URL") or DEFAULT_BASE_URL
    )

"""Which account and address a command talks to (contract section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.cli.options import Common
    from reconciler.manifest.project import Project


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
    from reconciler.manifest.project_rules import ACCOUNT

    for where, account in sources.items():
        if not ACCOUNT.fullmatch(account):
            raise UsageError(
                f'{where}: "{account[:120]}" is not an account id',
                "give it as in accounts/<id>/models",
            )
    if len(set(sources.values())) > 1:
        listed = ", ".join(f"{where} says {account}" for where, account in sources.items())
        raise Refused(f"the account is ambiguous: {listed}", "make them agree; nothing was read")
    return next(iter(sources.values()))


def choose_base_url(common: Common, project: Project, environ: Mapping[str, str]) -> str:
    """``--base-url``, else the chosen environment's, else FIREWORKS_BASE_URL, else the default.

    One address has one spelling: without a slash or ``/v1`` at its end. Raises UsageError.
    """
    from reconciler.base_url import DEFAULT_BASE_URL, normalise_base_url

    given = common.base_url or project.base_url or environ.get("FIREWORKS_BASE_URL")
    return normalise_base_url(given or DEFAULT_BASE_URL)

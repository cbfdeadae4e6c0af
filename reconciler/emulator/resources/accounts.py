"""Accounts: read-only; the key's own, and the public catalogue's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.emulator.encode import encode
from reconciler.emulator.errors import not_found
from reconciler.emulator.paging import page
from reconciler.emulator.platform import PUBLIC_ACCOUNT, Platform
from reconciler.emulator.resources.shared import STATUS
from reconciler.emulator.schema import Field, Message, Role, Scalar, enum, many

if TYPE_CHECKING:
    from reconciler.emulator.call import Call
    from reconciler.emulator.decode import Json

MESSAGE = Message(
    "Account",
    (
        *many(Scalar.STRING, Role.OUTPUT, "name displayName email"),
        *many(Scalar.TIMESTAMP, Role.OUTPUT, "createTime updateTime"),
        Field("accountType", enum("ACCOUNT_TYPE_UNSPECIFIED ENTERPRISE"), Role.OUTPUT),
        Field("state", enum("STATE_UNSPECIFIED CREATING READY UPDATING DELETING"), Role.OUTPUT),
        Field("status", STATUS, Role.OUTPUT),
        Field(
            "suspendState",
            enum(
                "UNSUSPENDED FAILED_PAYMENTS CREDIT_DEPLETED MONTHLY_SPEND_LIMIT_EXCEEDED "
                "BLOCKED_BY_ABUSE_RULE"
            ),
            Role.OUTPUT,
        ),
    ),
)


def seed_accounts(platform: Platform) -> None:
    """The key's account and the public one, once."""
    for account in (platform.account, PUBLIC_ACCOUNT):
        if platform.store.find(f"accounts/{account}") is None:
            email = platform.email if account == platform.account else "hello@fireworks.example"
            fields: Json = {"displayName": account, "email": email, "state": "READY"}
            platform.add(f"accounts/{account}", fields)


def account_row(platform: Platform, account: str) -> Json:
    """GET of one account. Raises ApiError."""
    record = platform.store.find(f"accounts/{account}")
    if record is None:
        raise not_found(f"accounts/{account}")
    return encode(MESSAGE, record.fields)


def accounts_page(platform: Platform, call: Call) -> Json:
    """The accounts that the key may see; they are ordered by name whatever is asked."""
    rows = [account_row(platform, platform.account)]
    return page(call, "accounts", rows)

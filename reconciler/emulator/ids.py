"""Resource names and the rule for ids that a client chooses."""

from __future__ import annotations

import random
import re
import string

from reconciler.emulator.errors import invalid

ID_RULE = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?\Z")
"""concepts docs: 1-63 of a-z 0-9 -, first no digit, no hyphen at either end."""


def check_id(value: str, what: str) -> str:
    """The id itself. Raises ApiError (400, code 3)."""
    if not ID_RULE.match(value):
        raise invalid(
            f'invalid {what} "{value[:80]}": must be 1-63 characters of a-z, 0-9 and hyphen, '
            "start with a letter and not end with a hyphen"
        )
    return value


def random_id() -> str:
    """16 lower-case letters and digits, as the service makes them; the first is a letter."""
    # A label, not a secret.
    first = random.choice(string.ascii_lowercase)  # noqa: S311
    rest = random.choices(string.ascii_lowercase + string.digits, k=15)  # noqa: S311
    return first + "".join(rest)


def full_name(value: str, account: str, segment: str) -> str:
    """A reference as a full resource name; a bare id means this account's own."""
    return value if "/" in value else f"accounts/{account}/{segment}/{value}"


def last_part(name: str) -> str:
    """The id at the end of a resource name."""
    return name.rsplit("/", 1)[-1]

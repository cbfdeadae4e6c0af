"""Credentials taken out of text before it reaches any sink."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "***"


class Scrubber(Protocol):
    """What can take itself out of a text, such as a Secret."""

    def scrub(self, text: str) -> str: ...


_BEARER = re.compile(r"(?i)\b(bearer|x-api-key[\"']?\s*[:=]|x-api-key)\s+[^\s\"',;]+")
_SIGNED = re.compile(r"(?i)(x-(?:goog|amz)-(?:signature|credential|security-token)=)[^&\s\"'<>]+")
_QUERY = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s?#\"'<>]*)\?[^\s\"'<>]*")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@\"'<>]+@")
_KEY = re.compile(r"\bfw_[A-Za-z0-9_-]{8,}")


def redact(text: str, secrets: Iterable[Scrubber] = ()) -> str:
    """The text without the given secrets in any form and without what looks like a credential.

    Beyond the secrets: what follows ``Bearer``, signatures of signed URLs, the query and the
    userinfo of any URL, and keys of the platform's own form (``fw_...``).
    """
    for secret in secrets:
        text = secret.scrub(text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    text = _SIGNED.sub(rf"\1{MASK}", text)
    text = _QUERY.sub(rf"\1?{MASK}", text)
    text = _USERINFO.sub(rf"\1{MASK}@", text)
    return _KEY.sub(MASK, text)


MESSAGE_LIMIT = 500
"""Characters of a server's text that a message keeps (fault model F58)."""


def clean(text: str, secrets: Iterable[Scrubber] = ()) -> str:
    """A server's text fit for one line of a message: redacted, escaped, at most 500 characters.

    Control characters, bidi and zero-width marks are shown as escapes, so that no answer can
    steer a terminal or start a workflow command.
    """
    head = text[: 8 * MESSAGE_LIMIT]  # redact before cutting: half a key is still half a key
    shown = "".join(c if c.isprintable() else _escape(c) for c in redact(head, secrets).strip())
    return shown if len(shown) <= MESSAGE_LIMIT else shown[: MESSAGE_LIMIT - 1] + "…"


def _escape(letter: str) -> str:
    return " " if letter in "\n\r\t" else letter.encode("unicode_escape").decode()

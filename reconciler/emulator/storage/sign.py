"""V4-like signed URLs: made by the control plane, checked by the storage half."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from reconciler.emulator.clock import Clock, rfc3339
from reconciler.emulator.storage.errors import StorageError, expired

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ALGORITHM = "GOOG4-RSA-SHA256"
_SERVICE = "auto/storage/goog4_request"
_PARAMETERS = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")


class Signer:
    """Signs method, path, query and header values with a key of its own (HMAC, not RSA)."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def query(self, method: str, path: str, headers: Mapping[str, str], lifetime: int) -> str:
        """The query of a signed URL.

        path: quoted, as it will be requested. headers: lower-case names and the values that
        the request must bring, `host` among them. lifetime: seconds.
        """
        date = f"{datetime.fromtimestamp(self._clock.now(), UTC):%Y%m%dT%H%M%SZ}"
        pairs = [
            ("X-Goog-Algorithm", ALGORITHM),
            ("X-Goog-Credential", f"storage@emulator.invalid/{date[:8]}/{_SERVICE}"),
            ("X-Goog-Date", date),
            ("X-Goog-Expires", str(lifetime)),
            ("X-Goog-SignedHeaders", ";".join(sorted(headers))),
        ]
        signature = self._signature(method, path, pairs, headers)
        return f"{_canonical(pairs)}&X-Goog-Signature={signature}"

    def check(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> None:
        """Raise StorageError unless the URL was signed for just this request."""
        pairs = parse_qsl(query, keep_blank_values=True)
        values = dict(pairs)
        if any(f"X-Goog-{p}" not in values for p in _PARAMETERS):
            raise StorageError(403, "AccessDenied", "Access denied.")
        self._check_age(values["X-Goog-Date"], values["X-Goog-Expires"])
        names = values["X-Goog-SignedHeaders"].split(";")
        _check_headers(names, headers)
        unsigned = [pair for pair in pairs if pair[0] != "X-Goog-Signature"]
        signed = {name: headers[name] for name in names}
        wanted = self._signature(method, path, unsigned, signed)
        if not hmac.compare_digest(wanted, values["X-Goog-Signature"]):
            raise StorageError(
                403,
                "SignatureDoesNotMatch",
                "Access denied.",
                "The request signature we calculated does not match the one you provided.",
            )

    def _check_age(self, date: str, lifetime: str) -> None:
        try:
            start = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
            end = start + int(lifetime)
        except ValueError:
            raise _malformed("The X-Goog-Date or X-Goog-Expires is malformed.") from None
        if self._clock.now() > end:
            raise expired(rfc3339(int(end * 1_000_000)))

    def _signature(
        self,
        method: str,
        path: str,
        pairs: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
    ) -> str:
        lines = [method, path, _canonical(pairs)]
        lines += [f"{name}:{headers[name].strip()}" for name in sorted(headers)]
        lines += ["", ";".join(sorted(headers)), "UNSIGNED-PAYLOAD"]
        return hmac.new(self._secret, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def _canonical(pairs: Sequence[tuple[str, str]]) -> str:
    return "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in sorted(pairs))


def _check_headers(names: Sequence[str], headers: Mapping[str, str]) -> None:
    missing = [name for name in names if name not in headers]
    if missing:
        raise _malformed(
            f"Header was included in signedheaders, but not in the request: {missing[0]}"
        )
    extra = [n for n in sorted(headers) if n.startswith("x-goog-") and n not in names]
    if extra:
        raise _malformed(f"Header was in the request, but not in signedheaders: {extra[0]}")


def _malformed(details: str) -> StorageError:
    message = "An HTTP header value was malformed."
    return StorageError(400, "MalformedSecurityHeader", message, details)

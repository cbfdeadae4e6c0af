"""Why a TLS connection does not come about, in plain words, and what helps."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

_DATES = "is the clock of this machine right? else whoever runs the server has to renew it"
_NAMES = "is the address right? else whoever runs the server has to correct its certificate"
_NOT_TRUSTED = (
    "the server's certificate is signed by no authority that this machine trusts",
    "behind a corporate proxy, set SSL_CERT_FILE to a file with its CA certificate",
)
_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG")
"""What OpenSSL calls bytes that are none of TLS."""
_CERTIFICATES = {
    9: ("the server's certificate is not valid yet", _DATES),
    10: ("the server's certificate has expired", _DATES),
    62: ("the server's certificate is for another name", _NAMES),
    64: ("the server's certificate is for another address", _NAMES),
}
"""By OpenSSL's number (x509_vfy.h); for all others the authority is at fault."""


@dataclass(frozen=True, slots=True)
class TlsTrouble:
    """``why`` without Python's words, ``hint`` where something helps; ``final``: no other try is
    better."""

    why: str
    hint: str | None
    final: bool


def tls_trouble(error: BaseException | None) -> TlsTrouble | None:
    """What of TLS lies behind an error; None when nothing does."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    if error is None:
        return None
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsTrouble(*_CERTIFICATES.get(error.verify_code, _NOT_TRUSTED), final=True)
    reason = getattr(error, "reason", None) or ""  # only errors that OpenSSL raised have one
    if reason in _NO_TLS:
        hint = "are the address and its port right? plain http works on this machine only"
        return TlsTrouble("what answers there does not speak TLS", hint, final=False)
    words = reason.replace("_", " ").lower() or "the connection was cut"
    return TlsTrouble(f"no TLS connection: {words}", None, final=False)

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
_CERTIFICATES: dict[int | None, tuple[str, str | None]] = {
    **dict.fromkeys((2, 18, 19, 20, 21, 24, 27), _NOT_TRUSTED),
    9: ("the server's certificate is not valid yet", _DATES),
    10: ("the server's certificate has expired", _DATES),
    62: ("the server's certificate is for another name", _NAMES),
    64: ("the server's certificate is for another address", _NAMES),
}
"""By OpenSSL's number (x509_vfy.h); all others are told in its words."""


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
        words = getattr(error, "verify_message", None) or "it cannot be verified"
        other = (f"the server's certificate is refused: {words}", None)
        code = getattr(error, "verify_code", None)  # only errors that OpenSSL raised have one
        return TlsTrouble(*_CERTIFICATES.get(code, other), final=True)
    reason = getattr(error, "reason", None) or ""
    if reason in _NO_TLS:
        hint = "are the address and its port right? plain http works on this machine only"
        return TlsTrouble("what answers there does not speak TLS", hint, final=False)
    words = reason.replace("_", " ").lower() or "the connection was cut"
    return TlsTrouble(f"no TLS connection: {words}", None, final=False)

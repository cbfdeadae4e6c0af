"""The TLS context, made once and only when an https URL is spoken to."""

from __future__ import annotations

import os
import ssl
from functools import cache

import certifi

from reconciler.errors import UsageError


@cache
def tls_context() -> ssl.SSLContext:
    """Certificates are always checked; SSL_CERT_FILE and SSL_CERT_DIR name other authorities.

    Loading the bundle costs tens of milliseconds, so every client of a process shares it. Raises
    UsageError when nothing usable stands where they point.
    """
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or folder:
        try:
            return ssl.create_default_context(cafile=file or None, capath=folder or None)
        except OSError as error:
            said = f"SSL_CERT_FILE and SSL_CERT_DIR hold no CA certificates: {error.strerror}"
            raise UsageError(said, "correct them, or unset them to use the defaults") from None
    return ssl.create_default_context(cafile=certifi.where())

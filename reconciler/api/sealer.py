"""Seals what a later run may need and nobody else may read: only the same API key opens it."""

from __future__ import annotations

import threading
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

    from reconciler.api.secret import Secret

PURPOSE = b"reconciler: unfinished uploads, version 1"


class KeySealer:
    """Fernet (AES-128-CBC and HMAC-SHA256) under a key that is derived from the API key."""

    def __init__(self, key: Secret) -> None:
        self._key = key
        self._lock = threading.Lock()
        self._fernet: Fernet | None = None

    def seal(self, plain: bytes) -> bytes:
        """Text of ``[A-Za-z0-9_=-]`` that shows nothing but when it was made and its length."""
        return self._open().encrypt(plain)

    def unseal(self, sealed: bytes) -> bytes:
        """What was sealed. Raises ValueError for another key, a torn text, an altered one."""
        from cryptography.fernet import InvalidToken

        try:
            return self._open().decrypt(sealed)
        except InvalidToken:
            raise ValueError("sealed with another key, or damaged") from None

    def _open(self) -> Fernet:
        from cryptography.fernet import Fernet

        with self._lock:
            if self._fernet is None:
                self._fernet = Fernet(urlsafe_b64encode(self._key.derive(PURPOSE)))
            return self._fernet

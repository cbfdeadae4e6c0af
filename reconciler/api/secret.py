"""A credential that shows itself to nobody: every way of printing it gives ``***``."""

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus

from reconciler.api.redact import MASK


class Secret(str):
    """A string whose text is ``***``; the value is behind ``reveal()``.

    Being a str, it is ``***`` in repr, format, JSON, pickle, copies and ``asdict`` alike, so a
    forgotten sink prints stars instead of raising.
    """

    __slots__ = ("_value",)

    _value: str

    def __new__(cls, value: str) -> Secret:
        secret = super().__new__(cls, MASK)
        secret._value = value
        return secret

    def __repr__(self) -> str:
        return MASK

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return (str, (MASK,))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __ne__(self, other: object) -> bool:
        return not self == other  # str has a ``!=`` of its own, which would compare the stars

    def __hash__(self) -> int:
        return hash(self._value)

    def reveal(self) -> str:
        """The value itself. Called in exactly one module, where the header is made."""
        return self._value

    def derive(self, purpose: bytes) -> bytes:
        """32 bytes that follow from the value and the purpose; neither shows in them (HKDF).

        For what is kept on disk and must be readable with this key only.
        """
        # Imported here: only uploads large enough to be resumed by a later run need it.
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), 32, salt=None, info=purpose).derive(self._value.encode())

    def fits_header(self) -> bool:
        """Whether it can stand in a header: not empty, printable ASCII without spaces."""
        return bool(self._value) and all("!" <= letter <= "~" for letter in self._value)

    def scrub(self, text: str) -> str:
        """The text without this value in any form: as it is, base64, URL-quoted."""
        for form in self._forms():
            text = text.replace(form, MASK)
        return text

    def _forms(self) -> list[str]:
        value = self._value
        if len(value) < 4:  # a shorter one would star out half of the text and protects nothing
            return []
        raw = value.encode()
        coded = (base64.b64encode(raw), base64.urlsafe_b64encode(raw))
        forms = {value, quote(value, safe=""), quote_plus(value)}
        forms |= {form.decode() for form in coded} | {form.decode().rstrip("=") for form in coded}
        return sorted(forms, key=len, reverse=True)

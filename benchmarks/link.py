"""The links that uploads are measured on: each is a sink process with its limits, maybe TLS."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUBJECT = ["-subj", "/CN=benchmark", "-addext", "subjectAltName=IP:127.0.0.1"]
USAGE = ["-addext", "keyUsage=critical,digitalSignature,keyCertSign"]
CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@dataclass(frozen=True, slots=True)
class Link:
    """``latency`` in seconds, ``rate`` in bytes a second of one connection (0: as fast as it is).

    The limits stand in the sink: it answers late and reads slowly.
    """

    name: str
    tls: bool = False
    latency: float = 0.0
    rate: float = 0.0


LOOPBACK = Link("plain HTTP")
TLS = Link("TLS", tls=True)
LIMITED = Link("20 ms, 50 MB/s a connection", latency=0.02, rate=50e6)


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A running sink: where to send, what trusts it, and its pipes."""

    url: str
    certificate: Path | None
    child: subprocess.Popen[str]

    def taken(self) -> int:
        """The bytes of request bodies that the sink has taken so far."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        return int(self.child.stdout.readline())

    @property
    def environment(self) -> dict[str, str]:
        """What a sender is given: no proxy, and the sink's certificate as the only authority."""
        kept = {name: text for name, text in os.environ.items() if name.lower() not in PROXIES}
        if self.certificate is None:
            return kept
        names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
        return {**kept, **dict.fromkeys(names, str(self.certificate))}


@contextmanager
def opened(link: Link, folder: Path) -> Iterator[OpenLink]:
    """A sink in a process of its own; ``folder`` takes its certificate."""
    certificate = _certificate(folder) if link.tls else None
    command = [sys.executable, "-m", "benchmarks.storage_sink"]
    command += ["--latency", str(link.latency), "--rate", str(link.rate)]
    command += ["--certificate", str(certificate)] if certificate else []
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe) as child:
        assert child.stdout is not None
        try:
            yield OpenLink(child.stdout.readline().strip(), certificate, child)
        finally:
            child.terminate()


def _certificate(folder: Path) -> Path:
    """A new authority that signs itself: one file with key and certificate, good for two days."""
    path, key = folder / "sink.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", *CURVE, *SUBJECT, *USAGE, "-keyout", str(key)]
    subprocess.run([*command, "-out", str(path)], check=True, capture_output=True)
    path.write_text(key.read_text() + path.read_text())
    return path

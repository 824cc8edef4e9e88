"""Servers on loopback that are worse than the test server can be: no HTTP, broken TLS, a proxy that refuses."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Serve = Callable[[socket.socket], None]


@contextmanager
def raw_server(serve: Serve) -> Iterator[int]:
    """Hands each connection to `serve` on a thread and closes it afterwards; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    closing = threading.Event()

    def loop() -> None:
        while not closing.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection, suppress(OSError):
                connection.settimeout(5.0)
                serve(connection)

    thread = threading.Thread(target=loop, name="odd-server")
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        closing.set()
        thread.join()
        listener.close()


def answering(reply: bytes) -> Serve:
    """Read the head of a request, say this, and hang up."""

    def serve(connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (data := connection.recv(65536)):
            head += data
        connection.sendall(reply)
        # What is left unread would turn the end into a reset.
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    return serve


def resetting(connection: socket.socket) -> None:
    """Read the request and break the connection off, without a proper end."""
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def with_certificate(certificate: Path, reply: bytes = b"") -> Serve:
    """Shake hands with this certificate and its key, read the request, say this, and hang up."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(65536)
            if reply:
                wrapped.sendall(reply)
                wrapped.unwrap()

    return serve


class Authority:
    """Signs certificates of servers; its own is in `path`."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self.path = folder / f"{name}.pem"
        own = _builder(self._name, self._name, self._key, 1, (-1, 30)).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.path.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certificate(self, host: str, days: tuple[int, int] = (-1, 30), *, is_self_signed: bool = False) -> Path:
        """A certificate with its key, valid from and to so many days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, signer = (_named(host), key) if is_self_signed else (self._name, self._key)
        builder = _builder(_named(host), issuer, key, 2, days).add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False
        )
        path = self._folder / f"{host}-{days[0]}-{days[1]}-{is_self_signed}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        return path


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, number: int, days: tuple[int, int]
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(number)
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
    )

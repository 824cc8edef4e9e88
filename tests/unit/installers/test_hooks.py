"""What runs before the frozen program."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("Linux packages", allow_module_level=True)

HOOK = Path(__file__).resolve().parents[3] / "installers/linux/hooks/certificates.py"
DEBIAN_FILE, DEBIAN_FOLDER = "/usr/lib/ssl/cert.pem", "/usr/lib/ssl/certs"
FEDORA = "/etc/pki/tls/certs/ca-bundle.crt"


@pytest.mark.parametrize(
    ("files", "folders", "given", "expected"),
    [
        ((), (DEBIAN_FOLDER,), {}, {}),
        ((DEBIAN_FILE,), (), {}, {}),
        ((FEDORA,), (), {}, {"SSL_CERT_FILE": FEDORA}),
        ((FEDORA, "/mine.pem"), (), {"SSL_CERT_FILE": "/mine.pem"}, {"SSL_CERT_FILE": "/mine.pem"}),
        ((), ("/mine",), {"SSL_CERT_DIR": "/mine"}, {"SSL_CERT_DIR": "/mine"}),
        ((), (), {}, {"SSL_CERT_DIR": os.path.dirname(sys.executable)}),
        (
            (FEDORA,),
            (),
            {"SSL_CERT_FILE": "/gone.pem"},
            {"SSL_CERT_FILE": "/gone.pem", "SSL_CERT_DIR": os.path.dirname(sys.executable)},
        ),
    ],
    ids=["Debian", "its file", "Fedora", "the user's file", "the user's folder", "none", "the user's file is gone"],
)
def test_certificates_are_found_where_the_system_keeps_them(
    monkeypatch: pytest.MonkeyPatch,
    files: tuple[str, ...],
    folders: tuple[str, ...],
    given: dict[str, str],
    expected: dict[str, str],
) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os.path, "isfile", lambda place: place in files)
    monkeypatch.setattr(os.path, "isdir", lambda place: place in folders)
    runpy.run_path(str(HOOK))
    assert {name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if name in os.environ} == expected

"""What runs before the frozen program."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("Linux packages", allow_module_level=True)

HOOKS = Path(__file__).resolve().parents[3] / "installers/linux/hooks"
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
    runpy.run_path(str(HOOKS / "certificates.py"))
    assert {name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if name in os.environ} == expected


@pytest.mark.parametrize("before", [None, "/mine/lib"], ids=["without", "with a path of the user's"])
def test_what_the_loader_set_for_itself_is_not_handed_on(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    told = {"_PYI_ARCHIVE_FILE": "/program", "_PYI_PARENT_PROCESS_LEVEL": "0", "LD_LIBRARY_PATH": "/program/_internal"}
    if before is not None:
        told |= {"LD_LIBRARY_PATH_ORIG": before, "LD_LIBRARY_PATH": f"/program/_internal:{before}"}
    environ = {"PATH": "/usr/bin"} | told
    monkeypatch.setattr(os, "environ", environ)
    runpy.run_path(str(HOOKS / "environment.py"))
    assert environ == {"PATH": "/usr/bin"} | ({} if before is None else {"LD_LIBRARY_PATH": before})

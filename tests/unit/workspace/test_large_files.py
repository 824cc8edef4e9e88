"""Reading a large file piece by piece: the same text, format and hash as in one go, wherever a character is cut."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from copilot_desktop.errors import UndecodableError
from copilot_desktop.workspace import large_files
from copilot_desktop.workspace.files import read_file
from copilot_desktop.workspace.large_files import read_large
from copilot_desktop.workspace.paths import Workspace

TEXT = "für alle, 日本, 🙂\r\n" * 40 + "das Ende"


@pytest.fixture(params=[64, 67, 1_000_000])
def _piece(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_files, "PIECE_BYTES", request.param)


@pytest.mark.usefixtures("_piece")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_pieces_are_the_text(tmp_path: Path, encoding: str) -> None:
    data = TEXT.encode(encoding, "replace").replace(b"?", b"x") if encoding == "cp1252" else TEXT.encode(encoding)
    (tmp_path / "a.txt").write_bytes(data)
    pieces: list[bytes] = []
    shares: list[float] = []

    def take(piece: bytes, share: float) -> bool:
        pieces.append(piece)
        shares.append(share)
        return True

    found = read_large(Workspace(tmp_path), "a.txt", take)
    whole = read_file(Workspace(tmp_path), "a.txt")
    assert found is not None
    assert b"".join(pieces).decode() == whole.text
    assert (found.format, found.disk_hash, found.size_bytes) == (whole.format, whole.disk_hash, len(data))
    assert found.disk_hash == hashlib.sha256(data).hexdigest()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_whoever_takes_the_pieces_can_stop_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text\n" * 400_000)
    assert read_large(Workspace(tmp_path), "a.txt", lambda _piece, share: share > 0.5) is None


def test_bytes_that_are_no_text_further_on_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text\n" * 200_000 + b"\xff")
    with pytest.raises(UndecodableError, match="begins as utf-8"):
        read_large(Workspace(tmp_path), "a.txt", lambda _piece, _share: True)
    (tmp_path / "b.txt").write_bytes(b"")
    assert read_large(Workspace(tmp_path), "b.txt", lambda _piece, _share: True) is not None

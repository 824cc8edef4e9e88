"""Files on the system's clipboard, as file managers put them there: copied, or cut to be moved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

_GNOME: Final = "x-special/gnome-copied-files"
_KDE: Final = "application/x-kde-cutselection"


def put_files(places: Sequence[Path], *, is_cut: bool) -> None:
    """Put files there; their paths are what a text field pastes."""
    urls = [QUrl.fromLocalFile(str(place)) for place in places]
    data = QMimeData()
    data.setUrls(urls)
    data.setText("\n".join(str(place) for place in places))
    listed = "\n".join(url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in urls)
    data.setData(_GNOME, f"{'cut' if is_cut else 'copy'}\n{listed}".encode())
    data.setData(_KDE, b"1" if is_cut else b"0")
    QGuiApplication.clipboard().setMimeData(data)


def files_there() -> tuple[tuple[Path, ...], bool]:
    """The files on the clipboard, and whether they were cut."""
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None where the clipboard is out of reach
    if data is None:
        return (), False
    places = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    is_cut = bytes(data.data(_GNOME).data()).startswith(b"cut") or bytes(data.data(_KDE).data()) == b"1"
    return places, is_cut


def forget_files() -> None:
    """What was cut has been moved: a second paste must not find it where it no longer is."""
    QGuiApplication.clipboard().clear()


def leave_text() -> None:
    """Leave the paths as text where files of ours are on the clipboard: a window closes, and data that Python has made
    must not be deleted after Python has ended."""
    clipboard = QGuiApplication.clipboard()
    data: QMimeData | None = clipboard.mimeData() if clipboard.ownsClipboard() else None
    if data is not None and data.hasFormat(_GNOME):
        clipboard.setText(data.text())

"""Shows a file in the system's file manager."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def show_in_file_manager(place: Path) -> bool:
    """Show a file or folder with its neighbours, chosen where the file manager can be told so; whether one came."""
    if sys.platform.startswith("linux") and _ask_bus(place):
        return True
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(place.parent)))


def _ask_bus(place: Path) -> bool:
    # Loaded when it is wanted: it is no part of a start.
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    call = QDBusMessage.createMethodCall(
        "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1", "ShowItems"
    )
    call.setArguments([[QUrl.fromLocalFile(str(place)).toString()], ""])
    # A file manager that has to be started may take its time: who is not there at all answers soon.
    answer = bus.call(call, timeout=2000)
    return answer.type() == QDBusMessage.MessageType.ReplyMessage

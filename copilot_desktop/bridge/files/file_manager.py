"""Shows a file in the system's file manager."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from copilot_desktop.bridge.async_thread import AsyncThread

LIMIT_S = 5.0
"""A file manager that has to be started may take its time: who is not there at all answers soon."""
_NAME = "org.freedesktop.FileManager1"


class FileManager:
    """Shows a file or folder with its neighbours, chosen where the file manager can be told so. GUI thread; the bus is
    asked elsewhere, since whoever listens there may not answer."""

    def __init__(self, thread: AsyncThread) -> None:
        self._thread = thread

    def show(self, place: Path, not_shown: Callable[[], None]) -> None:
        """Returns at once; `not_shown` is called when there is no file manager."""

        def asked(has_shown: bool) -> None:
            if not (has_shown or QDesktopServices.openUrl(QUrl.fromLocalFile(str(place.parent)))):
                not_shown()

        if sys.platform.startswith("linux"):
            self._thread.run_waiting(lambda: _ask_bus(place), asked)
        else:
            asked(False)


def _ask_bus(place: Path) -> bool:
    # Not QtDBus: while that waits for a bus it holds up all of Python, whatever thread it is on. Loaded when it is
    # wanted: it is no part of a start.
    from jeepney import DBusAddress, MessageType, new_method_call  # type: ignore[import-untyped]
    from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]
    from jeepney.wrappers import DBusErrorResponse  # type: ignore[import-untyped]

    address = DBusAddress("/org/freedesktop/FileManager1", bus_name=_NAME, interface=_NAME)
    call = new_method_call(address, "ShowItems", "ass", ([place.as_uri()], ""))
    try:
        with open_dbus_connection("SESSION", auth_timeout=LIMIT_S) as bus:
            answer = bus.send_and_get_reply(call, timeout=LIMIT_S)
    except (OSError, LookupError, ValueError, RuntimeError, StopIteration, DBusErrorResponse):
        return False  # there is no bus, or nobody who shows files
    return bool(answer.header.message_type is MessageType.method_return)

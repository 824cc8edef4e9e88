"""Stands for the system's accessibility, which is not there offscreen: notes what a screen reader would say."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent


class Listener:
    """`said`: every announcement, in order."""

    def __init__(self) -> None:
        self.said: list[str] = []

    @staticmethod
    def isActive() -> bool:  # noqa: N802
        """Somebody listens."""
        return True

    def updateAccessibility(self, event: QAccessibleEvent) -> None:  # noqa: N802
        """Take one."""
        assert isinstance(event, QAccessibleAnnouncementEvent)
        assert event.type() is QAccessible.Event.Announcement
        assert event.object() is not None
        self.said.append(event.message())

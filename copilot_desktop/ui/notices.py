"""Notices: what happened, what it means, what to do, as a line with its choices. Never a dialog in the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCursor, QDesktopServices, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.focus_order import focus_inside

_TEXT_PX, _MOST_LINES = 240, 3
"""The text has so much room beside its choices, and is no higher there; else it stands above them."""
Choice = tuple[str, Callable[[], object]]


def settings_key(page: str) -> str:
    """The key of the notice that a file of the settings cannot be used."""
    return f"settings.{page}"


def folder_choice(file: Path) -> Choice:
    """Show the folder of a log or report in the system's file manager."""
    return "Open its folder", partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(file.parent)))


class Notice(NamedTuple):
    """One line for the user. A notice with the same `key` replaces the one before.

    `can_dismiss` False: it says what holds now, and stays until it is withdrawn. `is_of_folder` False: it is about the
    program, and stays when another folder is opened. `passes_after_s`: it asks for nothing, and goes by itself after so
    many seconds, though not under the mouse or with the keyboard in it; 0: it stays.
    """

    message: str
    advice: str = ""
    choices: tuple[Choice, ...] = ()
    key: str = ""
    is_amber: bool = True
    can_dismiss: bool = True
    is_of_folder: bool = True
    passes_after_s: float = 0


class Banner(QFrame):
    """One notice with its choices as buttons, and a way to put it aside."""

    done = Signal(object)

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName(f"banner.{notice.key}" if notice.key else "banner")
        self.setAccessibleName(f"{notice.message} {notice.advice}".strip())
        self.setProperty("banner", "amber" if notice.is_amber else "info")
        from copilot_desktop.ui.flow_layout import WrappedLabel  # with the first notice

        label = self._label = WrappedLabel(f"{notice.message} {notice.advice}".strip(), "", "banner.text")
        # With text that is cut or choices that are covered nobody can choose: the text below gives way.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(12, 4, 8, 4)
        self._row.setSpacing(8)
        self._row.addWidget(label, 1)
        self._choices = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._choices.setSpacing(8)
        self._row.addLayout(self._choices)
        for title, call in notice.choices:
            button = QPushButton(title, self)
            button.setObjectName(f"banner.{title.lower().replace(' ', '_')}")
            button.setAccessibleName(title)
            button.clicked.connect(partial(self._on_chosen, call))
            self._choices.addWidget(button)
        if notice.can_dismiss:
            close = QToolButton(self)
            close.setText("Dismiss")
            close.setObjectName("banner.dismiss")
            close.setAccessibleName("Dismiss this notice")
            close.clicked.connect(self._on_dismissed)
            self._choices.addWidget(close)
        self._choices.addStretch()
        if notice.passes_after_s:
            self._wait_to_pass()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Beside the text the choices take its room in a narrow group: there they go below it, and below each other."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Larger letters need more room."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return is_done

    def _fit(self) -> None:
        items = [self._choices.itemAt(at) for at in range(self._choices.count() - 1)]
        wanted = sum(item.sizeHint().width() + 8 for item in items if item is not None) + 20
        room, line = self.width() - wanted, self._label.fontMetrics().lineSpacing()
        is_beside = room >= _TEXT_PX and self._label.heightForWidth(room) <= _MOST_LINES * line
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(across if is_beside else down)
        is_across = self.width() >= wanted
        self._choices.setDirection(across if is_across else down)
        for item in items:
            if item is not None:
                # Below each other they would be as wide as the window.
                item.setAlignment(Qt.AlignmentFlag(0) if is_across else Qt.AlignmentFlag.AlignLeft)
        # Below the text the buttons keep their widths.
        self._choices.setStretch(self._choices.count() - 1, int(not is_beside))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As narrow as its widest part: the column is always possible."""
        return QSize(120, super().minimumSizeHint().height())

    def focus_first(self) -> bool:
        """Give the keyboard to the first button; False where there is none."""
        button = self.findChild(QPushButton) or self.findChild(QToolButton)
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        return button is not None

    def _wait_to_pass(self) -> None:
        QTimer.singleShot(int(self.notice.passes_after_s * 1000), self, self._pass)

    def _pass(self) -> None:
        is_pointed_at = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        if is_pointed_at or self.isAncestorOf(QApplication.focusWidget() or self):
            self._wait_to_pass()
        elif not self.isHidden():
            self.done.emit(self)

    def _on_chosen(self, call: Callable[[], object], _checked: bool = False) -> None:
        self.done.emit(self)
        call()

    def _on_dismissed(self) -> None:
        self.done.emit(self)


class NoticeArea(QWidget):
    """The notices of a window, the newest at the top; at most three at once."""

    LIMIT = 3
    keyboard_free = Signal()
    """What had the keyboard is gone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self.setAccessibleName("Notices")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._banners: list[Banner] = []
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show a notice; it stays until it is answered, dismissed or replaced by one with its key."""
        if notice.key:
            self.withdraw(notice.key)
        banner = Banner(notice, self)
        banner.done.connect(self._on_banner_done)
        self._banners.insert(0, banner)
        self._layout.insertWidget(0, banner)
        for old in [each for each in self._banners if each.notice.can_dismiss][self.LIMIT :]:
            self._on_banner_done(old)
        self.show()
        announce(banner, f"{notice.message} {notice.advice}".strip())

    def focus_first(self) -> bool:
        """Give the keyboard to the newest notice; False while there is none."""
        return bool(self._banners) and self._banners[0].focus_first()

    def withdraw(self, key: str) -> None:
        """Take a notice away, since what it says no longer holds."""
        for banner in [each for each in self._banners if each.notice.key == key]:
            self._on_banner_done(banner)

    def leave_folder(self) -> None:
        """Another folder is opened: take away what was said of the one before."""
        for banner in [each for each in self._banners if each.notice.can_dismiss and each.notice.is_of_folder]:
            self._on_banner_done(banner)

    def shown(self) -> tuple[Notice, ...]:
        """The notices on show, the newest first."""
        return tuple(banner.notice for banner in self._banners)

    def _on_banner_done(self, banner: Banner) -> None:
        self._banners.remove(banner)
        had_keyboard = focus_inside(banner)
        banner.hide()
        banner.deleteLater()
        self.setVisible(bool(self._banners))
        if had_keyboard:
            # Qt would give it to whatever comes next, such as the choice of the model.
            self.keyboard_free.emit()

"""The window: places the panels, shows and hides them. What is in them belongs to the features."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop import APPLICATION_NAME
from copilot_desktop.settings.session import WindowState
from copilot_desktop.ui.actions import ActionSet
from copilot_desktop.ui.activity_bar import ActivityBar, SideView
from copilot_desktop.ui.dropping import DropTarget, DropWindow
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.focus_order import next_focus
from copilot_desktop.ui.notices import NoticeArea
from copilot_desktop.ui.pane_splitter import PaneSplitter
from copilot_desktop.ui.status_bar import StatusBar

if TYPE_CHECKING:
    # The question comes long after the first paint.
    from copilot_desktop.ui.closing import LeaveCheck

SIDE_PX, CHAT_PX = 240, 400
PANE_PX = 200
"""Narrower, the buttons of the side views and of the chat are cut."""
WIDTH_PX, HEIGHT_PX, TITLE_PX = 1280, 800, 40
_SPLITTER = "panes"


class MainWindow(DropWindow):
    """Activity bar, side pane, editors, chat pane, status bar. See docs/maintainers/window.md."""

    leaving = Signal()
    """The window closes, and everything in it still works: what must be written down is."""
    closing = Signal()
    close_wanted = Signal()
    activated = Signal()
    places_dropped = Signal(object)
    explorer_add_to_chat = Signal(str)
    reveal_wanted = Signal(str)
    side_view_made = Signal(object)
    """Carries the widget, once it stands in its pane."""

    def __init__(
        self, editors: EditorArea, make_icon: Callable[[str, bool], QIcon], key_overrides: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAccessibleName(APPLICATION_NAME)
        self.windowTitleChanged.connect(self.setAccessibleName)
        self.setWindowTitle(APPLICATION_NAME)
        self.editors = editors
        self.notices = NoticeArea(self)
        self.notices.keyboard_free.connect(editors.setFocus)
        self.status = StatusBar(self)
        self.activity = ActivityBar(make_icon, self)
        self._side_views: dict[str, SideView] = {}
        self._side_made: dict[str, QWidget] = {}
        self._bars: list[QWidget] = []
        self._side_shown = ""
        self._may_close = False
        self.when_idle: Callable[[Callable[[], None]], None] = lambda call: call()
        """Calls what it is given once nothing decided waits to be written; the review puts its own here."""
        self.leave_checks: list[LeaveCheck] = []
        """Asked one after the other before the window closes: what is not kept by then is asked about."""
        self._side, self._chat = self._pane("side_pane", "Side view"), self._pane("chat_pane", "Chat")
        self._panes = self._place()
        DropTarget(self, "Drop to open", self.places_dropped.emit, editors)
        self.setStatusBar(self.status)
        self.activity.chosen.connect(self._on_activity_chosen)
        self.commands = ActionSet(self, key_overrides)
        # Features hand in one tuple after another: the menus are built once for all of them.
        self._menus_timer = QTimer(self, singleShot=True, interval=0)
        self._menus_timer.timeout.connect(self.fill_menus)
        self.commands.changed.connect(self._menus_timer.start)
        self.fill_menus()

    def add_side_view(self, view: SideView) -> None:
        """Add a button to the activity bar; its pane is made when it is first shown."""
        self._side_views[view.view_id] = view
        self.activity.add(view.view_id, view.title, view.icon)

    def show_side_view(self, view_id: str, *, focus: bool = True) -> None:
        """Show a side view, and give it the keyboard."""
        if view_id not in self._side_views:
            return
        self._side.setCurrentWidget(self.side_view(view_id))
        self._side_shown = view_id
        self._panes.show_pane(self._side)
        self.activity.mark(view_id)
        if focus:
            self._side_made[view_id].setFocus()

    def make_side_view(self) -> None:
        """Make the view that `restore` has left room for."""
        if self._side_shown:
            self._side.setCurrentWidget(self.side_view(self._side_shown))

    def toggle_side(self) -> None:
        """Hide the side view, or show the last one again."""
        if self._side.isHidden():
            self.show_side_view(self._side_shown or next(iter(self._side_views), ""), focus=False)
        else:
            self._panes.hide_pane(self._side)
            self.activity.mark("")

    def set_chat_panel(self, panel: QWidget) -> None:
        """Fill the pane on the right."""
        self._chat.addWidget(panel)
        self._chat.setCurrentWidget(panel)

    def add_above_editors(self, widget: QWidget) -> None:
        """Place a bar above the editors."""
        self._middle.insertWidget(0, widget)
        self._bars.append(widget)

    def show_chat(self) -> None:
        """Show the chat and give it the keyboard."""
        self._panes.show_pane(self._chat)
        panel = self._chat.currentWidget()
        if panel is not None:
            panel.setFocus()

    def toggle_chat(self) -> None:
        """Hide or show the chat."""
        (self._panes.show_pane if self._chat.isHidden() else self._panes.hide_pane)(self._chat)

    def step_pane(self, by: int) -> None:
        """Give the keyboard to the next (1) or previous (-1) of side view, editors and chat, round in a circle."""
        panes = [pane for pane in (self._side, self.editors, self._chat) if not pane.isHidden()]
        focused = QApplication.focusWidget()
        here = next((i for i, pane in enumerate(panes) if focused is not None and pane.isAncestorOf(focused)), 0)
        pane = panes[(here + by) % len(panes)]
        target = pane.currentWidget() if isinstance(pane, QStackedWidget) else pane
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_side_shown(self) -> bool:
        """Whether the side view is to be seen: not hidden, and not away where the window is too narrow."""
        return not self._side.isHidden()

    def is_chat_shown(self) -> bool:
        """Whether the chat is to be seen: not hidden, and not away where the window is too narrow."""
        return not self._chat.isHidden()

    def state(self) -> WindowState:
        """What is remembered of the window."""
        hidden = tuple(pane.objectName() for pane in (self._side, self._chat) if not self._panes.is_wanted(pane))
        geometry = self.saveGeometry().toBase64().toStdString()
        return WindowState(geometry, {_SPLITTER: self._panes.widths()}, hidden, self._side_shown)

    def restore(self, state: WindowState) -> None:
        """Come back as it was left. The side view itself is made by `make_side_view`."""
        room = self.screen().availableGeometry()
        # The frame is not known before the window is shown; `fit_screen` then measures it.
        self.resize(min(WIDTH_PX, room.width()), min(HEIGHT_PX, room.height() - TITLE_PX))
        if state.geometry:
            self.restoreGeometry(QByteArray.fromBase64(state.geometry.encode("ascii")))
        self._side_shown = state.side_view if state.side_view in self._side_views else next(iter(self._side_views), "")
        sizes = state.splitters.get(_SPLITTER, ())
        if len(sizes) == self._panes.count():
            self._panes.set_widths(sizes)
        for pane in (self._side, self._chat):
            if pane.objectName() in state.hidden:
                self._panes.hide_pane(pane)
        self.activity.mark(self._side_shown if self.is_side_shown() else "")
        self.editors.setFocus()

    def fit_screen(self) -> None:
        """Bring all of the window, frame included, onto the screen it stands on: remembered from a larger one, or too
        large for this one, its status bar would be out of reach."""
        screen = self.screen().availableGeometry()
        frame, inner = self.frameGeometry(), self.geometry()
        if self.isMaximized() or self.isFullScreen() or screen.contains(frame):
            return
        beside, above = frame.width() - inner.width(), frame.height() - inner.height()
        self.resize(min(inner.width(), screen.width() - beside), min(inner.height(), screen.height() - above))
        frame = self.frameGeometry()
        left = max(min(frame.left(), screen.right() + 1 - frame.width()), screen.left())
        top = max(min(frame.top(), screen.bottom() + 1 - frame.height()), screen.top())
        self.move(left, top)

    def close_now(self) -> None:
        """Close without asking again: whoever calls has asked."""
        self._may_close = True
        self.close()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Tell of becoming the active window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Ask first; `close_now` is the answer."""
        if not self._may_close:
            self.close_wanted.emit()
        # Qt ignores a close() inside of closing, so an answer that came at once is seen here.
        event.setAccepted(self._may_close)
        if self._may_close:
            self.leaving.emit()
            self.closing.emit()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: N802, A002 - Qt's names
        """Tab: from the left to the right of the window, also through what was added after it was built."""
        groups = [widget for group in self.editors.panes.groups() for widget in (group.bar, group)]
        middle = (*self._bars, *groups, self.editors, self.notices)
        regions = (*self.activity.buttons(), self._side, *middle, self._chat, self.status)
        found = next_focus(regions, is_forward=next)
        if found is not None:
            # Scintilla has a setFocus of its own, which means something else.
            reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
            QWidget.setFocus(found, reason)
        return found is not None

    def _pane(self, name: str, title: str) -> QStackedWidget:
        pane = QStackedWidget()
        pane.setObjectName(name)
        pane.setAccessibleName(title)
        pane.setProperty("pane", True)
        pane.setMinimumWidth(PANE_PX)
        return pane

    def side_view(self, view_id: str) -> QWidget:
        """A side view, made now where it was not shown yet."""
        if view_id not in self._side_made:
            made = self._side_made[view_id] = self._side_views[view_id].make()
            self._side.addWidget(made)
            self.side_view_made.emit(made)
        return self._side_made[view_id]

    def _place(self) -> PaneSplitter:
        middle = QWidget()
        column = self._middle = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.editors, 1)
        # Below them: what is read and clicked stays where it is when a notice comes or goes.
        column.addWidget(self.notices)
        widths = (SIDE_PX, WIDTH_PX - 44 - SIDE_PX - CHAT_PX, CHAT_PX)
        panes = PaneSplitter((self._side, middle, self._chat), widths)
        panes.setObjectName(_SPLITTER)
        panes.away_changed.connect(lambda: self.activity.mark(self._side_shown if self.is_side_shown() else ""))
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.activity)
        row.addWidget(panes, 1)
        self.setCentralWidget(body)
        return panes

    def fill_menus(self) -> None:
        """Put the actions that there are by now into the menus."""
        self._menus_timer.stop()
        self.commands.fill_menu_bar(self.menuBar())

    def _on_activity_chosen(self, view_id: str) -> None:
        if view_id == self._side_shown and not self._side.isHidden():
            self.toggle_side()
        else:
            self.show_side_view(view_id)

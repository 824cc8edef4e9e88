"""The bar above a diff: what is to be known about it, and switches for how it is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.look import DiffLook
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.icon_button import IconButton, Pressing
from copilot_desktop.ui.theme.icons import icon

_TOO_NARROW = "Too narrow for side by side: shown in one column"


class DiffBar(QFrame):
    """Follows one list. `name` begins the names of its widgets ("review"). `switches` may stand elsewhere."""

    def __init__(self, name: str, view: DiffList, look: DiffLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._is_bare = view, False
        self._pressing: dict[IconButton, Pressing] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 2)
        row.setSpacing(4)
        self._said = ElidedLabel(f"{name}.diff_said")
        self._said.setProperty("role", "muted")
        self._said.setAccessibleName("About the differences")
        row.addWidget(self._said, 1)
        self._side_by_side = self._switch(
            f"{name}.side_by_side", "columns-2", "Side by side (S)", look.toggle_side_by_side
        )
        self._wrap = self._switch(f"{name}.wrap", "wrap-text", "Wrap long lines (W)", look.toggle_wrap)
        self._fold = self._switch(
            f"{name}.fold_whitespace", "chevrons-down-up", "Fold changes of blanks (Shift+W)", look.toggle_whitespace
        )
        self.switches = QWidget()
        self.switches.setProperty("plain", True)
        beside = QHBoxLayout(self.switches)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(4)
        for switch in (self._side_by_side, self._wrap, self._fold):
            beside.addWidget(switch)
        row.addWidget(self.switches)
        view.options_changed.connect(self.refresh)
        view.content_changed.connect(self.refresh)
        self.refresh()

    def give_switches(self) -> QWidget:
        """The switches, for another bar: this one is there only while there is something to say."""
        self._is_bare = True
        self.refresh()
        return self.switches

    def refresh(self) -> None:
        """Say what holds now."""
        wanted, content = self._view.wanted, self._view.content
        said = []
        if self._view.is_too_narrow:
            said.append(_TOO_NARROW)
        if content.moved_count:
            said.append(f"{content.moved_count} lines moved")
        blanks = content.whitespace_count()
        if blanks:
            said.append("1 change of blanks only" if blanks == 1 else f"{blanks} changes of blanks only")
        self._said.show_text(" · ".join(said))
        if self._is_bare:
            self.setVisible(bool(said))
        for switch, is_on in (
            (self._side_by_side, wanted.is_side_by_side),
            (self._wrap, wanted.is_wrapped),
            (self._fold, wanted.folds_whitespace),
        ):
            self._pressing[switch].show_checked(is_on)

    def _switch(self, name: str, icon_name: str, title: str, run: Callable[[], object]) -> IconButton:
        made = IconButton(self._icon, icon_name, title, self)
        made.setObjectName(name)
        made.setAccessibleName(title.partition(" (")[0])
        made.setCheckable(True)
        self._pressing[made] = Pressing(made, run)
        self._view.dressed.connect(made.draw)
        return made

    def _icon(self, name: str, is_on: bool) -> QIcon:
        tokens = self._view.tokens
        return icon(name, tokens.accent if is_on else tokens.muted)

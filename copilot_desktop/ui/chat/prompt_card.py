"""The card of a prompt in the conversation: what was asked and with what, and the ways to ask it differently."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.chat.held_rules import without_rules
from copilot_desktop.context.items import ContextItem
from copilot_desktop.ui.chat.applied_rules import AppliedRules
from copilot_desktop.ui.chat.cards import label
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

_BUTTON_PX = 24


class PromptCard(QFrame):
    """Has the focus by Tab; there Left and Right switch the branch, F2 edits the prompt."""

    edit_chosen = Signal()
    branch_off_chosen = Signal()
    branch_chosen = Signal(str)
    """Carries the turn whose branch is wanted."""

    def __init__(
        self,
        prompt: str,
        items: tuple[ContextItem, ...],
        theme: Theme,
        *,
        can_edit: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._can_edit = can_edit
        self._turn_id = ""
        self._branches: tuple[str, ...] = ()
        self.setObjectName("user_card")
        self.setAccessibleName(f"Your prompt: {prompt[:80]}")
        self.setProperty("card", "user")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 8)
        layout.setSpacing(6)
        column = QVBoxLayout()
        column.setContentsMargins(0, 3, 0, 0)
        column.setSpacing(3)
        chosen, rules = without_rules(items), tuple(item for item in items if item.is_rule and item.text)
        if chosen:
            column.addWidget(_names(chosen))
        if rules:
            column.addWidget(AppliedRules(rules))
        self.text = PlainText("user_prompt", "Your prompt")
        self.text.show_text(prompt)
        column.addWidget(self.text)
        layout.addLayout(column, 1)
        layout.addLayout(self._buttons())

    @property
    def branches(self) -> str:
        """The switcher's text, `2 of 3`; empty where there is one branch."""
        return "" if self._switcher.isHidden() else self._count.text()

    def show_branches(self, turn_id: str, branches: tuple[str, ...]) -> None:
        """Offer the other prompts that were sent in this place; none: there is only this one."""
        self._turn_id, self._branches = turn_id, branches
        self._switcher.setVisible(bool(branches))
        if branches:
            at = branches.index(turn_id)
            self._count.setText(f"{at + 1} of {len(branches)}")
            self._count.setAccessibleName(f"Branch {at + 1} of {len(branches)}")
            self._older.setEnabled(at > 0)
            self._newer.setEnabled(at + 1 < len(branches))

    def step_branch(self, step: int) -> None:
        """Go to the branch before or after this one, when there is one."""
        at = self._branches.index(self._turn_id) + step if self._branches else -1
        if 0 <= at < len(self._branches):
            self.branch_chosen.emit(self._branches[at])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The keys of the card itself; those of its text and buttons are theirs."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if self.hasFocus() and key in steps:
            self.step_branch(steps[key])
        elif self.hasFocus() and self._can_edit and key in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit_chosen.emit()
        else:
            super().keyPressEvent(event)

    def _buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addStretch()
        if self._can_edit:
            edit = self._button("prompt_edit", "pencil", "Edit this prompt and send it again (F2)")
            edit.clicked.connect(self.edit_chosen)
            row.addWidget(edit)
        branch = self._button("prompt_branch", "git-branch", "Branch from here: a new conversation up to this answer")
        branch.clicked.connect(self.branch_off_chosen)
        row.addWidget(branch)
        column.addLayout(row)
        self._switcher = QWidget()
        self._switcher.setObjectName("branch_switcher")
        self._switcher.setProperty("plain", True)
        switch = QHBoxLayout(self._switcher)
        switch.setContentsMargins(0, 0, 0, 0)
        switch.setSpacing(0)
        self._older = self._button("branch_older", "chevron-left", "The branch before this one (Left)")
        self._newer = self._button("branch_newer", "chevron-right", "The branch after this one (Right)")
        self._older.clicked.connect(self._on_older_clicked)
        self._newer.clicked.connect(self._on_newer_clicked)
        self._count = label("", "muted", name="branch_count")
        self._count.setWordWrap(False)
        for widget in (self._older, self._count, self._newer):
            switch.addWidget(widget)
        self._switcher.hide()
        column.addWidget(self._switcher)
        column.addStretch()
        return column

    def _button(self, name: str, icon_name: str, title: str) -> QToolButton:
        made = IconButton(lambda shown, _is_on: icon(shown, self._theme.tokens.muted), icon_name, title)
        made.setObjectName(name)
        made.setFixedSize(_BUTTON_PX, _BUTTON_PX)
        return made

    def _on_older_clicked(self) -> None:
        self.step_branch(-1)

    def _on_newer_clicked(self) -> None:
        self.step_branch(1)


def _names(items: tuple[ContextItem, ...]) -> QWidget:
    """What went with the prompt, by name; a long one is shortened, since a word that does not fit would be cut."""
    row = QWidget()
    row.setObjectName("user_chips")
    row.setAccessibleName(f"Sent with it: {', '.join(item.label for item in items)}")
    layout = FlowLayout(row)
    for at, item in enumerate(items, 1):
        name = ElidedLabel("user_chip", Qt.TextElideMode.ElideMiddle)
        name.show_text(item.label if at == len(items) else f"{item.label} ·", item.path)
        name.setProperty("role", "muted")
        layout.addWidget(name)
    return row

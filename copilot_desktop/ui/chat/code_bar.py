"""The bar above a code block: its language, and what can be done with the code."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from copilot_desktop.ui.chat.rich_lines import CodeBlock
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.values import dataclass


class CodeActionKind(StrEnum):
    """What can be done with a code block."""

    COPY = "copy"
    INSERT = "insert"
    PROPOSE = "propose"


@dataclass(frozen=True, slots=True)
class CodeAction:
    """The user chose to do something with a code block."""

    kind: CodeActionKind
    code: CodeBlock


_BUTTONS = (
    (CodeActionKind.COPY, "copy", "Copy"),
    (CodeActionKind.INSERT, "text-cursor-input", "Insert at the caret"),
    (CodeActionKind.PROPOSE, "file-diff", "Propose as edit"),
)


class CodeBar(QWidget):
    """Language and path on the left, three buttons on the right; only copying waits for nothing."""

    action_chosen = Signal(object)
    """Carries one `CodeAction`."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._code = CodeBlock(0, "", "", "")
        self._theme = theme
        self._is_finished = self._has_text = False
        self._said = ("", False, -1)
        self._buttons: dict[CodeActionKind, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(11, 0, 3, 0)
        layout.setSpacing(0)
        self._label = QLabel()
        self._label.setProperty("role", "muted")
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout.addWidget(self._label, 1)
        for kind, icon_name, title in _BUTTONS:
            layout.addWidget(self._button(kind, icon_name, title))
        self.set_finished(False)

    @property
    def code(self) -> CodeBlock:
        """The code block below."""
        return self._code

    def show_code(self, code: CodeBlock) -> None:
        """Stand for a code block, which may have grown."""
        if code == self._code:
            return
        self._code = code
        # An edit that only takes lines away has no new text.
        is_edit, self._has_text = code.is_edit, bool(code.new_text)
        self._show_usable()
        name = code.path or code.language or "text"
        if (name, is_edit, code.number) == self._said:
            return  # as with each line of it that arrives
        self._said = name, is_edit, code.number
        self._label.setText(name)
        self.setObjectName(f"code_bar_{code.number}")
        for kind, _icon_name, title in _BUTTONS:
            title = f"{title}, the new text only" if is_edit and kind is not CodeActionKind.PROPOSE else title
            self._buttons[kind].setAccessibleName(f"{title}: code block {code.number + 1}, {name}")
            self._buttons[kind].setToolTip(title)

    def set_finished(self, is_finished: bool) -> None:
        """Unfinished code can be copied, but neither inserted nor proposed."""
        self._is_finished = is_finished
        self._show_usable()

    def button(self, kind: CodeActionKind) -> QToolButton:
        """The button of an action."""
        return self._buttons[kind]

    def _show_usable(self) -> None:
        self._buttons[CodeActionKind.COPY].setEnabled(self._has_text)
        self._buttons[CodeActionKind.INSERT].setEnabled(self._is_finished and self._has_text)
        self._buttons[CodeActionKind.PROPOSE].setEnabled(self._is_finished)

    def _button(self, kind: CodeActionKind, icon_name: str, title: str) -> QToolButton:
        made = QToolButton(self)
        made.setObjectName(f"code_{kind.value}")
        made.setIcon(icon(icon_name, self._theme.tokens.muted))
        made.setIconSize(QSize(16, 16))
        made.setFixedSize(26, 26)
        made.setToolTip(title)
        made.setAccessibleName(title)
        made.setCursor(Qt.CursorShape.ArrowCursor)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(lambda: self.action_chosen.emit(CodeAction(kind, self._code)))
        self._buttons[kind] = made
        return made

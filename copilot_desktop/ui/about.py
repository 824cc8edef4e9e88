"""The dialogs of the Help menu: what the program is made of, and a report of what runs here."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop import APPLICATION_NAME
from copilot_desktop.bridge.about import About
from copilot_desktop.ui.theme.fixed_font import fixed_font
from copilot_desktop.ui.theme.icons import application_icon

_WIDTH_PX, _HEIGHT_PX, _ICON_PX = 680, 560, 48


class TextDialog(QDialog):
    """Text to read and copy, on one or more tabs; not modal."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.resize(_WIDTH_PX, _HEIGHT_PX)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(12)

    def add_head(self, widget: QWidget) -> None:
        """Something above the text."""
        self._column.addWidget(widget)

    def add_tabs(self, texts: tuple[tuple[str, str], ...]) -> None:
        """The texts, each under its title; a single one without tabs."""
        fields = [_text_field(title, text) for title, text in texts]
        if len(fields) == 1:
            self._column.addWidget(fields[0], 1)
            return
        tabs = QTabWidget(self)
        tabs.setObjectName(f"{self.objectName()}.tabs")
        tabs.setAccessibleName("Parts")
        for (title, _text), field in zip(texts, fields, strict=True):
            tabs.addTab(field, title)
        self._column.addWidget(tabs, 1)

    def add_buttons(self, *buttons: QPushButton) -> None:
        """The row below, with Close at its end."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        close = _button(f"{self.objectName()}.close", "Close")
        close.clicked.connect(self.close)
        for each in (*buttons, close):
            row.addWidget(each)
        self._column.addLayout(row)


def show_about(found: About, window: QWidget) -> None:
    """Versions, libraries and licences."""
    dialog = TextDialog("about", f"About {APPLICATION_NAME}", window)
    head = QWidget(dialog)
    row = QHBoxLayout(head)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    picture = QLabel(head)
    picture.setPixmap(application_icon().pixmap(_ICON_PX, _ICON_PX))
    picture.setAccessibleName("")
    name = QLabel(f"{APPLICATION_NAME} {found.version}", head)
    name.setObjectName("about.version")
    name.setProperty("role", "title")
    words = QLabel(
        "Pair programming with a language model; nothing is written before you approve it.\nApache License 2.0", head
    )
    words.setObjectName("about.words")
    words.setProperty("role", "muted")
    words.setWordWrap(True)
    beside = QVBoxLayout()
    beside.setSpacing(4)
    for each in (name, words):
        each.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        beside.addWidget(each)
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(beside, 1)
    dialog.add_head(head)
    widest = max((len(each.name) for each in found.libraries), default=0)
    lines = [f"{each.name:<{widest}}  {each.version:<12}  {each.licence}" for each in found.libraries]
    libraries = f"Qt {found.qt_version}, used as a library under the LGPL.\n\n" + "\n".join(lines)
    dialog.add_tabs((("Libraries", libraries), *((each.title, each.text) for each in found.licences)))
    dialog.add_buttons()
    dialog.show()


def show_diagnostics(report: str, window: QWidget) -> None:
    """A report to send with a question."""
    dialog = TextDialog("diagnostics", "Diagnostics", window)
    words = QLabel("For a bug report. It holds no content of your files, no prompts and no keys.", dialog)
    words.setProperty("role", "muted")
    dialog.add_head(words)
    dialog.add_tabs((("Report", report),))
    copy = _button("diagnostics.copy", "Copy")
    copy.clicked.connect(lambda: QApplication.clipboard().setText(report))
    dialog.add_buttons(copy)
    dialog.show()


def _text_field(title: str, text: str) -> QPlainTextEdit:
    field = QPlainTextEdit(text)
    field.setObjectName(f"text.{title.lower()}")
    field.setAccessibleName(title)
    field.setReadOnly(True)
    field.setTabChangesFocus(True)
    field.setFont(fixed_font())
    return field


def _button(name: str, title: str) -> QPushButton:
    made = QPushButton(title)
    made.setObjectName(name)
    made.setAccessibleName(title)
    made.setAutoDefault(False)
    return made

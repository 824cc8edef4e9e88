"""The key of a profile: source, pasting, deleting; of a kept key only the last four characters are shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from copilot_desktop.bridge.models.profile_keys import KeyState
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.llm.transport.address import Address, is_loopback
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.focus_order import hand_focus_on
from copilot_desktop.ui.preferences.deleting import ask_about_key
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine, bring_into_sight, push_button, row, text_label

_BY_HAND = "by_hand"
_SOURCES = (
    (KeySource.KEYRING, "System keyring"),
    (KeySource.ENVIRONMENT, "Environment variable"),
    (KeySource.COMMAND, "Command"),
    (KeySource.RUN, "For this run only"),
    (KeySource.NONE, "No key"),
)
_HELP = {
    KeySource.KEYRING: "Kept by the system's keyring and nowhere else, and read back to be sure.",
    KeySource.ENVIRONMENT: "Read from this variable at each start; nothing is kept.",
    KeySource.COMMAND: "Run without a shell when the key is needed; the first line it prints is the key.",
    KeySource.RUN: "Held in memory until the program ends; nothing is kept.",
    KeySource.NONE: "Requests carry no Authorization header.",
}


class KeyField(QWidget):
    """Source, field and buttons."""

    source_changed = Signal()
    stored = Signal(str)
    """The user asks to keep this key; it is in no other signal and in no widget afterwards."""
    deleted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("key_field")
        self.setProperty("plain", True)
        self.source_box = QComboBox()
        self.source_box.setObjectName("key_source")
        self.source_box.activated.connect(lambda: self.source_box.setProperty(_BY_HAND, True))
        for source, title in _SOURCES:
            self.source_box.addItem(title, source)
        self.variable = QLineEdit("OPENAI_API_KEY")
        self.variable.setObjectName("key_variable")
        self.variable.setAccessibleName("Environment variable")
        self.command = QLineEdit()
        self.command.setObjectName("key_command")
        self.command.setAccessibleName("Command that prints the key")
        self.command.setPlaceholderText("pass show openai")
        self.key = QLineEdit()
        self.key.setObjectName("key")
        self.key.setAccessibleName("Key")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText("Paste the key")
        self.save = push_button("key_save", "Save key")
        self.delete = push_button("key_delete", "Delete key")
        self.run_only = push_button("key_run_only", "Use for this run only")
        self.status = StatusLine("key_status")
        self._shown = ""
        """The end of the key there is."""
        self._is_waiting = self._is_unreadable = False
        self._help = text_label("", "muted")
        self._is_answer_due = False
        """The user has asked for something with the key, and is to see how it went."""
        self._lay_out()
        self.source_box.currentIndexChanged.connect(self._on_source_changed)
        self.save.clicked.connect(self._on_save_clicked)
        self.key.returnPressed.connect(self._on_save_clicked)
        self.key.textChanged.connect(self._on_key_edited)
        self.delete.clicked.connect(self._on_delete_clicked)
        self.run_only.clicked.connect(self._on_run_only_clicked)
        self.save.setEnabled(False)
        self.delete.hide()
        self.run_only.hide()
        self._show_source()

    @property
    def source(self) -> KeySource:
        """Where the key comes from."""
        return KeySource(self.source_box.currentData())

    @property
    def typed(self) -> str:
        """The key that is typed and not kept yet; "" where none is asked for."""
        return self.key.text().strip() if self.source in (KeySource.KEYRING, KeySource.RUN) else ""

    @property
    def is_missing(self) -> bool:
        """Whether a key of the keyring is wanted, and there is none: a keyring that is locked may hold one."""
        is_there = self.typed or self._shown or self._is_waiting or self._is_unreadable
        return self.source is KeySource.KEYRING and not is_there

    def fit_to(self, base_url: str) -> None:
        """Servers on this machine mostly want no key, and one that does will say so: where none is given, and the
        keyring was not chosen by hand, none is."""
        if self.is_missing and not self.source_box.property(_BY_HAND) and is_loopback(Address.of(base_url).host):
            self.choose(KeySource.NONE)

    def in_order(self) -> tuple[QWidget, ...]:
        """The fields as the Tab key goes through them."""
        return (self.source_box, self.variable, self.command, self.key, self.save, self.delete, self.run_only)

    def show_setting(self, setting: ProfileSetting) -> None:
        """Show a profile's choice."""
        self.source_box.setProperty(_BY_HAND, False)
        self.variable.setText(setting.environment_variable)
        self.command.setText(setting.key_command)
        # A file written by hand may name another one.
        is_known = setting.key_source in tuple(KeySource)
        self.choose(KeySource(setting.key_source) if is_known else KeySource.KEYRING)

    def apply_to(self, setting: ProfileSetting) -> ProfileSetting:
        """The setting with the choice of these fields."""
        return replace(
            setting,
            key_source=self.source.value,
            environment_variable=self.variable.text().strip() or "OPENAI_API_KEY",
            key_command=self.command.text().strip(),
        )

    def forget_typed(self) -> None:
        """Empty the field: a key that is not kept goes nowhere, least of all to another profile."""
        self.key.clear()

    def show_waiting(self) -> None:
        """The keyring was asked; it may show a window of its own."""
        if self.source is KeySource.KEYRING:
            self._is_waiting = True
            self.status.say(
                "Waiting for the system's keyring. It may ask for its password in its own window.", Mood.BUSY
            )

    def show_state(self, state: KeyState) -> None:
        """Say whether there is a key, or why not."""
        self._is_waiting, self._is_unreadable = False, state.problem is not None
        can_delete = state.has_key and state.source in (KeySource.KEYRING, KeySource.RUN)
        self._show_button(self.delete, is_shown=can_delete)
        self._show_button(self.run_only, is_shown=state.problem is not None and state.source is KeySource.KEYRING)
        if self._is_answer_due:
            # What was asked before, whether there is a key, may be answered first.
            self._is_answer_due = not (state.is_stored or state.is_deleted or state.problem is not None)
            # Once it is laid out: the sentence may stand below what is in sight.
            QTimer.singleShot(0, self, partial(bring_into_sight, self.run_only, self.status))
        if state.problem is not None:
            self.status.say(f"{state.problem.message} {state.problem.advice}".rstrip(), Mood.BAD)
            return
        if state.is_stored:
            # What was typed is kept now; the field shows only that there is a key.
            self.key.clear()
        self._shown = state.shown
        if state.has_key:
            self.key.setPlaceholderText(f"{state.shown}   replace …")
            self.status.say(f"Key found: {state.shown}", Mood.GOOD)
        else:
            self.key.setPlaceholderText("Paste the key")
            if state.is_deleted:
                self.status.say("The key is deleted.", Mood.GOOD)
                return
            missing = (
                f"The variable {self.variable.text()} is not set." if state.source is KeySource.ENVIRONMENT else ""
            )
            self.status.say(missing, Mood.BAD)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(row("Key", self.source_box))
        layout.addWidget(self.variable)
        layout.addWidget(self.command)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.key, 1)
        line.addWidget(self.save)
        line.addWidget(self.delete)
        layout.addLayout(line)
        layout.addWidget(self._help)
        layout.addWidget(self.status)
        layout.addWidget(self.run_only, 0, Qt.AlignmentFlag.AlignLeft)

    def choose(self, source: KeySource) -> None:
        """Show another source, which the user has not chosen in the box."""
        self.source_box.blockSignals(True)
        self.source_box.setCurrentIndex(self.source_box.findData(source))
        self.source_box.blockSignals(False)
        self._show_source()

    def _show_source(self) -> None:
        source = self.source
        has_field = source in (KeySource.KEYRING, KeySource.RUN)
        self.variable.setVisible(source is KeySource.ENVIRONMENT)
        self.command.setVisible(source is KeySource.COMMAND)
        self.key.setVisible(has_field)
        for button, is_shown in ((self.save, has_field), (self.delete, False), (self.run_only, False)):
            self._show_button(button, is_shown=is_shown)
        self.status.say("", Mood.BUSY)
        self._shown, self._is_waiting, self._is_unreadable = "", False, False
        self.key.setPlaceholderText("Paste the key")
        self._help.setText(_HELP[source])

    def _show_button(self, button: QWidget, *, is_shown: bool) -> None:
        if not is_shown:
            hand_focus_on(button, self.source_box if self.key.isHidden() else self.key)
        button.setVisible(is_shown)

    def _on_key_edited(self, text: str) -> None:
        if not text.strip():
            hand_focus_on(self.save, self.key)
        self.save.setEnabled(bool(text.strip()))

    def _on_source_changed(self, _index: int) -> None:
        self._show_source()
        self.source_changed.emit()

    def _on_save_clicked(self) -> None:
        if self.typed:
            self._is_answer_due = True
            self.stored.emit(self.typed)

    def _on_delete_clicked(self) -> None:
        ask_about_key(self, self._shown, self._on_deletion_confirmed, is_kept=self.source is KeySource.KEYRING)

    def _on_deletion_confirmed(self) -> None:
        self._is_answer_due = True
        self.deleted.emit()

    def _on_run_only_clicked(self) -> None:
        key = self.key.text().strip()
        self.choose(KeySource.RUN)
        self.source_changed.emit()
        if key:
            self.stored.emit(key)

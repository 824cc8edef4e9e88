"""Settings → Keys: every command with its keys, which can be recorded anew; conflicts are shown before that."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.settings.keys_page import SEPARATOR, KeysPage
from copilot_desktop.ui.actions import Action, ActionSet
from copilot_desktop.ui.key_conflicts import (
    Bound,
    bound_keys,
    clashes_of,
    do_clash,
    is_needed_for_typing,
    robbed_by,
)
from copilot_desktop.ui.preferences.form_parts import NARROWEST_PX, Mood, StatusLine, caption, push_button, text_label
from copilot_desktop.ui.preferences.key_list import KeyList, full_title, written
from copilot_desktop.ui.preferences.key_recorder import KeyRecorder
from copilot_desktop.ui.preferences.narrow_rows import NarrowMargins, TurningRow
from copilot_desktop.ui.theme.theme import Theme


class KeysForm(QWidget):
    """The list above, the keys of the chosen command below."""

    def __init__(
        self, actions: ActionSet, preferences: PreferencesController, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._actions, self._preferences = actions, preferences
        self._dropped: dict[str, str] = {}
        """The own keys that “Reset all” has taken away, until others are set."""
        self.setObjectName("settings_keys")
        self.setProperty("surface", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = QLineEdit()
        self.search.setObjectName("keys_search")
        self.search.setAccessibleName("Search commands by name")
        self.search.setPlaceholderText("Search by name")
        self.search.setClearButtonEnabled(True)
        self.pressed = KeyRecorder("keys_pressed", "Search commands by pressing their keys", "Press keys")
        self.list = KeyList(actions, theme)
        self.recorder = KeyRecorder("keys_recorder", "New keys", "Press the new keys; Tab goes on")
        self.set = push_button("keys_set", "Set keys", is_primary=True)
        self.none = push_button("keys_none", "No keys")
        self.reset = push_button("keys_reset", "Reset")
        self.reset_all = push_button("keys_reset_all", "Reset all")
        self.status = StatusLine("keys_status")
        for field in (self.search, self.pressed, self.recorder):
            field.setMinimumWidth(NARROWEST_PX)
        self._of = caption("", self.recorder)
        self._of.setObjectName("keys_of")
        self._lay_out()
        self.search.textChanged.connect(self._on_searched)
        self.search.installEventFilter(self)
        self.pressed.recorded.connect(self._on_searched)
        self.list.chosen.connect(self._on_chosen)
        self.list.wanted.connect(self.recorder.setFocus)
        self.recorder.recorded.connect(self._on_recorded)
        self.set.clicked.connect(self._on_set_clicked)
        self.none.clicked.connect(lambda: self._keep({self.list.current_id: ""}, "It has no keys any more."))
        self.reset.clicked.connect(self._on_reset_clicked)
        self.reset_all.clicked.connect(self._on_reset_all_clicked)
        preferences.failed.connect(self.status.say_notice)
        actions.changed.connect(self._show_buttons)
        self.setFocusProxy(self.search)
        self.list.select(self.list.shown_ids()[0])
        self._on_chosen(self.list.current_id)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 12)
        layout.setSpacing(8)
        layout.addWidget(text_label("Keys", "title"))
        layout.addWidget(TurningRow(self.search, text_label("or press", "muted"), self.pressed, stretches=(3, 0, 2)))
        layout.addWidget(self.list, 1)
        layout.addWidget(self._of)
        layout.addWidget(TurningRow(self.recorder, self.set, stretches=(1, 0)))
        layout.addWidget(self.status)
        layout.addWidget(TurningRow(TurningRow(self.none, self.reset), self.reset_all, stretches=(1, 0)))
        NarrowMargins(self, layout)

    def _chosen(self) -> Action | None:
        here = self.list.current_id
        return next((action for action in self._actions.all() if action.action_id == here), None)

    def _clashes(self, action: Action) -> tuple[Bound, ...]:
        keys = self.recorder.keys
        return clashes_of(action, keys, bound_keys(self._actions)) if keys.count() else ()

    def _on_searched(self, _text: str = "") -> None:
        self.list.show_only(self.search.text(), self.pressed.keys)
        if not self.list.shown_ids():
            self.status.say("No command has this name or these keys.", Mood.BUSY)
        elif self.status.text().startswith("No command"):
            self.status.say("", Mood.BUSY)

    def _on_chosen(self, _action_id: str) -> None:
        action = self._chosen()
        self._of.setText(f"Keys of “{full_title(action)}”" if action is not None else "Choose a command above")
        self.recorder.forget()
        self.status.say("", Mood.BUSY)
        self._show_buttons()

    def _on_recorded(self) -> None:
        """Say what the recorded keys would collide with before anything is kept."""
        action, keys = self._chosen(), self.recorder.keys
        self.status.say("", Mood.BUSY)
        if action is not None and keys.count():
            clashes = self._clashes(action)
            if is_needed_for_typing(action, keys):
                self.status.say(f"{written(keys)} is needed for typing. Hold Ctrl or Alt with it.", Mood.BAD)
            elif clashes:
                others = " and ".join(f"“{full_title(each.action)}” ({written(each.keys)})" for each in clashes)
                self.status.say(f"{written(keys)} is in use: {others}. Setting it takes it from there.", Mood.BAD)
            else:
                self.status.say(f"{written(keys)} is free. Tab goes on to “Set keys”.", Mood.GOOD)
        self._show_buttons()

    def _show_buttons(self) -> None:
        action, keys = self._chosen(), self.recorder.keys
        overrides = self._actions.overrides
        is_usable = action is not None and keys.count() > 0 and not is_needed_for_typing(action, keys)
        self.set.setEnabled(is_usable)
        is_taken = is_usable and action is not None and bool(self._clashes(action))
        self.set.setText("Take these keys" if is_taken else "Set keys")
        self.set.setAccessibleName(self.set.text())
        self.none.setEnabled(action is not None and bool(self._actions.keys(action.action_id)))
        self.reset.setEnabled(action is not None and action.action_id in overrides)
        can_undo = bool(self._dropped) and not overrides
        self.reset_all.setText("Undo reset" if can_undo else "Reset all")
        self.reset_all.setAccessibleName(self.reset_all.text())
        self.reset_all.setEnabled(can_undo or bool(overrides))

    def _on_set_clicked(self) -> None:
        action, keys = self._chosen(), self.recorder.keys
        if action is None or not keys.count():
            return
        changes: dict[str, str | None] = {action.action_id: _portable(keys)}
        for clash in self._clashes(action):
            other = clash.action.action_id
            left = [each for each in self._actions.keys(other) if not do_clash(each, keys)]
            changes[other] = SEPARATOR.join(_portable(each) for each in left)
        self.recorder.forget()
        self._keep(changes, f"{written(keys)} is set.")

    def _on_reset_clicked(self) -> None:
        """What it had taken from others goes back to them; what others have of its own is said."""
        action = self._chosen()
        if action is None:
            return
        back = robbed_by(action, self._actions)
        said = "".join(f", and “{full_title(each)}” has back what was taken from it" for each in back)
        self._keep(dict.fromkeys((action.action_id, *(each.action_id for each in back))), f"It has its own keys{said}.")
        bound = bound_keys(self._actions)
        for keys in self._actions.keys(action.action_id):
            for other in clashes_of(action, keys, bound):
                name = full_title(other.action)
                said = f"{written(keys)} is in use by “{name}”, too, so it does neither. Give one of them other keys."
                self.status.say(said, Mood.BAD)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter and Down go from the search on to what was found."""
        down = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        is_on = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in down
        if not is_on or not self.list.shown_ids():
            return super().eventFilter(watched, event)
        self.list.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _on_reset_all_clicked(self) -> None:
        overrides = dict(self._actions.overrides)
        if overrides:
            self._dropped = overrides
            self._keep(dict.fromkeys(overrides), "All commands have their own keys again.")
        else:
            self._keep(self._dropped, "Your keys are back.")

    def _keep(self, changes: Mapping[str, str | None], said: str) -> None:
        """Bind other keys, None for the defaults; the list shows them, and the focus stays where it was of use."""
        overrides = dict(self._actions.overrides)
        for action_id, keys in changes.items():
            if keys is None:
                overrides.pop(action_id, None)
            else:
                overrides[action_id] = keys
        if overrides:
            self._dropped = {}
        # The button that was pressed may have nothing to do any more.
        self.list.setFocus()
        self._preferences.save(KeysPage(overrides))
        self.status.say(said, Mood.GOOD)


def _portable(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.PortableText).replace(", ", " ")

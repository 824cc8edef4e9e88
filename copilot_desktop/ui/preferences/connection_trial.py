"""“Test connection” and “Fetch list”: the buttons wait for the answer, and a line says how it went."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from copilot_desktop.bridge.models.trials import ModelsListed, ModelTrials, Tested
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine
from copilot_desktop.ui.preferences.profile_fields import ProfileFields


class ConnectionTrial(QObject):
    """Asks for what the form says, and shows the answer."""

    def __init__(self, trials: ModelTrials, fields: ProfileFields, test: QPushButton, status: StatusLine) -> None:
        super().__init__(test)
        self._trials = trials
        self._fields = fields
        self._test = test
        self._status = status
        self._focus_moved_to: QWidget | None = None
        trials.listed.connect(self._on_listed)
        trials.tested.connect(self._on_tested)

    def test(self, setting: ProfileSetting) -> None:
        """Make a real call."""
        self._wait(self._test)
        self._status.say(f"Asking {setting.model or 'the model'} …", Mood.BUSY)
        self._trials.test(setting)

    def fetch(self, setting: ProfileSetting) -> None:
        """Fetch the list of models."""
        self._wait(self._fields.fetch)
        self._status.say("Asking the server for its models …", Mood.BUSY)
        self._trials.list_models(setting)

    def stop(self) -> None:
        """Another profile is shown: what is asked now is of no interest any more."""
        self._trials.stop()
        for button in (self._test, self._fields.fetch):
            button.setEnabled(True)
        self._focus_moved_to = None

    def _wait(self, button: QPushButton) -> None:
        had_focus = button.hasFocus()
        if had_focus:
            # Not on to what comes next, which may be “Delete”: the keyboard waits at what comes before.
            before = button.previousInFocusChain()
            while before is not None and before is not button and not _takes_keyboard(before):
                before = before.previousInFocusChain()
            if before is not None:
                before.setFocus()
        button.setEnabled(False)
        self._focus_moved_to = QApplication.focusWidget() if had_focus else None

    def _go_on(self, button: QPushButton) -> None:
        button.setEnabled(True)
        # Unless the user has moved it since, it comes back.
        if self._focus_moved_to is not None and self._focus_moved_to is QApplication.focusWidget():
            button.setFocus()
        self._focus_moved_to = None

    def _on_listed(self, listed: ModelsListed) -> None:
        self._go_on(self._fields.fetch)
        if listed.problem is not None:
            self._status.say_notice(listed.problem)
            return
        self._fields.show_models(listed.models)
        count = len(listed.models)
        if count:
            said = "One model offered." if count == 1 else f"{count} models offered: choose one in “Model”."
        else:
            said = "The server names no models; type the id."
        self._status.say(said, Mood.GOOD)

    def _on_tested(self, tested: Tested) -> None:
        self._go_on(self._test)
        if tested.problem is not None or tested.result is None:
            self._status.say_notice(tested.problem or ErrorNotice("model", "The model gave no answer."))
            return
        result = tested.result
        self._status.say(
            f"{result.model} answered: first token after {result.first_token_s:.2f} s, "
            f"{result.duration_s:.2f} s in all.",
            Mood.GOOD,
        )


def _takes_keyboard(widget: QWidget) -> bool:
    is_there = widget.isVisible() and widget.isEnabled()
    return is_there and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)

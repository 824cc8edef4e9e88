"""Keeps how differences are shown in the settings, and follows them and those of the editor."""

from __future__ import annotations

from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.settings.differences_page import DifferencesPage
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.ui.diff.look import DiffLook


def keep_look(look: DiffLook, preferences: PreferencesController) -> None:
    """Let what is chosen be there again at the next start, and what is chosen in the settings hold at once."""
    preferences.page_changed.connect(look.follow_page)
    look.chosen.connect(preferences.save)
    preferences.load(DifferencesPage)
    preferences.load(EditorPage)

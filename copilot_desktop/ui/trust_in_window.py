"""Says that a folder is restricted, asks whether it is trusted, and shows what has changed since it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.folder.trust import TrustController
from copilot_desktop.errors import CopilotError
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Choice, Notice
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.workspace.trust.values import Decision, Guarded, GuardedChange, TrustState

if TYPE_CHECKING:
    from copilot_desktop.bridge.preferences import PreferencesController
    from copilot_desktop.ui.diff.values import DiffFile

_KEY: Final = "trust"
_PAGE: Final = "trust"
_HELD_PAGE: Final = "trust_held"
_NAMED: Final = 2
_MEANS: Final = "Its rule files and settings are not applied, and no git hook, filter or other program of it is run."


class TrustInWindow(QObject):
    """Of one window; `preferences` keeps how differences are shown."""

    def __init__(
        self, window: MainWindow, trust: TrustController, theme: Theme, preferences: PreferencesController
    ) -> None:
        super().__init__(window)
        self._window, self.trust, self._theme, self._preferences = window, trust, theme, preferences
        trust.changed.connect(self._show)
        trust.failed.connect(self._on_failed)
        window.status.field_clicked.connect(self._on_field_clicked)
        window.commands.add(self._actions())
        if trust.state is not None:
            self._show(trust.state)

    def ask(self) -> None:
        """Ask again whether the folder is trusted; where it is, for what has changed."""
        state = self.trust.state
        if state is not None:
            self._window.notices.show_notice(_question(state, self._choices(state)))
            self._window.notices.focus_first()

    def show_changes(self) -> None:
        """Open a tab with what has changed since it was agreed to."""
        state = self.trust.state
        if state is None or not state.changes:
            return
        changes = state.changes
        self._window.editors.close_page(_PAGE)
        self._window.editors.show_page(_PAGE, "Changes to agree to", lambda: self._make_page(changes)).setFocus()

    def show_held(self) -> None:
        """Open a tab with what would be applied and run in the folder if it were trusted."""
        state = self.trust.state
        if state is not None and state.held:
            held = state.held
            self._window.editors.close_page(_HELD_PAGE)
            self._window.editors.show_page(_HELD_PAGE, "Held back", lambda: self._make_held_page(held)).setFocus()

    def _actions(self) -> tuple[Action, ...]:
        def is_restricted() -> bool:
            return self.trust.state is not None and not self.trust.state.is_trusted

        def is_trusted() -> bool:
            return self.trust.state is not None and self.trust.state.is_trusted

        def has_changes() -> bool:
            return self.trust.state is not None and bool(self.trust.state.changes)

        def has_held() -> bool:
            return self.trust.state is not None and bool(self.trust.state.held)

        return (
            Action("folder.trust", "Trust this folder", self.trust.trust, (), "File", 2, when=is_restricted),
            Action("folder.restrict", "Restrict this folder", self.trust.restrict, (), "File", 2, when=is_trusted),
            Action("folder.trust_changes", "Review changed rule files", self.show_changes, when=has_changes),
            Action("folder.show_held", "Show what this restricted folder holds back", self.show_held, when=has_held),
        )

    def _show(self, state: TrustState) -> None:
        self._window.notices.withdraw(_KEY)
        if not state.changes:
            self._window.editors.close_page(_PAGE)
        if not state.held:
            self._window.editors.close_page(_HELD_PAGE)
        text = tip = ""
        if not state.is_trusted:
            text, tip = "Restricted", f"This folder is restricted. {_MEANS}"
        elif state.changes:
            text, tip = "Rules changed", _changed(state.changes)
        self._window.status.show_field(StatusField.TRUST, text, tip)
        if state.decision is Decision.UNDECIDED or state.changes:
            self._window.notices.show_notice(_question(state, self._choices(state)))

    def _choices(self, state: TrustState) -> tuple[Choice, ...]:
        if state.is_trusted:
            return (("Review changes", self._on_review_chosen), ("Restrict folder", self.trust.restrict))
        choices = (("Trust this folder", self.trust.trust), ("Keep restricted", self._on_kept))
        return (*choices, ("Show them", self._on_held_chosen)) if state.held else choices

    def _on_kept(self) -> None:
        if self.trust.state is not None and self.trust.state.decision is Decision.UNDECIDED:
            self.trust.restrict()

    def _on_review_chosen(self) -> None:
        # A choice takes its notice away, and nothing is agreed to yet.
        if self.trust.state is not None and self.trust.state.changes:
            self._show(self.trust.state)
        self.show_changes()

    def _on_held_chosen(self) -> None:
        if self.trust.state is not None:
            self._show(self.trust.state)  # as above
        self.show_held()

    def _on_field_clicked(self, field: StatusField) -> None:
        if field is StatusField.TRUST:
            self.ask()

    def _on_failed(self, error: CopilotError) -> None:
        self._window.notices.show_notice(Notice(error.message, error.advice, key=f"{_KEY}.failed"))

    def _make_page(self, changes: tuple[GuardedChange, ...]) -> QWidget:
        head = (
            "Removed lines are what you agreed to, added lines are what stands there now. "
            "Until you agree, it is not applied and not run."
        )
        files = [_compared(each) for each in changes]
        choice = ("Agree to these changes", lambda: self._on_agreed(changes))
        return self._page("trust_changes", "Changes to agree to", files, head, choice)

    def _make_held_page(self, held: tuple[GuardedChange, ...]) -> QWidget:
        head = (
            "None of this is applied or run. If you trust the folder, all of it is, with the rule files of folders "
            "below, and later changes of it are asked about."
        )
        files = [replace(_compared(each), labels=("held back",)) for each in held]
        return self._page("trust_held", "What is held back", files, head, ("Trust this folder", self.trust.trust))

    def _page(self, name: str, title: str, files: Sequence[DiffFile], head: str, choice: Choice) -> QWidget:
        from copilot_desktop.ui.diff_page import DiffPage
        from copilot_desktop.ui.diff_settings import keep_look

        page = DiffPage(title, files, head, self._theme)
        page.setObjectName(name)
        page.add_choices((choice,))
        keep_look(page.look, self._preferences)
        page.came_to_front.connect(lambda shown: self._window.commands.replace(shown.one_key_actions()))
        return page

    def _on_agreed(self, changes: tuple[GuardedChange, ...]) -> None:
        self.trust.agree(changes)
        self._window.editors.close_page(_PAGE)


def _question(state: TrustState, choices: tuple[Choice, ...]) -> Notice:
    if state.is_trusted:
        if not state.changes:
            return Notice("This folder is trusted.", "", choices[1:], key=_KEY, is_amber=False)
        return Notice(_changed(state.changes), "", choices, key=_KEY, can_dismiss=False)
    found = f"{_named(state.found)} {'is' if len(state.found) == 1 else 'are'}" if state.found else "its rule files are"
    said = state.problem or f"This folder is restricted: nothing of it is run, and {found} not applied."
    return Notice(said, "", choices, key=_KEY, is_amber=bool(state.problem), can_dismiss=False)


def _changed(changes: tuple[GuardedChange, ...]) -> str:
    has = "has" if len(changes) == 1 else "have"
    named = _named(tuple(each.name for each in changes))
    return f"{named} {has} changed since you trusted this folder. Nothing of it is applied or run until you agree."


def _named(names: tuple[str, ...]) -> str:
    """Some of the names as a part of a sentence."""
    shown = [*names[:_NAMED], *([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _compared(change: GuardedChange) -> DiffFile:
    from copilot_desktop.ui.diff.comparing import compared_file

    file = compared_file(change.name, _text(change.old), _text(change.new))
    label = "new" if change.old is None else "gone" if change.new is None else "changed"
    is_shown = all(each is None or each.text is not None for each in (change.old, change.new))
    notes = () if is_shown else ("It is no text, or too large to be shown: look at it in another program.",)
    return replace(file, labels=(label,), notes=notes)


def _text(guarded: Guarded | None) -> str:
    return "" if guarded is None or guarded.text is None else guarded.text

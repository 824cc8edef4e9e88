"""The first run in one window: what the welcome page offers about models, and trying all of it on a sample project."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.app.start_page import StartPage
from copilot_desktop.app.window_parts import WindowParts
from copilot_desktop.bridge.unexpected import raise_unexpected
from copilot_desktop.errors import CopilotError, StoreError
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.files import FileCommands
from copilot_desktop.ui.notices import Notice
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.ui.guide_in_window import GuideInWindow

_KEY = "sample"


class FirstRun(QObject):
    """Joins the welcome page, once there is one, to the model side."""

    def __init__(self, parts: WindowParts, files: FileCommands, page: StartPage) -> None:
        super().__init__(parts.window)
        self._parts, self._files = parts, files
        chat = parts.window.findChild(ChatInWindow)
        if chat is None:
            raise LookupError("the chat is composed first")
        self._chat = chat
        page.sample_wanted.connect(self.try_sample)
        page.settings_wanted.connect(partial(chat.show_settings, "Models"))
        page.follow_models(chat.models)
        parts.window.commands.add(
            (Action("help.sample", "Try a sample project, step by step…", self.try_sample, (), "Help", 1),)
        )

    @cached_property
    def guide(self) -> GuideInWindow:
        """Leads through the first change; made when it is first wanted."""
        from copilot_desktop.bridge.review.controller import ReviewController
        from copilot_desktop.ui.guide_in_window import GuideInWindow, GuideParts

        review = self._parts.window.findChild(ReviewController)
        if review is None:
            raise LookupError("the review is composed first")
        parts = self._parts
        made = GuideParts(parts.window, parts.workspace, parts.documents, self._chat, review, parts.when_texts_are_back)
        return GuideInWindow(made)

    def try_sample(self) -> None:
        """Ask where the sample project is to be, copy it there, open it, and lead through a first change."""
        self._parts.window.notices.withdraw(_KEY)
        self._files.dialogs.choose_place_for("sample", "Choose where the sample project goes", self._copy)

    def _copy(self, parent: Path) -> None:
        from copilot_desktop.workspace.sample_project import copy_sample
        from copilot_desktop.workspace.trust.folder_trust import FolderTrust

        state_folder = self._parts.core.folders.state

        def copy() -> Path:
            made = copy_sample(parent)
            # It comes with the program: nobody else has written any of it.
            with suppress(StoreError):
                FolderTrust(Workspace(made), state_folder).trust()
            return made

        def failed(error: BaseException) -> None:
            if isinstance(error, CopilotError):
                again = ("Choose another folder", self.try_sample)
                notice = Notice(error.message, error.advice, (again,), key=_KEY, is_of_folder=False)
                self._parts.window.notices.show_notice(notice)
            raise_unexpected(error)

        self._parts.thread.run_in_worker(copy, self._open, failed)

    def _open(self, folder: Path) -> None:
        self.guide.begin_in(folder)
        self._files.open_place(folder)

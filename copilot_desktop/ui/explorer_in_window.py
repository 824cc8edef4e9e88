"""Puts the explorer's commands into a window: actions, context menu, buttons, questions, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, QSize, Qt
from PySide6.QtWidgets import QMenu, QToolButton

from copilot_desktop.bridge.files.operations import FileOperations, FilesChanged, FilesRefused, NameClash, NoTrash
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.settings.explorer_page import ExplorerPage
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.explorer.file_clipboard import leave_text
from copilot_desktop.ui.explorer.file_commands import ExplorerCommands
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.icon_button import IconButton, MakeIcon
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.way_back import without_way_back

_NOTICE = "files"
_TOOLS = ("explorer.new_file", "explorer.new_folder", "explorer.refresh", "explorer.collapse")
_MENU = (
    ("explorer.open", "explorer.add_to_chat", "search.in_chosen"),
    ("explorer.new_file", "explorer.new_folder"),
    ("edit.cut", "edit.copy", "edit.paste", "explorer.duplicate"),
    ("explorer.rename", "explorer.trash", "explorer.undo"),
    ("explorer.copy_path", "explorer.copy_relative", "explorer.reveal", "explorer.history"),
    ("explorer.show_ignored", "explorer.refresh", "explorer.collapse"),
)


class ExplorerInWindow(QObject):
    """The explorer's commands in one window."""

    def __init__(
        self,
        window: MainWindow,
        panel: ExplorerPanel,
        operations: FileOperations,
        workspace: WorkspaceController,
        make_icon: MakeIcon,
    ) -> None:
        super().__init__(window)
        self._window, self._panel, self._operations, self._workspace = window, panel, operations, workspace
        self._preferences: PreferencesController | None = None
        self._page, self._is_loaded = ExplorerPage(), False
        self.commands = ExplorerCommands(panel, operations, workspace.listed, lambda call: window.when_idle(call))
        window.commands.add((*self._file_actions(), *self._tree_actions()))
        self._add_tools(make_icon)
        panel.menu_wanted.connect(self._on_menu_wanted)
        operations.changed.connect(self._on_changed)
        operations.refused.connect(self._on_refused)
        operations.no_trash.connect(self._on_no_trash)
        operations.clashed.connect(self._on_clashed)
        window.closing.connect(leave_text)

    def chosen_file(self) -> str:
        """The file that is chosen in the tree; "" where there is none, or several."""
        chosen, model = self._panel.tree.chosen(), self._panel.model
        return chosen[0] if len(chosen) == 1 and not model.is_folder(model.index_of(chosen[0])) else ""

    def follow_settings(self, preferences: PreferencesController) -> None:
        """Show what the settings say, now and when they are changed."""
        self._preferences = preferences
        preferences.page_changed.connect(self._on_page_changed)
        preferences.load(ExplorerPage)

    def _file_actions(self) -> tuple[Action, ...]:
        do, tree = self.commands, self._panel.tree
        new_file = partial(do.begin_new, is_folder=False)
        new_folder = partial(do.begin_new, is_folder=True)
        copy, copy_relative = partial(do.copy_paths, is_relative=False), partial(do.copy_paths, is_relative=True)

        def action(
            name: str,
            title: str,
            run: Callable[[], object],
            keys: tuple[str, ...] = (),
            when: Callable[[], bool] = self._is_open,
            icon: str = "",
        ) -> Action:
            return Action(f"explorer.{name}", title, run, keys, icon=icon, when=when, focus=tree)

        return (
            action("open", "Open", do.open, when=do.has_chosen),
            action("add_to_chat", "Add to chat", do.add_to_chat, when=do.has_chosen),
            action("new_file", "New file here", new_file, ("Alt+Ins",), icon="file-plus"),
            action("new_folder", "New folder here", new_folder, ("Shift+Alt+Ins",), icon="folder-plus"),
            action("rename", "Rename", do.rename, ("F2",), do.has_one, "pencil"),
            action("duplicate", "Duplicate", do.duplicate, ("Ctrl+Shift+D",), do.has_chosen, "copy"),
            action("trash", "Move to the trash", do.trash, ("Del",), do.has_chosen, "trash-2"),
            action("undo", "Undo the last file operation", do.undo, (), do.can_undo, "undo-2"),
            action("reveal", "Show in the file manager", self._reveal, ("Shift+Alt+R",), icon="external-link"),
            action("copy_path", "Copy path", copy, ("Ctrl+Alt+C",), do.has_chosen),
            action("copy_relative", "Copy relative path", copy_relative, ("Ctrl+Shift+Alt+C",), do.has_chosen),
        )

    def _tree_actions(self) -> tuple[Action, ...]:
        tree = self._panel.tree
        return (
            Action(
                "explorer.show_ignored",
                "Show ignored files",
                self._toggle_ignored,
                menu="View",
                group=1,
                icon="eye",
                when=lambda: self._is_loaded,
                checked=lambda: self._workspace.shows_ignored,
            ),
            Action(
                "explorer.refresh",
                "Refresh the explorer",
                self._panel.refresh,
                ("F5",),
                icon="refresh-cw",
                when=self._is_open,
                focus=tree,
            ),
            Action(
                "explorer.collapse",
                "Collapse all folders",
                tree.collapseAll,
                icon="chevrons-down-up",
                when=self._is_open,
                focus=tree,
            ),
        )

    def _add_tools(self, make_icon: MakeIcon) -> None:
        tools: list[QToolButton] = []
        actions = {action.action_id: action for action in self._window.commands.all()}
        for action_id in _TOOLS:
            action = actions[action_id]
            button = IconButton(make_icon, action.icon, action.title, self._panel)
            button.setObjectName(f"tool.{action_id}")
            button.setFixedSize(QSize(24, 24))
            button.setAutoRaise(True)
            button.clicked.connect(partial(self._on_tool_clicked, action_id))
            tools.append(button)
        self._panel.set_tools(tools)

    def _on_tool_clicked(self, action_id: str, _checked: bool = False) -> None:
        self._window.commands.run(action_id)

    def _is_open(self) -> bool:
        return self._workspace.workspace is not None and not self._workspace.is_gone

    def _reveal(self) -> None:
        root, chosen = self._panel.model.root, self._panel.tree.chosen()
        if root is None:
            return
        place = root / chosen[0] if chosen else root
        not_shown = partial(self._say, "No file manager could be opened.", f"The place is {place}.")
        self._operations.file_manager.show(place, not_shown)

    def _toggle_ignored(self) -> None:
        if self._preferences is not None:
            self._preferences.save(replace(self._page, show_ignored=not self._workspace.shows_ignored))

    def _on_page_changed(self, page: object) -> None:
        if not isinstance(page, ExplorerPage):
            return
        self._page, self._is_loaded = page, True
        if page.show_ignored != self._workspace.shows_ignored:
            self._workspace.shows_ignored = page.show_ignored
            self._panel.refresh()

    def _on_menu_wanted(self, place: QPoint) -> None:
        menu = QMenu(self._panel)
        menu.setObjectName("menu.explorer")
        menu.setAccessibleName("What can be done with the chosen files")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window.commands.fill_context_menu(menu, _MENU)
        menu.popup(place)

    def _on_changed(self, event: FilesChanged) -> None:
        self._window.notices.withdraw(_NOTICE)
        hint = "" if event.is_undo or not event.operation.can_undo else "Ctrl+Z in the explorer takes it back."
        self._window.status.show_done(f"Done: {event.operation.title}", hint)

    def _on_refused(self, event: FilesRefused) -> None:
        choices = without_way_back(self._window, event.without_way_back, _NOTICE)
        self._window.notices.show_notice(Notice(event.message, event.advice, choices, key=_NOTICE))

    def _on_no_trash(self, event: NoTrash) -> None:
        from copilot_desktop.ui.explorer.questions import ask_about_deleting

        delete = partial(self._operations.delete_for_good, event.paths, is_kept=event.may_keep)
        ask_about_deleting(self._window, event.paths, event.may_keep, delete)

    def _on_clashed(self, event: NameClash) -> None:
        from copilot_desktop.ui.explorer.questions import ask_about_taken

        ask_about_taken(self._window, event.names, event.folder, event.replace, event.keep_both)

    def _say(self, message: str, advice: str) -> None:
        self._window.notices.show_notice(Notice(message, advice, key=_NOTICE))

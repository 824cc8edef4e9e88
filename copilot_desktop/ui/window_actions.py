"""The window's own actions: files, tabs, panes. Features hand in theirs beside these."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from copilot_desktop import APPLICATION_NAME
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.editor_area import typed_view
from copilot_desktop.ui.files import FileCommands
from copilot_desktop.ui.find_bar import FindBar
from copilot_desktop.ui.front_page import SearchedPane, searched_page, searched_pane, written_page
from copilot_desktop.ui.go_to_line import GoToLine
from copilot_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    # Most windows never show it.
    from copilot_desktop.bridge.about import AboutController


def file_actions(window: MainWindow, files: FileCommands) -> tuple[Action, ...]:
    """Actions on files."""

    def has_view() -> bool:
        return window.editors.current_view() is not None

    def can_save() -> bool:
        page = written_page(window.editors.panes.front())
        return page.can_save_text() if page is not None else has_view()

    def save() -> None:
        page = written_page(window.editors.panes.front())
        if page is not None:
            page.save_text()
        else:
            files.save()

    return (
        Action("file.open", "Open file…", files.dialogs.choose_file, ("Ctrl+O",), "File", 0),
        Action(
            "file.open_folder",
            "Open folder…",
            files.dialogs.choose_folder,
            ("Ctrl+K, Ctrl+O",),
            "File",
            0,
            "folder-open",
        ),
        Action("file.recent", "Open recent folder…", files.recent.choose, ("Ctrl+R",), "File", 0, "history"),
        Action("file.new", "New file", files.new_file, ("Ctrl+N",), "File", 1, "file-plus"),
        Action("file.save", "Save", save, ("Ctrl+S",), "File", 1, "save", can_save),
        Action("file.save_as", "Save as…", files.save_as, ("Ctrl+Shift+S",), "File", 1, "", has_view),
        Action("file.save_all", "Save all", files.save_all, ("Ctrl+Alt+S",), "File", 1, "save-all", has_view),
        Action("file.close_window", "Close window", window.close, ("Ctrl+Shift+W",), "File", 3),
    )


def view_actions(window: MainWindow, show_palette: Callable[[], None]) -> tuple[Action, ...]:
    """Panes, tabs and the palette."""
    show = window.show_side_view

    def has_view() -> bool:
        return window.editors.current_view() is not None

    return (
        Action("view.palette", "Command palette…", show_palette, ("Ctrl+Shift+P", "F1"), "View", 0, "command"),
        Action("view.explorer", "Explorer", partial(show, "explorer"), ("Ctrl+Shift+E",), "View", 1, "files"),
        Action("view.outline", "Outline", partial(show, "outline"), ("Ctrl+K, O",), "View", 1, "list-tree"),
        Action(
            "view.side",
            "Side bar",
            window.toggle_side,
            ("Ctrl+B",),
            "View",
            2,
            "panel-left",
            checked=window.is_side_shown,
        ),
        Action(
            "view.chat",
            "Chat pane",
            window.toggle_chat,
            ("Ctrl+Alt+B",),
            "View",
            2,
            "panel-right",
            checked=window.is_chat_shown,
        ),
        Action("go.next_pane", "Next pane", partial(window.step_pane, 1), ("F6",), "Go", 0),
        Action("go.previous_pane", "Previous pane", partial(window.step_pane, -1), ("Shift+F6",), "Go", 0),
        Action("go.line", "Go to line…", partial(_ask_line, window), ("Ctrl+G",), "Go", 1, when=has_view),
    )


def edit_actions(window: MainWindow) -> tuple[Action, ...]:
    """Undo and clipboard of whatever has the focus, and commands of the active editor."""

    def both(name: str) -> Callable[[], None]:
        return partial(_to_focus, window, name)

    def code(name: str, *arguments: bool) -> Callable[[], None]:
        return partial(_to_editor, window, name, arguments)

    def has_view() -> bool:
        return window.editors.current_view() is not None

    return (
        Action("edit.undo", "Undo", both("undo"), ("Ctrl+Z",), "Edit", 0, "undo-2"),
        Action("edit.redo", "Redo", both("redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", 0, "redo-2"),
        Action("edit.cut", "Cut", both("cut"), ("Ctrl+X", "Shift+Del"), "Edit", 1, "scissors"),
        Action("edit.copy", "Copy", both("copy"), ("Ctrl+C", "Ctrl+Ins"), "Edit", 1, "copy"),
        Action("edit.paste", "Paste", both("paste"), ("Ctrl+V", "Shift+Ins"), "Edit", 1, "clipboard-paste"),
        Action("edit.select_all", "Select all", both("select_all"), ("Ctrl+A",), "Edit", 2),
        Action("view.zoom_in", "Zoom in", code("zoom_in"), ("Ctrl++", "Ctrl+="), "View", 3, when=has_view),
        Action("view.zoom_out", "Zoom out", code("zoom_out"), ("Ctrl+-",), "View", 3, when=has_view),
        Action("view.zoom_reset", "Reset zoom", code("reset_zoom"), ("Ctrl+0",), "View", 3, when=has_view),
        Action(
            "view.wrap",
            "Word wrap",
            code("toggle_word_wrap"),
            ("Alt+Z",),
            "View",
            4,
            "wrap-text",
            partial(_is_on, window, "can_wrap"),
            partial(_is_on, window, "is_word_wrapped"),
        ),
        Action(
            "view.blanks",
            "Show blanks",
            code("toggle_blanks"),
            (),
            "View",
            4,
            when=has_view,
            checked=partial(_is_on, window, "are_blanks_shown"),
        ),
        Action("view.fold", "Fold or unfold", code("toggle_fold"), ("Ctrl+K, Ctrl+F",), "View", 5, when=has_view),
        Action("view.fold_all", "Fold all", code("fold_all", True), ("Ctrl+K, Ctrl+0",), "View", 5, when=has_view),
        Action("view.unfold_all", "Unfold all", code("fold_all", False), ("Ctrl+K, Ctrl+J",), "View", 5, when=has_view),
    )


def find_actions(bar: FindBar, front: Callable[[], QWidget | None]) -> tuple[Action, ...]:
    """Find and replace in the active editor; the switches have their keys in the bar alone. `front` tells what is in
    front: a page may have a search of its own, and so may the pane with the keyboard."""
    has_view = bar.has_view

    def pane() -> SearchedPane | None:
        return searched_pane(QApplication.focusWidget())

    def can_find() -> bool:
        return has_view() or searched_page(front()) is not None or pane() is not None

    def can_step() -> bool:
        return has_view() or pane() is not None

    def find() -> None:
        page = pane() or searched_page(front())
        if page is not None:
            page.open_search()
        else:
            bar.open_find()

    def step(direction: int) -> None:
        searched = pane()
        if searched is not None:
            searched.step_search(direction)
        elif direction > 0:
            bar.find_next()
        else:
            bar.find_previous()

    toggles = (
        ("case", "Find: match case", "Alt+C"),
        ("word", "Find: whole words", "Alt+W"),
        ("regex", "Find: regular expression", "Alt+R"),
        ("scope", "Find: in selection", "Alt+L"),
    )
    return (
        Action("edit.find", "Find…", find, ("Ctrl+F",), "Edit", 3, "search", can_find),
        Action("edit.replace", "Replace…", bar.open_replace, ("Ctrl+H",), "Edit", 3, "replace", has_view),
        Action("edit.find_next", "Find next", partial(step, 1), ("F3",), "Edit", 3, when=can_step),
        Action("edit.find_previous", "Find previous", partial(step, -1), ("Shift+F3",), "Edit", 3, when=can_step),
        Action("find.select_all", "Find: select all matches", bar.select_all_matches, ("Alt+Return",), focus=bar),
        Action("find.replace_one", "Find: replace", bar.replace_one, ("Ctrl+Shift+1",), focus=bar),
        Action("find.replace_all", "Find: replace all", bar.replace_all, ("Ctrl+Alt+Return",), focus=bar),
        *(
            Action(f"find.{name}", title, partial(bar.toggle, name), (key,), when=bar.isVisible, focus=bar)
            for name, title, key in toggles
        ),
    )


_UNDOING = ("undo", "redo")
_CLIPBOARD = ("cut", "copy", "paste")
_QT_NAMES = {"select_all": "selectAll"}


def _to_focus(window: MainWindow, name: str) -> None:
    """Send a command to the text field with the focus, else to the active editor.

    A button has nothing to undo: what is around it is asked then.
    """
    view, target = typed_view(window.editors), QApplication.focusWidget()
    if view is not None and target is not None and (target is view or view.isAncestorOf(target)):
        getattr(view.clipboard if name in _CLIPBOARD else view.commands, name)()
        return
    method = getattr(target, _QT_NAMES.get(name, name), None)
    while name in _UNDOING and target is not None and not callable(method):
        target = target.parentWidget()
        method = getattr(target, name, None)
    if callable(method):
        method()


def _to_editor(window: MainWindow, name: str, arguments: tuple[bool, ...]) -> None:
    view = window.editors.current_view()
    if view is not None:
        getattr(view.commands, name)(*arguments)


def _is_on(window: MainWindow, name: str) -> bool:
    view = window.editors.current_view()
    return view is not None and bool(getattr(view.commands, name)())


def _ask_line(window: MainWindow) -> None:
    view = window.editors.current_view()
    if view is not None:
        dialog = GoToLine(view, window)
        dialog.accepted.connect(view.setFocus)
        dialog.open()


def help_actions(window: QWidget, make: Callable[[], AboutController], state_folder: Path) -> tuple[Action, ...]:
    """The end of the Help menu. `make` is called once one of them is wanted; the logs are in `state_folder`."""

    def about() -> None:
        from copilot_desktop.ui.about import show_about

        make().read(lambda found: show_about(found, window))

    def diagnostics() -> None:
        from copilot_desktop.ui.about import show_diagnostics

        make().read_diagnostics(lambda report: show_diagnostics(report, window))

    def open_logs() -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        QDesktopServices.openUrl(QUrl.fromLocalFile(str(state_folder)))

    return (
        Action("help.diagnostics", "Diagnostics…", diagnostics, (), "Help", 8),
        Action("help.logs", "Open the folder of logs", open_logs, (), "Help", 8),
        Action("help.about", f"About {APPLICATION_NAME}", about, (), "Help", 9),
    )

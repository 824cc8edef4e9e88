"""What is put into a window as soon as it is painted (JOINED), and what is imported for its features (IMPORTS).

Before the paint only what is painted may be imported: the window with its bars, tabs and text, and the way a file gets
there (tests/flows/test_first_paint.py keeps it so). Hence the imports inside of functions here. Whatever is put off
looks at what is open already when it is made, and `PutOff` has it made before the first key or click gets through.

All of it is imported on the GUI thread, in steps of some 20 to 50 ms: PySide makes its classes when they are first
named, and two threads that do so at once can end the process.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from copilot_desktop.app.start_page import StartPage
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.large_documents import LargeDocuments
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.ui.editor_views import EditorViews
from copilot_desktop.ui.files import FileCommands
from copilot_desktop.ui.icon_button import MakeIcon
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from copilot_desktop.ui.actions import Action
    from copilot_desktop.ui.command_palette import CommandPalette


class WindowShell(NamedTuple):
    """What a window is painted with; the last two are called when what they give is needed."""

    window: MainWindow
    thread: AsyncThread
    theme: Theme
    workspace: WorkspaceController
    documents: DocumentsController
    files: FileCommands
    start_page: StartPage
    large: LargeDocuments
    views: EditorViews
    make_icon: MakeIcon
    folder: Callable[[], Path | None]
    program_actions: Callable[[], tuple[Action, ...]]


def join_files(shell: WindowShell) -> None:
    """Let documents be saved, and follow what others do to them."""
    from copilot_desktop.bridge.documents.editor_configs import EditorConfigs
    from copilot_desktop.bridge.documents.outside_changes import OutsideChanges
    from copilot_desktop.ui.folder_notices import FolderNotices
    from copilot_desktop.ui.folder_rules import FolderRules
    from copilot_desktop.ui.large_files import LargeFileBars
    from copilot_desktop.ui.outside_answers import OutsideAnswers
    from copilot_desktop.ui.window_actions import file_actions

    window, documents, workspace = shell.window, shell.documents, shell.workspace
    OutsideChanges(shell.thread, workspace, documents)
    FolderNotices(window, workspace, shell.files.open_place)
    LargeFileBars(window, documents, shell.large)
    FolderRules(window, EditorConfigs(shell.thread, documents, workspace), shell.views, documents)
    window.commands.add(OutsideAnswers(window, documents, shell.theme).actions())
    window.commands.add(file_actions(window, shell.files))


def join_tabs(shell: WindowShell) -> None:
    """Commands of tabs and groups."""
    from copilot_desktop.ui.caret_history import CaretHistory
    from copilot_desktop.ui.closed_tabs import ClosedTabs, MissedTabs
    from copilot_desktop.ui.pane_commands import PaneCommands
    from copilot_desktop.ui.tab_commands import TabCommands
    from copilot_desktop.ui.tab_dragging import TabDragging
    from copilot_desktop.ui.tab_moves import TabMoves

    window, opened = shell.window, shell.workspace.opened
    panes = window.editors.panes
    moves, closed = TabMoves(panes, window.editors.document_pages), ClosedTabs(panes, shell.documents)
    opened.connect(closed.forget)
    MissedTabs(window)
    TabDragging(panes, moves)
    TabCommands(window, shell.folder, closed)
    PaneCommands(window, moves)
    history = CaretHistory(window.editors, shell.documents)
    opened.connect(history.forget)
    window.commands.add(history.actions())


def join_text(shell: WindowShell) -> None:
    """Commands of the text, and the choices about it."""
    from copilot_desktop.ui.editor_menu import EditorMenu
    from copilot_desktop.ui.format_choices import FormatChoices
    from copilot_desktop.ui.indentation_choice import IndentationChoice
    from copilot_desktop.ui.text_actions import text_actions
    from copilot_desktop.ui.window_actions import edit_actions

    window = shell.window
    shell.views.complete(window.editors.views())
    window.commands.add(edit_actions(window))
    window.commands.add(text_actions(window.editors))
    FormatChoices(window, shell.documents, shell.files)
    IndentationChoice(window)
    EditorMenu(window)


def join_find_bar(shell: WindowShell) -> None:
    """Find and replace."""
    from copilot_desktop.ui.find_bar import FindBar
    from copilot_desktop.ui.window_actions import find_actions

    window = shell.window
    bar = FindBar(window.editors, shell.make_icon, shell.thread.run_in_worker)
    window.add_above_editors(bar)
    window.commands.add(find_actions(bar, window.editors.panes.front))


def make_explorer(shell: WindowShell) -> QWidget:
    """The explorer."""
    from copilot_desktop.ui.explorer.panel import ExplorerPanel

    panel = ExplorerPanel(shell.workspace, shell.make_icon)
    panel.file_chosen.connect(shell.documents.open)
    panel.file_previewed.connect(shell.window.editors.preview)
    shell.window.reveal_wanted.connect(panel.reveal)
    panel.add_to_chat_requested.connect(shell.window.explorer_add_to_chat)
    panel.open_folder_requested.connect(shell.files.dialogs.choose_folder)
    return panel


def make_search(shell: WindowShell) -> QWidget:
    """The search."""
    from copilot_desktop.bridge.search.controller import SearchController
    from copilot_desktop.bridge.search.roles import ResultRoles
    from copilot_desktop.ui.search.panel import SearchPanel

    search = SearchController(shell.thread, shell.workspace, shell.documents, shell.window)
    shell.window.leaving.connect(search.stop)
    panel = SearchPanel(search, shell.theme)
    ResultRoles(shell.thread, shell.workspace, shell.documents, search).told.connect(panel.list.show_roles)
    return panel


def make_outline(shell: WindowShell) -> QWidget:
    """The outline."""
    from copilot_desktop.bridge.documents.outlines import OutlineController
    from copilot_desktop.ui.outline.panel import OutlinePanel
    from copilot_desktop.ui.outline_in_window import OutlineInWindow
    from copilot_desktop.ui.symbol_places import SymbolPlaces

    window = shell.window
    outlines = OutlineController(shell.thread, shell.documents, window)
    panel = OutlinePanel(outlines)
    OutlineInWindow(window, panel, outlines, SymbolPlaces(window.editors, shell.documents))
    return panel


def make_changes() -> QWidget:
    """The place of the changes, which `compose_changes` fills."""
    from copilot_desktop.ui.changes.place import ChangesPlace

    return ChangesPlace()


def join_side(shell: WindowShell) -> None:
    """What stands in the side pane, and what is shown while no tab is open."""
    shell.window.make_side_view()
    shell.start_page.show()


def join_view(shell: WindowShell) -> None:
    """Commands of panes, the palette, and those of the program; Enter on buttons."""
    from copilot_desktop.ui.enter_presses import EnterPresses
    from copilot_desktop.ui.window_actions import view_actions

    window = shell.window

    @cache
    def make_palette() -> CommandPalette:
        from copilot_desktop.ui.command_palette import CommandPalette

        return CommandPalette(window.commands, window)

    window.commands.add(view_actions(window, lambda: make_palette().popup()))
    window.commands.add(shell.program_actions())
    EnterPresses(window)
    window.fill_menus()  # a click on one of them may have been what asked for all this


JOINED: tuple[Callable[[WindowShell], object], ...] = (
    join_files,
    join_tabs,
    join_text,
    join_find_bar,
    join_view,
    join_side,
)
"""Called in this order once the window is painted."""


def import_small_features() -> None:
    """Import the explorer's commands."""
    from copilot_desktop.ui import explorer_in_window, front_file_in_explorer  # noqa: F401


def import_review_controller() -> None:
    """Import what the review decides."""
    from copilot_desktop.bridge.review import controller as review  # noqa: F401


def import_review() -> None:
    """Import what shows the review."""
    from copilot_desktop.ui import history_in_window, review_in_window  # noqa: F401


def import_conversation_view() -> None:
    """Import what shows a conversation."""
    from copilot_desktop.ui.chat import composer, conversation_view  # noqa: F401


def import_chat_panel() -> None:
    """Import the chat."""
    from copilot_desktop.ui.chat import chat_panel  # noqa: F401


def import_chat_in_window() -> None:
    """Import what puts the chat into the window."""
    from copilot_desktop.app import features  # noqa: F401
    from copilot_desktop.ui import chat_in_window  # noqa: F401


IMPORTS: tuple[Callable[[], None], ...] = (
    import_small_features,
    import_review_controller,
    import_review,
    import_conversation_view,
    import_chat_panel,
    import_chat_in_window,
)
"""What the features need, 250 ms in all, called in this order on the GUI thread while the core is built."""

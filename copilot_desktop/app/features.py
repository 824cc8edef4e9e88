"""What is put into a window after its first paint: JOINED as soon as it is painted, FEATURES once the core is there.

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
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QWidget

    # Imports the model side, 60 ms: on a worker, after the first paint.
    from copilot_desktop.assembly import Core
    from copilot_desktop.bridge.history.controller import HistoryController
    from copilot_desktop.bridge.preferences import PreferencesController
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.ui.actions import Action
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.command_palette import CommandPalette
    from copilot_desktop.ui.inline_prompt import InlinePrompt
    from copilot_desktop.ui.review_in_window import ReviewInWindow


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


class WindowParts(NamedTuple):
    """What a feature is composed of; made after the first paint, when the core is there.

    `when_texts_are_back(call)`: calls once the unsaved texts of the opened folder are in their tabs. `is_safe`: nothing
    of an earlier start is brought back, and nothing kept.
    """

    window: MainWindow
    thread: AsyncThread
    theme: Theme
    workspace: WorkspaceController
    documents: DocumentsController
    core: Core
    preferences: PreferencesController
    when_texts_are_back: Callable[[Callable[[], None]], None]
    is_safe: bool


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
    OutsideChanges(workspace, documents)
    FolderNotices(window, workspace, shell.files.open_place)
    LargeFileBars(window, documents, shell.large)
    FolderRules(window, EditorConfigs(shell.thread, documents, workspace), shell.views, documents)
    window.commands.add(OutsideAnswers(window, documents, shell.theme).actions())
    window.commands.add(file_actions(window, shell.files))


def join_tabs(shell: WindowShell) -> None:
    """Commands of tabs and groups."""
    from copilot_desktop.ui.caret_history import CaretHistory
    from copilot_desktop.ui.closed_tabs import ClosedTabs
    from copilot_desktop.ui.pane_commands import PaneCommands
    from copilot_desktop.ui.tab_commands import TabCommands
    from copilot_desktop.ui.tab_dragging import TabDragging
    from copilot_desktop.ui.tab_moves import TabMoves

    window, opened = shell.window, shell.workspace.opened
    panes = window.editors.panes
    moves, closed = TabMoves(panes, window.editors.document_pages), ClosedTabs(panes, shell.documents)
    opened.connect(closed.forget)
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
    window.add_below_notices(bar)
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
    """Import the explorer's commands and the Help menu."""
    from copilot_desktop.ui import about, explorer_in_window, front_file_in_explorer  # noqa: F401


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


def compose_chat(parts: WindowParts) -> object:
    """Put the chat and the settings into the window."""
    # Imports the model side: after the first paint only.
    from copilot_desktop.ui.chat_in_window import ChatInWindow, ChatParts

    return ChatInWindow(
        ChatParts(
            parts.window, parts.thread, parts.theme, parts.workspace, parts.documents, parts.core, parts.preferences
        )
    )


def compose_review(parts: WindowParts) -> object:
    """Put the review and the prompt in the text into the window, and join them to the chat."""
    from copilot_desktop.bridge.review.arriving_proposals import ArrivingProposals
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.review_in_window import ReviewInWindow

    review = ReviewController(parts.thread, parts.documents, parts.window)
    parts.window.when_idle = review.when_idle
    state_folder = parts.core.folders.state

    def open_workspace(workspace: Workspace) -> None:
        review.open_workspace(workspace, state_folder, is_kept=not parts.is_safe)

    _keep_stores(parts, review)
    review.keeper.texts_are_back = parts.when_texts_are_back
    parts.window.leaving.connect(review.keeper.close)
    parts.workspace.opened.connect(open_workspace)
    parts.workspace.taken_over.connect(review.let_go)
    if parts.workspace.workspace is not None:
        open_workspace(parts.workspace.workspace)
    arriving = ArrivingProposals(parts.thread, parts.documents, parts.window)
    made = ReviewInWindow(parts.window, review, arriving, parts.documents, parts.theme)
    chat = parts.window.findChild(ChatInWindow)
    if chat is not None:
        chat.join_review(review, arriving)
        chat.panel.arriving_chosen.connect(made.inline.go_to_arriving)
        _compose_prompt(parts, chat, review, made)
    return made


def _keep_stores(parts: WindowParts, review: ReviewController) -> None:
    """Keep the stores of old contents within their bounds after what is accepted or saved."""
    from copilot_desktop.assembly import keep_limits
    from copilot_desktop.bridge.store_keeping import StoreKeeping

    core = parts.core
    review.size_limit = lambda: keep_limits(core.settings).size_bytes
    keeping = StoreKeeping(parts.thread, core.folders.state, lambda: keep_limits(core.settings), parts.window)
    parts.window.leaving.connect(keeping.stop)
    review.changed.connect(lambda _changed: keeping.written())
    parts.documents.state_changed.connect(lambda document: None if document.is_dirty else keeping.written())


def _compose_prompt(parts: WindowParts, chat: ChatInWindow, review: ReviewController, made: ReviewInWindow) -> None:
    """Put the prompt in the text into the window."""
    from copilot_desktop.bridge.review.refining import HunkRefiner
    from copilot_desktop.ui.actions import Action

    refiner = HunkRefiner(review, chat.turns.running, parts.window)
    chat.refiner = refiner

    @cache
    def make_prompt() -> InlinePrompt:
        from copilot_desktop.ui.inline_prompt import InlinePrompt, PromptParts
        from copilot_desktop.ui.theme.icons import icon

        def make_icon(name: str, _is_active: bool) -> QIcon:
            return icon(name, parts.theme.tokens.muted)

        prompt = InlinePrompt(
            PromptParts(
                parts.window.editors,
                chat.turns,
                lambda: chat.models.current,
                chat.chips.check,
                review,
                refiner,
                make_icon,
            )
        )
        # After the chat, which puts it into the review.
        chat.proposed.connect(prompt.take_proposal)
        return prompt

    made.inline.refine_wanted.connect(lambda hunk_id: make_prompt().refine(hunk_id))

    def has_text() -> bool:
        document = parts.documents.current_document()
        is_shown = parts.window.editors.current_view() is not None
        return is_shown and document is not None and not (document.is_large or document.is_loading)

    action = Action(
        "chat.edit_in_place",
        "Edit the selection in place",
        lambda: make_prompt().open_here(),
        ("Ctrl+I",),
        "Chat",
        when=has_text,
    )
    parts.window.commands.add((action,))


def compose_quick_open(parts: WindowParts) -> object:
    """Let files and symbols be found by their letters."""
    from copilot_desktop.bridge.files.quick_open import QuickOpenController
    from copilot_desktop.ui.quick_open import QuickOpen

    controller = QuickOpenController(parts.thread, parts.workspace, parts.documents, parts.window)
    made = QuickOpen(parts.window, controller, parts.documents)
    parts.window.commands.add(made.actions())
    return made


def compose_explorer(parts: WindowParts) -> object:
    """Let files be created, renamed, moved, copied and deleted in the explorer."""
    from copilot_desktop.assembly import keep_limits
    from copilot_desktop.bridge.files.operations import FileOperations
    from copilot_desktop.ui.explorer.panel import ExplorerPanel
    from copilot_desktop.ui.explorer_in_window import ExplorerInWindow
    from copilot_desktop.ui.front_file_in_explorer import FrontFileInExplorer
    from copilot_desktop.ui.theme.icons import icon

    panel = parts.window.findChild(ExplorerPanel)
    if panel is None:
        return None
    operations = FileOperations(parts.thread, parts.workspace, parts.documents, parts.core.folders.state, parts.window)
    operations.size_limit = lambda: keep_limits(parts.core.settings).size_bytes

    def make_icon(name: str, is_active: bool) -> QIcon:
        return icon(name, parts.theme.tokens.text if is_active else parts.theme.tokens.muted)

    made = ExplorerInWindow(parts.window, panel, operations, parts.workspace, make_icon)
    FrontFileInExplorer(parts.window, panel, parts.workspace, parts.preferences)
    made.follow_settings(parts.preferences)
    return made


def compose_help(parts: WindowParts) -> object:
    """Put what the program says of itself into the Help menu."""
    from copilot_desktop.bridge.about import AboutController
    from copilot_desktop.ui.about import help_actions

    about = AboutController(parts.thread, parts.core.folders, parts.window)
    parts.window.commands.add(help_actions(parts.window, about))
    return about


def compose_settings(parts: WindowParts) -> object:
    """Say what is wrong with files of the settings."""
    from copilot_desktop.ui.settings_notices import SettingsNotices

    return SettingsNotices(parts.window, parts.preferences)


def compose_history(parts: WindowParts) -> object:
    """Let what was written into the folder be looked at and put back."""
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.explorer_in_window import ExplorerInWindow
    from copilot_desktop.ui.history_in_window import HistoryInWindow
    from copilot_desktop.ui.review_in_window import ReviewInWindow
    from copilot_desktop.ui.tab_commands import TabCommands

    window = parts.window
    review = window.findChild(ReviewController)
    if review is None:
        return None

    def make_history() -> HistoryController:
        # Read when it is first opened: a start must not wait for it.
        from copilot_desktop.bridge.history.controller import HistoryController

        history = HistoryController(parts.thread, parts.documents, review, parts.core.folders.state, window)
        history.size_limit = review.size_limit
        parts.workspace.opened.connect(history.open_workspace)
        if parts.workspace.workspace is not None:
            history.open_workspace(parts.workspace.workspace)
        return history

    made = HistoryInWindow(window, review, parts.documents, parts.theme, make_history)
    chat = window.findChild(ChatInWindow)
    if chat is not None:
        chat.history_cleared.connect(lambda _cleared: made.refresh())
    tabs, explorer = window.findChild(TabCommands), window.findChild(ExplorerInWindow)
    if tabs is not None:
        made.meant_tab = tabs.meant
    if explorer is not None:
        made.explorer_path = explorer.chosen_file
    in_review = window.findChild(ReviewInWindow)
    if in_review is not None:
        in_review.history_wanted.connect(made.open)
    return made


def compose_changes(parts: WindowParts) -> object:
    """Show what git says has changed, and let it be staged, discarded and committed."""
    from copilot_desktop.assembly import keep_limits
    from copilot_desktop.bridge.git.committing import Committing
    from copilot_desktop.bridge.git.controller import GitController
    from copilot_desktop.bridge.git.writing import GitWriting
    from copilot_desktop.ui.changes_in_window import ChangesInWindow, GitParts
    from copilot_desktop.ui.history_in_window import HistoryInWindow

    window, core = parts.window, parts.core
    git = GitController(parts.thread, parts.workspace, window)
    writing = GitWriting(git, parts.documents, core.folders.state, window)
    writing.size_limit = lambda: keep_limits(core.settings).size_bytes
    made = ChangesInWindow(window, parts.documents, GitParts(git, writing, Committing(git, window)), parts.theme)
    history = window.findChild(HistoryInWindow)
    if history is not None:
        made.take_back = lambda entry_id: history.history.take_back(entry_id)
    return made


FEATURES: tuple[Callable[[WindowParts], object], ...] = (
    compose_chat,
    compose_review,
    compose_quick_open,
    compose_explorer,
    compose_help,
    compose_settings,
    compose_history,
    compose_changes,
)
"""Called in this order once the core is there."""

"""What a feature is composed of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    # Imports the model side, 60 ms: on a worker.
    from copilot_desktop.assembly import Core
    from copilot_desktop.bridge.models.starter import StarterFetching
    from copilot_desktop.bridge.preferences import PreferencesController


class WindowParts(NamedTuple):
    """What a feature is composed of; made after the first paint, when the core is there.

    `when_texts_are_back(call)`: calls once the unsaved texts of the opened folder are in their tabs. `is_safe`: nothing
    of an earlier start is brought back, and nothing kept. `make_starter` gives what fetches the starter model, the same
    for all windows; None: each window has its own.
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
    make_starter: Callable[[], StarterFetching] | None = None

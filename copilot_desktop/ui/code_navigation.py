"""From a name in the text to where it is defined: by F12, by Ctrl+click and from the menu of the text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.editor_area import follow_views
from copilot_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    # With the first name that is followed.
    from copilot_desktop.bridge.context.definitions import DefinitionsController, DefinitionsFound
    from copilot_desktop.context.definition_places import Asked, DefinitionPlace
    from copilot_desktop.ui.pick_list import PickList
    from copilot_desktop.ui.symbol_places import SymbolPlaces


class CodeNavigation(QObject):
    """Of one window."""

    def __init__(
        self,
        window: MainWindow,
        make_definitions: Callable[[], DefinitionsController],
        places: Callable[[], SymbolPlaces],
    ) -> None:
        super().__init__(window)
        self._window, self._make_definitions, self._places = window, make_definitions, places
        follow_views(window.editors, self._on_view_added)

    def actions(self) -> tuple[Action, ...]:
        """What follows a name."""

        def has_view() -> bool:
            return self._window.editors.current_view() is not None

        return (Action("go.definition", "Go to definition", self.go_to_definition, ("F12",), "Go", 1, when=has_view),)

    def go_to_definition(self) -> None:
        """Go to what defines the name at the caret."""
        from copilot_desktop.editor.word_links import name_at_caret

        view = self._window.editors.current_view()
        found = name_at_caret(view.code) if view is not None else None
        if found is None:
            self._say("The caret is at no name.")
        else:
            self._definitions.find(*found)

    @cached_property
    def _definitions(self) -> DefinitionsController:
        made = self._make_definitions()
        made.found.connect(self._on_found)
        return made

    @cached_property
    def _list(self) -> PickList:
        from copilot_desktop.ui.pick_list import PickList

        return PickList("pick.definition", self._window)

    def _on_view_added(self, view: EditorView) -> None:
        view.code.link_followed.connect(self.go_to_definition)

    def _on_found(self, found: DefinitionsFound) -> None:
        if not found.places:
            self._say(found.problem)
        elif len(found.places) == 1:
            self._go(found.asked, found.places[0])
        else:
            self._offer(found)

    def _offer(self, found: DefinitionsFound) -> None:
        from copilot_desktop.ui.picks import Pick
        from copilot_desktop.ui.symbol_icons import symbol_icon

        picks = [
            Pick(
                f"{each.outer}.{each.name}" if each.outer else each.name,
                partial(self._go, found.asked, each),
                aliases=f"{each.path}:{each.lines.start + 1}",
                icon=symbol_icon(each.kind),
            )
            for each in found.places
        ]
        self._list.ask(f"{len(picks)} definitions of {found.asked.name}", picks)

    def _go(self, asked: Asked, place: DefinitionPlace) -> None:
        from copilot_desktop.ui.symbol_places import SymbolPlace

        if place.path == asked.path and place.lines.start == asked.line:
            self._say(f"{asked.name} is defined here.")
            return
        # A text without a file is the one in front.
        path = None if place.path == asked.path else place.path
        self._places().go(SymbolPlace(path, place.name, place.lines))

    def _say(self, sentence: str) -> None:
        self._window.status.show_done(sentence)

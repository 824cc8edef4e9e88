"""How the text in front is indented, chosen by the status bar, a key or the palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.indentation import Indentation, indentation_name
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.picks import Pick
from copilot_desktop.ui.status_bar import StatusField

if TYPE_CHECKING:
    # Imported with the first list: ui/picks.py.
    from copilot_desktop.ui.pick_list import PickList

_WIDTHS = (2, 3, 4, 8)


class IndentationChoice(QObject):
    """A list: spaces or tabs, how wide, what the text itself says, and turning one into the other."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._list: PickList | None = None
        window.status.field_clicked.connect(self._on_field_clicked)
        action = Action(
            "edit.indentation", "Change indentation…", self.choose, menu="Edit", group=5, when=self._has_view
        )
        window.commands.add((action,))

    def choose(self) -> None:
        """Ask how the text in front is indented from now on."""
        view = self._window.editors.current_view()
        if view is None:
            return
        now = indentation_name(view.code.indentation())
        kinds = [Indentation(False, width) for width in _WIDTHS] + [Indentation(True, width) for width in _WIDTHS]
        picks = [
            Pick(indentation_name(kind), partial(view.indent_as, kind), indentation_name(kind) == now) for kind in kinds
        ]
        picks.append(Pick("As the text is", partial(view.indent_as, None)))
        picks.append(Pick("Convert the text to spaces", partial(self._convert, view, is_to_tabs=False)))
        picks.append(Pick("Convert the text to tabs", partial(self._convert, view, is_to_tabs=True)))
        if self._list is None:
            from copilot_desktop.ui.pick_list import PickList

            self._list = PickList("pick.indentation", self._window)
        self._list.ask("Indentation", picks)

    def _has_view(self) -> bool:
        return self._window.editors.current_view() is not None

    def _convert(self, view: EditorView, *, is_to_tabs: bool) -> None:
        view.lines.convert_indentation(is_to_tabs)
        self._window.editors.current_changed.emit()

    def _on_field_clicked(self, field: StatusField) -> None:
        if field is StatusField.INDENTATION:
            self.choose()
        elif field is StatusField.CARET:
            self._window.commands.run("go.line")

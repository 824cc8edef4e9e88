"""The side view of project search: fields above, what is found below, counted and kept true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from copilot_desktop.bridge.search.controller import SearchController
from copilot_desktop.bridge.search.events import SearchFailed
from copilot_desktop.ui.find_keys import FindKeys
from copilot_desktop.ui.icon_button import IconButton, MakeIcon
from copilot_desktop.ui.search.fields import SearchFields
from copilot_desktop.ui.search.replacements import Replacements
from copilot_desktop.ui.search.result_list import ResultList
from copilot_desktop.ui.search.result_pane import ResultPane
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.workspace.search.globs import glob_of
from copilot_desktop.workspace.search.values import SearchQuery

TYPING_MS = 200
"""After a key, until what was typed is looked for."""


class SearchPanel(QWidget):
    """Searches what stands in its fields."""

    def __init__(self, search: SearchController, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("search")
        self.setAccessibleName("Search")
        self._search = search

        def make_icon(name: str, is_active: bool) -> QIcon:
            return icon(name, theme.tokens.text if is_active else theme.tokens.muted)

        self.fields = SearchFields(make_icon, self)
        self.results = ResultPane(search, theme, self)
        self.settled = self.results.settled
        self.replacements = Replacements(search, self.fields, self.list)
        self._is_for_name = False
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.run)
        self._stop = self._place(make_icon)
        self._keys = FindKeys(self, self._on_key_pressed)
        for field in self.fields.findChildren(QWidget):
            field.installEventFilter(self._keys)
        # Alt and a letter is also the mark of a menu there.
        self.list.installEventFilter(self._keys)
        self.setFocusProxy(self.fields.pattern)
        self._connect()
        self._show_running()

    @property
    def list(self) -> ResultList:
        """What is found."""
        return self.results.list

    @property
    def query(self) -> SearchQuery | None:
        """What the results are of."""
        return self._search.query

    def open(self, seed: str = "") -> None:
        """Give the keyboard to the field, with a text to look for where there is one."""
        if seed:
            self.fields.pattern.setText(seed)
        self.fields.pattern.setFocus()
        self.fields.pattern.selectAll()

    def find_name(self, name: str) -> None:
        """Search for a whole name as it is written; the keyboard goes to what is found, once all of it is."""
        self.fields.ask_for_name(name)
        self.fields.pattern.setFocus()
        self._is_for_name = True
        self.run()

    def search_in(self, paths: Sequence[str]) -> None:
        """Search only these files and folders; without any everything."""
        self.fields.include.setText(", ".join(map(glob_of, paths)))
        self.fields.more.setChecked(True)
        self.open()

    def run(self) -> None:
        """Search for what stands in the fields, now."""
        self._typing.stop()
        query = self.fields.query()
        if query.find.text:
            self._search.search(query)
        else:
            self._search.forget()
            self.fields.say("")
            self.results.clear()

    def stop(self) -> None:
        """End the search; what was found stays."""
        self._typing.stop()
        self._search.stop()

    def clear(self) -> None:
        """Empty the field, and the list with it."""
        self.fields.pattern.clear()
        self.fields.pattern.setFocus()

    def toggle(self, name: str) -> None:
        """Switch one of the buttons over: "case", "word", "regex", "more", "ignored"."""
        switches = {**self.fields.toggles, "more": self.fields.more, "ignored": self.fields.ignored}
        if name == "ignored" and not self.fields.more.isChecked():
            self.fields.more.setChecked(True)
        switches[name].toggle()

    def _place(self, make_icon: MakeIcon) -> IconButton:
        title = QLabel("SEARCH", self)
        title.setProperty("role", "section")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 4, 0)
        head.setSpacing(0)
        head.addWidget(title, 1)
        tools = [
            IconButton(make_icon, icon_name, said, self)
            for icon_name, said in (
                ("circle-stop", "Stop the search (Esc)"),
                ("refresh-cw", "Search again (F5)"),
                ("chevrons-down-up", "Fold all files up or out"),
                ("x", "Clear the search"),
            )
        ]
        for tool, name, call in zip(
            tools,
            ("stop", "again", "fold", "clear"),
            (self.stop, self.run, self.list.collapse_all, self.clear),
            strict=True,
        ):
            tool.setObjectName(f"search.tool.{name}")
            tool.clicked.connect(partial(_call, call))
            head.addWidget(tool)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.fields)
        column.addWidget(self.results, 1)
        return tools[0]

    def _connect(self) -> None:
        fields, search, results = self.fields, self._search, self.results
        fields.changed.connect(self._on_changed)
        fields.entered.connect(self._on_entered)
        fields.went_below.connect(results.take_keyboard)
        results.list.left_upwards.connect(fields.pattern.setFocus)
        results.again_wanted.connect(self.run)
        results.all_files_wanted.connect(self._on_all_files_wanted)
        results.settled.connect(self._on_settled)
        search.began.connect(self._on_began)
        search.ended.connect(self._show_running)
        search.failed.connect(self._on_failed)

    def _show_running(self, _event: object = None) -> None:
        self._stop.setVisible(self._search.is_running)

    def _on_key_pressed(self, _field: QObject, key: Qt.Key, _has_shift: bool) -> bool:
        if key == Qt.Key.Key_Escape and self._search.is_running:
            self.stop()
            return True
        return False

    def _on_changed(self) -> None:
        self._is_for_name = False
        # The one that runs looks for what nobody wants any more.
        self._search.drop()
        self._typing.start()

    def _on_entered(self) -> None:
        self.fields.remember()
        self.run()

    def _on_all_files_wanted(self) -> None:
        self.fields.more.setChecked(True)
        self.fields.ignored.setChecked(False)

    def _on_began(self, _query: SearchQuery) -> None:
        self.fields.say("")
        self.results.clear()
        self.replacements.show_preview()
        self._show_running()

    def _on_settled(self) -> None:
        is_for_name, self._is_for_name = self._is_for_name, False
        if is_for_name and self.fields.pattern.hasFocus():
            self.results.take_keyboard()

    def _on_failed(self, event: SearchFailed) -> None:
        self.fields.say(f"{event.message} {event.advice}".strip(), event.field)
        self._show_running()


def _call(call: Callable[[], object], _checked: bool = False) -> None:
    call()

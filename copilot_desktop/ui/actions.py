"""Actions as data: one list of values feeds the menus, the key bindings and the command palette.

Each feature hands in its own tuple of `Action` (`chat_actions(panel)`, …); the window joins them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6 import QtGui  # QKeySequence brings 71 standard keys with it when it is first named: not here
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget
from shiboken6 import isValid

from copilot_desktop.settings.keys_page import SEPARATOR
from copilot_desktop.values import dataclass

MENUS = ("File", "Edit", "Selection", "View", "Go", "Chat", "Review", "Help")


def _always() -> bool:
    return True


def never() -> bool:
    """When an action whose place is not there can be done."""
    return False


def nothing() -> None:
    """What is to be done of such an action."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the keys of an action count: a widget and all inside it, told by names, which outlive the widget.

    `name` is what users read ("Review"), "" where it has none; `path` the names of the objects from the window down.
    """

    name: str
    path: tuple[str, ...]

    def overlaps(self, other: Place) -> bool:
        """Whether one of them is the other, or inside it."""
        return all(mine == theirs for mine, theirs in zip(self.path, other.path, strict=False))


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do.

    `action_id` is stable (`file.save`): key overrides are stored under it. `shortcuts` are portable key sequences
    ("Ctrl+K, Ctrl+O" is a chord). `menu` is a name of MENUS, or "" for the palette only; a new `group` starts with a
    separator. `when` tells whether it can be done now; `checked` makes it a toggle. `focus`: its keys work only while
    this widget or one inside it has the keyboard focus (one-key commands of a list).
    `icon` is for buttons: menus show none. `place` is filled in by the `ActionSet`: that of `focus`, None for all of
    the window.
    """

    action_id: str
    title: str
    run: Callable[[], object]
    shortcuts: tuple[str, ...] = ()
    menu: str = ""
    group: int = 0
    icon: str = ""
    when: Callable[[], bool] = _always
    checked: Callable[[], bool] | None = None
    focus: QWidget | None = None
    place: Place | None = None


class ActionSet(QObject):
    """The actions of one window as QActions.

    QActions stay enabled, so that a key always asks `when` at the moment it is pressed; menus and the palette show what
    cannot be done as disabled while they are open.

    An action whose `focus` was destroyed (a page that was closed) stays, with its title, keys and place, and without
    what it did: it can never be done, and still be given other keys for when its page is made again. Those of pages
    that were not made yet come in like that (see `page_commands`): with a `place`, and no `focus`.
    """

    changed = Signal()

    def __init__(self, window: QWidget, overrides: Mapping[str, str]) -> None:
        super().__init__(window)
        self._window = window
        self._overrides = dict(overrides)
        self._actions: dict[str, Action] = {}
        self._widgets: dict[str, QtGui.QAction] = {}

    def add(self, actions: Iterable[Action]) -> None:
        """Take more actions in; an id that is already there is an error of the program."""
        for action in actions:
            if action.action_id in self._actions:
                raise ValueError(f"two actions are called {action.action_id}")
            self._actions[action.action_id] = action if action.focus is None else _placed(action)
            self._widgets[action.action_id] = self._make(action)
        self.changed.emit()

    def replace(self, actions: Iterable[Action]) -> None:
        """Take actions in whose page was made anew; what they were bound to before is gone."""
        chosen = tuple(actions)
        for action in chosen:
            self._actions.pop(action.action_id, None)
            old = self._widgets.pop(action.action_id, None)
            if old is not None:
                old.deleteLater()
        self.add(chosen)

    def all(self) -> tuple[Action, ...]:
        """Every action, in the order it was added."""
        return tuple(self._actions.values())

    def qaction(self, action_id: str) -> QtGui.QAction:
        """The QAction of an id, for buttons and context menus."""
        return self._widgets[action_id]

    def run(self, action_id: str) -> bool:
        """Do it when it can be done now; False when it cannot."""
        action = self._actions[action_id]
        if not action.when():
            return False
        action.run()
        return True

    def shortcut_text(self, action_id: str) -> str:
        """The first key sequence as this system writes it; empty when there is none."""
        keys = self._widgets[action_id].shortcuts()
        return keys[0].toString(QtGui.QKeySequence.SequenceFormat.NativeText).replace(", ", " ") if keys else ""

    @property
    def overrides(self) -> Mapping[str, str]:
        """The keys that are not the defaults, by action id."""
        return dict(self._overrides)

    def keys(self, action_id: str) -> tuple[QtGui.QKeySequence, ...]:
        """All key sequences of an action."""
        return tuple(self._keys(self._actions[action_id]))

    def default_keys(self, action_id: str) -> tuple[QtGui.QKeySequence, ...]:
        """The key sequences an action has where the user has set none."""
        return tuple(_sequences(self._actions[action_id].shortcuts))

    def set_overrides(self, overrides: Mapping[str, str]) -> None:
        """Bind other keys: action id to portable sequences (see `KeysPage`); what is not named gets its default."""
        self._overrides = dict(overrides)
        for action_id, action in self._actions.items():
            self._widgets[action_id].setShortcuts(self._keys(action))
        self.changed.emit()

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Build the menus, in the order of MENUS, with the actions that there are by now."""
        bar.clear()
        for old in bar.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
            # Cleared menus would stay with the bar for as long as it lives.
            old.setParent(None)
            old.deleteLater()
        for name in MENUS:
            menu = bar.addMenu(f"&{name}")
            menu.setObjectName(f"menu.{name.lower()}")
            menu.setAccessibleName(name)
            chosen = [action.action_id for action in self.all() if action.menu == name]
            if chosen:
                self.fill_menu(menu, chosen)
            else:
                menu.addAction("Not there yet").setEnabled(False)

    def fill_menu(self, menu: QMenu, action_ids: Sequence[str]) -> None:
        """Put actions into a menu, a separator between their groups; their state is that of the moment it opens."""
        groups: dict[int, list[str]] = {}
        for action_id in action_ids:
            groups.setdefault(self._actions[action_id].group, []).append(action_id)
        self.fill_context_menu(menu, [groups[group] for group in sorted(groups)])

    def fill_context_menu(self, menu: QMenu, groups: Iterable[Sequence[str]]) -> None:
        """Put actions into a menu in this order, a separator between groups; one nobody has added is left out."""
        placed: list[str] = []
        for group in groups:
            known = [action_id for action_id in group if action_id in self._actions]
            if placed and known:
                menu.addSeparator()
            for action_id in known:
                menu.addAction(self._widgets[action_id])
            placed += known
        menu.aboutToShow.connect(partial(self._show_states, tuple(placed)))
        menu.aboutToHide.connect(partial(self._enable, tuple(placed)))

    def _make(self, action: Action) -> QtGui.QAction:
        made = QtGui.QAction(action.title, self)
        made.setObjectName(f"action.{action.action_id}")
        made.setShortcuts(self._keys(action))
        if action.checked is not None:
            made.setCheckable(True)
        made.triggered.connect(partial(self._on_triggered, action.action_id))
        if action.focus is None and action.place is None:
            self._window.addAction(made)
        elif action.focus is not None:
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.focus.addAction(made)
            action.focus.installEventFilter(self)
            action.focus.destroyed.connect(self._on_focus_destroyed)
        return made

    def _on_focus_destroyed(self) -> None:
        for action_id, action in self._actions.items():
            if action.focus is not None and not isValid(action.focus):
                self._actions[action_id] = replace(
                    action, run=nothing, when=never, checked=action.checked and never, focus=None
                )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Esc belongs to what has the focus (a search, a title half typed) wherever no action can be done with it."""
        if event.type() == QEvent.Type.Show:
            # A page gets its actions before it has its place in the window; what is hidden in it got no event.
            for each in [each for each in self._actions.values() if _is_in(each.focus, watched)]:
                self._actions[each.action_id] = _placed(each)
            return False
        if not isinstance(event, QtGui.QKeyEvent) or event.type() == QEvent.Type.KeyRelease:
            return False
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in _marks():
            return self._take_mark(watched, event)
        if event.type() != QEvent.Type.ShortcutOverride or event.key() != Qt.Key.Key_Escape or event.modifiers():
            return False
        esc = QtGui.QKeySequence("Esc")
        bound = [each for each in self._actions.values() if each.focus is watched and esc in self._keys(each)]
        if not bound or any(each.when() for each in bound):
            return False
        event.accept()
        return True

    def _take_mark(self, watched: QObject, event: QtGui.QKeyEvent) -> bool:
        """Give a page its own Alt+R before the menu “Review” is asked: to Qt the two are of equal right, and the page
        would get every second one."""
        keys = QtGui.QKeySequence(event.keyCombination())
        bound = next(
            (each for each in self._actions.values() if each.focus is watched and keys in self._keys(each)), None
        )
        if bound is None:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self.run(bound.action_id)
        return True

    def _keys(self, action: Action) -> list[QtGui.QKeySequence]:
        override = self._overrides.get(action.action_id)
        return _sequences(action.shortcuts if override is None else override.split(SEPARATOR))

    def _on_triggered(self, action_id: str, _checked: bool = False) -> None:
        self.run(action_id)

    def _show_states(self, action_ids: Sequence[str]) -> None:
        from copilot_desktop.ui.mnemonics import with_mnemonics

        # Each menu has underlined letters of its own: the same action may stand in several.
        titles = with_mnemonics([self._actions[action_id].title for action_id in action_ids])
        for action_id, title in zip(action_ids, titles, strict=True):
            action, widget = self._actions[action_id], self._widgets[action_id]
            widget.setText(title)
            widget.setEnabled(action.when())
            if action.checked is not None:
                widget.setChecked(action.checked())

    def _enable(self, action_ids: Sequence[str]) -> None:
        for action_id in action_ids:
            self._widgets[action_id].setEnabled(True)
            self._widgets[action_id].setText(self._actions[action_id].title)


def _marks() -> frozenset[int]:
    """The letters that open a menu of the bar together with Alt."""
    return frozenset(ord(name[0]) for name in MENUS)


def _sequences(texts: Iterable[str]) -> list[QtGui.QKeySequence]:
    made = QtGui.QKeySequence
    return [made(_portable(text), made.SequenceFormat.PortableText) for text in texts if text]


def _is_in(widget: QWidget | None, shown: QObject) -> bool:
    return widget is not None and isinstance(shown, QWidget) and (widget is shown or shown.isAncestorOf(widget))


def _placed(action: Action) -> Action:
    """The action with the place in which its `focus` is now."""
    path: list[str] = []
    widget = action.focus
    while widget is not None:
        path.append(widget.objectName())
        widget = widget.parentWidget()
    name = action.focus.accessibleName() if action.focus is not None else ""
    return replace(action, place=Place(name, tuple(reversed(path))))


def _portable(text: str) -> str:
    """Qt writes chords with a comma, people and the settings with a blank."""
    strokes = [stroke if stroke.endswith("+,") else stroke.rstrip(",") for stroke in text.split()]
    return ", ".join(strokes)

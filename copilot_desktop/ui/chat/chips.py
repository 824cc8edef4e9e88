"""Chips: the pieces of context that go with a prompt, each with its tokens; what they hold is what is sent."""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QIcon, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.context.items import NOT_READ
from copilot_desktop.credentials.placeholders import SeenSecret
from copilot_desktop.credentials.secret_words import secrets_sentence, short_mark
from copilot_desktop.text.lines import split_lines
from copilot_desktop.ui import figures
from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.elided_button import ElidedButton
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.theme.fixed_font import fixed_font
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.marking import mark as show_mark
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.picture import Picture

RULES_ID: Final = "rules"
"""Of the chip that stands for many rule files."""
_RULES_APART: Final = 2
"""So many have a chip each."""
_THUMBNAIL_PX = 16
_LONGEST_NAME = 32
_PREVIEW = QSize(536, 400)


@dataclass(frozen=True, slots=True)
class Chip:
    """What a chip shows. `tokens` is None while they are counted; `note` says what is special about the text."""

    item_id: str
    label: str
    path: str
    text: str
    tokens: int | None = None
    note: str = ""
    is_stale: bool = False
    is_found: bool = False
    """Automatic context has found it; the user has not chosen it."""
    secrets: tuple[SeenSecret, ...] = ()
    is_counted: bool = True
    """Its tokens are known, or will be."""
    is_estimate: bool = False
    can_renew: bool = False
    """What it says now, where it comes from, may take the place of what it holds."""
    token_usd: float | None = None
    """The price of a token of it, where that is known."""
    picture: Picture | None = None
    unfetched: str = ""
    """Of a web page that has no text yet: what a press does, or what is being done."""
    is_lifted: bool = False
    """The user has allowed a file that no model sees otherwise."""

    is_doubtful: bool = False
    """Automatic context has found it for an earlier prompt, and looks for that of now."""
    rule_why: str = ""
    """Of a rule file: why it is applied."""
    is_incomplete: bool = False
    """It is a rule file, or stands for some, of which one imports what is not read."""

    @property
    def size(self) -> str:
        """Its tokens in words."""
        if self.unfetched:
            return self.unfetched
        if self.picture is not None and not self.is_counted:
            return "tokens not known"
        return figures.tokens(self.tokens, is_estimate=self.is_estimate)

    @property
    def size_and_price(self) -> str:
        """The same with what they cost."""
        if self.token_usd is None or self.tokens is None or not self.is_counted or self.unfetched:
            return self.size
        price = self.tokens * self.token_usd
        return f"{self.size} · {figures.about(price) if self.is_estimate else figures.money(price)}"


def folded(chips: tuple[Chip, ...]) -> tuple[Chip, ...]:
    """The chips, with one in the place of many rule files, which opens their list."""
    rules = [chip for chip in chips if chip.rule_why]
    if len(rules) <= _RULES_APART:
        return chips
    seen = {each.placeholder: each for chip in rules for each in chip.secrets}
    sizes = [chip.tokens for chip in rules if chip.tokens is not None]
    fold = Chip(
        RULES_ID,
        f"{len(rules)} rules",
        "\n".join(f"{chip.path}: {chip.size}{_not_read(chip)}" for chip in rules),
        "",
        sum(sizes) if len(sizes) == len(rules) else None,
        "The rule files that go with this prompt. Click to see why, and to leave single ones out.",
        secrets=tuple(seen.values()),
        is_estimate=any(chip.is_estimate for chip in rules),
        token_usd=rules[0].token_usd,
        is_lifted=any(chip.is_lifted for chip in rules),
        is_incomplete=any(chip.is_incomplete for chip in rules),
    )
    return (*(chip for chip in chips if not chip.rule_why), fold)


def _not_read(chip: Chip) -> str:
    return f"; {chip.rule_why[chip.rule_why.index(NOT_READ) + 2 :]}" if chip.is_incomplete else ""


class ChipView(ElidedButton):
    """One chip: a click or Enter shows its text, × or Delete removes it; Esc does while its tokens are counted. P keeps
    one that was found, R renews one whose file has changed; Shift+Delete removes all that was added."""

    opened = Signal(str)
    removed = Signal(str)
    stopped = Signal()
    kept = Signal(str)
    renewed = Signal(str)
    cleared = Signal()

    def __init__(self, chip: Chip, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chip = chip
        self.setProperty("chip", True)
        self.setObjectName(f"chip_{chip.item_id}")
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("QPushButton { padding-right: 24px; } QPushButton:focus { padding-right: 23px; }")
        self._cross = QToolButton(self)
        self._cross.setObjectName("chip_remove")
        self._cross.setAccessibleName(f"Remove {chip.label}")
        self._cross.setIconSize(QSize(12, 12))
        self._cross.setStyleSheet("QToolButton { border: none; border-radius: 8px; padding: 0; }")
        self._cross.setFixedSize(16, 16)
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cross.setCursor(Qt.CursorShape.ArrowCursor)
        self._cross.clicked.connect(lambda: self.removed.emit(self.chip.item_id))
        self.clicked.connect(lambda: self.opened.emit(self.chip.item_id))
        self._theme = theme
        self._drawn: Picture | None = None
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_chip(chip)

    def _on_theme_changed(self, _changed: object = None) -> None:
        self._cross.setIcon(icon("x", self._theme.tokens.text))

    def show_chip(self, chip: Chip) -> None:
        """Show the figures of now."""
        self.chip = chip
        mark = "lifted  " if chip.is_lifted else ""
        mark += "changed  " if chip.is_stale else ""
        mark += "incomplete  " if chip.is_incomplete else ""
        if chip.secrets:
            mark += f"{short_mark(chip.secrets)}  "
        show_mark(self, "amber", bool(chip.secrets) or chip.is_lifted or chip.is_incomplete)
        if chip.picture is not None and chip.picture is not self._drawn:
            self._drawn = chip.picture
            self.setIcon(_thumbnail(chip.picture))
            self.setIconSize(QSize(_THUMBNAIL_PX, _THUMBNAIL_PX))
        self.show_words(_short(chip.label), f"  {mark}{chip.size}")
        show_mark(self, "found", chip.is_found)
        show_mark(self, "doubtful", chip.is_doubtful)
        told = " ".join(filter(None, (secrets_sentence(chip.secrets), chip.note)))
        note = f"\n{told}" if told else ""
        named = (
            chip.path if chip.label in chip.path or len(chip.label) <= _LONGEST_NAME else f"{chip.label}\n{chip.path}"
        )
        self.setToolTip(f"{named}\n{chip.size_and_price}{note}")
        keeping = ("P keeps it, " if chip.is_found else "") + ("R renews it, " if chip.can_renew else "")
        keys = "Delete removes it" if chip.item_id != RULES_ID else "Delete leaves all of them out"
        keys += "" if chip.tokens is not None else ", Esc stops the counting"
        self._cross.setToolTip("Remove (Delete)" if chip.tokens is not None else "Stop counting and remove (Esc)")
        stale = "changed since, " if chip.is_stale else ""
        stale += "incomplete, " if chip.is_incomplete else ""
        self.setAccessibleName(f"{chip.label}, {stale}{chip.size_and_price}. {told} {keeping}{keys}.")

    def event(self, event: QEvent) -> bool:
        """Esc is its own key while it is counted, and the window's otherwise; Shift+Delete cuts elsewhere."""
        if event.type() == QEvent.Type.ShortcutOverride:
            key = cast(QKeyEvent, event)
            if (key.key() == Qt.Key.Key_Escape and self.chip.tokens is None) or _clears(key):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Delete and Backspace remove the chip, Enter opens it."""
        if event.key() == Qt.Key.Key_Escape and self.chip.tokens is None:
            self.stopped.emit()
        elif event.key() == Qt.Key.Key_P and self.chip.is_found:
            self.kept.emit(self.chip.item_id)
        elif event.key() == Qt.Key.Key_R and self.chip.can_renew:
            self.renewed.emit(self.chip.item_id)
        elif _clears(event):
            self.cleared.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.chip.item_id)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """What can be done with it, for the mouse and the menu key."""
        menu = QMenu(self)
        menu.setObjectName("menu.chip")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shows = "Show them" if self.chip.item_id == RULES_ID else "Show its text"
        menu.addAction("Fetch the page" if self.chip.unfetched else shows, self.click)
        if self.chip.is_found:
            menu.addAction("Keep it (P)", lambda: self.kept.emit(self.chip.item_id))
        if self.chip.can_renew:
            menu.addAction("Use it as it is now (R)", lambda: self.renewed.emit(self.chip.item_id))
        removes = "Leave all of them out (Delete)" if self.chip.item_id == RULES_ID else "Remove (Delete)"
        menu.addAction(removes, lambda: self.removed.emit(self.chip.item_id))
        if not self.chip.rule_why and self.chip.item_id != RULES_ID:
            menu.addAction("Remove all that was added (Shift+Delete)", self.cleared.emit)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The cross stays at the right end."""
        super().resizeEvent(event)
        self._cross.move(self.width() - 22, (self.height() - 16) // 2)


def _clears(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Delete and event.modifiers() == Qt.KeyboardModifier.ShiftModifier


class ChipRow(QWidget):
    """All chips of the composer; hidden when there are none."""

    opened = Signal(str)
    removed = Signal(str)
    stopped = Signal()
    """Esc on a chip that is counted."""
    kept = Signal(str)
    renewed = Signal(str)
    cleared = Signal()
    """All that was added is to go."""
    shown = Signal()
    """Other chips are shown, or one has become wider or narrower."""
    left_empty = Signal()
    """The last chip with the keyboard focus is gone."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._views: dict[str, ChipView] = {}
        self.rules: tuple[Chip, ...] = ()
        """Those of rule files, also where one chip stands for all of them."""
        self.setObjectName("chips")
        self.setAccessibleName("Context that is sent with the prompt")
        self._flow = FlowLayout(self)
        # It may be lower than its hint: that is the height of all chips below each other, and who scrolls it would
        # scroll on into nothing.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    @property
    def views(self) -> tuple[ChipView, ...]:
        """The chips in order."""
        return tuple(self._views.values())

    def show_chips(self, chips: tuple[Chip, ...]) -> None:
        """Show these chips; those that stay keep the focus."""
        self.rules = tuple(chip for chip in chips if chip.rule_why)
        chips = folded(chips)
        before, wanted = list(self._views), {chip.item_id for chip in chips}
        had_focus = any(view.hasFocus() for view in self._views.values())
        for item_id in [item_id for item_id in self._views if item_id not in wanted]:
            view = self._views.pop(item_id)
            self._flow.removeWidget(view)
            view.hide()
            view.deleteLater()
        for chip in chips:
            if chip.item_id in self._views:
                self._views[chip.item_id].show_chip(chip)
                continue
            view = self._views[chip.item_id] = ChipView(chip, self._theme)
            view.opened.connect(self.opened)
            view.removed.connect(self._on_view_removed)
            view.stopped.connect(self.stopped)
            view.kept.connect(self.kept)
            view.renewed.connect(self.renewed)
            view.cleared.connect(self.cleared)
            self._flow.addWidget(view)
        self._sort([chip.item_id for chip in chips])
        if before != list(self._views):
            # Tab, and the focus of one that goes, follow the order of the children, which is that of their making.
            for view in self._views.values():
                view.raise_()
        self.setVisible(bool(chips))
        self._flow.invalidate()
        self.updateGeometry()
        self.shown.emit()
        if had_focus and not any(view.hasFocus() for view in self._views.values()):
            if self._views:
                next(reversed(self._views.values())).setFocus(Qt.FocusReason.TabFocusReason)
            else:
                self.left_empty.emit()

    def _on_view_removed(self, item_id: str) -> None:
        for each in [chip.item_id for chip in self.rules] if item_id == RULES_ID else [item_id]:
            self.removed.emit(each)

    def _sort(self, wanted: list[str]) -> None:
        """What is added now may stand before what was there."""
        if list(self._views) == wanted:
            return
        self._views = {item_id: self._views[item_id] for item_id in wanted}
        for view in self._views.values():
            self._flow.removeWidget(view)
            self._flow.addWidget(view)


class ChipPreview(QFrame):
    """A popover with exactly the text that is sent."""

    renewed = Signal(str)

    def __init__(self, chip: Chip, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._item_id = chip.item_id
        self.setObjectName("chip_preview")
        self.setAccessibleName(f"Text of {chip.label}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet("QFrame#chip_preview { border-radius: 0; }")
        self.setProperty("card", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(8)
        self._say(chip, layout)
        self.text = QPlainTextEdit()
        self.text.setObjectName("chip_text")
        self.text.setAccessibleName(f"Text of {chip.label}, as it is sent")
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(fixed_font())
        self.text.setPlainText(text_as_sent(chip))
        if chip.picture is not None:
            layout.addWidget(_shown(chip.picture, chip.label))
        layout.addWidget(self.text)
        self.text.setVisible(chip.picture is None)
        self.resize(560, 320)
        from copilot_desktop.ui.popups import EscCloses  # with the first preview

        esc = EscCloses(self)
        for each in (self, self.text):
            each.installEventFilter(esc)

    def _say(self, chip: Chip, layout: QVBoxLayout) -> None:
        """What there is to know of it, above its text."""
        count = len(split_lines(chip.text))
        lines = "1 line" if count == 1 else f"{count:,} lines"
        if chip.picture is not None:
            lines = f"{chip.picture.size_words} pixels"
        # A long path gives way, not the window around it.
        head = ElidedLabel("chip_head", Qt.TextElideMode.ElideMiddle)
        head.show_text(" · ".join((chip.path, lines, *((chip.size_and_price,) if chip.is_counted else ()))))
        head.setProperty("role", "muted")
        layout.addWidget(head)
        if chip.note:
            layout.addWidget(label(chip.note, "amber" if chip.is_stale else "muted", name="chip_note"))
        if chip.can_renew:
            renew = button("chip_renew", "Use it as it is now", is_link=True)
            renew.clicked.connect(self._on_renew_clicked)
            layout.addWidget(renew, 0, Qt.AlignmentFlag.AlignLeft)
        if chip.secrets:
            layout.addWidget(label(secrets_sentence(chip.secrets), "amber", name="chip_secrets"))

    def _on_renew_clicked(self) -> None:
        self.close()
        self.renewed.emit(self._item_id)


def _short(name: str) -> str:
    """A name that fits into a narrow chat beside its figures; the tip has all of it."""
    if not name.isprintable():
        from copilot_desktop.text.visible_signs import visible_text  # hardly any name needs it

        name = visible_text(name).text
    half = _LONGEST_NAME // 2
    return name if len(name) <= _LONGEST_NAME else f"{name[:half].rstrip()}…{name[-half:].lstrip()}"


def _thumbnail(picture: Picture) -> QIcon:
    image = QPixmap()
    image.loadFromData(picture.thumbnail)
    return QIcon(image)


def _shown(picture: Picture, name: str) -> QLabel:
    """The picture itself, as it is sent, as large as there is room."""
    image = QPixmap()
    image.loadFromData(picture.data)
    shown = QLabel()
    shown.setObjectName("chip_picture")
    shown.setAccessibleName(f"{name}, {picture.size_words} pixels, as it is sent")
    smooth = Qt.TransformationMode.SmoothTransformation
    fits = image.width() <= _PREVIEW.width() and image.height() <= _PREVIEW.height()
    shown.setPixmap(image if fits else image.scaled(_PREVIEW, Qt.AspectRatioMode.KeepAspectRatio, smooth))
    return shown


def text_as_sent(chip: Chip) -> str:
    """The text of a chip, with what is masked in it masked."""
    text = chip.text
    # A long one may hold a short one.
    for seen in sorted(chip.secrets, key=lambda each: -len(each.value)):
        if seen.is_masked:
            text = text.replace(seen.value, seen.placeholder)
    return text

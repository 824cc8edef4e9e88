"""The list of profiles beside the form."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from copilot_desktop.bridge.models.controller import ModelsChanged
from copilot_desktop.llm.profiles import Profile, ProviderKind
from copilot_desktop.ui.preferences.form_parts import push_button
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

_NAME = Qt.ItemDataRole.UserRole
_ICON = Qt.ItemDataRole.UserRole + 1
_SIDE_PX, ROW_PX = 6, 24


class ProfileList(QWidget):
    """All profiles, the built-in one last, and the button for a new one."""

    chosen = Signal(str)
    """The user chose a profile, "" the new one; not told when the list is filled anew."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("pane", True)
        self.list = QListWidget()
        self.list.setObjectName("profiles")
        self.list.setAccessibleName("Models")
        self.list.setIconSize(QSize(16, 16))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add = push_button("profile_add", "Add a model")
        self._fit()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 10)
        column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(_SIDE_PX, 0, _SIDE_PX, 0)
        foot.addWidget(self.add)
        column.addLayout(foot)
        self.list.currentItemChanged.connect(self._on_current_changed)
        theme.changed.connect(self._on_theme_changed)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Larger letters need a wider list."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        self.setMinimumWidth(self.add.sizeHint().width() + 2 * _SIDE_PX)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as the models that there are; Qt's lists always want room for a dozen."""
        hint, rows = super().sizeHint(), max(self.list.count(), 2)
        others = hint.height() - self.list.sizeHint().height()
        return QSize(hint.width(), others + rows * max(ROW_PX, self.list.sizeHintForRow(0)) + 4)

    def names(self) -> list[str]:
        """The profiles' names as listed."""
        return [name for name in self._rows() if name]

    def show_profiles(self, models: ModelsChanged, default: str, *, has_new: bool) -> None:
        """Fill the list; nothing is selected. `has_new`: there is a new profile that is not saved yet."""
        self.list.blockSignals(True)
        self.list.clear()
        for profile in models.profiles:
            title = profile.name + ("   default" if profile.name == default else "")
            icon_name = "cpu" if profile.kind.is_local else "server"
            self._add(profile.name, title, f"{profile.name}\n{_about(profile)}", icon_name)
        for broken in models.unusable:
            self._add(broken.name, f"{broken.name}   unusable", broken.notice.message, "triangle-alert")
        if has_new:
            self._add("", "New model", "Not saved yet", "plus")
        self.list.setCurrentRow(-1)
        self.list.blockSignals(False)

    def select(self, name: str | None) -> None:
        """Mark a profile as the one that is shown; None: a new one."""
        self.list.blockSignals(True)
        if name is None and "" not in self._rows():
            self._add("", "New model", "Not saved yet", "plus")
        rows = self._rows()
        # There is a current row always: Qt chooses one itself when the list gets the focus without.
        self.list.setCurrentRow(rows.index(name or "") if (name or "") in rows else -1)
        self.list.blockSignals(False)

    def _rows(self) -> list[str]:
        return [str(self.list.item(at).data(_NAME)) for at in range(self.list.count())]

    def _add(self, name: str, title: str, about: str, icon_name: str) -> None:
        item = QListWidgetItem(icon(icon_name, self._theme.tokens.muted), title)
        item.setData(_NAME, name)
        item.setData(_ICON, icon_name)
        item.setToolTip(about)
        self.list.addItem(item)
        self.updateGeometry()

    def _on_current_changed(self, item: QListWidgetItem | None, _before: object = None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(_NAME)))

    def _on_theme_changed(self, _changed: object = None) -> None:
        self.list.blockSignals(True)
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setIcon(icon(str(item.data(_ICON)), self._theme.tokens.muted))
        self.list.blockSignals(False)


def _about(profile: Profile) -> str:
    if profile.kind is ProviderKind.BUILT_IN:
        return "The tiny starter model"
    return f"{profile.model} at {profile.model_path or profile.base_url}"

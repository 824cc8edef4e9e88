"""Settings → Models: the profiles, the fields of the chosen one, its key, and a real call to try it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from copilot_desktop.bridge.models import KeyState, ModelsChanged, ModelsController, ModelsListed, Tested
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine, form_page, push_button, text_label
from copilot_desktop.ui.preferences.key_field import KeyField
from copilot_desktop.ui.preferences.profile_fields import ProfileFields
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

_NEW = ProfileSetting("OpenAI", base_url="https://api.openai.com/v1", model="")
_TINY = (
    "The built-in starter model runs on this machine, without a key or network. It is tiny: it shows how asking, "
    "reviewing and approving work, but its answers are poor. For real work connect another model with “Add a model”."
)


class ModelsForm(QWidget):
    """A list on the left, the chosen profile on the right."""

    def __init__(self, controller: ModelsController, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._theme = theme
        self._shown: str | None = None
        self._default = ""
        self.setObjectName("settings_models")
        self.list = QListWidget()
        self.list.setObjectName("profiles")
        self.list.setAccessibleName("Models")
        self.list.setIconSize(QSize(16, 16))
        self.add = push_button("profile_add", "Add a model")
        self.fields = ProfileFields()
        self.key = KeyField()
        self.save = push_button("profile_save", "Save", is_primary=True)
        self.test = push_button("profile_test", "Test connection")
        self.make_default = push_button("profile_default", "Make default")
        self.delete = push_button("profile_delete", "Delete")
        self.status = StatusLine("profile_status")
        self._built_in = text_label(_TINY, name="built_in_text")
        self._lay_out()
        self._connect()
        controller.load()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        left = QWidget()
        left.setFixedWidth(156)
        left.setProperty("pane", True)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 12, 0, 12)
        column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 0)
        foot.addWidget(self.add)
        column.addLayout(foot)
        layout.addWidget(left)
        area, form = form_page(
            "Models", "Any server that speaks OpenAI's Chat Completions. Keys never touch the disk as text."
        )
        form.addWidget(self._built_in)
        form.addWidget(self.fields)
        form.addWidget(self.key)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.save, self.test, self.make_default):
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(self.delete)
        form.addLayout(buttons)
        form.addWidget(self.status)
        layout.addWidget(area, 1)

    def _connect(self) -> None:
        controller = self._controller
        controller.changed.connect(self._on_models_changed)
        controller.key_state.connect(self._on_key_state)
        controller.listed.connect(self._on_models_listed)
        controller.tested.connect(self._on_tested)
        controller.saved.connect(self._on_saved)
        controller.failed.connect(self._on_failed)
        self.list.currentItemChanged.connect(self._on_profile_chosen)
        self.add.clicked.connect(self._on_add_clicked)
        self.save.clicked.connect(self._on_save_clicked)
        self.test.clicked.connect(self._on_test_clicked)
        self.make_default.clicked.connect(lambda: controller.make_default(self._shown or ""))
        self.delete.clicked.connect(lambda: controller.delete(self._shown or ""))
        self.fields.list_chosen.connect(self._on_list_chosen)
        self.key.source_changed.connect(lambda: self.key_wanted())
        self.key.stored.connect(self._on_key_stored)
        self.key.deleted.connect(lambda: controller.delete_key(self._values().name, self.key.source))

    def key_wanted(self) -> None:
        """Ask whether there is a key for what the fields say."""
        setting = self._values()
        if setting.name:
            self.key.show_waiting()
            self._controller.read_key_state(setting)

    def _values(self) -> ProfileSetting:
        return self.fields.values(self.key.source.value, self.key.variable.text().strip() or "OPENAI_API_KEY")

    def _show(self, setting: ProfileSetting | None, name: str | None) -> None:
        """Show a profile, or the fields of a new one (name None)."""
        self._shown = name
        is_built_in = setting is not None and setting.kind == "built_in"
        self.status.say("", Mood.BUSY)
        self._built_in.setVisible(is_built_in)
        for widget in (self.fields, self.key, self.save):
            widget.setVisible(not is_built_in)
        self.delete.setVisible(not is_built_in and name is not None)
        self.make_default.setVisible(name is not None)
        self.make_default.setEnabled(name != self._default)
        if setting is None or is_built_in:
            return
        self.fields.show_setting(setting)
        self.key.show_source(KeySource(setting.key_source), setting.environment_variable)
        if name is not None:
            self.key_wanted()

    def _on_models_changed(self, models: ModelsChanged) -> None:
        self._default = models.default or models.profiles[0].name
        self.list.blockSignals(True)
        self.list.clear()
        for profile in models.profiles:
            item = QListWidgetItem(profile.name + ("   default" if profile.name == self._default else ""))
            item.setData(Qt.ItemDataRole.UserRole, profile.name)
            item.setToolTip("The tiny starter model" if profile.is_weak else f"{profile.model} at {profile.base_url}")
            item.setIcon(icon("cpu" if profile.is_weak else "server", self._theme.tokens.muted))
            self.list.addItem(item)
        self.list.blockSignals(False)
        names = [profile.name for profile in models.profiles]
        wanted = self._shown if self._shown in names else names[0]
        self.list.setCurrentRow(names.index(wanted))
        if models.problem is not None:
            self._on_failed(models.problem)

    def _on_profile_chosen(self, item: QListWidgetItem | None, _before: object = None) -> None:
        if item is not None:
            name = str(item.data(Qt.ItemDataRole.UserRole))
            self._show(self._controller.setting(name), name)

    def _on_add_clicked(self) -> None:
        self.list.setCurrentRow(-1)
        self._show(_NEW, None)
        self.fields.name.setFocus()
        self.fields.name.selectAll()

    def _on_save_clicked(self) -> None:
        self.status.say("Saving …", Mood.BUSY)
        self._controller.save(self._values(), self._shown)

    def _on_test_clicked(self) -> None:
        setting = self._controller.setting(self._shown) if self.fields.isHidden() and self._shown else self._values()
        if setting is None:
            return
        self.test.setEnabled(False)
        self.status.say(f"Asking {setting.model or 'the model'} …", Mood.BUSY)
        self._controller.test(setting)

    def _on_list_chosen(self) -> None:
        self.fields.fetch.setEnabled(False)
        self.status.say("Asking the server for its models …", Mood.BUSY)
        self._controller.list_models(self._values())

    def _on_key_stored(self, key: str) -> None:
        name = self._values().name
        if not name:
            self.key.status.say("Give the profile a name first: the key is kept under it.", Mood.BAD)
            return
        self.key.show_waiting()
        self._controller.store_key(name, self.key.source, key)

    def _on_key_state(self, state: KeyState) -> None:
        if state.profile_name == self._values().name and state.source is self.key.source:
            self.key.show_state(state)

    def _on_models_listed(self, listed: ModelsListed) -> None:
        self.fields.fetch.setEnabled(True)
        if listed.problem is not None:
            self._on_failed(listed.problem)
            return
        self.fields.show_models(listed.models)
        count = len(listed.models)
        self.status.say(f"{count} models offered." if count else "The server names no models; type the id.", Mood.GOOD)

    def _on_tested(self, tested: Tested) -> None:
        self.test.setEnabled(True)
        if tested.problem is not None or tested.result is None:
            self._on_failed(tested.problem or ErrorNotice("model", "The model gave no answer."))
            return
        result = tested.result
        self.status.say(
            f"{result.model} answered: first token after {result.first_token_s:.2f} s, "
            f"{result.duration_s:.2f} s in all.",
            Mood.GOOD,
        )

    def _on_saved(self, name: str) -> None:
        if name:
            self._shown = name
            self._select(name)
            self.status.say("Saved.", Mood.GOOD)

    def _select(self, name: str) -> None:
        for at in range(self.list.count()):
            if self.list.item(at).data(Qt.ItemDataRole.UserRole) == name:
                self.list.setCurrentRow(at)

    def _on_failed(self, notice: ErrorNotice) -> None:
        self.status.say(f"{notice.message} {notice.advice}".rstrip(), Mood.BAD)

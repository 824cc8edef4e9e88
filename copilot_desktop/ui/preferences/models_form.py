"""Settings → Models: the profiles, the fields of the chosen one, its key, and a real call to try it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from copilot_desktop.bridge.models.controller import ModelsChanged, ModelsController, ProfileSaved
from copilot_desktop.bridge.models.offer_taking import OfferTaking
from copilot_desktop.bridge.models.offers import Taken
from copilot_desktop.bridge.models.profile_keys import KeyState
from copilot_desktop.bridge.unsaved_settings import UnsavedSettings
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.settings.unsaved_page import ProfileDraft
from copilot_desktop.ui.focus_order import hand_focus_on
from copilot_desktop.ui.preferences.built_in_about import BuiltInAbout
from copilot_desktop.ui.preferences.connection_trial import ConnectionTrial
from copilot_desktop.ui.preferences.deleting import ask_about_delete
from copilot_desktop.ui.preferences.form_parts import (
    FORM_WIDTH_PX,
    Mood,
    StatusLine,
    form_page,
    push_button,
)
from copilot_desktop.ui.preferences.list_beside import ListBeside
from copilot_desktop.ui.preferences.narrow_rows import NarrowMargins, TurningRow
from copilot_desktop.ui.preferences.nearby_offers import NearbyOffers
from copilot_desktop.ui.preferences.profile_editor import ProfileEditor
from copilot_desktop.ui.preferences.profile_fields import Pair
from copilot_desktop.ui.preferences.profile_list import ProfileList
from copilot_desktop.ui.preferences.unsaved import ProfileDrafts
from copilot_desktop.ui.theme.theme import Theme

_FORM_PX = 120
_NEW = ProfileSetting("OpenAI", base_url="https://api.openai.com/v1", model="")


class ModelsForm(QWidget):
    """A list on the left, the chosen profile on the right. What is typed and not saved stays with its profile, also
    when the program ends."""

    def __init__(self, controller: ModelsController, theme: Theme, unsaved: UnsavedSettings) -> None:
        super().__init__()
        self._controller = controller
        self._shown: str | None = None
        """The profile that is shown, None for a new one."""
        self._is_filled = False
        self._clean = _NEW
        """What the fields say of it before anything is typed."""
        self._key_name: str | None = None
        self._is_in_keyring = False
        """Whether the key of a profile that is not saved yet stands in the keyring already."""
        self._key_before: tuple[str | None, bool] | None = None
        """While a key is being kept: both as they were before."""
        self._drafts = ProfileDrafts(unsaved, self._draft, self)
        self._saving: tuple[int, ProfileSetting] | None = None
        self._shown_count = 0
        self._after_key: Callable[[ProfileSetting], None] | None = None
        self._default = ""
        self.setObjectName("settings_models")
        self.profiles = ProfileList(theme)
        self.list, self.add = self.profiles.list, self.profiles.add
        self.editor = ProfileEditor(theme, controller.family_of)
        self.fields, self.key = self.editor.fields, self.editor.key
        self.nearby = NearbyOffers(controller, self.add)
        self.save = push_button("profile_save", "Save", is_primary=True)
        self.test = push_button("profile_test", "Test connection")
        self.make_default = push_button("profile_default", "Make default")
        self.delete = push_button("profile_delete", "Delete")
        self.status = StatusLine("profile_status")
        self._built_in = BuiltInAbout(controller)
        self._trial = ConnectionTrial(controller.trials, self.fields, self.test, self.status)
        self._lay_out()
        self._connect()
        controller.load()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        area, form = form_page(
            "Models",
            "Any server that speaks OpenAI's Chat Completions or Responses, or a model file on this machine. Keys are "
            "never written to a file.",
        )
        for widget in (self._built_in, self.editor):
            form.addWidget(widget)
        page = QWidget()
        page.setProperty("plain", True)
        right = QVBoxLayout(page)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        area.setMinimumHeight(_FORM_PX)
        right.addWidget(area, 1)
        used, kept = TurningRow(self.save, self.test), TurningRow(self.make_default, self.delete, is_right=True)
        right.addWidget(_foot(self.status, Pair(used, kept, narrow_px=384)))
        layout.addWidget(ListBeside((self.profiles, self.nearby), page))
        places = (self.list, self.add, *self.editor.in_order())
        for before, after in pairwise((*places, self.save, self.test, self.make_default, self.delete)):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        controller = self._controller
        controller.changed.connect(self._on_models_changed)
        # After the list is filled, so that what was added is in it.
        self._adding = OfferTaking(controller, self)
        self._adding.is_ready = False
        self.nearby.chosen.connect(self._adding.take)
        controller.keys.state.connect(self._on_key_state)
        controller.saved.connect(self._on_saved)
        controller.failed.connect(self.status.say_notice)
        self.profiles.chosen.connect(self._on_profile_chosen)
        self.add.clicked.connect(self._on_add_clicked)
        self.save.clicked.connect(self._on_save_clicked)
        self.test.clicked.connect(lambda: self._try_out(self._trial.test))
        self.make_default.clicked.connect(lambda: controller.make_default(self._shown or ""))
        self.delete.clicked.connect(self._on_delete_clicked)
        self.fields.edited.connect(self._on_edited)
        self.fields.file.wanted.connect(lambda path: controller.sources.look_at_file(path, self._values().limit_tokens))
        controller.sources.file_looked.connect(self.fields.show_looked)
        self._adding.taken.connect(self._on_added)
        controller.sources.completion_wanted.connect(self._adding.resume)
        self.key.source_changed.connect(self._on_edited)
        self._drafts.follow(self.editor)
        self.fields.list_chosen.connect(lambda: self._try_out(self._trial.fetch))
        self.key.source_changed.connect(lambda: self.key_wanted())
        self.key.stored.connect(self._on_key_stored)
        self.key.deleted.connect(lambda: controller.keys.delete(self._asked().name, self.key.source))

    def key_wanted(self) -> None:
        """Ask whether there is a key for what the fields say."""
        setting = self._asked()
        if setting.name and not self._is_name_taken(setting):
            self.key.show_waiting()
            self._controller.keys.read(setting)

    def _values(self) -> ProfileSetting:
        if self.editor.isHidden() and self._shown is not None:
            return self._controller.setting(self._shown) or self._clean
        return self.editor.values()

    def _asked(self) -> ProfileSetting:
        """What the fields say, under the name that its key has."""
        setting = self._values()
        return replace(setting, name=self._key_name or setting.name)

    def _is_name_taken(self, setting: ProfileSetting) -> bool:
        """Whether a new profile would use the key of another one."""
        is_new = self._key_name is None and self.key.source in (KeySource.KEYRING, KeySource.RUN)
        return is_new and self._controller.setting(setting.name) is not None

    def _show(self, name: str | None) -> None:
        """Show a profile, or the fields of a new one (name None), with what was typed before and not saved."""
        setting = _new_setting(self.profiles.names()) if name is None else self._controller.setting(name)
        if setting is None:
            return
        self._trial.stop()
        self._shown = self._key_name = name
        self._is_in_keyring, self._key_before = False, None
        self._shown_count += 1
        self._after_key = None
        is_built_in = setting.kind == "built_in"
        self.status.say("", Mood.BUSY)
        self._built_in.setVisible(is_built_in)
        for widget in (self.editor, self.save):
            widget.setVisible(not is_built_in)
        self._show_buttons()
        self.profiles.select(name)
        self.key.forget_typed()
        if is_built_in:
            return
        self.editor.show_setting(setting)
        self._clean = self._values()
        problem = self._controller.problem_of(setting.name)
        if problem is not None:
            self.status.say_notice(problem)
        draft = self._drafts.take(name)
        if draft is not None:
            self._key_name, self._is_in_keyring = draft.key_name, draft.is_in_keyring
            self.editor.show_setting(draft.setting)
            self.status.say("These changes are not saved yet.", Mood.BUSY)
        if self._key_name is not None:
            self.key_wanted()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look for servers on this machine whenever the page comes into view."""
        super().showEvent(event)
        self._drafts.resume()
        self._controller.sources.find_nearby()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """The page may be closed: what is typed is still there when it is opened again."""
        super().hideEvent(event)
        self._drafts.leave()

    def _show_buttons(self) -> None:
        is_kept = self._shown is not None
        self.delete.setVisible(not self.editor.isHidden())
        self.delete.setText("Delete" if is_kept else "Discard")
        self.delete.setAccessibleName(self.delete.text())
        if self._shown == self._default:
            hand_focus_on(self.make_default, self.save)
        self.make_default.setVisible(is_kept)
        self.make_default.setEnabled(self._shown != self._default)

    def _draft(self) -> ProfileDraft | None:
        """What is typed and not saved."""
        if not self._is_filled or self.editor.isHidden():
            return None
        is_changed = self._values() != self._clean or (self._shown is None and self._key_name is not None)
        return ProfileDraft(self._values(), self._shown, self._key_name, self._is_in_keyring) if is_changed else None

    def _on_models_changed(self, models: ModelsChanged) -> None:
        self._default = models.default or models.profiles[0].name
        has_new = (self._is_filled and self._shown is None) or None in self._drafts.names()
        self.profiles.show_profiles(models, self._default, has_new=has_new)
        is_gone = self._shown is not None and self._controller.setting(self._shown) is None
        if is_gone:
            self._drafts.forget()
        if is_gone or not self._is_filled:
            # What was left half done is shown first.
            half_done = [each for each in self._drafts.names() if each is None or self._controller.setting(each)]
            self._show(half_done[0] if half_done and not is_gone else models.current.name)
            self._is_filled = True
            if is_gone:
                self.list.setFocus()
        # What is shown stays as it is, whatever else has changed: it may be half typed.
        self.profiles.select(self._shown)
        self._show_buttons()
        if models.problem is not None:
            self.status.say_notice(models.problem)
        self._adding.is_ready = True
        self._adding.resume()

    def _on_profile_chosen(self, name: str) -> None:
        self._drafts.put_aside()
        self._show(name or None)

    def _on_add_clicked(self) -> None:
        if self._shown is not None:
            self._drafts.put_aside()
            self._show(None)
        self.fields.name.setFocus()
        self.fields.name.selectAll()

    def _on_added(self, added: Taken) -> None:
        """Show the profile that one click has made, or fill in a new one that lacks something."""
        self._drafts.put_aside()
        offer = added.offer
        if added.is_kept:
            self._show(offer.setting.name)
            self.fields.show_models(offer.models)
            self.status.say("Saved.", Mood.GOOD)
            self.list.setFocus()
            return
        is_other = None in self._drafts.names()
        self._show(None)
        if is_other:
            self.status.say("Save or discard this new model first, then add the other one.", Mood.BAD)
            return
        self.editor.show_setting(offer.setting)
        self._drafts.note_soon()
        self.status.say(offer.missing, Mood.BUSY)
        (self.key.key if offer.needs_key else self.fields.model).setFocus()

    def _on_edited(self) -> None:
        """“Saved.” and the like do not hold any more."""
        self._drafts.note_soon()
        if self.test.isEnabled() and self.fields.fetch.isEnabled():
            self.status.say("", Mood.BUSY)

    def _on_save_clicked(self) -> None:
        self.key.fit_to(self._values().base_url)
        setting = self._values()
        self._saving = self._shown_count, setting
        is_moving = self._key_name not in (None, setting.name) and self.key.source is KeySource.KEYRING
        self.status.say("Saving, and moving the key in the keyring …" if is_moving else "Saving …", Mood.BUSY)
        self._controller.save(setting, self._shown, self._key_name)

    def _on_saved(self, saved: ProfileSaved) -> None:
        if self._adding.is_taking(saved.name):
            return
        shown_count, setting = self._saving or (0, self._clean)
        if shown_count != self._shown_count:
            # Another profile is shown by now; what was put aside of this one is kept now.
            self._drafts.drop(saved.old_name)
            return
        if self._is_in_keyring and setting.key_source != KeySource.KEYRING:
            # Nothing would ask for it any more.
            self._controller.keys.delete(self._key_name or saved.name, KeySource.KEYRING)
        self._shown = self._key_name = saved.name
        self._clean, self._is_in_keyring = setting, False
        self._drafts.note()
        if saved.note is not None:
            self.status.say_notice(saved.note)
        else:
            self.status.say("Saved.", Mood.GOOD)
        if self.key.typed:
            self._on_key_stored(self.key.typed)

    def _on_delete_clicked(self) -> None:
        name = self._shown
        if name is None:
            if self._key_name is not None:
                source = KeySource.KEYRING if self._is_in_keyring else self.key.source
                self._controller.keys.delete(self._key_name, source)
            self.list.setFocus()
            self._is_filled = False
            self._drafts.forget()
            self._controller.load()
        else:
            has_key = self.key.source is KeySource.KEYRING
            ask_about_delete(self, name, lambda: self._controller.delete(name), has_key=has_key)

    def _try_out(self, ask: Callable[[ProfileSetting], None]) -> None:
        """Ask the server; a key that is typed but not kept is kept first, since it is the one that is meant."""
        self.key.fit_to(self._values().base_url)
        setting = self._asked()
        if self._is_name_taken(setting):
            self.status.say(f"There is a profile “{setting.name}” already. Choose another name.", Mood.BAD)
        elif self.key.typed:
            self._after_key = ask
            self._on_key_stored(self.key.typed)
        else:
            ask(setting)

    def _on_key_stored(self, key: str) -> None:
        setting = self._asked()
        if not setting.name:
            self.key.status.say("Give the profile a name first: the key is kept under it.", Mood.BAD)
            return
        if self._is_name_taken(setting):
            self.key.status.say(
                f"There is a profile “{setting.name}” already. Give this one another name first.", Mood.BAD
            )
            return
        self._key_before, self._key_name = (self._key_name, self._is_in_keyring), setting.name
        self.key.show_waiting()
        store = partial(self._controller.keys.store, setting.name, self.key.source, key)
        if self._shown is None and self.key.source is KeySource.KEYRING:
            self._is_in_keyring = True
            self._drafts.keep_before(store)
        else:
            store()

    def _on_key_state(self, state: KeyState) -> None:
        if state.profile_name != self._asked().name or state.source is not self.key.source:
            return
        self.key.show_state(state)
        if (state.is_stored or state.is_deleted) and self.status.is_bad:
            # What the server said of the key before does not hold of this one.
            self.status.say("", Mood.BUSY)
        if state.is_stored or state.problem is not None:
            ask, self._after_key = self._after_key, None
            before, self._key_before = self._key_before, None
            if self._shown is None and not state.is_stored and before is not None:
                self._key_name, self._is_in_keyring = before
                self._drafts.note_soon()
            if ask is not None and state.problem is None:
                ask(self._asked())


def _foot(status: QWidget, buttons: QWidget) -> QWidget:
    """What is done with the profile, and how it went: always in sight, however long the page is."""
    inner = QWidget()
    inner.setProperty("plain", True)
    inner.setMaximumWidth(FORM_WIDTH_PX)
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addWidget(status)
    column.addWidget(buttons)
    made = QWidget()
    made.setProperty("pane", True)
    # Side by side with nothing: a box above others would count on lines as wide as the page.
    sides = QHBoxLayout(made)
    sides.setContentsMargins(24, 10, 24, 10)
    sides.addWidget(inner, 1)
    sides.addStretch()
    NarrowMargins(made, sides)
    return made


def _new_setting(taken: Sequence[str]) -> ProfileSetting:
    name, number = _NEW.name, 2
    while name in taken:
        name, number = f"{_NEW.name} {number}", number + 1
    return replace(_NEW, name=name)

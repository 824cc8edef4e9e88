"""The profiles: which there are, which one is asked, keeping them, their keys, and trying them out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.assembly import Core
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.models.profile_keeping import Kept, ProfileKeeping, check
from copilot_desktop.bridge.models.profile_keys import ProfileKeys
from copilot_desktop.bridge.models.sources import ModelSources
from copilot_desktop.bridge.models.trials import ModelTrials
from copilot_desktop.bridge.unexpected import notice_of_any, raise_unexpected
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.conversation.events import ErrorNotice, notice_of
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.catalogue import ModelFamily
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.llm.profiles import Profile, profile_from_setting, setting_of
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.bridge.models.starter import StarterFetching


@dataclass(frozen=True, slots=True)
class UnusableProfile:
    """A profile that is kept and cannot be asked, for instance since a file written by hand names an unknown kind."""

    name: str
    notice: ErrorNotice


@dataclass(frozen=True, slots=True)
class ModelsChanged:
    """The profiles, the built-in one last, and the one that is asked; whether the built-in one can be asked at all."""

    profiles: tuple[Profile, ...]
    current: Profile
    default: str
    problem: ErrorNotice | None = None
    has_starter: bool = True
    unusable: tuple[UnusableProfile, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileSaved:
    """A profile is kept under `name`; `old_name` as the caller gave it; `note`: what did not go along with it."""

    name: str
    old_name: str | None
    note: ErrorNotice | None = None


class ModelsController(QObject):
    """GUI thread. Every signal carries one frozen value. Changes are written in the order they are asked for."""

    changed = Signal(object)
    saved = Signal(object)
    """Carries one `ProfileSaved`, before `changed`."""
    failed = Signal(object)
    """Carries one `ErrorNotice`: the settings could not be kept, or not all of it."""
    page_kept = Signal(object)
    """Carries the `ModelsPage` that this window has changed; other windows `follow` it."""

    def __init__(
        self,
        thread: AsyncThread,
        core: Core,
        parent: QObject | None = None,
        make_starter: Callable[[], StarterFetching] | None = None,
    ) -> None:
        """`make_starter` gives what fetches the starter model, where several windows share it."""
        super().__init__(parent)
        self._make_starter = make_starter
        self._thread = thread
        self._core = core
        self._queue = WorkQueue(thread)
        self._keeping = ProfileKeeping(core.settings, core.keys)
        self.keys = ProfileKeys(thread, core.keys, self._queue, self)
        self.trials = ModelTrials(thread, core.client, self)
        self.sources = ModelSources(thread, core.keys.environ, core.catalogue, self)
        self._page = ModelsPage()
        self._profiles: tuple[Profile, ...] = (BUILT_IN_PROFILE,)
        self._unusable: tuple[UnusableProfile, ...] = ()
        self._chosen = ""
        self._is_loaded = False
        self._has_starter = True

    @cached_property
    def starter(self) -> StarterFetching:
        """Fetches the starter model; made when something shows it."""
        if self._make_starter is not None:
            return self._make_starter()
        from copilot_desktop.bridge.models.starter import StarterFetching

        made = StarterFetching(self._thread, self._core, self)
        made.fetched.connect(self.load)
        return made

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All profiles, the built-in one last."""
        return self._profiles

    @property
    def current(self) -> Profile:
        """The profile that is asked: the chosen one, else the default, else the first."""
        for name in (self._chosen, self._page.default_profile):
            for profile in self._profiles:
                if name and profile.name == name:
                    return profile
        return self._profiles[0]

    @property
    def chosen(self) -> str:
        """The profile that was chosen in this window; "": the default is asked."""
        return self._chosen

    def setting(self, name: str) -> ProfileSetting | None:
        """A profile as kept; the built-in one as it is; None for a name that is not there."""
        if name == BUILT_IN_PROFILE.name:
            return setting_of(BUILT_IN_PROFILE)
        return next((each for each in self._page.profiles if each.name == name), None)

    def family_of(self, model: str) -> ModelFamily:
        """Whose edit format a model gets unless its profile names one."""
        return self._core.catalogue.family_of(model)

    def problem_of(self, name: str) -> ErrorNotice | None:
        """Why a kept profile cannot be asked; None where it can."""
        return next((each.notice for each in self._unusable if each.name == name), None)

    def load(self) -> None:
        """Read the profiles; `changed` answers."""

        def read() -> tuple[ModelsPage, ErrorNotice | None, bool]:
            loaded = self._core.settings.load_or_default(ModelsPage)
            problem = None if loaded.problem is None else notice_of(loaded.problem)
            return loaded.page, problem, self._core.starter_path() is not None

        def done(found: tuple[ModelsPage, ErrorNotice | None, bool]) -> None:
            page, problem, self._has_starter = found
            self._is_loaded = True
            self._tell(self._take(page) or problem)

        self._queue.run(read, done)

    def follow(self, page: object) -> None:
        """Take over the profiles as another window, or another program, has kept them."""
        if isinstance(page, ModelsPage) and page != self._page:
            self._tell(self._take(page))

    def choose(self, name: str) -> None:
        """Ask this profile from now on, in this window."""
        self._chosen = name
        self._tell(None)

    def bring_back(self, name: str) -> None:
        """This profile was chosen the last time; "": none was."""
        self._chosen = name
        if self._is_loaded:
            self._tell(None)

    def go_on_with(self, name: str) -> None:
        """Ask what was asked before in a conversation, where it is still there; the default stays the default."""
        if name != self.current.name and any(profile.name == name for profile in self._profiles):
            self.choose("" if name == self._page.default_profile else name)

    def save(self, setting: ProfileSetting, old_name: str | None = None, key_name: str | None = None) -> None:
        """Keep a profile in the place of `old_name`; `saved` and `changed`, or `failed`.

        `key_name` is the name under which its key is, where that is not `old_name`; the key moves to the new name.
        """

        def done(kept: Kept) -> None:
            self._take(kept.page)
            if old_name is not None and self._chosen == old_name:
                self._chosen = setting.name
            self.saved.emit(ProfileSaved(setting.name, old_name, kept.note))
            self._tell(None)
            self.page_kept.emit(kept.page)

        try:
            check(setting)
        except CopilotError as error:
            self.failed.emit(notice_of(error))
            return
        is_renamed = (key_name or old_name) not in (None, setting.name)
        self._change(lambda: self._keeping.save(setting, old_name, key_name or old_name), done, may_wait=is_renamed)

    def delete(self, name: str) -> None:
        """Delete a profile; its key goes as well. `changed`, and `failed` if something of it is left."""
        self._change(lambda: self._keeping.delete(name), self._show_kept, may_wait=True)

    def make_default(self, name: str) -> None:
        """Ask this profile in new windows; `changed` or `failed`."""
        self._change(lambda: self._keeping.make_default(name), self._show_kept)

    def warm(self) -> None:
        """Make the next request quick; a failure shows when the request is made."""
        profile = self.current

        async def work() -> None:
            try:
                await self._core.client.warm(profile)
            except CopilotError:
                return

        self._thread.submit(work())

    def _change(self, work: Callable[[], Kept], done: Callable[[Kept], None], *, may_wait: bool = False) -> None:
        def failed(error: BaseException) -> None:
            self.failed.emit(notice_of_any(error, "Saving"))
            raise_unexpected(error)

        self._queue.run(work, done, failed, may_wait=may_wait)

    def _show_kept(self, kept: Kept) -> None:
        self._tell(self._take(kept.page))
        self.page_kept.emit(kept.page)
        if kept.note is not None:
            self.failed.emit(kept.note)

    def _take(self, page: ModelsPage) -> ErrorNotice | None:
        """Take over a page; the sentence on a profile in it that cannot be used."""
        unusable = []
        profiles = []
        for setting in page.profiles:
            try:
                profiles.append(self._core.catalogue.complete(profile_from_setting(setting)))
            except CopilotError as error:
                unusable.append(UnusableProfile(setting.name, notice_of(error)))
        self._page = page
        self._profiles = (*profiles, BUILT_IN_PROFILE)
        self._unusable = tuple(unusable)
        return unusable[-1].notice if unusable else None

    def _tell(self, problem: ErrorNotice | None) -> None:
        self.changed.emit(
            ModelsChanged(
                self._profiles,
                self.current,
                self._page.default_profile,
                problem,
                self._has_starter,
                self._unusable,
            )
        )

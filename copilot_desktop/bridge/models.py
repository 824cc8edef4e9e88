"""The profiles: which there are, which one is asked, their keys, and trying them out. Blocking work runs on workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from copilot_desktop.assembly import Core
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.conversation.events import ErrorNotice, notice_of
from copilot_desktop.credentials.run_keys import last_four
from copilot_desktop.errors import CopilotError, CredentialError, UsageError
from copilot_desktop.llm.client import TestResult
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.llm.profiles import KeySource, Profile, profile_from_setting, setting_of
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting


@dataclass(frozen=True, slots=True)
class ModelsChanged:
    """The profiles, the built-in one last, and the one that is asked."""

    profiles: tuple[Profile, ...]
    current: Profile
    default: str
    problem: ErrorNotice | None = None


@dataclass(frozen=True, slots=True)
class KeyState:
    """What is known of a profile's key. `shown` is `•••• abcd` or empty; `problem`: why it has none."""

    profile_name: str
    source: KeySource
    has_key: bool
    shown: str = ""
    problem: ErrorNotice | None = None


@dataclass(frozen=True, slots=True)
class ModelsListed:
    """The model ids a server offers, or why it could not be asked."""

    profile_name: str
    models: tuple[str, ...]
    problem: ErrorNotice | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """What a real call gave."""

    profile_name: str
    result: TestResult | None
    problem: ErrorNotice | None = None


class ModelsController(QObject):
    """GUI thread. Every signal carries one frozen value."""

    changed = Signal(object)
    key_state = Signal(object)
    listed = Signal(object)
    tested = Signal(object)
    saved = Signal(str)
    failed = Signal(object)
    """Carries one `ErrorNotice`: the settings could not be kept."""

    def __init__(self, thread: AsyncThread, core: Core, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._core = core
        self._page = ModelsPage()
        self._profiles: tuple[Profile, ...] = (BUILT_IN_PROFILE,)
        self._chosen = ""

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

    def load(self) -> None:
        """Read the profiles; `changed` answers."""

        def read() -> tuple[ModelsPage, ErrorNotice | None]:
            loaded = self._core.settings.load_or_default(ModelsPage)
            return loaded.page, None if loaded.problem is None else notice_of(loaded.problem)

        self._thread.run_in_worker(read, lambda found: self._take(*found))

    def choose(self, name: str) -> None:
        """Ask this profile from now on, in this window."""
        self._chosen = name
        self._tell(None)

    def save(self, setting: ProfileSetting, old_name: str | None = None) -> None:
        """Keep a profile, in the place of `old_name`; `changed` and `saved`, or `failed`."""
        try:
            self._check(setting, old_name)
        except CopilotError as error:
            self.failed.emit(notice_of(error))
            return
        page = self._page.with_profile(setting, old_name)
        if not page.default_profile:
            page = replace(page, default_profile=setting.name)
        self._save(page, setting.name)

    def delete(self, name: str) -> None:
        """Delete a profile; its key goes as well."""
        self._core.keys.run_keys.delete(name)
        setting = next((each for each in self._page.profiles if each.name == name), None)
        if setting is not None and setting.key_source == KeySource.KEYRING.value:
            self.delete_key(name)
        self._save(self._page.without_profile(name), "")

    def make_default(self, name: str) -> None:
        """Ask this profile in new windows."""
        self._save(replace(self._page, default_profile=name), name)

    def read_key_state(self, setting: ProfileSetting) -> None:
        """Find out whether there is a key; `key_state` answers. The keyring may ask the user for its password."""
        name, source = setting.name, KeySource(setting.key_source)

        def look() -> KeyState:
            match source:
                case KeySource.NONE:
                    return KeyState(name, source, has_key=False)
                case KeySource.RUN:
                    key = self._core.keys.run_keys.get(name)
                case KeySource.ENVIRONMENT:
                    key = self._core.keys.environ.get(setting.environment_variable)
                case KeySource.KEYRING:
                    key = self._core.keys.keyring.get(name)
            return _key_state(name, source, key)

        self._key_work(name, source, look)

    def store_key(self, name: str, source: KeySource, key: str) -> None:
        """Keep a key in the keyring, where it is read back, or in memory; `key_state` answers."""

        def keep() -> KeyState:
            if source is KeySource.RUN:
                self._core.keys.run_keys.set(name, key)
                return _key_state(name, source, self._core.keys.run_keys.get(name))
            self._core.keys.keyring.set(name, key)
            return _key_state(name, source, self._core.keys.keyring.get(name))

        self._key_work(name, source, keep)

    def delete_key(self, name: str, source: KeySource = KeySource.KEYRING) -> None:
        """Forget a key; `key_state` answers."""

        def forget() -> KeyState:
            if source is KeySource.RUN:
                self._core.keys.run_keys.delete(name)
            else:
                self._core.keys.keyring.delete(name)
            return KeyState(name, source, has_key=False)

        self._key_work(name, source, forget)

    def list_models(self, setting: ProfileSetting) -> None:
        """Ask the server which models it offers; `listed` answers."""
        name = setting.name
        self._ask(
            setting,
            lambda client, profile: client.list_models(profile),
            lambda models: self.listed.emit(ModelsListed(name, models)),
            lambda problem: self.listed.emit(ModelsListed(name, (), problem)),
        )

    def test(self, setting: ProfileSetting) -> None:
        """Make a real, short call; `tested` answers."""
        name = setting.name
        self._ask(
            setting,
            lambda client, profile: client.test(profile),
            lambda result: self.tested.emit(Tested(name, result)),
            lambda problem: self.tested.emit(Tested(name, None, problem)),
        )

    def warm(self) -> None:
        """Make the next request quick; a failure shows when the request is made."""
        profile = self.current

        async def work() -> None:
            try:
                await self._core.client.warm(profile)
            except CopilotError:
                return

        self._thread.submit(work())

    def _ask(
        self,
        setting: ProfileSetting,
        call: Callable[..., object],
        done: Callable[..., object],
        failed: Callable[[ErrorNotice], object],
    ) -> None:
        try:
            profile = profile_from_setting(setting)
        except CopilotError as error:
            failed(notice_of(error))
            return

        async def work() -> object:
            result: object = await call(self._core.client, profile)  # type: ignore[misc]
            return result

        def on_failed(error: BaseException) -> None:
            failed(_notice(error))

        self._thread.submit(work(), lambda result: (done(result), None)[1], on_failed)

    def _key_work(self, name: str, source: KeySource, work: Callable[[], KeyState]) -> None:
        def guarded() -> KeyState:
            try:
                return work()
            except CredentialError as error:
                return KeyState(name, source, has_key=False, problem=notice_of(error))

        self._thread.run_waiting(guarded, self.key_state.emit)

    def _check(self, setting: ProfileSetting, old_name: str | None) -> None:
        """Raise UsageError for a profile that cannot be kept."""
        if not setting.name.strip():
            raise UsageError("The profile has no name.", advice="Give it one, for instance that of the server.")
        taken = {each.name for each in self._page.profiles} | {BUILT_IN_PROFILE.name}
        if setting.name in taken - {old_name}:
            raise UsageError(f"There is a profile “{setting.name}” already.", advice="Choose another name.")
        if not setting.base_url.strip() or not setting.model.strip():
            raise UsageError("Base URL and model are both needed.", advice="Fill them in, then save again.")
        profile_from_setting(setting)

    def _save(self, page: ModelsPage, name: str) -> None:
        def done(_none: None) -> None:
            self._take(page, None)
            self.saved.emit(name)

        def failed(error: BaseException) -> None:
            self.failed.emit(_notice(error))

        self._thread.run_in_worker(lambda: self._core.settings.save(page), done, failed)

    def _take(self, page: ModelsPage, problem: ErrorNotice | None) -> None:
        self._page = page
        profiles = []
        for setting in page.profiles:
            try:
                profiles.append(self._core.catalogue.complete(profile_from_setting(setting)))
            except CopilotError as error:
                problem = notice_of(error)
        self._profiles = (*profiles, BUILT_IN_PROFILE)
        self._tell(problem)

    def _tell(self, problem: ErrorNotice | None) -> None:
        self.changed.emit(ModelsChanged(self._profiles, self.current, self._page.default_profile, problem))

    def setting(self, name: str) -> ProfileSetting | None:
        """A profile as kept; the built-in one as it is; None for a name that is not there."""
        if name == BUILT_IN_PROFILE.name:
            return setting_of(BUILT_IN_PROFILE)
        return next((each for each in self._page.profiles if each.name == name), None)


def _key_state(name: str, source: KeySource, key: str | None) -> KeyState:
    if not key:
        return KeyState(name, source, has_key=False)
    return KeyState(name, source, has_key=True, shown=f"•••• {last_four(key)}".rstrip())


def _notice(error: BaseException) -> ErrorNotice:
    if isinstance(error, CopilotError):
        return notice_of(error)
    raise error

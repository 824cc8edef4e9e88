"""Trying a profile out before it is saved: a real, short call, and the list of models its server offers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.models.profile_keeping import check_reachable
from copilot_desktop.bridge.unexpected import notice_of_any, raise_unexpected
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.errors import CopilotError, UsageError
from copilot_desktop.llm.client import ModelClient, TestResult
from copilot_desktop.llm.profiles import Profile, ProviderKind, profile_from_setting
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.values import dataclass

T = TypeVar("T")


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


class ModelTrials(QObject):
    """GUI thread. Each request is answered by one signal, unless it is stopped."""

    listed = Signal(object)
    tested = Signal(object)

    def __init__(self, thread: AsyncThread, client: ModelClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._client = client
        self._running: list[Future[Any]] = []

    def list_models(self, setting: ProfileSetting) -> None:
        """Ask the server which models it offers; `listed` answers."""
        name = setting.name
        self._ask(
            setting,
            self._client.list_models,
            lambda models: self.listed.emit(ModelsListed(name, models)),
            lambda error: self.listed.emit(ModelsListed(name, (), notice_of_any(error, "Fetching the list"))),
        )

    def test(self, setting: ProfileSetting) -> None:
        """Make a real, short call; `tested` answers."""
        name = setting.name
        if not setting.model.strip():
            advice = "Type the model's id, or choose one from “Fetch list”."
            self.tested.emit(Tested(name, None, ErrorNotice(UsageError.kind, "No model is chosen.", advice)))
            return
        self._ask(
            setting,
            self._client.test,
            lambda result: self.tested.emit(Tested(name, result)),
            lambda error: self.tested.emit(Tested(name, None, notice_of_any(error, "The test"))),
        )

    def stop(self) -> None:
        """Drop what is asked now: its connections are closed and nothing is told."""
        running, self._running = self._running, []
        for future in running:
            future.cancel()

    def _ask(
        self,
        setting: ProfileSetting,
        call: Callable[[Profile], Coroutine[Any, Any, T]],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        def on_failed(error: BaseException) -> None:
            failed(error)
            raise_unexpected(error)

        try:
            if setting.kind != ProviderKind.BUILT_IN.value:
                check_reachable(setting)
            profile = profile_from_setting(setting)
        except CopilotError as error:
            failed(error)
            return
        self._running = [future for future in self._running if not future.done()]
        self._running.append(self._thread.submit(call(profile), done, on_failed))

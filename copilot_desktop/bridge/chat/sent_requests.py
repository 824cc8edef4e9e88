"""What was sent for a turn, from the ledger: the exact JSON, and the same as a curl command without any key."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import Refused
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.requests import RequestRecord
from copilot_desktop.usage.ledger import Ledger
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.picture import has_short_pictures


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request as sent: `body` is the JSON, indented for reading, `address` where it went, without keys."""

    record: RequestRecord
    address: str
    body: str
    curl: str


@dataclass(frozen=True, slots=True)
class RequestsRead:
    """The requests of a turn, oldest first."""

    turn_id: str
    requests: tuple[SentRequest, ...]


@dataclass(frozen=True, slots=True)
class RequestFound:
    """A request of this turn was sent, and can be shown."""

    turn_id: str


@dataclass(frozen=True, slots=True)
class SpentToday:
    """US dollars since midnight, of requests whose price is known."""

    usd: float


class SentRequests(QObject):
    """GUI thread; the ledger is read on a worker."""

    read = Signal(object)
    """Carries one `RequestsRead`."""
    found = Signal(object)
    """Carries one `RequestFound`."""
    today = Signal(object)
    """Carries one `SpentToday`."""
    refused = Signal(object)
    """Carries one `Refused`."""

    def __init__(
        self,
        thread: AsyncThread,
        ledger: Ledger,
        profiles: Callable[[], Sequence[Profile]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._ledger = ledger
        self._profiles = profiles
        self._reading: set[str] = set()

    def ask(self, turn_id: str) -> None:
        """Read the requests of a turn; `read` or `refused` answers, once for all that ask meanwhile."""
        if turn_id in self._reading:
            return
        self._reading.add(turn_id)
        profiles = {profile.name: profile for profile in self._profiles()}

        def work() -> RequestsRead:
            records = self._ledger.records_of(turn_id)
            return RequestsRead(turn_id, tuple(_shown(each, profiles.get(each.profile_name)) for each in records))

        def fail(error: BaseException) -> None:
            self._reading.discard(turn_id)
            self._on_failed(error)

        self._thread.run_in_worker(work, self._on_read, fail)

    def find(self, turn_id: str) -> None:
        """Ask whether anything was sent for a turn; `found` answers where it was."""

        def done(is_found: bool) -> None:
            if is_found:
                self.found.emit(RequestFound(turn_id))

        self._thread.run_in_worker(lambda: self._ledger.has_records_of(turn_id), done, self._on_failed)

    def ask_today(self) -> None:
        """Sum up today's requests; `today` answers."""
        self._thread.run_in_worker(
            self._ledger.today_usd, lambda usd: self.today.emit(SpentToday(usd)), self._on_failed
        )

    def _on_read(self, read: RequestsRead) -> None:
        self._reading.discard(read.turn_id)
        if read.requests:
            self.read.emit(read)
        else:
            self.refused.emit(Refused("Nothing was sent for this turn, so there is no request to show."))

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.refused.emit(Refused(error.message, error.advice))


def _shown(record: RequestRecord, profile: Profile | None) -> SentRequest:
    from copilot_desktop.llm.as_curl import as_curl, without_keys  # with the first request that is shown

    address = without_keys(record.url)
    if not record.body:
        return SentRequest(record, address, "The text of this request is no longer kept; only its figures are.", "")
    try:
        body = json.dumps(json.loads(record.body), indent=2, ensure_ascii=False)
    except ValueError:
        body = record.body
    # Of pictures only the size and a sum are kept: that could not be sent again.
    curl = "" if has_short_pictures(record.body) else as_curl(record.url, record.body, profile)
    return SentRequest(record, address, body, curl)

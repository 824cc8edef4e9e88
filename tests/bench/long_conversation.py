"""GUI stalls and memory with a conversation of 20,000 lines: `python tests/bench/long_conversation.py`.

500 turns of 40 lines are opened from memory, scrolled from end to beginning, and a new answer streams into them at 300
tokens a second. A stall is the time between two passes of the event loop that has nothing else to do.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from copilot_desktop.bridge.garbage import GarbageCollector
from copilot_desktop.conversation.events import TextArrived, TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import StoredTurn, TurnRequest
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.ui import code_colours
from copilot_desktop.ui.chat import markdown_blocks
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from tests.bench.stream_render import SAMPLE

TURNS, LINES = 500, 40
TOKENS_PER_S, TOKEN_CHARACTERS, FRAME_MS = 300, 4, 16
STREAM_S, SCROLL_PX, SCROLLS = 20.0, 120, 600


def pss_mib() -> float:
    """Memory of this process; shared pages count in part."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


class Stalls:
    """Milliseconds between passes of the event loop: of this thread's own work, since other programs run here, too."""

    def __init__(self, app: QApplication) -> None:
        self._app = app

    def during(self, step: Callable[[int], bool], every_ms: int = FRAME_MS) -> list[float]:
        """Call `step` with its number until it says False; the event loop runs freely meanwhile."""
        found: list[float] = []
        number, due, last = 0, time.perf_counter(), time.thread_time()
        while True:
            self._app.processEvents()
            if time.perf_counter() >= due:
                due = time.perf_counter() + every_ms / 1000
                if not step(number):
                    return sorted(found)
                number += 1
            found.append((time.thread_time() - last) * 1000)
            time.sleep(0.0005)
            last = time.thread_time()


def report(what: str, found: list[float]) -> None:
    """One line of figures; passes of the loop without any work are left out."""
    busy = [each for each in found if each > 0.2] or [0.0]

    def part(share: float) -> float:
        return busy[min(int(len(busy) * share), len(busy) - 1)]

    print(f"{what:>34} {len(busy):>7} {part(0.5):>7.1f} {part(0.95):>7.1f} {part(0.99):>7.1f} {busy[-1]:>7.1f}")


def turns() -> tuple[StoredTurn, ...]:
    """The conversation, as the store gives it."""
    pieces = SAMPLE * 4
    answer = "\n".join(pieces.split("\n")[:LINES])
    return tuple(
        StoredTurn(f"t{number}", "c", f"Question {number}", answer=answer, status=TurnStatus.FINISHED)
        for number in range(TURNS)
    )


def stream(view: ConversationView, turn_id: str, size: int) -> Callable[[int], bool]:
    """Text at the rate of a quick model, into an answer of this size."""
    per_frame = TOKENS_PER_S * TOKEN_CHARACTERS * FRAME_MS // 1000
    view.begin(TurnRequest(turn_id, "c", "And now?", (), {}, BUILT_IN_PROFILE))
    text = SAMPLE * (2 + (size + int(STREAM_S * 1200)) // len(SAMPLE))
    shown = view.transcript.turn(turn_id)
    assert shown is not None
    for start in range(0, size, 2000):
        shown.feed(text[start : min(start + 2000, size)], is_kept=True)

    def step(number: int) -> bool:
        start = size + number * per_frame
        view.take(TextArrived(turn_id, text[start : start + per_frame]))
        return number < STREAM_S * 1000 / FRAME_MS

    return step


def main() -> None:
    """Print a line per case."""
    app = QApplication([])
    collector = GarbageCollector(app)
    markdown_blocks.warm()
    code_colours.warm()
    theme = Theme(ThemeChoice.DARK)
    theme.apply(app)
    view = ConversationView(theme)
    view.transcript.resize(420, 900)
    view.transcript.show()
    stalls, began = Stalls(app), pss_mib()
    stored = turns()
    lines = sum(turn.answer.count("\n") + 1 for turn in stored)
    print(f"{TURNS} turns, {lines:,} lines, {sum(len(turn.answer) for turn in stored) / 1024:,.0f} KB")
    print(f"{'':>34} {'passes':>7} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} {'max ms':>7}")
    opened = time.perf_counter()
    view.show_turns(stored)
    first = (time.perf_counter() - opened) * 1000
    report("opening", [first, *stalls.during(lambda number: number < 60)])
    bar = view.transcript.verticalScrollBar()

    def scroll(number: int) -> bool:
        bar.setValue(bar.value() - SCROLL_PX)
        return number < SCROLLS

    report("scrolling up, 120 px a frame", stalls.during(scroll))

    def jump(number: int) -> bool:
        bar.setValue(bar.maximum() * (number * 37 % 100) // 100)
        return number < 60

    report("jumping about, 4 times a second", stalls.during(jump, 250))
    for turn_id, size in (("short", 0), ("long", 200_000)):
        step = stream(view, turn_id, size)
        app.processEvents()
        report(f"streaming after {size // 1000} KB in one answer", stalls.during(step))
        view.take(TurnFinished(turn_id, TurnStatus.FINISHED))
        if turn_id == "short":
            print(f"{'':>34} memory {pss_mib():.0f} MiB")
    collector.stop()
    print(f"memory {began:.0f} MiB before, {pss_mib():.0f} MiB after; {len(view.transcript.turns)} turns are widgets")


if __name__ == "__main__":
    main()

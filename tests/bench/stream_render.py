"""Cost of one frame while an answer streams into the chat: `python tests/bench/stream_render.py`.

A frame is 13 characters arriving, drawn and laid out, as at 200 tokens a second and 60 Hz. Printed for transcripts that
are already 20 KB and 200 KB long, in one answer (the worst case) and in turns of 5 KB (the usual one).
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from copilot_desktop.ui.chat.transcript import Transcript
from copilot_desktop.ui.chat.turn_head import TurnHead
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

PIECE = 13
FRAMES = 600
SAMPLE = """The function `total` starts from the integer 0, so an **empty basket** gives the wrong type. See *below*.

- first, the start value is passed
- second, the loop becomes a generator

```python src/basket.py
def total(self) -> Decimal:
    \"\"\"Sum of all items.\"\"\"
    return sum((item.price * item.count for item in self.items), Decimal(0))
```

"""


def text_of(size: int) -> str:
    """About `size` characters of a typical answer."""
    return (SAMPLE * (size // len(SAMPLE) + 1))[:size]


def measure(app: QApplication, size: int, turn_size: int) -> list[float]:
    """Milliseconds of each frame, with `size` characters shown before."""
    transcript = Transcript(Theme(ThemeChoice.DARK))
    transcript.resize(420, 900)
    transcript.show()
    for number in range(size // turn_size):
        view = transcript.add_turn(TurnHead(f"old{number}", "Make total a one-liner."))
        view.feed(text_of(turn_size))
        view.finish()
    if size // turn_size > 1:
        view = transcript.add_turn(TurnHead("new", "And now?"))
    app.processEvents()
    app.processEvents()
    text = text_of(PIECE * FRAMES)
    frames = []
    for start in range(0, len(text), PIECE):
        began = time.perf_counter()
        view.feed(text[start : start + PIECE])
        app.processEvents()
        frames.append((time.perf_counter() - began) * 1000)
        # Time passes between frames; the parser works at line ends and every 100 ms.
        time.sleep(0.004)
    transcript.close()
    transcript.deleteLater()
    return frames


def main() -> None:
    """Print a line per case."""
    app = QApplication([])
    print(f"{'shown before':>14} {'turns':>7} {'median ms':>10} {'p95 ms':>8} {'worst ms':>9}")
    for size in (20_000, 200_000):
        for turn_size in (size, 5_000):
            frames = sorted(measure(app, size, turn_size))
            p95 = frames[int(len(frames) * 0.95)]
            print(
                f"{size:>14,} {size // turn_size:>7} {statistics.median(frames):>10.1f} {p95:>8.1f} {frames[-1]:>9.1f}"
            )


if __name__ == "__main__":
    main()

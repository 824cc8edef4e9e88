"""Measures the scan for secrets: `python tests/bench/secret_scan.py [RUNS]`.

1 MB of this program's own code, of random words, and of what is worst for each kind of secret (its anchor again and
again, to be refused each time). Times are the processor's: other programs do not count. Told besides:
- how long a single step keeps the interpreter, which is what the window has to wait for;
- how long another thread really waits that wakes every 2 ms as the window would, and how long it does beside a loop
  that only counts: on a busy machine who has the interpreter may lose the processor, whatever he does with it;
- a scan of a text that was scanned before, as with each letter of a prompt.
Goals: code ≤ 0.3 s, the worst text ≤ 6 s (it grows with its length, not faster), longest step ≤ 50 ms.
"""

from __future__ import annotations

import random
import statistics
import string
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
SIZE = 1_000_000
SHORT = 100_000
"""Of the worst texts all are tried so long, and only the slowest one whole."""
T = TypeVar("T")


def main(runs: int) -> int:
    """Print the figures; 1 where a goal is missed."""
    from copilot_desktop.credentials.secret_finding import find_secrets
    from copilot_desktop.credentials.secret_table import secret_table

    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "copilot_desktop").rglob("*.py")))[:SIZE]
    chance = random.Random(1)  # noqa: S311 - a text
    words = "".join(chance.choice(string.ascii_letters + string.digits + "+/ ") for _ in range(SIZE))
    find_secrets(code[:1000])
    is_fine = True
    for name, text, goal in (("code", code, 0.3), ("random words", words, 0.6), ("one word", "a" * SIZE, 0.6)):
        # Each a text of its own: one that was scanned before is known.
        times, waits = zip(*(timed(find_secrets, f"{text} {number}") for number in range(runs)), strict=True)
        again, _wait = timed(find_secrets, f"{text} 0")
        step = longest_step(find_secrets, f"{text} steps")
        took = statistics.median(times)
        counting = max(timed(count_for, took)[1] for _ in range(runs))
        is_fine = is_fine and took <= goal and step <= 0.05
        print(
            f"{name}: {took:.3f} s (goal {goal} s), {again:.4f} s again; longest step {step * 1000:.1f} ms (goal 50);",
            f"another thread waits {max(waits) * 1000:.0f} ms at most, {counting * 1000:.0f} beside a loop that counts",
        )
    worst, where = 0.0, ""
    for anchor in sorted({each for pattern in secret_table().patterns for each in pattern.anchors}):
        took, _wait = timed(find_secrets, (anchor * SHORT)[:SHORT])
        if took > worst:
            worst, where = took, anchor
    short, (worst, _wait) = worst, timed(find_secrets, (where * SIZE)[:SIZE])
    told = f"“{where}” again and again: {worst:.2f} s (goal 6 s), {worst / short:.1f} times that of a tenth of it"
    print(f"worst of all anchors, {told}")
    return 0 if is_fine and worst <= 6 else 1


def count_for(seconds: float) -> None:
    """Keep the processor so long."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def timed(work: Callable[[T], object], text: T) -> tuple[float, float]:
    """Its processor time, and how long another thread waited at most."""
    is_over, longest = threading.Event(), 0.0

    def watch() -> None:
        nonlocal longest
        while not is_over.is_set():
            began = time.perf_counter()
            time.sleep(0.002)
            longest = max(longest, time.perf_counter() - began - 0.002)

    thread = threading.Thread(target=watch)
    thread.start()
    began = time.thread_time()
    work(text)
    took = time.thread_time() - began
    is_over.set()
    thread.join()
    return took, longest


def longest_step(work: Callable[[str], object], text: str) -> float:
    """Processor time of the longest call of a function that is not Python's: between them another thread may run.

    Steps of `finditer` are no calls: all that are in one stretch of a text are taken for one.
    """
    from copilot_desktop.credentials import secret_finding

    longest, begun = 0.0, [0.0]

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal longest
        if event == "c_call":
            begun.append(time.thread_time())
        elif event in ("c_return", "c_exception") and len(begun) > 1:
            longest = max(longest, time.thread_time() - begun.pop())

    sys.setprofile(note)
    try:
        work(text)
    finally:
        sys.setprofile(None)
    began = time.thread_time()
    list(secret_finding._WORD.finditer(text, 0, secret_finding._STRETCH))
    return max(longest, time.thread_time() - began)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))

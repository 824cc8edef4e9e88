"""What placing, streaming, comparing and merging cost, in CPU time: `python tests/bench/edit_speed.py`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from copilot_desktop.edits import ProposalStream, propose
from copilot_desktop.text import merge
from copilot_desktop.text.diff import diff_lines, diff_words
from tests.support.edit_loads import FILE, adversarial, large_answer, many_blocks


def best(work: Callable[[], Any], rounds: int = 3) -> float:
    """The least CPU time of a few rounds, in seconds."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def blocks() -> None:
    """1,000 search/replace blocks on 10,000 lines, half of them only like the file."""
    text, answer, _ = many_blocks()
    print(
        f"1,000 blocks, half at level 10, on 10,000 lines: {best(lambda: propose(answer, {'a.txt': text})):.2f} s (3)"
    )


def streaming() -> None:
    """1 MB of answer in pieces of eight characters onto 50,000 lines."""
    for path in ("a.txt", "a.py"):
        text, answer, _ = large_answer()
        answer = answer.replace("a.txt", path, 1)

        def work(path: str = path, text: str = text, answer: str = answer) -> None:
            stream = ProposalStream({path: text})
            for at in range(0, len(answer), 8):
                stream.feed(answer[at : at + 8])
            stream.finish()

        print(f"1 MB of answer streamed onto 50,000 lines of {path}: {best(work):.2f} s (2)")


def worst_cases() -> None:
    """The slowest of the adversarial answers."""
    took = []
    for name, answer in adversarial():
        began = time.process_time()
        propose(answer, {"a.py": FILE})
        took.append((time.process_time() - began, name))
    for seconds, name in sorted(took, reverse=True)[:5]:
        print(f"adversarial 1 MB, {name}: {seconds:.2f} s (2)")


def comparing() -> None:
    """A line diff of 100,000 lines with 1 % changed, words marked, against `git diff --no-index`."""
    old = [f"    value_{index} = compute({index % 977}, 'text of line')\n" for index in range(100_000)]
    new = [line.replace("compute", "recompute") if index % 100 == 50 else line for index, line in enumerate(old)]
    before, after = "".join(old), "".join(new)

    def work() -> None:
        for change in diff_lines(before, after):
            for one, two in zip(
                old[change.old.start : change.old.end], new[change.new.start : change.new.end], strict=False
            ):
                diff_words(one, two)

    mine = best(work)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "old", Path(folder) / "new"]
        for path, text in zip(paths, (before, after), strict=True):
            path.write_text(text)
        command = ["git", "diff", "--no-index", *map(str, paths)]
        began = time.perf_counter()
        for _ in range(3):
            subprocess.run(command, capture_output=True, check=False)
        gits = (time.perf_counter() - began) / 3
    print(f"line diff with words, 100,000 lines: {1000 * mine:.0f} ms; git diff --no-index {1000 * gits:.0f} ms (× 3)")


def merging() -> None:
    """Three texts of 10,000 lines with 100 changes on each side."""
    base = [f"    value_{index} = compute({index % 700})\n" for index in range(10_000)]
    ours, theirs = list(base), list(base)
    for at in range(50, 10_000, 100):
        ours[at], theirs[at + 40] = f"ours {at}\n", f"theirs {at}\nmore\n"
    texts = ["".join(each) for each in (base, ours, theirs)]
    print(f"merge of 10,000 lines: {1000 * best(lambda: merge(*texts), 7):.1f} ms (30)")


if __name__ == "__main__":
    print("(goals in brackets)")
    blocks()
    streaming()
    comparing()
    merging()
    worst_cases()

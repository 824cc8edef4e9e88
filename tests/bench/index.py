"""What the index of a folder costs: `python tests/bench/index.py [FOLDER] [--files N]`.

Without a folder: the packages of this Python's environment, 1,600 files of Python of at most 20 MB. Printed: the first
index (time, processor time and peak memory of the worker, and how soon there is an answer), a start with nothing
changed, a changed file until it is found, a warm question, and 10,000 changed files at once in a tree of `--files`
small files (100,000; 0 leaves this out) until all are found, compared with a fresh index. A FOLDER gets a file
`brand_new_module.py` meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from copilot_desktop.context.index.ranking import rank
from copilot_desktop.context.index.schema import FILE_FTS, PIECE_FTS, index_place, read_index

ROOT = Path(__file__).resolve().parents[2]
MOST_FILES, MOST_BYTES = 1_600, 20_000_000
BURST = 10_000
REST_S = 3.0
"""In a window a worker has as much rest, in which it merges what it has written."""
_MIB = 1024 * 1024


class Worker:
    """The real process, asked as a window asks it."""

    def __init__(self, folder: Path, place: Path) -> None:
        command = (sys.executable, "-m", "copilot_desktop", "--worker", "index", "--folder", folder, "--index", place)
        self._process = subprocess.Popen(
            list(map(str, command)), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, paths: list[str] | None) -> tuple[float, float]:
        """Seconds until the first portion is written, and until all is."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        began, first = time.monotonic(), 0.0
        self._process.stdin.write(json.dumps(paths) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            first = first or time.monotonic() - began
            if json.loads(line)["is_complete"]:
                return first, time.monotonic() - began
        raise RuntimeError("the worker has ended")

    def used(self) -> tuple[float, float]:
        """Processor seconds and peak memory in MiB so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        return seconds, peak / 1024

    def close(self) -> None:
        self._process.communicate()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--files", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or copied(Path(scratch) / "project")
        measure_folder(folder, Path(scratch) / "cache")
        if arguments.files > 0:
            measure_burst(Path(scratch) / "many", arguments.files, Path(scratch) / "cache")
        else:
            print("--files 0: the burst of changed files is left out.")


def copied(target: Path) -> Path:
    """Files of Python's own library and of the environment, as far as the goals speak of."""
    count = size = 0
    for source in (Path(sysconfig.get_paths()["purelib"]), Path(sysconfig.get_paths()["stdlib"])):
        for place in sorted(source.rglob("*.py")):
            length = place.stat().st_size
            if count < MOST_FILES and size + length <= MOST_BYTES and not place.is_symlink():
                copy = target / source.name / place.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(place, copy)
                count, size = count + 1, size + length
    print(f"{count} files of Python, {size / 1e6:.1f} MB")
    return target


def measure_folder(folder: Path, cache: Path) -> None:
    place = index_place(cache, folder)
    worker = Worker(folder, place)
    first, whole = worker.ask(None)
    seconds, peak = worker.used()
    print(f"first index: {whole:.1f} s (10), {seconds:.1f} s of processor, peak {peak:.0f} MiB (300)")
    print(f"first answers after {first:.2f} s (2), the start of the process included")
    print(f"on disk: {sum(each.stat().st_size for each in place.parent.iterdir()) / _MIB:.0f} MiB")
    changed = folder / "brand_new_module.py"
    changed.write_text("def zebra_crossing():\n    return 'stripes'\n")
    began = time.monotonic()
    worker.ask([changed.name])
    database = read_index(place)
    assert database is not None
    assert changed.name in rank(database, "zebra crossing", 5).files
    print(f"a changed file is found after {time.monotonic() - began:.2f} s (1)")
    changed.unlink()
    worker.ask([changed.name])
    time.sleep(REST_S)
    worker.close()
    words = [word for (word,) in database.execute("SELECT term FROM text_fts_counts WHERE doc BETWEEN 3 AND 200")]
    chance = random.Random(1)  # noqa: S311
    times, busy = [], time.process_time()
    for _question in range(200):
        question = " ".join(chance.sample(words, min(12, len(words))))
        began = time.perf_counter()
        rank(database, question, 10)
        times.append((time.perf_counter() - began) * 1000)
    database.close()
    each = (time.process_time() - busy) / len(times) * 1000
    median = statistics.median(times)
    print(f"twelve words, warm: median {median:.1f} ms (20), worst {max(times):.1f}; {each:.1f} ms of processor each")
    time.sleep(2.5)  # what was written a moment before it was read is read again
    for _start in range(2):
        worker = Worker(folder, place)
        _first, whole = worker.ask(None)
        seconds = worker.used()[0]
        worker.close()
    print(f"nothing has changed: {whole:.2f} s, {seconds:.2f} s of processor (1), the start of the process included")


def measure_burst(folder: Path, files: int, cache: Path) -> None:
    chance = random.Random(2)  # noqa: S311
    paths = [f"d{number // 10 % 100}/e{number // 1000}/f{number}.py" for number in range(files)]
    for number, path in enumerate(paths):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"def function_{number}(value):\n    return function_{number // 2}(value) + {number}\n")
    worker = Worker(folder, index_place(cache, folder))
    _first, whole = worker.ask(None)
    seconds, peak = worker.used()
    print(f"{files:,} small files: {whole:.1f} s, {seconds:.1f} s of processor, peak {peak:.0f} MiB")
    touched = chance.sample(paths, min(BURST, files))
    for number, path in enumerate(touched):
        if number % 10 == 0:
            (folder / path).unlink()
        else:
            (folder / path).write_text(f"def changed_{number}(value):\n    return function_{number}({number})\n")
    worker.close()
    worker = Worker(folder, index_place(cache, folder))  # one that waits so long would have ended
    _first, whole = worker.ask(None)
    print(f"{len(touched):,} changed or deleted files: {whole:.1f} s (20)")
    worker.close()
    fresh = Worker(folder, index_place(cache / "fresh", folder))
    fresh.ask(None)
    fresh.close()
    same = content(index_place(cache, folder)) == content(index_place(cache / "fresh", folder))
    print("equal to a fresh index" if same else "NOT equal to a fresh index")


def content(place: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that an index says, whatever numbers its rows have."""
    database = read_index(place)
    assert database is not None
    queries = {
        "files": "SELECT path, hash, lines, problem, imported_by, used_by, neighbours FROM files",
        "calls": "SELECT a.path, b.path, names FROM call_links JOIN files a ON a.id = source "
        "JOIN files b ON b.id = target",
        "symbols": "SELECT path, name, first FROM symbols JOIN files ON files.id = symbols.file",
    } | {name: f"SELECT term, doc, cnt FROM {name}_counts" for name in (*FILE_FTS, PIECE_FTS)}  # noqa: S608
    found = {name: sorted(database.execute(query)) for name, query in queries.items()}
    database.close()
    return found


if __name__ == "__main__":
    main()
    print(f"peak of the children: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")

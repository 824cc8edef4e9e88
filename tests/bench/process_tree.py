"""What the kernel says of a process and its children: memory, CPU, wake-ups. Linux only."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_MIB = 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tree of processes has used up to now."""

    cpu_s: float
    wake_ups: int

    def since(self, earlier: Usage) -> Usage:
        """What was used between two moments."""
        return Usage(self.cpu_s - earlier.cpu_s, self.wake_ups - earlier.wake_ups)


def tree_of(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended meanwhile
            for child in task.read_text().split():
                found += tree_of(int(child))
    return found


def usage_of(pid: int) -> Usage:
    """CPU and voluntary context switches of the tree."""
    return Usage(
        sum(cpu_of(each) for each in tree_of(pid)), sum(sum(wake_ups_of(each).values()) for each in tree_of(pid))
    )


def cpu_of(process: int) -> float:
    """Seconds of CPU of one process."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def cpu_of_threads(process: int) -> dict[int, float]:
    """Seconds of CPU of each thread of a process, by the system's number of it."""
    found = {}
    for task in Path(f"/proc/{process}/task").iterdir():
        with suppress(OSError):  # it has ended meanwhile
            fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
            found[int(task.name)] = (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
    return found


def wake_ups_of(process: int) -> dict[str, int]:
    """Voluntary context switches of each thread, by number and name."""
    found = {}
    for task in Path(f"/proc/{process}/task").iterdir():
        with suppress(OSError):
            status = dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)
            found[f"{task.name} {status['Name']}"] = int(status["voluntary_ctxt_switches"])
    return found


def alone_mib(pid: int) -> float:
    """Memory of the tree as if no other program ran: what is mapped from files counts once and in full."""
    anonymous, mapped = 0, dict[str, int]()
    for each in tree_of(pid):
        of_process, name = dict[str, int](), ""
        for line in Path(f"/proc/{each}/smaps").read_text().splitlines():
            key, _colon, rest = line.partition(":")
            if key == "Rss":
                resident = int(rest.split()[0])
            elif key == "Anonymous":
                own = int(rest.split()[0])
                anonymous += own
                of_process[name] = of_process.get(name, 0) + resident - own
            elif "-" in key.split(" ")[0]:  # begins the next mapping: its address, offset and file
                name = line.split(" ", 1)[1]
        for name, size in of_process.items():
            mapped[name] = max(size, mapped.get(name, 0))
    return (anonymous + sum(mapped.values())) / _MIB


def pss_mib(pid: int) -> float:
    """Memory of the tree, each shared page divided among those that share it."""
    total = 0
    for each in tree_of(pid):
        for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / _MIB

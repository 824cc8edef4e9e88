"""How much memory is free, and whether a model fits into it."""

from __future__ import annotations

import ctypes
import os
import platform
import re
from pathlib import Path

from copilot_desktop.errors import LocalModelError
from copilot_desktop.llm.local_server.gguf import GgufHeader

_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


def available_bytes() -> int | None:
    """What programs can still take without others being pushed out; None where the system does not say."""
    system = platform.system()
    if system == "Windows":
        return _of_windows()
    if system == "Linux":
        free = [count for count in (_of_linux(), _of_group()) if count is not None]
        return min(free) if free else None
    try:
        # macOS gives cached files back as needed; half of all memory is a careful guess.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (ValueError, OSError):
        return None


def check_fits(header: GgufHeader, context_tokens: int, free_bytes: int | None) -> None:
    """Raise LocalModelError when a model takes more memory than is free."""
    needed = header.needed_bytes(context_tokens)
    if free_bytes is None or needed <= free_bytes:
        return
    raise LocalModelError(
        f"{header.name} needs about {shown_bytes(needed)} of memory, and {shown_bytes(free_bytes)} are free.",
        advice="Close other programs, set a smaller context limit in Settings, Models, or choose a smaller file of the "
        "model.",
    )


def shown_bytes(count: int) -> str:
    """`640 MB`, `4.7 GB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def _of_linux() -> int | None:
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB", _MEMINFO.read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, ValueError):
        return None
    return int(found[1]) * 1024 if found else None


def _of_group() -> int | None:
    """What a container may still take; its file cache does not count."""
    try:
        limit = int((_GROUP / "memory.max").read_text(encoding="ascii"))
        used = int((_GROUP / "memory.current").read_text(encoding="ascii"))
        cached = re.search(r"^inactive_file (\d+)", (_GROUP / "memory.stat").read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, ValueError):
        return None
    return max(0, limit - used + (int(cached[1]) if cached else 0))


def _of_windows() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            ("total", ctypes.c_ulonglong),
            ("available", ctypes.c_ulonglong),
            ("others", ctypes.c_ulonglong * 5),
        )

    status = Status(length=ctypes.sizeof(Status))
    library = getattr(ctypes, "windll", None)
    if library is None or not library.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available)

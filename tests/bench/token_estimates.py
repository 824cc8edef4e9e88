"""How far counts are off for a model that cuts text in its own way: `python tests/bench/token_estimates.py [FOLDER]`.

Requests are made of pieces of a folder's files (this repository's), counted as the composer counts them and by the
built-in model's own server. Each estimate uses the factor that the ledger would have learnt from the 15 before it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import urllib.request
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from copilot_desktop.child_processes import worker_command  # noqa: E402
from copilot_desktop.llm.local_server import LocalServer, starter_model_path  # noqa: E402
from copilot_desktop.llm.local_server.worker_process import Endpoint  # noqa: E402
from copilot_desktop.llm.requests import Outcome, RequestRecord, Usage  # noqa: E402
from copilot_desktop.llm.tokens import TokenCounter  # noqa: E402
from copilot_desktop.usage.ledger import Ledger  # noqa: E402

REQUESTS, LEARNT = 215, 15
SUFFIXES = {".py", ".md", ".json", ".toml", ".qss"}


def texts(folder: Path) -> list[str]:
    """As many texts as there are requests: instructions, a piece of a file of up to 9,000 characters, and a prompt."""
    chance = random.Random(8)  # noqa: S311 - the same each time
    files = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and ".git" not in path.parts)
    system = (ROOT / "resources/prompts/chat.md").read_text(encoding="utf-8")
    made = list[str]()
    while len(made) < REQUESTS:
        path = chance.choice(files)
        whole = path.read_text(encoding="utf-8")
        start = chance.randrange(max(len(whole) - 9000, 1))
        piece = whole[start : start + chance.randrange(400, 9000)]
        made.append(f"{system}\n{path.name}:\n```\n{piece}\n```\n\nWhat does this do?")
    return made


async def counted_by_server(texts_of_requests: list[str], data: Path) -> list[int]:
    """By the tokenizer of the server that answers."""
    server = LocalServer(worker_command("model"), partial(starter_model_path, data))
    try:
        endpoint = await server.endpoint()
        return [await asyncio.to_thread(_tokenized, endpoint, text) for text in texts_of_requests]
    finally:
        await server.aclose()


def _tokenized(endpoint: Endpoint, text: str) -> int:
    request = urllib.request.Request(  # noqa: S310 - the server of this process, on loopback
        f"{endpoint.base_url.removesuffix('/v1')}/tokenize",
        json.dumps({"content": text}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {endpoint.api_key}"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return len(json.load(answer)["tokens"])


def record(counted: int, reported: int) -> RequestRecord:
    """What the ledger is told of such a request."""
    return RequestRecord(
        "r", "t", "p", "m", "", "chat", 0.0, 0.0, None, Usage(reported, 1), None, Outcome.FINISHED, None, "", counted
    )


def main() -> None:
    """Print medians and worst tenths of the errors."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    counter, requests = TokenCounter(), texts(folder)
    if len(requests) <= LEARNT:
        sys.exit(f"{folder} has text for {len(requests)} requests; the factor is learnt from {LEARNT}.")
    counted = [counter.count(text) for text in requests]
    with tempfile.TemporaryDirectory() as home:
        reported = asyncio.run(counted_by_server(requests, Path(home)))
        ledger, after = Ledger(Path(home) / "ledger.sqlite"), []
        for ours, theirs in zip(counted, reported, strict=True):
            after.append(ours * (ledger.token_ratio("p", "m") or 1.0))
            ledger.after_request(record(ours, theirs))
        factor = ledger.token_ratio("p", "m")
        print("no factor was learnt from so few requests" if factor is None else f"factor at the end {factor:.3f}")
        ledger.close()
    for name, estimates in (("as counted", [float(each) for each in counted]), ("with the factor", after)):
        pairs = list(zip(estimates, reported, strict=True))[LEARNT:]
        errors = sorted(abs(estimate / exact - 1) for estimate, exact in pairs)
        short = sum(estimate < exact for estimate, exact in pairs) / len(pairs)
        print(
            f"{name:16} off by {errors[len(errors) // 2]:6.1%} (median), {errors[len(errors) * 9 // 10]:6.1%} (worst "
            f"tenth), {errors[-1]:6.1%} (worst); too few in {short:4.0%}"
        )


if __name__ == "__main__":
    main()

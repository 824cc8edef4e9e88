"""Measures what pictures cost the store of conversations: `python tests/bench/pictures_kept.py [PICTURES]`.

A turn with 10 pictures (1568 × 1176 of noise, as a photo is encoded) is kept again ten times, as while its answer
arrives; then its conversation is read, as with each planning of a request. Times are the processor's and the median.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
PICTURE_BYTES = 700_000
SAVES = 10


def main(count: int) -> int:
    """Print the figures."""
    from copilot_desktop.context.items import ContextItem, ItemKind
    from copilot_desktop.conversation.store import ConversationStore
    from copilot_desktop.conversation.turns import StoredTurn
    from copilot_desktop.workspace.picture import Picture

    chance = Random(1)  # noqa: S311 - noise
    items = tuple(
        ContextItem(
            f"i{number}",
            ItemKind.PICTURE,
            "",
            "",
            picture=Picture(chance.randbytes(PICTURE_BYTES), "image/jpeg", 1568, 1176, "", chance.randbytes(4_000)),
        )
        for number in range(count)
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "conversations.sqlite3"
        store = ConversationStore(place)
        conversation = store.new_conversation("/project", "Pictures")
        turn = StoredTurn("t", conversation.conversation_id, "What is it?", items)
        first = timed(lambda: store.save_turn(turn))
        again = [timed(lambda: store.save_turn(replace(turn, answer="It is " * at))) for at in range(1, SAVES + 1)]  # noqa: B023
        read = [timed(lambda: store.turns(conversation.conversation_id)) for _ in range(5)]
        size = sum(each.stat().st_size for each in Path(folder).iterdir())
        assert store.turns(conversation.conversation_id)[0].items == items
        store.close()
        kept = place.stat().st_size
    print(f"{count} pictures of {PICTURE_BYTES:,} bytes: first save {first * 1000:.0f} ms, each later one", end=" ")
    print(f"{statistics.median(again) * 1000:.1f} ms; reading {statistics.median(read) * 1000:.0f} ms;", end=" ")
    print(f"{size / 1e6:.0f} MB on disk meanwhile, {kept / 1e6:.1f} MB after")
    return 0


def timed(work: Callable[[], object]) -> float:
    """Its processor time."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))

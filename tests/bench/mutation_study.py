"""Real edits in every format, damaged as models damage them: `python tests/bench/mutation_study.py [REPOSITORY]`.

REPOSITORY is a git repository (this checkout by default); its history is read and nothing of it kept. Prints, for each
format and damage, how many answers were applied rightly, refused, and applied wrongly. `--cases N` and `--seed N`.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.support.edit_study import Outcome, misses, studied, table


def main() -> int:
    """0 where the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", nargs="?", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--cases", type=int, default=5_000, help="how many answers to try")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="how many answers that were applied wrongly to print")
    parser.add_argument("--refused", action="store_true", help="print those of refused ones as well")
    arguments = parser.parse_args()
    counts: Counter[tuple[str, str, Outcome]] = Counter()
    shown = 0
    for result in studied(arguments.repository, random.Random(arguments.seed), arguments.cases):  # noqa: S311
        counts[result.format, result.damage, result.outcome] += 1
        is_shown = result.outcome == "wrong" or (arguments.refused and result.outcome == "refused")
        if is_shown and shown < arguments.show:
            shown += 1
            print(result.told())
    print(table(counts))
    missed = misses(counts)
    print("\n".join(missed) if missed else "All goals are met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

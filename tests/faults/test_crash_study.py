"""A process killed, or refused, at the system calls of an apply, an undo, a save and a recovery: always all or none."""

from __future__ import annotations

import random
import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.support.kill_study import Outcome, Study

SEED = 20261126
WAYS = ("signal=KILL", "error=ENOSPC", "error=EIO", "error=EACCES")
pytestmark = [
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace"),
    # Half a second for each point, and much more beside other tests.
    pytest.mark.timeout(600),
]


def test_a_sample_of_all_points(tmp_path: Path) -> None:
    study = Study(tmp_path)
    points = study.points()
    assert len(points["apply"]) > 200
    chooser = random.Random(SEED)  # noqa: S311 - a sample
    every = [point for found in points.values() for point in found]
    outcomes: list[Outcome] = []
    for way, number in zip(WAYS, (12, 4, 4, 4), strict=True):
        outcomes += study.run(chooser.sample(every, number), way)
    assert [each for each in outcomes if each.problem] == []
    assert len(outcomes) == 24
    codes = Counter(each.code for each in outcomes)
    assert codes[-signal.SIGKILL] == 12
    assert codes[1] > 0


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_every_point(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = Study(tmp_path)
    points = study.points()
    for way in WAYS:
        for scenario, found in points.items():
            outcomes = list(study.run(found, way))
            assert [each for each in outcomes if each.problem] == []
            codes = Counter(each.code for each in outcomes)
            with capsys.disabled():
                print(f"\n{way}, {scenario}: {len(found)} points, {dict(codes)}")
            if way == "signal=KILL":
                assert set(codes) == {-signal.SIGKILL}

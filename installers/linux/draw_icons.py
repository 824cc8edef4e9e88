"""Draws the program's icon: `python draw_icons.py SIZE FILE.png [SIZE FILE.png …]`, by the Python that has Qt."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon

DRAWING = Path(__file__).resolve().parents[2] / "resources" / "icons" / "app.svg"


def main(argv: list[str]) -> int:
    """0 when all were written."""
    app = QGuiApplication([])
    icon = QIcon(str(DRAWING))
    for size, place in zip(map(int, argv[::2]), map(Path, argv[1::2]), strict=True):
        drawn = icon.pixmap(size, size).toImage()
        picture = drawn.scaled(size, size, mode=Qt.TransformationMode.SmoothTransformation)
        place.parent.mkdir(parents=True, exist_ok=True)
        if not picture.save(str(place)):
            return 1
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

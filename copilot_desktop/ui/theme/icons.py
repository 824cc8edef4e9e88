"""Line icons (Lucide) from resources/icons, tinted with a token and sharp at every device pixel ratio."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from copilot_desktop.resource_files import resource_path

SIZES_PX = (16, 20)
RATIOS = (1.0, 1.5, 2.0)
APPLICATION_SIZES_PX = (16, 20, 24, 32, 48, 64, 128, 256)
_DISABLED_OPACITY = 0.4


@cache
def icon(name: str, colour: str) -> QIcon:
    """Return the icon `name` (a file name without `.svg`) in a colour `#RRGGBB`.

    Raises FileNotFoundError for a name that is not in resources/icons.
    """
    made = QIcon()
    for size_px in SIZES_PX:
        for ratio in RATIOS:
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # else Qt bleaches it in selected rows
                made.addPixmap(pixmap(name, colour, size_px, ratio), mode)
            made.addPixmap(pixmap(name, colour, size_px, ratio, _DISABLED_OPACITY), QIcon.Mode.Disabled)
    return made


@cache
def spaced_icon(name: str, colour: str, size: QSize) -> QIcon:
    """The icon at the right end of a wider, empty area; it looks the same when disabled."""
    made = QIcon()
    for ratio in RATIOS:
        area = QPixmap(QSize(round(size.width() * ratio), round(size.height() * ratio)))
        area.fill(Qt.GlobalColor.transparent)
        painter = QPainter(area)
        painter.drawPixmap(area.width() - area.height(), 0, pixmap(name, colour, area.height()))
        painter.end()
        area.setDevicePixelRatio(ratio)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            made.addPixmap(area, mode)
    return made


def pixmap(name: str, colour: str, size_px: int, ratio: float = 1.0, opacity: float = 1.0) -> QPixmap:
    """Draw one icon at a size in logical pixels for a device pixel ratio."""
    if not QColor(colour).isValid():
        raise ValueError(f"not a colour: {colour}")
    return _drawn(_source(name).replace("currentColor", colour), size_px, ratio, opacity)


def application_icon() -> QIcon:
    """Return the program's own icon in all usual sizes."""
    made = QIcon()
    for size_px in APPLICATION_SIZES_PX:
        made.addPixmap(_drawn(_source("app"), size_px, 1.0, 1.0))
    return made


@cache
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


def _drawn(svg: str, size_px: int, ratio: float, opacity: float) -> QPixmap:
    # Imported here: QtSvg is not among what may be loaded before the window is asked for.
    from PySide6.QtSvg import QSvgRenderer

    device = round(size_px * ratio)
    drawn = QPixmap(QSize(device, device))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    QSvgRenderer(QByteArray(svg.encode("utf-8"))).render(painter, QRectF(0, 0, device, device))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn

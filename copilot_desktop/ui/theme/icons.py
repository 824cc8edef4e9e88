"""Line icons (Lucide) from resources/icons, tinted with a token and sharp at every device pixel ratio."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from copilot_desktop.resource_files import resource_path

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

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
            drawn = pixmap(name, colour, size_px, ratio)
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # else Qt bleaches it in selected rows
                made.addPixmap(drawn, mode)
            made.addPixmap(_faded(drawn), QIcon.Mode.Disabled)
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


def pixmap(name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
    """Draw one icon at a size in logical pixels for a device pixel ratio."""
    return _drawn(_renderer(name, colour), size_px, ratio)


def application_icon() -> QIcon:
    """Return the program's own icon in all usual sizes."""
    made = QIcon()
    renderer = _parsed(_source("app"))
    for size_px in APPLICATION_SIZES_PX:
        made.addPixmap(_drawn(renderer, size_px, 1.0))
    return made


@cache
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=1)  # one icon is drawn in all its sizes, then the next
def _renderer(name: str, colour: str) -> QSvgRenderer:
    if not QColor(colour).isValid():
        raise ValueError(f"not a colour: {colour}")
    return _parsed(_source(name).replace("currentColor", colour))


def _parsed(svg: str) -> QSvgRenderer:
    # Imported here: QtSvg is not among what may be loaded before the window is asked for.
    from PySide6.QtSvg import QSvgRenderer

    return QSvgRenderer(QByteArray(svg.encode("utf-8")))


def _drawn(renderer: QSvgRenderer, size_px: int, ratio: float) -> QPixmap:
    device = round(size_px * ratio)
    drawn = QPixmap(QSize(device, device))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, device, device))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def _faded(drawn: QPixmap) -> QPixmap:
    faded = QPixmap(drawn.size())
    faded.setDevicePixelRatio(drawn.devicePixelRatio())
    faded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(faded)
    painter.setOpacity(_DISABLED_OPACITY)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return faded

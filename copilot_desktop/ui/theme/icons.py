"""Line icons (Lucide) from resources/icons, tinted with a token and sharp at the device pixel ratios in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QImage, QPainter, QPixmap

from copilot_desktop.resource_files import resource_path

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

SIZES_PX = (16, 20)
APPLICATION_SIZES_PX = (16, 20, 24, 32, 48, 64, 128, 256)
_DISABLED_OPACITY = 0.4
_ratios: set[float] = set()
"""What icons are drawn for: the screens there were at the first of them, and others a window has come to."""


def is_new_ratio(ratio: float) -> bool:
    """Have icons drawn for this device pixel ratio, too; True if those made so far lack it, which must be made anew."""
    if ratio in _used_ratios():
        return False
    forget_icons()
    _ratios.add(ratio)
    return True


def forget_icons() -> None:
    """Keep none of what was drawn: pixmaps must not outlive the application."""
    icon.cache_clear()
    spaced_icon.cache_clear()


@cache
def icon(name: str, colour: str) -> QIcon:
    """Return the icon `name` (a file name without `.svg`) in a colour `#RRGGBB`.

    Raises FileNotFoundError for a name that is not in resources/icons.
    """
    made = QIcon()
    for size_px in SIZES_PX:
        for ratio in _used_ratios():
            drawn = pixmap(name, colour, size_px, ratio)
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # else Qt bleaches it in selected rows
                made.addPixmap(drawn, mode)
            made.addPixmap(_faded(drawn), QIcon.Mode.Disabled)
    return made


@cache
def spaced_icon(name: str, colour: str, size: QSize) -> QIcon:
    """The icon at the right end of a wider, empty area; it looks the same when disabled."""
    made = QIcon()
    for ratio in _used_ratios():
        drawn = pixmap(name, colour, size.height(), ratio)
        spaced = _painted(size, ratio, partial(_draw_at, QPoint(size.width() - size.height(), 0), drawn))
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            made.addPixmap(spaced, mode)
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


def _used_ratios() -> tuple[float, ...]:
    if not _ratios:
        _ratios.update(screen.devicePixelRatio() for screen in QGuiApplication.screens())
    return tuple(sorted(_ratios))


def _drawn(renderer: QSvgRenderer, size_px: int, ratio: float) -> QPixmap:
    return _painted(QSize(size_px, size_px), ratio, partial(_render, renderer, QRectF(0, 0, size_px, size_px)))


def _faded(drawn: QPixmap) -> QPixmap:
    return _painted(drawn.deviceIndependentSize().toSize(), drawn.devicePixelRatio(), partial(_fade, drawn))


def _painted(size: QSize, ratio: float, paint: Callable[[QPainter], None]) -> QPixmap:
    canvas = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.setDevicePixelRatio(ratio)
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    paint(painter)
    painter.end()
    # A picture keeps what it was painted with, 10 KiB; its copy does not.
    return QPixmap.fromImage(canvas.copy())


def _render(renderer: QSvgRenderer, area: QRectF, painter: QPainter) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, area)


def _draw_at(place: QPoint, drawn: QPixmap, painter: QPainter) -> None:
    painter.drawPixmap(place, drawn)


def _fade(drawn: QPixmap, painter: QPainter) -> None:
    painter.setOpacity(_DISABLED_OPACITY)
    painter.drawPixmap(0, 0, drawn)

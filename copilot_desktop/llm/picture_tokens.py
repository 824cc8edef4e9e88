"""What a picture costs, by the rule that OpenAI has published for models that see it in tiles."""

from __future__ import annotations

from math import ceil

from copilot_desktop.llm.profiles import Profile
from copilot_desktop.workspace.picture import Picture

_FITS_PX, _SHORT_PX, _TILE_PX = 2048, 768, 512


def picture_tokens(profile: Profile, picture: Picture) -> int | None:
    """Tokens of a picture; None where nobody knows."""
    if profile.picture_tiles is None:
        return None
    base, of_tile = profile.picture_tiles
    width, height = float(picture.width), float(picture.height)
    fit = min(1.0, _FITS_PX / max(width, height))
    width, height = width * fit, height * fit
    short = min(1.0, _SHORT_PX / min(width, height))
    width, height = round(width * short), round(height * short)
    return base + of_tile * ceil(width / _TILE_PX) * ceil(height / _TILE_PX)

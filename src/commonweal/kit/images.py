"""Pictures that people upload: looked at with suspicion, drawn anew, stripped of everything but what can be seen.

What is stored is never the file that came in: it is decoded and encoded again, so that places, times, camera numbers,
thumbnails, comments and whatever hides behind the picture are gone.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import Refused

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
QUALITY = 82


@dataclass(frozen=True)
class Redrawn:
    """A safe picture: WebP bytes without metadata, with its size in pixels."""

    data: bytes
    width: int
    height: int


def redraw(upload: IO[bytes], *, size: int | None = None, field: str | None = None) -> Redrawn:
    """The picture in `upload`, at most 1600 pixels on its longer side, as WebP without metadata; of a GIF the first frame.

    Raises Refused, in plain words, for a file over 8 MB, over 40 megapixels, of another kind, or broken. The size in
    pixels is read from the header before anything is decoded, so a decompression bomb never unfolds.
    """
    if size is not None and size > MOST_BYTES:
        raise Refused(_("This picture is larger than 8 MB. Please choose a smaller one."), field=field)
    data = upload.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused(_("This picture is larger than 8 MB. Please choose a smaller one."), field=field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(
                _("This picture has too many pixels. Please make it smaller than 40 megapixels."), field=field
            )
        return _drawn(picture)
    except Image.DecompressionBombError as error:
        raise Refused(
            _("This picture has too many pixels. Please make it smaller than 40 megapixels."), field=field
        ) from error
    except UnidentifiedImageError as error:
        raise Refused(
            _("This is not a picture we can read. Please choose a PNG, JPEG, WebP or GIF file."), field=field
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError) as error:
        raise Refused(_("This picture seems to be damaged. Please try another one."), field=field) from error


def _drawn(picture: Image.Image) -> Redrawn:
    if picture.format == "JPEG":  # decodes at a fraction of the size, for speed and memory
        picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
    picture.seek(0)
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    bare = Image.new(plain.mode, plain.size)  # a new canvas carries no info, profile or comment along
    bare.paste(plain)
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=QUALITY, method=3)
    return Redrawn(out.getvalue(), bare.width, bare.height)

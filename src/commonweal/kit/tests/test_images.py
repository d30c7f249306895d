"""What is stored of an uploaded picture is only what can be seen in it."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from commonweal.kit.errors import Refused
from commonweal.kit.images import MOST_BYTES, redraw


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> io.BytesIO:
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, kind, **options)
    out.seek(0)
    return out


def with_place() -> io.BytesIO:
    exif = Image.Exif()
    exif[0x010E] = "my secret address"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)
    return picture("JPEG", exif=exif, comment=b"my secret address")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_comes_out_as_webp(kind: str) -> None:
    mode = "P" if kind == "GIF" else "RGB"
    redrawn = redraw(picture(kind, mode=mode))
    assert Image.open(io.BytesIO(redrawn.data)).format == "WEBP"
    assert (redrawn.width, redrawn.height) == (40, 30)


def test_place_comment_and_camera_are_gone_and_the_picture_stands_upright() -> None:
    redrawn = redraw(with_place())
    again = Image.open(io.BytesIO(redrawn.data))
    assert b"secret" not in redrawn.data
    assert b"EXIF" not in redrawn.data
    assert not again.getexif()
    assert (redrawn.width, redrawn.height) == (30, 40)


def test_text_hidden_in_a_png_is_gone() -> None:
    notes = PngInfo()
    notes.add_text("Comment", "my secret address")
    notes.add_itxt("XML:com.adobe.xmp", "<x>secret</x>")
    assert b"secret" not in redraw(picture(pnginfo=notes)).data


def test_what_is_appended_to_a_picture_is_gone() -> None:
    upload = io.BytesIO(picture().read() + b"<script>secret</script>")
    assert b"secret" not in redraw(upload).data


def test_a_large_picture_is_made_smaller() -> None:
    redrawn = redraw(picture("JPEG", (4000, 1000)))
    assert (redrawn.width, redrawn.height) == (1600, 400)


def test_see_through_stays_see_through() -> None:
    again = Image.open(io.BytesIO(redraw(picture(mode="RGBA")).data))
    assert again.mode in ("RGBA", "RGB")


def test_of_an_animation_the_first_frame_stays() -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    out.seek(0)
    again = Image.open(io.BytesIO(redraw(out).data))
    assert getattr(again, "n_frames", 1) == 1
    red, _green, blue = again.convert("RGB").getpixel((5, 5))
    assert red > blue


def bomb() -> io.BytesIO:
    """A small PNG that says it is 30,000 by 30,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        (bomb(), "pixels"),
        (io.BytesIO(b"not a picture at all"), "not a picture"),
        (io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "not a picture"),
        (io.BytesIO(b""), "not a picture"),
        (io.BytesIO(picture().read()[:60]), "damaged"),
        (io.BytesIO(picture("BMP").read()), "not a picture"),
        (io.BytesIO(b"\xff\xd8\xff" + b"x" * (MOST_BYTES + 1)), "8 MB"),
    ],
    ids=["bomb", "text", "svg", "empty", "cut off", "bmp", "too large"],
)
def test_what_will_not_do_is_refused_in_plain_words(upload: io.BytesIO, says: str) -> None:
    with pytest.raises(Refused, match=says):
        redraw(upload)

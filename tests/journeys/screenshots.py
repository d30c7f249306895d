"""Pictures of every page of the demonstration, to be looked at: `make screenshots`.

Words after the command picture only the pages whose name holds one of them. With none, the three pictures of the
README are made anew as well.
"""

from __future__ import annotations

import re
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser
from tqdm import tqdm

from tests.instance import ROOT, Instance

from .browser import DESKTOP, INSTALL, PHONE, Visitor, chromium, chromium_path
from .pages import GUEST, ORGANISER, PAGES, Look, found_in, sign_in_as

FOLDER = ROOT / "screenshots"
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 250_000  # bytes of a picture in the README
SCHEMES = ("light", "dark")
#: For the README: file, page, who looks, and what stands how many pixels below the top of the picture.
IN_README = [
    ("today", "/", ORGANISER, "header.top", 0),
    ("topic", "/c/{c}/talk/{topic}/", GUEST, ".crossing", 440),
    ("pulse", "/c/{c}/pulse/", ORGANISER, "header.top", 0),
]


def main(words: list[str]) -> int:
    if chromium_path() is None:
        print(INSTALL)
        return 1
    looks = [look for look in PAGES if not words or any(word in look.name for word in words)]
    with tempfile.TemporaryDirectory() as folder, Instance(Path(folder), DEMO="1") as instance, chromium() as browser:
        print("Starting the demonstration …")
        instance.start()
        ids = found_in(instance)
        with tqdm(total=4 * len(looks), unit=" pictures") as bar:
            for who in dict.fromkeys(look.who for look in looks):
                _picture_all(browser, instance, [look for look in looks if look.who == who], ids, bar)
        if not words:
            _picture_for_readme(browser, instance, ids)
    print(f"The pictures are in {FOLDER.relative_to(ROOT)}/" + ("" if words else " and docs/pictures/"))
    return 0


def _picture_all(browser: Browser, instance: Instance, looks: list[Look], ids: dict[str, object], bar: tqdm) -> None:
    """Every page of one person: two widths in two schemes."""
    FOLDER.mkdir(exist_ok=True)
    visitor = sign_in_as(browser, instance, looks[0].who)
    for look in looks:
        page = visitor.go(look.path.format(**ids))
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for size in (PHONE, DESKTOP):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                name = re.sub(r"\W+", "-", look.name)
                page.screenshot(path=FOLDER / f"{name}-{size['width']}-{scheme}.png", full_page=True)
                bar.update()
    visitor.close()


def _picture_for_readme(browser: Browser, instance: Instance, ids: dict[str, object]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, path, who, anchor, below in IN_README:
        visitor: Visitor = sign_in_as(browser, instance, who, device_scale_factor=2, color_scheme="light")
        page = visitor.go(path.format(**ids))
        page.locator(anchor).first.evaluate(
            "(one, below) => scrollTo(0, one.getBoundingClientRect().top - below)", below
        )
        page.wait_for_timeout(300)
        (PICTURES / f"{name}.png").write_bytes(_small(page.screenshot()))
        visitor.close()


def _small(png: bytes) -> bytes:
    """The picture with as many colours as fit into a README that opens quickly."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() < LARGEST:
            break
    return small.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

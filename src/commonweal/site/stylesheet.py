"""The style sheet is written in parts and served as one file, without a build step.

`python -m commonweal.site.stylesheet` joins the parts into `commonweal.css`; a test fails when that was forgotten.
"""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "site" / "css"
BUNDLE = FOLDER / "commonweal.css"
LAYERS = "@layer reset, tokens, base, layout, components;\n"


def parts() -> list[Path]:
    """The parts in order: tokens, plain elements, arrangements, then the components by name."""
    first = [FOLDER / name for name in ("tokens.css", "base.css", "layout.css")]
    return first + sorted((FOLDER / "components").glob("*.css"))


def bundle() -> str:
    """All parts as one style sheet, comments and indentation left out."""
    text = LAYERS + "".join(part.read_text(encoding="utf-8") for part in parts())
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", text).lstrip()


if __name__ == "__main__":
    BUNDLE.write_text(bundle(), encoding="utf-8")

"""The files of a Polis export: which is which, their rows, and what a cell may say.

Exports differ with the years and with who saved them: `participants-votes.csv` is called `participant-votes.csv` in newer
ones, and a download puts the conversation's name in front of each.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ..errors import BadInput

#: The files by what they hold; the first name is the one that messages use.
ANSWERS, COMMENTS = ("participants-votes.csv", "participant-votes.csv"), ("comments.csv",)
SUMMARY, EACH_VOTE = ("summary.csv",), ("votes.csv",)
#: What tools write for a cell that holds nothing.
BLANK = frozenset({"", "nan", "na", "n/a", "null", "none"})
VOTE = {"1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1, "+1": 1}


def find(folder: Path, names: tuple[str, ...]) -> Path | None:
    """The file of one of these names, or the only one that ends with it. Raises BadInput where several could be meant."""
    for name in names:
        if (folder / name).is_file():
            return folder / name
    ends = tuple(mark + name for name in names for mark in "-_. ")
    taken = tuple(mark + name for name in ANSWERS for mark in ("", *"-_. ")) if names == EACH_VOTE else ()
    found = sorted(
        file
        for file in folder.iterdir()
        if file.name.lower().endswith(ends) and not file.name.startswith(".") and not file.name.lower().endswith(taken)
    )
    if len(found) > 1:
        several = " and ".join(file.name for file in found[:3])
        raise BadInput(f"{several} could each be {names[0]}; keep one conversation in a folder", file=str(folder))
    return found[0] if found else None


def rows(file: Path, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells), the header first. Any reading error becomes one clear line.

    `strict` also refuses a quotation mark that is never closed, which would otherwise swallow rows.
    """
    number = 1
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, strict=strict)
            for cells in reader:
                if cells:
                    yield number, cells
                number = reader.line_num + 1
    except FileNotFoundError:
        raise BadInput("is missing from the folder", file=str(file)) from None
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror})", file=str(file)) from None
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8 text; export it again", file=str(file)) from None
    except csv.Error as error:
        raise BadInput(f"is not a table of comma-separated values ({error})", file=str(file), row=number) from None


def header(lines: Iterator[tuple[int, list[str]]], file: Path) -> tuple[dict[str, int], int]:
    """Column name -> place, and how many columns. Of two of one name the first counts; a statement may not stand twice."""
    row, cells = next(lines, (1, []))
    if not cells:
        raise BadInput("is empty", file=str(file))
    names = [cell.strip() for cell in cells]
    seen: set[int] = set()
    for name in names:
        if is_number(name) and int(name) in seen:
            raise BadInput("names a statement twice", file=str(file), row=row, column=name)
        if is_number(name):
            seen.add(int(name))
    return {name: place for place, name in reversed(list(enumerate(names)))}, len(names)


def cell(cells: list[str], names: dict[str, int], name: str) -> str:
    """What stands under `name`, without spaces around it; nothing where the column or the cell is missing."""
    place = names.get(name, len(cells))
    return cells[place].strip() if place < len(cells) else ""


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def time_of(text: str) -> datetime | None:
    """Exports write milliseconds since 1970, some of them seconds. What is neither is not a time."""
    if not is_number(text):
        return None
    seconds = int(text) / 1000 if len(text) > 11 else int(text)
    return datetime.fromtimestamp(seconds, UTC) if seconds < 2**35 else None

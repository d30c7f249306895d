"""Reading text files of other people's making: every way they can be broken ends in one clear line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from ..errors import BadInput

#: No number in a ballot file has more digits than this; longer ones are refused rather than converted for minutes.
MOST_DIGITS = 40

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?$|[+-]?[.,]\d+$", re.ASCII)


def text_of(path: str | Path) -> str:
    """The whole file as text. Raises BadInput where it cannot be opened, is not UTF-8 or holds bytes of no text."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"not UTF-8 text (byte {error.start}); save the file as UTF-8", file=str(path)) from None
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror or error})", file=str(path)) from None
    if "\0" in text:
        raise BadInput("holds zero bytes, so it is not a text file", file=str(path))
    return text


def rows_of(text: str, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a delimited text with their line numbers, cells stripped, empty rows left out."""
    # Only real line ends divide rows: names may hold other characters that Python would split at.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadInput(f"the quoting is broken ({error})", file=file, row=reader.line_num) from None
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield reader.line_num, cells


def whole(text: str, file: str, row: int | None, column: str | None, least: int | None = 0) -> int:
    """A whole number, not below `least`."""
    clean = text.strip()
    if len(clean) > MOST_DIGITS or not re.fullmatch(r"[+-]?\d+(?:\.0+)?", clean, re.ASCII):
        raise BadInput(f"“{shortened(text)}” is not a whole number", file=file, row=row, column=column)
    number = int(clean.partition(".")[0])
    if least is not None and number < least:
        raise BadInput(f"{number} is below {least}", file=file, row=row, column=column)
    return number


def decimal(text: str, file: str, row: int | None, column: str | None) -> Fraction:
    """A number with a decimal point or comma, exactly; spaces between thousands are allowed."""
    clean = re.sub(r"[\s\u00a0\u202f]", "", text)
    if len(clean) > MOST_DIGITS or not _NUMBER.match(clean):
        raise BadInput(f"“{shortened(text)}” is not a number; write 1250 or 1250.50", file=file, row=row, column=column)
    return Fraction(clean.replace(",", "."))


def shortened(text: str, most: int = 40) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def told_apart(names: list[str]) -> list[str]:
    """Names as they are, a repeated one with its number behind: "Smith", "Smith (2)"."""
    taken: set[str] = set()
    found = []
    for name in names:
        own, number = name, 2
        while own in taken:
            own, number = f"{name} ({number})", number + 1
        taken.add(own)
        found.append(own)
    return found

"""Reading text files of other people's making: every way they can be broken ends in one clear line."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from ..errors import BadInput
from ..progress import Progress, unheard

#: No number in a ballot file has more digits than this; longer ones are refused rather than converted for minutes.
MOST_DIGITS = 40

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?$|[+-]?[.,]\d+$", re.ASCII)


def text_of(path: str | Path) -> str:
    """The whole file as text, with every letter in its composed form, so that equal names are equal however typed.

    Raises BadInput where it cannot be opened, is not UTF-8 or holds bytes of no text.
    """
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror or error})", file=str(path)) from None
    except ValueError as error:  # a path that no system allows
        raise BadInput(f"cannot be read ({error})", file=shortened(str(path))) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise BadInput("not UTF-8 text; save the file as UTF-8", file=str(path), row=row) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise BadInput("holds zero bytes, so it is not a text file", file=str(path), row=row)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def lines_of(text: str) -> list[str]:
    """The lines of a text. Only real line ends divide them: names may hold other signs that Python would split at."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def delimiter_of(line: str) -> str:
    """What divides the cells of a line, a comma, semicolon or tab: the one that stands most often outside quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(",;\t", key=lambda sign: (bare.count(sign), sign == ","))


#: Fed to the reader after the last line: it comes back as a row of its own unless a quote was never closed.
_END = "\ue000end"


def rows_of(text: str, delimiter: str, file: str, progress: Progress = unheard) -> Iterator[tuple[int, list[str]]]:
    """The rows of a delimited text with the number of their first line, cells stripped, empty rows left out.

    `progress` hears how much of the text is read. Raises BadInput for a quote that is never closed (it would swallow
    every row after it).
    """
    lines = lines_of(text)
    reader = csv.reader((line + "\n" for line in [*lines, _END]), delimiter=delimiter, skipinitialspace=True)
    number = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            raise BadInput('a quote (") opens here and is never closed', file=file, row=number) from None
        except csv.Error as error:
            raise BadInput(f"the quoting is broken ({error})", file=file, row=number) from None
        if row == [_END]:
            return
        if row and row[-1].endswith(_END + "\n"):
            raise BadInput('a quote (") opens here and is never closed', file=file, row=number)
        if reader.line_num > number:  # a cell over several lines becomes one line
            row = [" ".join(cell.split()) for cell in row]
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield number, cells
        if number % 20_000 == 0:
            progress(number / len(lines))
        number = reader.line_num + 1


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

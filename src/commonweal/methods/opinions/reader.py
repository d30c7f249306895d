"""Reads the export folder of a Polis conversation: comments.csv, participants-votes.csv, summary.csv.

Tolerant where exports differ: statement columns are those whose header is a number, other columns may be missing or
added (`xid`), blank means unseen. Strict where a guess would be wrong: an answer that is not −1, 0, 1 or blank.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ..errors import BadInput
from .votes import Votes

VOTES, COMMENTS, SUMMARY = "participants-votes.csv", "comments.csv", "summary.csv"
ANSWERS = {"1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1, "+1": 1}
#: Maps whose last statement is older were published by software that did not yet count a moderated-out statement as
#: a neutral answer of everyone. Found on the conversations of docs/methods/opinions.md, not on a published date.
ZEROED_SINCE = datetime(2018, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Export:
    """A conversation as published. `groups` holds the published group of each person, −1 where none is given."""

    votes: Votes
    texts: tuple[str, ...]
    groups: np.ndarray | None
    topic: str
    newest: datetime | None

    @property
    def zeroed_when_published(self) -> bool:
        """Whether the published map will have had its moderated-out statements zeroed (see `ZEROED_SINCE`)."""
        return self.newest is None or self.newest >= ZEROED_SINCE


def read_export(folder: str | Path) -> Export:
    """Everything in the folder. Raises BadInput naming file, row and column. Only participants-votes.csv must exist."""
    place = Path(folder)
    if not place.is_dir():
        raise BadInput("is not a folder; give the folder of a Polis export", file=str(place))
    comments = _comments(place / COMMENTS)
    people, ids, triples, groups = _answers(place / VOTES)
    out = np.array([comments.get(number, ("", 0, None))[1] == -1 for number in ids], dtype=bool)
    votes = Votes.of(people, ids, *triples, moderated_out=out)
    texts = tuple(comments.get(number, ("", 0, None))[0] for number in ids)
    times = [time for _, _, time in comments.values() if time is not None]
    return Export(votes, texts, groups, _topic(place / SUMMARY), max(times, default=None))


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells), the header first. Any reading error becomes one clear line."""
    number = 1
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
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


def _comments(file: Path) -> dict[int, tuple[str, int, datetime | None]]:
    """Statement number -> (text, moderation, time written); empty without the file."""
    if not file.exists():
        return {}
    rows = _rows(file)
    names = _header(rows, file)
    if "comment-id" not in names:
        raise BadInput("has no column comment-id", file=str(file), row=1)
    found: dict[int, tuple[str, int, datetime | None]] = {}
    for row, cells in rows:
        number, given = _cell(cells, names, "comment-id"), _cell(cells, names, "moderated")
        if not _is_number(number):
            raise BadInput("the statement needs a whole number", file=str(file), row=row, column="comment-id")
        if given not in ("", *ANSWERS):
            raise BadInput(f"{given[:20]!r} is not -1, 0 or 1", file=str(file), row=row, column="moderated")
        time = _time(_cell(cells, names, "timestamp"))
        found[int(number)] = (_cell(cells, names, "comment-body"), ANSWERS.get(given, 0), time)
    return found


def _answers(
    file: Path,
) -> tuple[list[str], list[int], tuple[list[int], list[int], list[int]], np.ndarray | None]:
    rows = _rows(file)
    names = _header(rows, file)
    places = [(int(name), place) for name, place in names.items() if _is_number(name)]
    if not places:
        raise BadInput("has no statement columns (their headers are numbers)", file=str(file), row=1)
    at = {place: n for n, (_, place) in enumerate(places)}
    people: list[str] = []
    groups: list[int] = []
    triples: tuple[list[int], list[int], list[int]] = ([], [], [])
    for row, cells in rows:
        if len(cells) > len(names):
            raise BadInput(f"has {len(cells)} cells under {len(names)} headers", file=str(file), row=row)
        for place, cell in enumerate(cells):
            if cell and place in at:
                answer = ANSWERS.get(cell, ANSWERS.get(cell.strip()))
                if answer is None:
                    if not cell.strip():
                        continue
                    said = f"{cell[:20]!r} is not 1 (agree), 0 (pass), -1 (disagree) or blank"
                    raise BadInput(said, file=str(file), row=row, column=str(places[at[place]][0]))
                triples[0].append(len(people))
                triples[1].append(at[place])
                triples[2].append(answer)
        groups.append(_group(_cell(cells, names, "group-id"), file, row))
        people.append(_cell(cells, names, "participant") or str(row))
    if not people:
        raise BadInput("has no participants", file=str(file))
    if len(set(people)) < len(people):
        raise BadInput("names a participant twice", file=str(file), column="participant")
    published = np.array(groups) if "group-id" in names and max(groups) >= 0 else None
    return people, [number for number, _ in places], triples, published


def _header(rows: Iterator[tuple[int, list[str]]], file: Path) -> dict[str, int]:
    _, cells = next(rows, (1, []))
    if not cells:
        raise BadInput("is empty", file=str(file))
    names = [cell.strip() for cell in cells]
    numbers = [str(int(name)) for name in names if _is_number(name)]
    if len(set(numbers)) < len(numbers):
        raise BadInput("names a statement twice", file=str(file), row=1)
    return {name: place for place, name in reversed(list(enumerate(names)))}


def _cell(cells: list[str], names: dict[str, int], name: str) -> str:
    place = names.get(name, len(cells))
    return cells[place].strip() if place < len(cells) else ""


def _group(text: str, file: Path, row: int) -> int:
    if not text:
        return -1
    whole = text.removesuffix(".0")
    if not _is_number(whole):
        raise BadInput(f"{text[:20]!r} is not a group's number", file=str(file), row=row, column="group-id")
    return int(whole)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def _time(text: str) -> datetime | None:
    """Exports write milliseconds since 1970, some of them seconds. What is neither is not a time."""
    if not _is_number(text):
        return None
    seconds = int(text) / 1000 if len(text) > 11 else int(text)
    return datetime.fromtimestamp(seconds, UTC) if seconds < 2**35 else None


def _topic(file: Path) -> str:
    if not file.exists():
        return ""
    return next((cells[1].strip() for _, cells in _rows(file) if cells[0] == "topic" and len(cells) > 1), "")

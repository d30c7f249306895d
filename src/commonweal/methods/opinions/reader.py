"""Reads the export folder of a Polis conversation: comments.csv, participants-votes.csv, summary.csv, votes.csv.

Tolerant where exports differ: statement columns are those whose header is a number, other columns may be missing, added
(`xid`) or in another order, blank means unseen. Strict where a guess would be wrong: an answer that is not −1, 0, 1 or blank.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ..errors import BadInput
from . import export_files
from .each_vote import Triples, last_vote, read_each_vote
from .export_files import BLANK, VOTE, cell, find, header, is_number, rows, time_of
from .votes import Votes

#: Maps that were last worked out before did not yet count a moderated-out statement as a neutral answer of everyone.
#: Found on the conversations of docs/methods/opinions.md, not on a published date.
ZEROED_SINCE = datetime(2018, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Export:
    """A conversation as published. `groups` holds the published group of each person, −1 where none is given; `newest`
    is the time of the last vote, or of the last statement where the export holds no times of votes."""

    votes: Votes
    texts: tuple[str, ...]
    groups: np.ndarray | None
    topic: str
    newest: datetime | None

    @property
    def zeroed_when_published(self) -> bool:
        """Whether the published map will have had its moderated-out statements zeroed (see `ZEROED_SINCE`)."""
        return self.newest is None or self.newest >= ZEROED_SINCE


@dataclass(frozen=True)
class _Comment:
    """`out`: a moderator took it out, or it asks about the person ("I live here") and is kept out of maps for that."""

    text: str = ""
    out: bool = False
    written: datetime | None = None


def read_export(folder: str | Path) -> Export:
    """Everything in the folder. Raises BadInput naming file, row and column.

    Only participants-votes.csv must be there, or else votes.csv, which holds no published groups.
    """
    place = Path(folder)
    if not place.is_dir():
        raise BadInput("is not a folder; give the folder of a Polis export", file=str(place))
    comments = _comments(find(place, export_files.COMMENTS))
    table, each = find(place, export_files.ANSWERS), find(place, export_files.EACH_VOTE)
    groups: np.ndarray | None = None
    if table is not None:
        people, ids, triples, groups = _answers(table)
    elif each is not None:
        people, ids, triples = read_each_vote(each)
    else:
        raise BadInput("is missing from the folder", file=str(place / export_files.ANSWERS[0]))
    known = [comments.get(number, _Comment()) for number in ids]
    votes = Votes.of(people, ids, *triples, moderated_out=np.array([one.out for one in known], dtype=bool))
    newest = last_vote(each) if each is not None else None
    times = [one.written for one in comments.values() if one.written is not None]
    topic = _topic(find(place, export_files.SUMMARY))
    return Export(votes, tuple(one.text for one in known), groups, topic, newest or max(times, default=None))


def _comments(file: Path | None) -> dict[int, _Comment]:
    """The statements by number; empty without the file."""
    if file is None:
        return {}
    lines = rows(file)
    names, _ = header(lines, file)
    if "comment-id" not in names:
        raise BadInput("has no column comment-id", file=str(file), row=1, column="comment-id")
    found: dict[int, _Comment] = {}
    for row, cells in lines:
        number, given = cell(cells, names, "comment-id"), cell(cells, names, "moderated")
        if not is_number(number):
            raise BadInput("the statement needs a whole number", file=str(file), row=row, column="comment-id")
        if given.lower() not in BLANK and given not in VOTE:
            raise BadInput(f"{given[:20]!r} is not -1, 0 or 1", file=str(file), row=row, column="moderated")
        about_the_person = cell(cells, names, "is-meta").lower() in ("true", "t", "1")
        written = time_of(cell(cells, names, "timestamp"))
        out = VOTE.get(given, 0) == -1 or about_the_person
        found[int(number)] = _Comment(cell(cells, names, "comment-body"), out, written)
    return found


def _answers(file: Path) -> tuple[list[str], list[int], Triples, np.ndarray | None]:
    """The table with a row for each person and a column for each statement."""
    lines = rows(file, strict=True)
    names, width = header(lines, file)
    places = sorted(((int(name), place) for name, place in names.items() if is_number(name)), key=lambda one: one[1])
    if not places:
        raise BadInput("has no statement columns (their headers are numbers)", file=str(file), row=1)
    at = {place: n for n, (_, place) in enumerate(places)}
    people: dict[str, int] = {}
    groups: list[int] = []
    triples: Triples = ([], [], [])
    for row, cells in lines:
        if any(one.strip() for one in cells[width:]):
            raise BadInput(f"has {len(cells)} cells under {width} headers", file=str(file), row=row)
        for place, text in enumerate(cells):
            if text and place in at and (answer := _answer(text, file, row, places[at[place]][0])) is not None:
                triples[0].append(len(people))
                triples[1].append(at[place])
                triples[2].append(answer)
        groups.append(_group(cell(cells, names, "group-id"), file, row))
        name = cell(cells, names, "participant") or str(row)
        if name in people:
            raise BadInput(f"names participant {name[:20]} twice", file=str(file), row=row, column="participant")
        people[name] = len(people)
    if not people:
        raise BadInput("has no participants", file=str(file))
    published = np.array(groups) if "group-id" in names and max(groups) >= 0 else None
    return list(people), [number for number, _ in places], triples, published


def _answer(text: str, file: Path, row: int, statement: int) -> int | None:
    answer = VOTE.get(text, VOTE.get(text.strip()))
    if answer is None and text.strip().lower() not in BLANK:
        said = f"{text[:20]!r} is not 1 (agree), 0 (pass), -1 (disagree) or blank"
        raise BadInput(said, file=str(file), row=row, column=str(statement))
    return answer


def _group(text: str, file: Path, row: int) -> int:
    whole = text.removesuffix(".0")
    if whole.lower() in BLANK or whole == "-1":
        return -1
    if not is_number(whole):
        raise BadInput(f"{text[:20]!r} is not a group's number", file=str(file), row=row, column="group-id")
    return int(whole)


def _topic(file: Path | None) -> str:
    if file is None:
        return ""
    return next((cells[1].strip() for _, cells in rows(file) if cells[0].strip() == "topic" and len(cells) > 1), "")

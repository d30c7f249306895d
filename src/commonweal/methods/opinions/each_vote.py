"""`votes.csv`: a row for each vote with its time. Says when a conversation was last active, and holds all answers.

Where someone changed their mind there is a row for each time, in the order of the statements and people, not of the votes.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..errors import BadInput
from .export_files import VOTE, cell, header, is_number, rows, time_of

Triples = tuple[list[int], list[int], list[int]]


def last_vote(file: Path) -> datetime | None:
    """The time of the last vote; None when the file does not tell it."""
    lines = rows(file)
    names, _ = header(lines, file)
    times = (time_of(cell(cells, names, "timestamp")) for _, cells in lines)
    return max((time for time in times if time is not None), default=None)


def read_each_vote(file: Path) -> tuple[list[str], list[int], Triples]:
    """People in the order of their first row, statements by number, and (row, column, answer) with later votes last."""
    lines = rows(file, strict=True)
    names, _ = header(lines, file)
    for name in ("comment-id", "voter-id", "vote"):
        if name not in names:
            raise BadInput(f"has no column {name}", file=str(file), row=1, column=name)
    people: dict[str, int] = {}
    votes: list[tuple[float, int, int, int]] = []
    for row, cells in lines:
        who, what, said = (cell(cells, names, name) for name in ("voter-id", "comment-id", "vote"))
        if not who:
            raise BadInput("the vote belongs to nobody", file=str(file), row=row, column="voter-id")
        if not is_number(what):
            raise BadInput("the statement needs a whole number", file=str(file), row=row, column="comment-id")
        if said not in VOTE:
            told = f"{said[:20]!r} is not 1 (agree), 0 (pass) or -1 (disagree)"
            raise BadInput(told, file=str(file), row=row, column="vote")
        time = time_of(cell(cells, names, "timestamp"))
        at = time.timestamp() if time is not None else 0.0
        votes.append((at, people.setdefault(who, len(people)), int(what), VOTE[said]))
    if not votes:
        raise BadInput("has a header and no votes", file=str(file))
    votes.sort(key=lambda vote: vote[0])  # stable: rows without a time keep their order
    statements = sorted({what for _, _, what, _ in votes})
    place = {what: n for n, what in enumerate(statements)}
    _, who_voted, on, answers = zip(*votes, strict=True)
    return list(people), statements, (list(who_voted), [place[what] for what in on], list(answers))

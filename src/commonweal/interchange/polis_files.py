"""Reading a Polis export: three files, checked from end to end before anything is written.

Votes are 1 agree, 0 pass, -1 disagree, blank unseen. `participants-votes.csv` carries its own sums (`n-votes`,
`n-agree`, `n-disagree`), which prove the sign and that no row was cut.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

SUMMARY, COMMENTS, VOTES = "summary.csv", "comments.csv", "participants-votes.csv"
OPINIONS = {"1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1}
WITHHELD = "-1"


class BadExport(Exception):
    """The files cannot be trusted. Names the file and, where there is one, the row (counted from 1) and the column."""

    def __init__(self, file: str, problem: str, *, row: int | None = None, column: str | None = None) -> None:
        where = file + (f", row {row}" if row is not None else "") + (f", column {column!r}" if column else "")
        super().__init__(f"{where}: {problem}")
        self.file, self.row, self.column = file, row, column


@dataclass(frozen=True)
class Comment:
    """A statement of the source. `agrees` and `disagrees` are the source's own counts, for comparison."""

    key: str
    author: str
    text: str
    at: datetime
    withheld: bool
    agrees: int | None
    disagrees: int | None


@dataclass
class Export:
    """A whole, checked export. `votes` are rows of (participant, {statement: opinion}) in the order of the file."""

    topic: str
    description: str
    url: str
    comments: list[Comment]
    votes: list[tuple[str, dict[str, int]]]
    fingerprint: str
    notes: list[str] = field(default_factory=list)

    @property
    def votes_count(self) -> int:
        return sum(len(row) for _participant, row in self.votes)


def read_export(folder: Path) -> Export:
    """Read and check the three files. Raises BadExport at the first thing that is wrong; reports the rest as notes."""
    if not folder.is_dir():
        raise BadExport(str(folder), "is not a folder. Give the folder that holds summary.csv.")
    texts = {name: _text(folder, name) for name in (SUMMARY, COMMENTS, VOTES)}
    summary = _summary(texts[SUMMARY])
    comments = _comments(texts[COMMENTS])
    votes, notes = _votes(texts[VOTES])
    _check_ends(texts)
    statements = _statement_columns(next(csv.reader(io.StringIO(texts[VOTES], newline=""))))
    _check_counts(summary, comments, votes, list(statements))
    fingerprint = hashlib.sha256("\0".join(texts[name] for name in sorted(texts)).encode()).hexdigest()
    export = Export(
        topic=summary["topic"].strip(),
        description=summary.get("conversation-description", "").strip(),
        url=summary.get("url", "").strip(),
        comments=comments,
        votes=votes,
        fingerprint=fingerprint,
        notes=notes,
    )
    export.notes += _comparisons(export, summary, set(statements))
    return export


def _text(folder: Path, name: str) -> str:
    path = folder / name
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadExport(name, f"is missing from {folder}.") from None
    except OSError as error:
        raise BadExport(name, f"cannot be read: {error.strerror}.") from None
    if not raw.strip():
        raise BadExport(name, "is empty.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise BadExport(
            name, f"is not UTF-8 text (byte {error.start}). Save it as UTF-8 and try again.", row=row
        ) from None
    if "\0" in text:
        raise BadExport(
            name, "holds a zero byte; it is not a text file.", row=text.count("\n", 0, text.index("\0")) + 1
        )
    return text


def _rows(name: str, text: str) -> list[list[str]]:
    """All rows. A quote that is never closed is the mark of a file that was cut."""
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [row for row in reader if row]
    except csv.Error as error:
        problem = (
            "the file ends inside a quoted text; it seems to be cut off."
            if "end of data" in str(error)
            else f"{error}."
        )
        raise BadExport(name, problem, row=reader.line_num) from None


def _summary(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, row in enumerate(_rows(SUMMARY, text), start=1):
        if len(row) != 2:
            raise BadExport(SUMMARY, f"has {len(row)} columns; a name and a value are expected.", row=number)
        found[row[0].strip()] = row[1]
    for name in ("topic", "voters", "comments"):
        if name not in found:
            raise BadExport(SUMMARY, f"has no row {name!r}; is it a Polis summary, and is it complete?")
    for name in ("voters", "voters-in-conv", "comments"):
        if name in found and not found[name].strip().isdecimal():
            raise BadExport(SUMMARY, f"{found[name]!r} is not a whole number.", column=name)
    if not found["topic"].strip():
        raise BadExport(SUMMARY, "the topic is empty, so the community would have no name.", column="topic")
    return found


def _table(name: str, text: str, needed: tuple[str, ...]) -> tuple[list[str], list[list[str]]]:
    """Header and rows, all of the header's width."""
    header, *rows = _rows(name, text)
    missing = [column for column in needed if column not in header]
    if missing:
        raise BadExport(name, f"the column {missing[0]!r} is missing; found {', '.join(header[:8])} …", row=1)
    twice = [column for column, n in Counter(header).items() if n > 1]
    if twice:
        raise BadExport(name, "this column stands there twice.", row=1, column=twice[0])
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise BadExport(
                name,
                f"has {len(row)} cells where the header has {len(header)}; it seems to be cut or damaged.",
                row=number,
            )
    return header, rows


def _number(name: str, row: int, column: str, raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise BadExport(name, f"{raw!r} is not a whole number.", row=row, column=column) from None


def _comments(text: str) -> list[Comment]:
    header, rows = _table(COMMENTS, text, ("timestamp", "comment-id", "author-id", "moderated", "comment-body"))
    found: dict[str, Comment] = {}
    for number, cells in enumerate(rows, start=2):
        row = dict(zip(header, cells, strict=True))
        key = str(_number(COMMENTS, number, "comment-id", row["comment-id"]))
        if key in found:
            raise BadExport(COMMENTS, f"statement {key} stands there twice.", row=number, column="comment-id")
        if row["moderated"] not in ("-1", "0", "1"):
            raise BadExport(COMMENTS, f"{row['moderated']!r} is none of -1, 0, 1.", row=number, column="moderated")
        found[key] = Comment(
            key=key,
            author=str(_number(COMMENTS, number, "author-id", row["author-id"])),
            text=row["comment-body"].strip(),
            at=_moment(number, row["timestamp"]),
            withheld=row["moderated"] == WITHHELD,
            agrees=_number(COMMENTS, number, "agrees", row["agrees"]) if row.get("agrees") else None,
            disagrees=_number(COMMENTS, number, "disagrees", row["disagrees"]) if row.get("disagrees") else None,
        )
    return sorted(found.values(), key=lambda comment: int(comment.key))


def _moment(row: int, raw: str) -> datetime:
    try:
        return datetime.fromtimestamp(_number(COMMENTS, row, "timestamp", raw) / 1000, tz=UTC)
    except (OverflowError, OSError, ValueError):
        raise BadExport(COMMENTS, f"{raw!r} is no moment in milliseconds.", row=row, column="timestamp") from None


def _statement_columns(header: list[str]) -> dict[str, int]:
    """Statement key to position. Only columns with a number for a name: some exports carry others, such as `xid`."""
    return {str(int(name)): place for place, name in enumerate(header) if name.isascii() and name.isdecimal()}


def _votes(text: str) -> tuple[list[tuple[str, dict[str, int]]], list[str]]:
    header, rows = _table(VOTES, text, ("participant", "n-votes", "n-agree", "n-disagree"))
    columns = _statement_columns(header)
    if not columns:
        raise BadExport(VOTES, "has no statement columns (columns with a number for a name).", row=1)
    place = {name: header.index(name) for name in ("participant", "n-votes", "n-agree", "n-disagree")}
    found: dict[str, dict[str, int]] = {}
    wrong: list[int] = []
    swapped = 0
    for number, cells in enumerate(rows, start=2):
        key = str(_number(VOTES, number, "participant", cells[place["participant"]]))
        if key in found:
            raise BadExport(VOTES, f"participant {key} stands there twice.", row=number, column="participant")
        given = _row_votes(number, cells, columns)
        sums = tuple(_number(VOTES, number, name, cells[place[name]]) for name in ("n-votes", "n-agree", "n-disagree"))
        counts = Counter(given.values())
        if sums != (len(given), counts[1], counts[-1]):
            wrong.append(number)
            swapped += sums == (len(given), counts[-1], counts[1])
        found[key] = given
    _check_sums(text, wrong, swapped, rows_count=len(rows))
    if not wrong:
        return list(found.items()), []
    note = f"{VOTES}: the sums of {len(wrong)} rows do not match their votes (first: row {wrong[0]}); votes kept as they stand"
    return list(found.items()), [note]


def _row_votes(number: int, cells: list[str], columns: dict[str, int]) -> dict[str, int]:
    given: dict[str, int] = {}
    for statement, place in columns.items():
        cell = cells[place].strip()
        if cell:
            try:
                given[statement] = OPINIONS[cell]
            except KeyError:
                raise BadExport(
                    VOTES, f"{cell!r} is none of 1, 0, -1 or blank.", row=number, column=statement
                ) from None
    return given


def _check_sums(text: str, wrong: list[int], swapped: int, *, rows_count: int) -> None:
    """Rows whose own sums contradict them: cut at the end of the file, or written with the opposite sign throughout."""
    if wrong and wrong[-1] == rows_count + 1 and not text.endswith("\n"):
        raise BadExport(
            VOTES, "the last row does not add up to its n-votes; the file seems to be cut off.", row=wrong[-1]
        )
    if wrong and 2 * swapped > rows_count:
        raise BadExport(
            VOTES,
            "n-agree counts the votes of -1: this file has the opposite sign (1 must mean agree).",
            column="n-agree",
        )


def _check_ends(texts: dict[str, str]) -> None:
    """A last line without its end, while the other files have theirs, was cut."""
    open_ended = [name for name, text in texts.items() if not text.endswith("\n")]
    if open_ended and len(open_ended) < len(texts) and open_ended != [SUMMARY]:
        name = next(name for name in open_ended if name != SUMMARY)
        raise BadExport(
            name, "ends in the middle of its last line; it seems to be cut off.", row=texts[name].count("\n") + 1
        )


def _check_counts(
    summary: dict[str, str], comments: list[Comment], votes: list[tuple[str, dict[str, int]]], statements: list[str]
) -> None:
    """Fewer rows than the summary promises means that a file was cut."""
    voters = min(int(summary["voters"]), int(summary.get("voters-in-conv", summary["voters"])))
    if len(votes) < voters:
        raise BadExport(VOTES, f"has {len(votes)} participants; {SUMMARY} promises {voters}. It seems to be cut off.")
    if len(comments) < int(summary["comments"]):
        raise BadExport(
            COMMENTS,
            f"has {len(comments)} statements; {SUMMARY} promises {summary['comments']}. It seems to be cut off.",
        )
    known = {comment.key for comment in comments}
    for statement in statements:
        if statement not in known:
            raise BadExport(VOTES, f"has votes on a statement that {COMMENTS} does not hold.", row=1, column=statement)
    if len(statements) < int(summary["comments"]):
        raise BadExport(
            VOTES,
            f"has {len(statements)} statement columns; {SUMMARY} promises {summary['comments']}. Columns are missing.",
            row=1,
        )


def _comparisons(export: Export, summary: dict[str, str], columns: set[str]) -> list[str]:
    """What does not agree between the files, without being a reason to refuse."""
    notes = []
    agrees: Counter[str] = Counter()
    disagrees: Counter[str] = Counter()
    for _participant, given in export.votes:
        for statement, opinion in given.items():
            if opinion == 1:
                agrees[statement] += 1
            elif opinion == -1:
                disagrees[statement] += 1
    differing = [
        comment.key
        for comment in export.comments
        if comment.key in columns
        and (comment.agrees, comment.disagrees) != (agrees[comment.key], disagrees[comment.key])
        and comment.agrees is not None
    ]
    if differing:
        notes.append(
            f"{COMMENTS}: agrees and disagrees of {len(differing)} statements differ from the votes in {VOTES} "
            f"(first: statement {differing[0]}); the votes count"
        )
    unvoted = [comment.key for comment in export.comments if comment.key not in columns]
    if unvoted:
        notes.append(
            f"{VOTES}: {len(unvoted)} statements of {COMMENTS} have no column ({', '.join(unvoted[:8])}); "
            "brought in without votes"
        )
    if len(export.votes) > int(summary["voters"]):
        notes.append(f"{VOTES}: has {len(export.votes)} participants; {SUMMARY} says {summary['voters']}")
    strangers = {comment.author for comment in export.comments} - {participant for participant, _given in export.votes}
    if strangers:
        notes.append(f"{COMMENTS}: {len(strangers)} authors never voted; brought in as members without votes")
    return notes

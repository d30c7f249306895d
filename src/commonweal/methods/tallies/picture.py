"""The picture of a count: a row of bars per option, one bar per round, so that the eye follows where votes went."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..pictures import AMBER, BLUE, GREEN, INK, LINE, SOFT, Picture
from .budget_result import Budget
from .results import Number, Round, Tally, in_figures

#: Options and rounds that a picture shows at most; the table holds the rest.
MOST_OPTIONS, MOST_ROUNDS = 16, 8

LEFT, RIGHT, TOP = 190.0, 24.0, 78.0
ROW = 26.0


def rounds_picture(tally: Tally) -> str:
    """Options from first to last, a column of bars per round. With many rounds: the first, and the last seven.

    Where seats are won by a quota, a dashed line marks it in every round.
    """
    steps = list(tally.rounds)
    if len(steps) > MOST_ROUNDS:
        steps = [steps[0], *steps[1 - MOST_ROUNDS :]]
    options = tally.order[:MOST_OPTIONS]
    width = max(520.0, LEFT + RIGHT + 104 * len(steps))
    picture = Picture(f"Ballot rounds: {tally.method}", _described(tally), width, TOP + ROW * len(options) + 56)
    picture.text((12, 26), _fitting(f"{tally.method[:1].upper()}{tally.method[1:]}", 60), size=16, bold=True)
    most = max((votes for step in steps for votes in step.tally.values()), default=0)
    column = (width - LEFT - RIGHT) / len(steps)
    for row, name in enumerate(options):
        won = name in tally.winners
        y = TOP + ROW * row
        picture.text((LEFT - 10, y + 15), _fitting(("✓ " if won else "") + name, 25), "end", 13, INK, bold=won)
    for at, step in enumerate(steps):
        _round(picture, tally, step, LEFT + at * column, column - 12, most)
    picture.text((12, picture.height - 12), _note(tally, len(options), len(steps)), size=12, colour=SOFT)
    return picture.svg()


def _round(picture: Picture, tally: Tally, step: Round, x: float, room: float, most: Number) -> None:
    """The column of one round, `room` wide."""
    options = tally.order[:MOST_OPTIONS]
    bottom = TOP + ROW * len(options)
    picture.text((x, TOP - 14), f"Round {step.number}", size=12, colour=SOFT)
    picture.line((x, TOP - 4), (x, bottom), LINE, 1)
    quota = _quota(tally)
    at_quota = _length(quota, most, room) if quota is not None and quota <= most else 0.0
    for row, name in enumerate(options):
        if name in step.tally:
            colour = GREEN if name in tally.winners else AMBER if name in step.eliminated else BLUE
            length = _length(step.tally[name], most, room)
            picture.box((x, TOP + ROW * row + 3), (length, ROW - 10), colour)
            # Behind the line of the quota too, which would cross the number.
            picture.text((x + max(length, at_quota) + 4, TOP + ROW * row + 15), _short(step.tally[name]), size=11)
    if at_quota:
        picture.line((x + at_quota, TOP - 4), (x + at_quota, bottom), SOFT, 1, dash="3 3")
    if step.exhausted:
        picture.text((x, bottom + 18), f"{in_figures(int(step.exhausted))} exhausted", size=11, colour=SOFT)


def _quota(tally: Tally) -> Number | None:
    """The quota where seats are won by one; a majority that changes with every round is none."""
    return tally.quota if "seats" in tally.more else None


def _length(votes: Number, most: Number, room: float) -> float:
    """A little over half of the room, so that the number behind the longest bar has its place."""
    return max(0.0, float(votes / most)) * room * 0.55 if most > 0 else 0.0


def _short(votes: Number) -> str:
    """Two decimals at most, cut; the table beside the picture has them all."""
    return _fitting(in_figures(Fraction(int(votes * 100), 100)), 12)


def _described(tally: Tally) -> str:
    return f"{tally.sentence} A table with the same figures stands beside the picture."


def _note(tally: Tally, options: int, rounds: int) -> str:
    parts = ["✓ elected, green", "brown: put out in that round"]
    if (quota := _quota(tally)) is not None:
        parts.append(f"dashed: the quota of {in_figures(quota)}")
    if len(tally.order) > options:
        parts.append(f"{len(tally.order) - options} more options in the table")
    if len(tally.rounds) > rounds:
        parts.append(f"{len(tally.rounds) - rounds} rounds left out after the first")
    return "; ".join(parts)


def budget_picture(budget: Budget) -> str:
    """A bar per funded project, as long as its cost, told apart by how it was paid."""
    shown: Sequence[int] = budget.funded[: 2 * MOST_OPTIONS]
    picture = Picture(
        "What is funded",
        f"{budget.sentence} A table with the same figures stands beside the picture.",
        640,
        TOP + ROW * max(1, len(shown)) + 22,
    )
    picture.text((12, 26), f"What is funded, by {budget.rule}", size=16, bold=True)
    spent = f"{_short(budget.spent)} of {_short(budget.poll.budget)} is spent"
    picture.text((12, 46), spent, size=12, colour=SOFT)
    projects = budget.poll.projects
    most = max((projects[p].cost for p in shown), default=0)
    for row, p in enumerate(shown):
        y = TOP - 14 + ROW * row
        kind = 0 if row < budget.by_shares else 1
        picture.mark((18, y + 10), kind, 4)
        picture.text((30, y + 15), _fitting(projects[p].name, 34), size=12)
        length = float(projects[p].cost / most) * 240 if most > 0 else 0.0
        picture.box((270, y + 3), (length, ROW - 10), GREEN if kind == 0 else AMBER)
        picture.text((276 + length, y + 15), _short(projects[p].cost), size=11)
    note = "circle, green: paid by shares; square, brown: by votes"
    if len(budget.funded) > len(shown):
        note += f"; {len(budget.funded) - len(shown)} more in the table"
    picture.text((12, picture.height - 12), note, size=12, colour=SOFT)
    return picture.svg()


def _fitting(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"

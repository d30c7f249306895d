"""What every count returns: its rounds, its ties, its words; one shape, whatever the method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..results import Table

#: A count: whole, or an exact fraction. Never a float.
Number = int | Fraction


def as_number(value: Number) -> int | float:
    """An exact count as JSON can hold it: a whole number stays whole, a fraction becomes the nearest decimal."""
    fraction = Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else float(fraction)


def in_figures(value: Number) -> str:
    """An exact count as people read it: 46,704, or 1,234.56789 without closing zeros (at most five decimals, cut)."""
    fraction = Fraction(value)
    whole, rest = divmod(abs(fraction), 1)
    decimals = f"{int(rest * 100_000):05d}".rstrip("0")
    return f"{'-' if fraction < 0 else ''}{int(whole):,}{'.' + decimals if decimals else ''}"


@dataclass(frozen=True, slots=True)
class Tie:
    """Options that stood equal where one had to be chosen, which were chosen, and by which rule."""

    round: int
    options: tuple[str, ...]
    chosen: tuple[str, ...]
    purpose: str
    rule: str

    @property
    def words(self) -> str:
        return f"{listed(self.options)} were tied {self.purpose}; {self.rule} chose {listed(self.chosen)}."

    def as_json(self) -> dict[str, Any]:
        return {
            "round": self.round,
            "options": list(self.options),
            "chosen": list(self.chosen),
            "purpose": self.purpose,
            "rule": self.rule,
        }


@dataclass(frozen=True, slots=True)
class Round:
    """One round: what each option holds at its start, who is elected or put out in it, and all of it in words."""

    number: int
    tally: Mapping[str, Number]
    words: str
    elected: tuple[str, ...] = ()
    eliminated: tuple[str, ...] = ()
    exhausted: Number = 0
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "tally": {option: as_number(votes) for option, votes in self.tally.items()},
            "elected": list(self.elected),
            "eliminated": list(self.eliminated),
            "exhausted": as_number(self.exhausted),
            "words": self.words,
            **self.more,
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """The result of a count. `order` names every option from first to last; `more` holds what one method adds; `counts` is
    what the numbers in the rounds are."""

    method: str
    options: tuple[str, ...]
    winners: tuple[str, ...]
    order: tuple[str, ...]
    rounds: tuple[Round, ...]
    valid: int
    blank: int = 0
    spoiled: int = 0
    quota: Number | None = None
    ties: tuple[Tie, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    extra_tables: tuple[Table, ...] = ()
    counts: str = "Votes"

    @property
    def sentence(self) -> str:
        """The result in words: who won, from how many ballots, in how many rounds, and whether a tie was broken."""
        if not self.winners:
            won = "Nobody won"
        else:
            won = f"{listed(self.winners)} {'wins' if len(self.winners) == 1 else 'are elected'}"
        rounds = "one round" if len(self.rounds) == 1 else f"{len(self.rounds)} rounds"
        counted = f"{self.valid:,} {'ballot' if self.valid == 1 else 'ballots'}"
        text = f"{won} by {self.method}: {counted} counted in {rounds}."
        if self.blank:
            text += f" {self.blank:,} left the question blank."
        if self.spoiled:
            text += f" {self.spoiled:,} held no choice that can be counted."
        return " ".join([text, *(tie.words for tie in self.ties)])

    def explained(self) -> list[str]:
        """Every round in words, in order."""
        return [step.words for step in self.rounds]

    def tables(self) -> list[Table]:
        """The numbers by option and round; then each round in words; then what the method adds."""
        columns = ("option", *(f"round {step.number}" for step in self.rounds))
        rows = [(name, *(_cell(step.tally, name) for step in self.rounds)) for name in self.order]
        if any(step.exhausted for step in self.rounds):
            rows.append(("(exhausted)", *(in_figures(step.exhausted) for step in self.rounds)))
        words = tuple((step.number, step.words) for step in self.rounds)
        return [
            Table(f"{self.counts} in each round", columns, tuple(rows)),
            Table("What happened", ("round", "in words"), words),
            *self.extra_tables,
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "winners": list(self.winners),
            "order": list(self.order),
            "rounds": [step.as_json() for step in self.rounds],
            "quota": None if self.quota is None else as_number(self.quota),
            "ties": [tie.as_json() for tie in self.ties],
            "valid": self.valid,
            "blank": self.blank,
            "spoiled": self.spoiled,
            "sentence": self.sentence,
            **self.more,
        }

    def picture(self) -> str:
        from .picture import rounds_picture

        return rounds_picture(self)


def _cell(tally: Mapping[str, Number], name: str) -> str | None:
    return in_figures(tally[name]) if name in tally else None


def listed(names: Sequence[str], most: int = 20) -> str:
    """ "A", "A and B", "A, B and C"; a very long list ends with how many more there are."""
    names = list(names)
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nobody"

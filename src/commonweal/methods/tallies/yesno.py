"""Yes, no or abstain, with a quorum; and consent, where an objection carries its reason.

A tie fails. With an *approval* quorum the yes votes alone must reach the share of the roll, so staying away never helps
to defeat a quorum; with a *participation* quorum everybody who voted counts, those who abstain included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ..errors import BadInput
from ..results import Table
from .results import in_figures, listed

Quorum = Literal["approval", "participation", "none"]


@dataclass(frozen=True, slots=True)
class YesNo:
    """A question answered. `needed` people had to say yes (or to vote); `reached` says whether they did."""

    yes: int
    no: int
    abstain: int
    roll: int
    quorum: Quorum
    needed: int
    reached: bool
    passed: bool

    @property
    def sentence(self) -> str:
        """What was decided and why."""
        votes = f"{self.yes:,} yes, {self.no:,} no, {self.abstain:,} abstain, of {self.roll:,} on the roll"
        if self.quorum == "none":
            base = "no quorum was set"
        else:
            what = "yes votes" if self.quorum == "approval" else "people voting"
            base = f"the quorum of {self.needed:,} {what} was {'' if self.reached else 'not '}reached"
        if self.passed:
            return f"Passed: {votes}; {base}."
        why = (
            base
            if not self.reached
            else "as many no as yes, and a tie fails"
            if self.yes == self.no
            else "more no than yes"
        )
        return f"Not passed: {votes}; {why}."

    def tables(self) -> list[Table]:
        rows = (("yes", self.yes), ("no", self.no), ("abstain", self.abstain), ("did not vote", self._silent()))
        return [Table("Answers", ("answer", "people"), rows)]

    def _silent(self) -> int:
        return self.roll - self.yes - self.no - self.abstain


def yes_no(
    yes: int, no: int, abstain: int = 0, *, roll: int, quorum: Quorum = "approval", share: Fraction | int = Fraction(0)
) -> YesNo:
    """Decide a question. `share` of the roll (0 to 1, exact) is the quorum; it counts as reached when met exactly.

    Raises BadInput for numbers below 0, more votes than people on the roll, or a share outside 0…1.
    """
    if min(yes, no, abstain, roll) < 0:
        raise BadInput("votes cannot be below 0")
    if yes + no + abstain > roll:
        raise BadInput(f"{yes + no + abstain:,} votes from a roll of {roll:,}; somebody voted who is not on it")
    part = Fraction(share)
    if not 0 <= part <= 1:
        raise BadInput(f"a quorum of {in_figures(part * 100)}% is not between 0% and 100%")
    if quorum not in {"approval", "participation", "none"}:
        raise BadInput(f"there is no quorum “{quorum}”; choose approval, participation or none")
    exact = part * roll
    needed = 0 if quorum == "none" else -(-exact.numerator // exact.denominator)
    present = yes if quorum == "approval" else yes + no + abstain
    reached = present >= needed
    return YesNo(yes, no, abstain, roll, quorum, needed, reached, reached and yes > no)


@dataclass(frozen=True, slots=True)
class Objection:
    """Somebody's objection, and why. Without a reason it is none."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A round of consent. With objections the proposal does not pass; `fallback` was declared before opening."""

    consenting: int
    aside: int
    objections: tuple[Objection, ...]
    fallback: str

    @property
    def passed(self) -> bool:
        return not self.objections and self.consenting > 0

    @property
    def sentence(self) -> str:
        """Whether there is consent, the reasons where there is none, and what happens then."""
        counted = f"{self.consenting:,} consent, {self.aside:,} stand aside"
        if self.passed:
            return f"Consent: {counted}, nobody objects."
        if not self.objections:
            return f"No consent: {counted}, so nobody carries it. What was declared for this case: {self.fallback}."
        said = listed([f"{one.by} (“{one.reason}”)" for one in self.objections])
        return f"No consent: {counted}, and {said} object. What was declared for this case: {self.fallback}."

    def tables(self) -> list[Table]:
        return [Table("Objections", ("by", "reason"), tuple((one.by, one.reason) for one in self.objections))]


def consent(consenting: int, aside: int, objections: Sequence[Objection], *, fallback: str) -> Consent:
    """Count a round of consent. Raises BadInput for an objection without a reason or a round without a fallback."""
    if min(consenting, aside) < 0:
        raise BadInput("people cannot be below 0")
    if not fallback.strip():
        raise BadInput("say before opening what happens when somebody objects")
    for one in objections:
        if not one.reason.strip():
            raise BadInput(f"the objection of {one.by} has no reason; ask for it, an objection needs one")
    return Consent(consenting, aside, tuple(objections), fallback)

"""What sets a group apart, and what everyone shares. All tests one-sided at 90% (z above 1.2816), as published."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from .votes import Votes

SURE, TOP = 1.2816, 5


@dataclass(frozen=True)
class Representative:
    """A statement that marks a group: `agrees` of `seen` of its people agree (or disagree, by `direction`)."""

    statement: Hashable
    direction: str
    answers: int
    seen: int
    share: float
    ratio: float
    z_share: float
    z_ratio: float

    @property
    def weight(self) -> float:
        return self.ratio * self.z_ratio * self.share * self.z_share

    def as_json(self) -> dict[str, object]:
        return {
            "statement": self.statement,
            "direction": self.direction,
            "answers": self.answers,
            "seen": self.seen,
            "share": self.share,
            "ratio": self.ratio,
            "z_share": self.z_share,
            "z_ratio": self.z_ratio,
        }


@dataclass(frozen=True)
class Shared:
    """A statement on which people agree (or disagree) throughout. `informed` is the product of the groups' shares."""

    statement: Hashable
    direction: str
    answers: int
    seen: int
    share: float
    z: float
    informed: float

    def as_json(self) -> dict[str, object]:
        return {
            "statement": self.statement,
            "direction": self.direction,
            "answers": self.answers,
            "seen": self.seen,
            "share": self.share,
            "z": self.z,
            "group_informed": self.informed,
        }


def share(answers: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(A + 1) / (S + 2): a share that starts at one half and is moved by answers."""
    return (answers + 1) / (seen + 2)


def z_share(answers: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """2 √(S + 1) ((A + 1)/(S + 1) − ½): how surely more than half answer so."""
    return 2 * np.sqrt(seen + 1) * ((answers + 1) / (seen + 1) - 0.5)


def z_ratio(inside: np.ndarray, seen: np.ndarray, outside: np.ndarray, seen_outside: np.ndarray) -> np.ndarray:
    """The two-proportion test with one added to each count. 0 where both shares are 1."""
    one, other = (inside + 1) / (seen + 1), (outside + 1) / (seen_outside + 1)
    pooled = (inside + outside + 2) / (seen + seen_outside + 2)
    variance = pooled * (1 - pooled) * (1 / (seen + 1) + 1 / (seen_outside + 1))
    return np.where(variance > 0, (one - other) / np.sqrt(np.where(variance > 0, variance, 1)), 0.0)


def representative(votes: Votes, labels: np.ndarray, top: int = TOP) -> tuple[tuple[Representative, ...], ...]:
    """For each group of `labels` (a group from 0 per row) its statements, the best agreed one first, at most `top`.

    A statement is taken with the direction that marks the group more; moderated-out statements never are.
    """
    k = int(labels.max()) + 1 if len(labels) else 0
    counts = [votes.counts(np.flatnonzero(labels == n)) for n in range(k)]
    whole = tuple(np.sum([one[part] for one in counts], axis=0) for part in range(3)) if k else ()
    return tuple(_of_group(votes, one, whole, top) for one in counts)


def _of_group(
    votes: Votes, inside: tuple[np.ndarray, ...], whole: tuple[np.ndarray, ...], top: int
) -> tuple[Representative, ...]:
    found: dict[Hashable, Representative] = {}
    seen, rest = inside[2], whole[2] - inside[2]
    for part, direction in enumerate(("agree", "disagree")):
        answers, others = inside[part], whole[part] - inside[part]
        shares, ratio = share(answers, seen), share(answers, seen) / share(others, rest)
        sure, more = z_share(answers, seen), z_ratio(answers, seen, others, rest)
        for n in np.flatnonzero((sure > SURE) & (more > SURE) & (seen > 0) & ~votes.moderated_out):
            one = Representative(
                votes.statements[n],
                direction,
                int(answers[n]),
                int(seen[n]),
                float(shares[n]),
                float(ratio[n]),
                float(sure[n]),
                float(more[n]),
            )
            if one.statement not in found or found[one.statement].weight < one.weight:
                found[one.statement] = one
    best = sorted(found.values(), key=lambda one: (-one.weight, str(one.statement)))[:top]
    first = next((one for one in best if one.direction == "agree"), None)
    return tuple(best if first is None else [first, *(one for one in best if one is not first)])


def informed(votes: Votes, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Group-informed consensus per statement, to agree and to disagree: Π over groups of (A + 1)/(S + 2).

    High only where every group leans the same way, so that a large group cannot outvote a small one.
    """
    agree, disagree = np.ones(len(votes.statements)), np.ones(len(votes.statements))
    for n in np.unique(labels):
        agrees, disagrees, seen = votes.counts(np.flatnonzero(labels == n))
        agree, disagree = agree * share(agrees, seen), disagree * share(disagrees, seen)
    return agree, disagree


def consensus(votes: Votes, labels: np.ndarray, top: int | None = TOP) -> tuple[Shared, ...]:
    """Statements that more than half share for sure, by group-informed consensus; `top` for each direction."""
    agrees, disagrees, seen = votes.counts()
    found: list[Shared] = []
    for answers, product, direction in zip(
        (agrees, disagrees), informed(votes, labels), ("agree", "disagree"), strict=True
    ):
        shares, sure = share(answers, seen), z_share(answers, seen)
        kept = np.flatnonzero((shares > 0.5) & (sure > SURE) & (seen > 0) & ~votes.moderated_out)
        found += [
            Shared(
                votes.statements[n],
                direction,
                int(answers[n]),
                int(seen[n]),
                float(shares[n]),
                float(sure[n]),
                float(product[n]),
            )
            for n in sorted(kept, key=lambda n: (-product[n], -sure[n]))[:top]
        ]
    return tuple(sorted(found, key=lambda one: -one.informed))

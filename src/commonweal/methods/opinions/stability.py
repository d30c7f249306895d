"""Whether the groups mean anything: against shuffled answers, and against another draw of the same people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ..progress import Progress, unheard
from ..results import Estimate
from . import clustering
from .projection import Projection, project
from .votes import Votes

#: Shuffled maps to compare with, and the most people that a comparison uses.
SHUFFLES, ENOUGH_PEOPLE = 10, 600
#: One crowd spread along one opinion without a gap reaches about .37 in simulation, real conversations .41 and more.
SILHOUETTE_AT_LEAST = 0.38


@dataclass(frozen=True)
class Clarity:
    """How far the groups stand out. `silhouette` is that of people (not of base clusters) for the map's groups;
    `by_chance` the mean of the same figure on shuffled answers, and `explained` and `explained_by_chance` the share of
    the spread that the map's two axes carry. `clear` wants both above all shuffled maps."""

    clear: bool
    silhouette: float
    by_chance: float
    explained: float
    explained_by_chance: float
    reason: str


@dataclass(frozen=True)
class Stability:
    """How well the groups come back when people are drawn anew. `agreement`: adjusted Rand with its interval over the
    draws; `groups`: for each group the mean share that stays together (Jaccard; Hennig 2007: under .6 is doubtful)."""

    agreement: Estimate
    groups: tuple[float, ...]
    draws: int

    @property
    def sentence(self) -> str:
        shaky = [f"{n + 1}" for n, value in enumerate(self.groups) if value < 0.6]
        weak = f" Not dependable: group {', '.join(shaky)}." if shaky else ""
        return f"Drawn anew {self.draws} times, the groups agree by {self.agreement.in_words()} (1 is the same).{weak}"


def clarity_of(
    votes: Votes,
    grouping: clustering.Grouping,
    projection: Projection,
    zero_moderated: bool = True,
    seed: int = 0,
    progress: Progress = unheard,
) -> Clarity:
    """Compares the map with maps of shuffled answers: the same people answer the same statements, each statement keeps
    its agrees and disagrees, and only who gave them is drawn. Whatever pattern is left is chance.

    Groups are clear when the people's mean silhouette is above every shuffled map's, by a margin, and the two axes
    carry more than every shuffled map's do. Two kinds of doubt, two reasons.
    """
    chance = np.random.default_rng(seed)
    if grouping.k < 2 or len(votes.people) < 2 * clustering.WINS_NEEDED:
        return Clarity(False, 0.0, 0.0, 0.0, 0.0, "there are too few people, or all answered alike")
    if len(votes.people) > ENOUGH_PEOPLE:
        rows = np.sort(chance.choice(len(votes.people), ENOUGH_PEOPLE, replace=False))
        votes, labels = votes.only(rows), grouping.labels[rows]
        projection = project(votes, zero_moderated, projection.components, seed)
    else:
        labels = grouping.labels
    real = clustering.silhouette(projection.positions, labels)
    carried = sum(projection.explained)
    shuffled = []
    by_statement = np.argsort(votes.matrix.indices, kind="stable")
    for n in range(SHUFFLES):
        other = project(_shuffled(votes, by_statement, chance), zero_moderated, None, seed + n, rough=True)
        labels = clustering.group(other.positions, np.ones(len(other.positions)), grouping.k, seed + n, starts=4)[0]
        shuffled.append((clustering.silhouette(other.positions, labels), sum(other.explained)))
        progress((n + 1) / SHUFFLES)
    fits, carries = (np.array(one) for one in zip(*shuffled, strict=True))
    reason = _doubt(real, fits, carried, carries)
    return Clarity(not reason, real, float(fits.mean()), carried, float(carries.mean()), reason)


def _doubt(real: float, fits: np.ndarray, carried: float, carries: np.ndarray) -> str:
    if carried <= carries.max() + 2 * carries.std():
        return "the answers hang together no more than chance would have it"
    if real < SILHOUETTE_AT_LEAST or real <= fits.max():
        return "people are spread evenly, without a gap between groups"
    return ""


def _shuffled(votes: Votes, by_statement: np.ndarray, chance: np.random.Generator) -> Votes:
    """The answers to each statement dealt anew among those who answered it."""
    matrix = votes.matrix
    data = np.empty_like(matrix.data)
    data[by_statement] = matrix.data[np.argsort(matrix.indices + chance.random(len(data)))]
    mixed = sparse.csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)
    return Votes(votes.people, votes.statements, mixed, votes.moderated_out)


def stability(
    votes: Votes,
    grouping: clustering.Grouping,
    *,
    zero_moderated: bool = True,
    draws: int = 50,
    seed: int = 0,
    progress: Progress = unheard,
) -> Stability:
    """Bootstrap: draws as many people with replacement, maps them anew, and compares the groups on those drawn.

    `votes` and `grouping` are a map's. Above 2,000 people each draw takes 2,000: more would only look surer.
    """
    chance = np.random.default_rng(seed)
    people, k = len(votes.people), grouping.k
    agreements, together = [], []
    for n in range(draws):
        rows = np.unique(chance.choice(people, min(people, 2000)))
        again = project(votes.only(rows), zero_moderated, None, seed + n, rough=True).positions
        found = clustering.group(again, np.ones(len(again)), min(k, len(again)), seed + n, starts=4)[0]
        was = grouping.labels[rows]
        agreements.append(clustering.adjusted_rand(was, found))
        found = clustering.matched(found, was, k)
        together.append([_jaccard(was == one, found == one) for one in range(k)])
        progress((n + 1) / draws)
    low, high = np.quantile(agreements, (0.025, 0.975))
    return Stability(
        Estimate(float(np.mean(agreements)), float(low), float(high)),
        tuple(float(value) for value in np.mean(together, axis=0)),
        draws,
    )


def _jaccard(one: np.ndarray, other: np.ndarray) -> float:
    either = int((one | other).sum())
    return float((one & other).sum() / either) if either else 1.0

"""Echo: do people mostly meet their own kind? Groups come from what members chose (chapter, room), never from guessing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import BadInput
from .network import Floats, Ints, Network
from .signal import Level, Null, Signal, between, hidden, too_few_members, usual

Codes = NDArray[np.int16] | NDArray[np.int32]

PERMUTATIONS = 199
#: Ties walked for one null distribution at most; beyond it there are fewer permutations, never under 19.
WALKED = 600_000_000
EI_GAP, EI_Z = 0.2, -3.0
ASSORTATIVE, ASSORTATIVE_RED = 0.3, 0.5
VARIED, VARIED_RED = 0.6, 0.4
#: Whoever met fewer than this tells little about variety (the entropy of a few is small by chance).
MET = 10


@dataclass(frozen=True)
class Grouped:
    """The network among those whose group is known: `group` has an entry (0 … groups − 1) for each of its nodes."""

    network: Network
    group: Codes
    groups: int
    members: int

    @classmethod
    def of(cls, network: Network, group: ArrayLike, *, members: int | None = None) -> Grouped:
        """`group` per node, below 0 where it is not known. `members` counts the community (default: the nodes)."""
        given = np.asarray(group)
        if given.shape != (network.nodes,) or (given.size and given.dtype.kind not in "iu"):
            raise BadInput("each node has one group, a whole number (below 0 when it is not known)")
        inside = given >= 0
        kinds, codes = np.unique(given[inside], return_inverse=True)
        return cls(
            network.among(inside),
            codes.astype(np.int16) if len(kinds) < 2**15 else codes.astype(np.int32),
            len(kinds),
            network.nodes if members is None else members,
        )

    def refusal(self) -> str:
        """Why these groups cannot be compared; empty when they can."""
        if few := too_few_members(self.members):
            return few
        if self.groups < 2:
            return "there are not two groups to compare"
        return "" if self.network.ties else "there is no tie between people whose group is known"

    def shuffles(self, count: int, seed: int) -> Iterator[Codes]:
        """The same groups dealt out at random."""
        rng = np.random.default_rng(seed)
        for _ in range(count):
            yield rng.permutation(self.group)


def how_many(ties: int, permutations: int) -> int:
    """Permutations that a network of this size is given."""
    return min(permutations, max(19, WALKED // max(1, ties)))


@dataclass(frozen=True)
class _Mixing:
    """Share of ties inside groups, and per group the share of ties that leave and that reach it."""

    inside: float
    out: Floats
    into: Floats

    @property
    def chance(self) -> float:
        return float(self.out @ self.into)

    @property
    def assortativity(self) -> float | None:
        """(Tr e − Σ aᵢbᵢ)/(1 − Σ aᵢbᵢ) (Newman 2003). None when all ties begin and end in one group."""
        return (self.inside - self.chance) / (1 - self.chance) if self.chance < 1 - 1e-12 else None


def _mixing(network: Network, group: Codes, groups: int, sent: Floats, received: Floats) -> _Mixing:
    from .kernels import inside_weight

    total = float(sent.sum())
    inside = inside_weight(network.start, network.target, network.weight, group) / total
    out = np.bincount(group, weights=sent, minlength=groups) / total
    into = np.bincount(group, weights=received, minlength=groups) / total
    return _Mixing(float(inside), out, into)


def echo(
    grouped: Grouped, *, history: Sequence[float] = (), permutations: int = PERMUTATIONS, seed: int = 0
) -> list[Signal]:
    """E-I index and assortativity, with one null for both. `history` is assortativity in the weeks before."""
    network = grouped.network
    if refusal := grouped.refusal():
        return [_hidden_ei(network, refusal), _hidden_assortativity(network, refusal)]
    sent, received = network.sent(), network.received()

    def mix(group: Codes) -> _Mixing:
        return _mixing(network, group, grouped.groups, sent, received)

    found = mix(grouped.group)
    count = how_many(network.ties, permutations)
    with ThreadPoolExecutor(2) as pool:  # the loops release the interpreter's lock
        drawn = list(pool.map(mix, grouped.shuffles(count, seed)))
    total = float(sent.sum())
    return [_ei(grouped, found, drawn, total), _assortative(grouped, found, drawn, total, history)]


def _half(grouped: Grouped, total: float, base: float, same: float, out_part: Floats, in_part: Floats) -> float:
    """Half the width of the interval, ties that share a person counting as dependent."""
    from .kernels import clustered_squares

    network = grouped.network
    rows = (network.start, network.target, network.weight, grouped.group)
    return float(1.96 * np.sqrt(clustered_squares(*rows, base, same, out_part, in_part)) / total)


def _ei(grouped: Grouped, found: _Mixing, drawn: list[_Mixing], total: float) -> Signal:
    value, none = 1 - 2 * found.inside, np.zeros(grouped.groups)
    null = Null.of(np.array([1 - 2 * one.inside for one in drawn]))
    z = null.z(value) if null else None
    level: Level = "none"
    if null is not None and z is not None and z < EI_Z and null.mean - value >= EI_GAP:
        level = "red" if null.mean - value >= 2 * EI_GAP else "amber"
    interval = between(value, _half(grouped, total, 1 - value, -2.0, none, none), -1, 1)
    ties = grouped.network.ties
    return Signal("ei", "echo", interval, ties, "ties", level, EI_WORDS, EI_ACTION, null, z)


EI_WORDS = "Ties between groups against ties inside them (E-I index, −1 all inside, 1 all between)"
EI_ACTION = "Offer introductions across spaces."
ASSORTATIVITY_WORDS = "How much ties keep to their own group (assortativity, 0 as by chance, 1 entirely)"
ASSORTATIVITY_ACTION = "Plan a gathering that mixes groups."


def _hidden_ei(network: Network, why: str) -> Signal:
    return hidden("ei", "echo", EI_WORDS, EI_ACTION, network.ties, "ties", why)


def _hidden_assortativity(network: Network, why: str) -> Signal:
    return hidden("assortativity", "echo", ASSORTATIVITY_WORDS, ASSORTATIVITY_ACTION, network.ties, "ties", why)


def _assortative(
    grouped: Grouped, found: _Mixing, drawn: list[_Mixing], total: float, history: Sequence[float]
) -> Signal:
    value = found.assortativity
    if value is None:
        return _hidden_assortativity(grouped.network, "all ties begin and end in one group")
    null = Null.of(np.array([one.assortativity for one in drawn if one.assortativity is not None]))
    z = null.z(value) if null else None
    before = usual(history)
    level: Level = "none"
    if value > ASSORTATIVE and (z is None or z > 3) and (before is None or value > before):
        level = "red" if value > ASSORTATIVE_RED else "amber"
    chance, scale = found.chance, (1 - found.inside) / (1 - found.chance) ** 2
    base = -found.inside / (1 - chance) + 2 * chance * scale
    half = _half(grouped, total, base, 1 / (1 - chance), -scale * found.into, -scale * found.out)
    words, action = ASSORTATIVITY_WORDS, ASSORTATIVITY_ACTION
    ties, details = grouped.network.ties, {"before": before}
    return Signal(
        "assortativity", "echo", between(value, half, -1, 1), ties, "ties", level, words, action, null, z, "", details
    )


def exposure(grouped: Grouped, *, permutations: int = PERMUTATIONS, seed: int = 0) -> Signal:
    """Exposure diversity: entropy of the groups that a person meets over that of the pool, mean over persons.

    A tie from a to b says that a met (read, answered) b. Only people with at least ten ties count.
    """
    from .kernels import variety

    words = "Variety of the groups whose posts people meet (0 one group only, 1 as varied as the community)"
    action = "Turn on bridging order and mixed slots."
    network = grouped.network
    refusal = grouped.refusal()
    pool = np.bincount(grouped.group, weights=network.received(), minlength=max(1, grouped.groups))
    shares = pool[pool > 0] / max(1.0, pool.sum())
    whole = float(-(shares * np.log(shares)).sum())
    met: Ints = np.flatnonzero(np.diff(network.start) >= MET)
    if not refusal and (len(met) < 20 or whole <= 1e-12):
        refusal = f"fewer than 20 people have met {MET} others" if len(met) < 20 else "all that is met is of one group"
    if refusal:
        return hidden("exposure", "echo", words, action, len(met), "people", refusal)

    def mean(group: Codes) -> tuple[float, float]:
        found = variety(network.start, network.target, network.weight, group, grouped.groups, MET)[met] / whole
        return float(found.mean()), float(found.std(ddof=1))

    value, spread = mean(grouped.group)
    count = how_many(2 * network.ties, permutations)
    with ThreadPoolExecutor(2) as threads:
        drawn = [one for one, _ in threads.map(mean, grouped.shuffles(count, seed))]
    null = Null.of(np.array(drawn))
    z = null.z(value) if null else None
    level: Level = "none"
    if value < VARIED and (null is None or value < null.low):
        level = "red" if value < VARIED_RED else "amber"
    interval = between(value, 1.96 * spread / len(met) ** 0.5, 0)
    return Signal("exposure", "echo", interval, len(met), "people", level, words, action, null, z)

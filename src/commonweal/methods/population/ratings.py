"""A world of ratings whose sides are known: what bridging is tested on.

Raters judge items as unhelpful (0), partly (½) or helpful (1). Behind each rating stand the item's quality, the rater's
leniency and, where the world is divided, the product of the rater's and the item's lean. A brigade is a share of one
side that agrees to lift its own one-sided items. Everything that a method has to find out is in the result.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Utilities beyond these cuts are a plain no and a plain yes; between them lies "partly".
CUTS = (-0.45, 0.45)
#: Spread of what neither item nor rater explains, in the same units.
NOISE = 0.8


@dataclass(frozen=True)
class RatingsWorld:
    """Ratings with the truth behind them.

    `rater`, `item` (index, int64) and `rating` (0, ½ or 1, float64) have one entry per rating, sorted by rater; nobody
    rates an item twice. `rater_side` is −1 or +1 (all 0 without a divide), `rater_lean` and `item_lean` the latent
    positions, `item_quality` what everybody would see in the item, `brigade` marks raters and `pushed` marks items.
    """

    rater: Ints
    item: Ints
    rating: Floats
    rater_side: NDArray[np.int8]
    rater_lean: Floats
    item_lean: Floats
    item_quality: Floats
    brigade: Bools
    pushed: Bools
    divide: float

    @property
    def raters(self) -> int:
        return len(self.rater_side)

    @property
    def items(self) -> int:
        return len(self.item_quality)

    @property
    def sentence(self) -> str:
        world = f"divided with strength {self.divide:g}" if self.divide else "without a divide"
        pushed = f"; a brigade of {int(self.brigade.sum()):,} pushes {int(self.pushed.sum()):,} items"
        told = f"{len(self.rating):,} ratings of {self.items:,} items by {self.raters:,} raters, {world}"
        return told + (pushed if self.brigade.any() else "") + "."

    def by_item(self) -> tuple[Ints, Floats]:
        """Number of ratings and raw mean per item (½ where nobody rated)."""
        count = np.bincount(self.item, minlength=self.items)
        total = np.bincount(self.item, weights=self.rating, minlength=self.items)
        return count, np.where(count > 0, total / np.maximum(count, 1), 0.5)


def ratings_world(
    raters: int = 2_000,
    items: int = 400,
    *,
    per_rater: float = 25.0,
    divide: float = 1.0,
    brigade: float = 0.0,
    pushed: float = 0.05,
    coordinated: bool = True,
    seed: int = 0,
) -> RatingsWorld:
    """Draw a world of `raters` × `items`, with `per_rater` ratings per person on average (heavy-tailed).

    `divide` scales the product of leans (0: no sides at all; 1: most of what is said depends on the side). `brigade` is
    the share of raters, all of one side, who lift the share `pushed` of items, which lean far to that side and have
    nothing else to say for them, always with 1; when `coordinated`, they also seek these items out.
    The same `seed` gives the same world. Raises `BadInput` on sizes or shares that make no world.
    """
    _check(raters, items, per_rater, divide, brigade, pushed)
    rng = np.random.default_rng(seed)
    side, lean = _leans(rng, raters, divided=divide > 0)
    leniency = rng.normal(0.0, 0.3, raters)
    quality = rng.normal(0.1, 0.55, items)
    item_lean = rng.choice((-1.0, 1.0), items) * np.abs(rng.normal(0.7, 0.45, items))
    item_lean[rng.random(items) < 0.25] *= 0.1  # a quarter has little to do with the sides
    members, lifted = _brigade(rng, side, items, brigade, pushed)
    quality[lifted] = rng.normal(-0.2, 0.2, int(lifted.sum()))
    item_lean[lifted] = np.abs(rng.normal(1.2, 0.2, int(lifted.sum())))
    who, what = _pairs(rng, raters, items, per_rater, lifted)
    if coordinated and lifted.any():
        who, what = _joined(who, what, *_calls(rng, members, lifted, len(who) / items), items=items)
    utility = quality[what] + leniency[who] + divide * lean[who] * item_lean[what] + rng.normal(0, NOISE, len(who))
    rating = np.where(utility > CUTS[1], 1.0, np.where(utility < CUTS[0], 0.0, 0.5))
    rating[members[who] & lifted[what]] = 1.0
    return RatingsWorld(who, what, rating, side, lean, item_lean, quality, members, lifted, divide)


def _check(raters: int, items: int, per_rater: float, divide: float, brigade: float, pushed: float) -> None:
    if raters < 1 or items < 1:
        raise BadInput("a world of ratings needs at least one rater and one item")
    if not 0 < per_rater <= items:
        raise BadInput(f"ratings per rater must lie above 0 and not above the number of items ({items})")
    if divide < 0:
        raise BadInput("the strength of the divide is 0 or more")
    if not 0 <= brigade <= 0.5 or not 0 <= pushed <= 0.5:
        raise BadInput("the shares of the brigade and of pushed items lie between 0 and 0.5")
    if brigade > 0 and divide == 0:
        raise BadInput("a brigade needs a divide: it is a part of one side")


def _leans(rng: np.random.Generator, raters: int, *, divided: bool) -> tuple[NDArray[np.int8], Floats]:
    """Two camps with some spread, and a tenth who stand between; nobody leans where there is no divide."""
    if not divided:
        return np.zeros(raters, np.int8), np.zeros(raters)
    side = rng.choice(np.array([-1, 1], np.int8), raters)
    strength = np.abs(rng.normal(1.0, 0.3, raters))
    strength[rng.random(raters) < 0.1] *= 0.1
    return side, side * strength


def _brigade(
    rng: np.random.Generator, side: NDArray[np.int8], items: int, share: float, pushed: float
) -> tuple[Bools, Bools]:
    members, lifted = np.zeros(len(side), bool), np.zeros(items, bool)
    camp = np.flatnonzero(side == 1)
    size = min(round(share * len(side)), len(camp))
    if size:
        members[rng.choice(camp, size, replace=False)] = True
        lifted[rng.choice(items, max(1, round(pushed * items)), replace=False)] = True
    return members, lifted


def _pairs(rng: np.random.Generator, raters: int, items: int, per_rater: float, lifted: Bools) -> tuple[Ints, Ints]:
    """Who rates what: lognormal activity, unequal attention to items (little to what a brigade pushes), each pair once.

    Items are drawn with replacement and repeats dropped, so the most active fall a little short of their draw.
    """
    activity = rng.lognormal(0.0, 1.1, raters)
    wanted = np.clip(np.rint(activity / activity.mean() * per_rater), 1, items).astype(np.int64)
    who = np.repeat(np.arange(raters), wanted)
    attention = np.cumsum(rng.lognormal(0.0, 0.6, items) * np.where(lifted, 0.25, 1.0))
    what = np.searchsorted(attention, rng.random(len(who)) * attention[-1], side="right")
    return _once(who, np.minimum(what, items - 1), items)


def _calls(rng: np.random.Generator, members: Bools, lifted: Bools, usual: float) -> tuple[Ints, Ints]:
    """The brigade's own round: enough members go to each pushed item to outnumber its `usual` raters, if they can."""
    people, posts = np.flatnonzero(members), np.flatnonzero(lifted)
    share = min(0.8, (30 + 3 * usual) / len(people))
    count = rng.binomial(len(people), share, len(posts))
    return people[rng.integers(0, len(people), int(count.sum()))], np.repeat(posts, count)


def _joined(who: Ints, what: Ints, more_who: Ints, more_what: Ints, *, items: int) -> tuple[Ints, Ints]:
    return _once(np.concatenate([who, more_who]), np.concatenate([what, more_what]), items)


def _once(who: Ints, what: Ints, items: int) -> tuple[Ints, Ints]:
    pairs = who * np.int64(items) + what
    pairs.sort()  # in place, and much faster than np.unique on ten million
    return np.divmod(pairs[np.flatnonzero(np.diff(pairs, prepend=-1))], items)

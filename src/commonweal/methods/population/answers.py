"""What people answer when asked, wave after wave: support and empowerment, by equations that are known exactly.

With X the exposure in the weeks before a wave, M support and Y empowerment (waves w = 0, 1, 2, …):

    M[w+1] = .5 M[w] + a X[w] + reverse · Y[w] + e
    Y[w+1] = .5 Y[w] + b M[w] + c′ X[w−1] + e′

So, given M[0] and Y[0], the regression of M[1] on X[0] has slope a, and that of Y[2] on M[1] and X[0] has slopes b and
c′. The spread of e, and of what two steps leave unexplained in Y, is 1; a hidden cause correlates the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .worlds import World

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CARRY = 0.5
#: Spread of one step of Y, so that two steps leave 1.
STEP = float(np.sqrt(1 / (1 + CARRY**2)))
#: How strongly empowerment (per reverse) and the hidden cause move taking part, as powers of e.
DRIVE_REVERSE, DRIVE_SHARED = 2.5, 1.2


@dataclass(frozen=True)
class Waves:
    """Answers and exposures, each waves × people. `answered` is false where somebody had not joined or has dropped out.

    `tenure` is in weeks at the first wave. `world` is the truth.
    """

    exposure: Floats
    support: Floats
    empowerment: Floats
    answered: Bools
    tenure: Floats
    world: World

    def complete(self, first: int = 0) -> dict[str, Floats]:
        """The three waves from `first` of those who answered all: x0, x1, m0, m1, y0, y1, y2, tenure."""
        here = self.answered[first : first + 3].all(axis=0)
        x, m, y = self.exposure[:, here], self.support[:, here], self.empowerment[:, here]
        columns = {"x0": x[first], "x1": x[first + 1], "m0": m[first], "m1": m[first + 1]}
        return columns | {"y0": y[first], "y1": y[first + 1], "y2": y[first + 2], "tenure": self.tenure[here]}


class Answering:
    """Draws the answers as the weeks go by."""

    def __init__(self, rng: np.random.Generator, world: World, sociable: Floats) -> None:
        n = len(sociable)
        self.world = world
        self.hidden = rng.standard_normal(n)
        self.support = [0.25 * sociable + rng.standard_normal(n)]
        self.empowerment = [0.25 * sociable + 0.25 * self.support[0] + rng.standard_normal(n)]
        self.exposure: list[Floats] = []
        self._before = np.zeros(n)

    def drive(self) -> Floats:
        """What multiplies taking part until the next wave."""
        power = DRIVE_REVERSE * self.world.reverse * self.empowerment[-1]
        if self.world.shared:
            power = power + DRIVE_SHARED * self.hidden
        return np.exp(np.clip(power, -4.0, 4.0))

    def wave(self, rng: np.random.Generator, exposure: Floats) -> None:
        """A wave is over: `exposure` (standardised) is what happened in its weeks."""
        world, n, rho = self.world, len(exposure), self.world.confounder
        support, empowerment = self.support[-1], self.empowerment[-1]
        error = np.sqrt(rho) * self.hidden + np.sqrt(1 - rho) * rng.standard_normal(n)
        shared = np.sqrt(rho) * self._before if len(self.exposure) else 0.0
        spread = np.sqrt(STEP**2 - rho) if len(self.exposure) else STEP
        lagged = world.direct * self.exposure[-1] if self.exposure else 0.0
        self.support.append(CARRY * support + world.a * exposure + world.reverse * empowerment + error)
        after = CARRY * empowerment + world.b * support + lagged + shared + spread * rng.standard_normal(n)
        self.empowerment.append(after)
        self.exposure.append(exposure)
        self._before, self.hidden = self.hidden, rng.standard_normal(n)

    def result(self, rng: np.random.Generator, here: Bools, tenure: Floats, dropout: float) -> Waves:
        """`here`: who was a member at the first wave. `dropout`: share that leaves before each later wave; the less
        empowered leave more often."""
        waves = len(self.exposure)
        answered = np.zeros((waves, len(here)), bool)
        answered[0] = here
        for wave in range(1, waves):
            leaves = dropout * 2 / (1 + np.exp(self.empowerment[wave - 1]))
            answered[wave] = answered[wave - 1] & (rng.random(len(here)) >= leaves)
        x, m, y = (np.stack(rows[:waves]) for rows in (self.exposure, self.support, self.empowerment))
        if self.world.noise:
            m, y = (rows + self.world.noise * rng.standard_normal(rows.shape) for rows in (m, y))
        return Waves(x, m, y, answered, tenure, self.world)


def standardised(values: Floats, among: Bools) -> Floats:
    """Mean 0 and standard deviation 1 among those marked; all 0 where nothing differs."""
    marked = values[among]
    spread = marked.std() if len(marked) else 0.0
    return (values - marked.mean()) / spread if spread > 0 else np.zeros_like(values)

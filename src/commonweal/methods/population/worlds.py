"""The worlds that a method must tell apart: what is true in each, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ..errors import BadInput

#: Path sizes of the simulated world: none, small, between, medium (Fritz & MacKinnon 2007, who call .59 large).
SIZES = (0.0, 0.14, 0.26, 0.39)

Exposure = Literal["gatherings", "online"]


@dataclass(frozen=True, slots=True)
class World:
    """What is true of a population.

    `a`: exposure → support received one wave later; `b`: support → empowerment one wave later; `direct` (c′): exposure →
    empowerment two waves later, all on scales whose unexplained spread is 1 and an exposure of standard deviation 1.
    `confounder`: correlation, from a cause that nobody measured, of what is unexplained in support and in empowerment.
    `shared`: that cause also drives taking part. `reverse`: empowerment drives taking part and support (per unit).
    `exposure`: whether gatherings or time online is what acts. `noise`: spread of the error with which people answer.
    """

    name: str
    a: float = 0.0
    b: float = 0.0
    direct: float = 0.0
    confounder: float = 0.0
    shared: bool = False
    reverse: float = 0.0
    exposure: Exposure = "gatherings"
    noise: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.confounder <= 0.6:
            raise BadInput("the correlation that a hidden cause makes lies between 0 and 0.6")
        if self.exposure not in ("gatherings", "online"):
            raise BadInput(f"“{self.exposure}” is not an exposure; choose gatherings or online")

    @property
    def indirect(self) -> float:
        return self.a * self.b

    @property
    def total(self) -> float:
        return self.direct + self.indirect

    @property
    def trap(self) -> bool:
        """Whether a claim that taking part leads to empowerment by way of support would be wrong here."""
        return self.indirect <= 0 or bool(self.confounder or self.reverse)

    def sized(self, a: float, b: float, direct: float | None = None) -> World:
        return replace(self, a=a, b=b, direct=self.direct if direct is None else direct)


def _named(*worlds: World) -> dict[str, World]:
    return {world.name: world for world in worlds}


#: Every world by its name. "mediated-…" are true, "null-…" have no path at one link or both, the rest are traps.
WORLDS: dict[str, World] = _named(
    World("mediated-small", a=0.14, b=0.14),
    World("mediated-between", a=0.26, b=0.26),
    World("mediated-medium", a=0.39, b=0.39),
    World("mediated-strong", a=0.59, b=0.59),
    World("mediated-direct", a=0.26, b=0.39, direct=0.14),
    World("null-both"),
    World("null-first", b=0.39),
    World("null-second", a=0.39),
    World("null-direct", direct=0.39),
    World("confounded", a=0.39, confounder=0.3),
    World("shared-cause", confounder=0.3, shared=True, exposure="online"),
    World("reverse-only", reverse=0.39),
    World("reverse-noisy", reverse=0.39, noise=0.7),
    World("displacement", a=-0.26, b=0.26, exposure="online"),
)


def world_named(name: str) -> World:
    try:
        return WORLDS[name]
    except KeyError:
        raise BadInput(f"there is no world “{name}”; choose from {', '.join(WORLDS)}") from None

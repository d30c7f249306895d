"""What a mediation analysis found: estimates with intervals, what they rest on, and how to show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ..results import Estimate, Table
from . import pictures, words
from .bootstrap import Draws, Kind
from .linear import paths_of
from .model import Model
from .sensitivity import Sensitivity

#: Below this many complete rows: numbers, no verdict.
FEWEST = 100

#: "too few" rows for any; "association": seen at one time, no causal sentence; "no sign": the interval holds zero;
#: "fragile": an ordinary hidden cause would undo it; "mediates": none of these.
Verdict = Literal["too few", "association", "no sign", "fragile", "mediates"]

Path = tuple[str, ...]


@dataclass(frozen=True)
class Effects:
    """Coefficients and effects, over all or at one value of the moderator. `paths` are keyed by their mediators."""

    a: dict[str, Estimate]
    b: dict[str, Estimate]
    between: dict[Path, Estimate]
    paths: dict[Path, Estimate]
    direct: Estimate
    indirect: Estimate
    total: Estimate
    proportion: Estimate
    acme_control: Estimate
    acme_treated: Estimate
    ade_control: Estimate
    ade_treated: Estimate

    @classmethod
    def of(cls, draws: Draws, model: Model, prefix: str, kind: Kind, level: float) -> Effects:
        def get(name: str) -> Estimate:
            return draws.estimate(prefix + name, kind, level)

        names = model.mediators
        between = [(k, j) for n, j in enumerate(names) for k in names[:n]] if model.serial else []
        single = ("direct", "indirect", "total", "proportion")
        arms = ("acme_control", "acme_treated", "ade_control", "ade_treated")
        return cls(
            {name: get(f"a|{name}") for name in names},
            {name: get(f"b|{name}") for name in names},
            {(k, j): get(f"d|{k}|{j}") for k, j in between},
            {path: get(f"path|{'|'.join(path)}") for path in paths_of(names, model.serial)},
            *(get(name) for name in (*single, *arms)),
        )

    def as_json(self) -> dict[str, Any]:
        """By the names of the command's contract: one mediator gives numbers, several give a mapping of them."""
        one = len(self.a) == 1
        found: dict[str, Any] = {}
        for key, values in (("a", self.a), ("b", self.b)):
            shown = {name: value.as_json() for name, value in values.items()}
            found[key] = next(iter(shown.values())) if one else shown
        if self.between:
            found["d"] = {"->".join(pair): value.as_json() for pair, value in self.between.items()}
        found["direct"] = self.direct.as_json()
        if one:
            found["indirect"] = self.indirect.as_json()
        else:
            found["indirect"] = {"->".join(path): value.as_json() for path, value in self.paths.items()}
            found["indirect"]["total"] = self.indirect.as_json()
            found["total_indirect"] = self.indirect.as_json()
        for key in ("total", "proportion", "acme_control", "acme_treated", "ade_control", "ade_treated"):
            found[key] = getattr(self, key).as_json()
        return found


@dataclass(frozen=True)
class Mediation:
    """The answer to `Model` on `n` complete rows (`dropped` had a value missing).

    `at` holds the effects at each value of the moderator and `difference` the effect by way of M at the last value less
    the first; `index` is that for one more of the moderator, where the effect is a straight line in it (Hayes 2015).
    `method` names how intervals were made; `lost` resamples could not be fitted. `diagnostics` are warnings in words,
    `assumptions` what has to be true for the effects to be effects. `draws` holds every resampled figure. `beside` holds
    what other models of the clusters find, and `slopes_sd` how far slopes differ over clusters.
    """

    model: Model
    n: int
    dropped: int
    effects: Effects
    at: tuple[tuple[str, Effects], ...]
    difference: Estimate | None
    index: Estimate | None
    sensitivity: Sensitivity
    method: str
    interval: Kind
    level: float
    replicates: int
    lost: int
    contrast: tuple[float, float]
    coding: dict[str, tuple[str, ...]]
    assumptions: tuple[str, ...]
    diagnostics: tuple[str, ...]
    two_kinds: bool = False  # whether X is 0 or 1
    clusters: int | None = None
    beside: dict[str, dict[str, Estimate]] = field(default_factory=dict)  # model of the clusters -> figure -> estimate
    slopes_sd: dict[str, float] = field(default_factory=dict)  # how far slopes differ over clusters
    draws: Draws | None = field(default=None, repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """What may be said. Only "mediates" is a positive verdict, and it takes time order or chance, n, and strength."""
        if self.n < FEWEST:
            return "too few"
        if self.model.design == "cross-sectional" or (self.model.design == "waves" and not self.model.baselines):
            return "association"
        if not self.found:
            return "no sign"
        return "mediates" if self.sensitivity.withstands else "fragile"

    @property
    def found(self) -> bool:
        """Whether the interval of the effect by way of M (of all paths together) leaves zero out."""
        return self.effects.indirect.excludes_zero

    @property
    def sentence(self) -> str:
        return words.sentence(self)

    def as_json(self) -> dict[str, Any]:
        sensitivity = self.sensitivity
        found: dict[str, Any] = self.effects.as_json()
        found["sensitivity"] = {
            "rho_zero": sensitivity.rho_zero,
            "rho_zero_squared": sensitivity.rho_zero_squared,
            "mediators": {name: rho.as_json() for name, rho in sensitivity.rho.items()},
        }
        if self.at:
            found["at"] = {name: effects.as_json() for name, effects in self.at}
            found["difference"] = self.difference.as_json() if self.difference else None
            found["index"] = self.index.as_json() if self.index else None
        keys = ("n", "dropped", "clusters", "method", "interval", "level", "replicates", "verdict")
        found |= {key: getattr(self, key) for key in keys}
        found |= {"contrast": list(self.contrast), "coding": {k: list(v) for k, v in self.coding.items()}}
        found |= {"assumptions": list(self.assumptions), "diagnostics": list(self.diagnostics)}
        return found | self._of_clusters() | {"sentence": self.sentence}

    def _of_clusters(self) -> dict[str, Any]:
        """What the other models of the clusters say: `within` and `between` apart, the rest under `models`."""
        shown = {
            model: {key: value.as_json() for key, value in figures.items()} for model, figures in self.beside.items()
        }
        found: dict[str, Any] = {side: shown.pop(side) for side in ("within", "between") if side in shown}
        if "within" in found:
            found |= {"covariance_ab": found["within"]["covariance"], "product_ab": found["within"]["product"]}
            found["slopes_sd"] = self.slopes_sd
        return found | ({"models": shown} if shown else {})

    def as_csv(self) -> str:
        """Every estimate in one table: figure, estimate, low, high."""
        return self.table().as_csv()

    def table(self) -> Table:
        """All estimates, overall and at the values of the moderator."""
        rows = words.rows(self.model, self.effects, "")
        for name, effects in self.at:
            rows += words.rows(self.model, effects, f" at {self.model.moderator} = {name}")
        if self.difference:
            rows.append((words.DIFFERENCE, self.difference.estimate, self.difference.low, self.difference.high))
        if self.index:
            rows.append((words.INDEX, self.index.estimate, self.index.low, self.index.high))
        percent = f"{100 * self.level:g}%"
        return Table(
            f"Effects ({percent} intervals, {self.method})", ("figure", "estimate", "low", "high"), tuple(rows)
        )

    def tables(self) -> list[Table]:
        facts: list[tuple[str, Any]] = [("complete rows", self.n), ("rows left out for missing values", self.dropped)]
        facts += [("clusters", self.clusters)] if self.clusters else []
        facts += [
            (f"{name} is coded", ", ".join(f"{n} = {w}" for n, w in enumerate(levels)))
            for name, levels in self.coding.items()
            if len(levels) == 2 and name in (self.model.x, *self.model.mediators, self.model.y)
        ]
        notes = [(note,) for note in (*self.diagnostics, *(f"Assumed: {a}" for a in self.assumptions))]
        return [
            self.table(),
            *([words.table_of_clusters(self)] if self.beside else []),
            self.sensitivity.table(),
            Table("The data", ("fact", "value"), tuple(facts)),
            Table("Read with care", ("note",), tuple(notes)),
        ]

    def path_diagram(self) -> str:
        return pictures.path_diagram(self)

    def coefficients(self) -> str:
        return pictures.coefficients(self)

    def sensitivity_curve(self) -> str:
        return pictures.sensitivity_curve(self)

    def picture(self) -> str:
        """Path diagram, coefficients and sensitivity curve, one below the other."""
        return pictures.all_three(self)

"""Continuous mediators and outcome: effects as products of least-squares coefficients.

Equations, with covariates C, moderator W and t the value of X (parts in brackets only when asked for):

    M_j = i_j + a_j X + C γ_j [+ Σ_{k<j} d_kj M_k, serial] [+ w_j W + a'_j XW + Σ d'_kj M_k W]
    Y   = i   + c X + Σ b_j M_j + C γ [+ Σ g_j X M_j] [+ w W + c' XW + Σ b'_j M_j W]

The effect through a path is the product of its coefficients, the last one being b_j + g_j t (Baron and Kenny 1986; Hayes
2022; VanderWeele 2015 for the interaction). With a moderator every coefficient is a straight line in W, an effect a
polynomial in W, and its mean over the data a sum of moments. Everything is a function of ZᵀZ, so it is vectorised over
a stack of resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from ..errors import BadInput
from ..progress import Progress, unheard
from .bootstrap import Draws, draw
from .model import Model, Prepared, Step

#: A column whose variance is inflated more than this by the others is determined by them, to rounding.
SINGULAR = 1e11

#: A polynomial in W for each resample: resamples × (degree + 1), the constant first.
Poly = np.ndarray


def draws_of(
    prepared: Prepared,
    model: Model,
    *,
    replicates: int = 5000,
    seed: int = 0,
    accelerate: bool = False,
    weights: np.ndarray | None = None,
    progress: Progress = unheard,
) -> Draws:
    """All figures of a linear model on the data and on `replicates` resamples of its rows (or of its clusters).

    `weights` (n, positive) weigh the rows, as inverse-probability weighting does. The figures are named `a|M`, `b|M`,
    `d|M1|M2` (serial), `direct`, `indirect`, `path|M`, `path|M1|M2`, `total`, `proportion`, `acme_control`,
    `acme_treated`, `ade_control`, `ade_treated`, `rho|M` and `ratio|M` (for the sensitivity), and the same behind
    `at0|`, `at1|`, … for each value of the moderator. Raises BadInput when products of columns cannot be told apart.
    """
    system = System.of(prepared, model, weights)
    weighted = system.z if weights is None else system.z * weights[:, None]
    if not np.isfinite(system.figures((system.z.T @ weighted)[None])["total"]).all():
        raise BadInput(
            "X, the mediators and their products (interaction, moderator) cannot be told apart in these rows; leave the"
            " interaction or the moderator away"
        )
    return draw(
        system.figures,
        system.z,
        replicates,
        seed,
        weights=weights,
        groups=prepared.groups,
        accelerate=accelerate,
        progress=progress,
    )


def paths_of(mediators: Sequence[str], serial: bool) -> list[tuple[str, ...]]:
    """The mediators along each path: one each side by side; every ordered choice when serial."""
    if not serial:
        return [(name,) for name in mediators]
    return [path for size in range(1, len(mediators) + 1) for path in combinations(mediators, size)]


@dataclass(frozen=True)
class System:
    """The equations over the columns of `z` (standardised; `mean` and `scale` lead back), ready for ZᵀZ."""

    z: np.ndarray
    names: tuple[str, ...]
    mean: np.ndarray
    scale: np.ndarray
    model: Model
    covariates: tuple[str, ...]
    contrast: tuple[float, float]
    places: tuple[tuple[str, np.ndarray], ...]

    @classmethod
    def of(cls, prepared: Prepared, model: Model, weights: np.ndarray | None = None) -> System:
        """Lay out intercept, X, M, Y, covariates and the products that the model asks for.

        X, M and W are taken from their means, so that their products are no copies of themselves; slopes do not mind.
        """
        x, m = prepared.x - prepared.x.mean(), prepared.m - prepared.m.mean(axis=0)
        columns = {"1": np.ones(prepared.n), "x": x, "y": prepared.y}
        columns |= {f"m|{name}": m[:, j] for j, name in enumerate(model.mediators)}
        columns |= {f"c|{name}": prepared.covariates[:, j] for j, name in enumerate(prepared.covariate_names)}
        moved = ["x", *(f"m|{name}" for name in model.mediators)]
        if model.interaction:
            columns |= {f"x*{name}": x * columns[name] for name in moved[1:]}
        moments, at = np.ones(1), np.empty(0)
        if prepared.w is not None:
            centre, spread = prepared.w.mean(), prepared.w.std()
            w, at = (prepared.w - centre) / spread, (np.array(prepared.at) - centre) / spread
            columns |= {"w": w} | {f"{name}*w": columns[name] * w for name in moved}
            powers = w[:, None] ** np.arange(len(moved) + 2)
            moments = np.average(powers, axis=0, weights=weights)
        z = np.column_stack(list(columns.values()))
        mean, scale = z.mean(axis=0), z.std(axis=0)
        mean[0], scale[0] = 0.0, 1.0
        scale = np.where(scale > 0, scale, 1.0)
        z = (z - mean) / scale
        places: list[tuple[str, np.ndarray]] = [("", moments)]
        places += [(f"at{n}|", value ** np.arange(len(moments))) for n, value in enumerate(at)]
        covariates = tuple(f"c|{name}" for name in prepared.covariate_names)
        low, high = (float(value - prepared.x.mean()) for value in prepared.contrast)
        return cls(z, tuple(columns), mean, scale, model, covariates, (low, high), tuple(places))

    def figures(self, s: np.ndarray) -> dict[str, np.ndarray]:
        """Every figure from cross-products s (resamples × p × p); NaN where X or M cannot be told from the rest."""
        s = s / s[:, :1, :1]
        model = self.model
        fits = {name: self._solve(s, f"m|{name}", self._mediator_terms(name)) for name in model.mediators}
        fits["y"] = self._solve(s, "y", self._outcome_terms())
        means = s[:, 0, :] * self.scale + self.mean
        found: dict[str, np.ndarray] = {}
        for prefix, moments in self.places:
            found |= {prefix + key: value for key, value in self._effects(fits, means, moments).items()}
        found |= self._unexplained(s)
        return found

    def _mediator_terms(self, name: str) -> list[str]:
        before = model_before(self.model, name)
        terms = ["1", "x", *(f"m|{other}" for other in before), *self.covariates]
        steps: tuple[Step, ...] = ("a", "d") if before else ("a",)
        terms += ["w"] if self.model.holds_moderator(*steps) else []
        terms += ["x*w"] if self.model.moderated("a") else []
        return terms + ([f"m|{other}*w" for other in before] if self.model.moderated("d") else [])

    def _outcome_terms(self) -> list[str]:
        mediators = [f"m|{name}" for name in self.model.mediators]
        terms = ["1", "x", *mediators, *self.covariates]
        if self.model.interaction:
            terms += [f"x*{name}" for name in mediators]
        terms += ["w"] if self.model.holds_moderator("b", "direct") else []
        terms += ["x*w"] if self.model.moderated("direct") else []
        return terms + ([f"{name}*w" for name in mediators] if self.model.moderated("b") else [])

    def _places(self, terms: Sequence[str]) -> list[int]:
        return [self.names.index(term) for term in terms]

    def _solve(self, s: np.ndarray, response: str, terms: list[str]) -> dict[str, np.ndarray]:
        """Least-squares coefficients by term, in the units of the data (resamples each)."""
        at, out = self._places(terms), self.names.index(response)
        inverse, lost = inverted(s[:, at][:, :, at], [n for n, term in enumerate(terms) if is_core(term)])
        slopes = (inverse @ s[:, at, out][:, :, None])[:, :, 0] * self.scale[out] / self.scale[at]
        slopes[lost] = np.nan
        slopes[:, 0] += self.mean[out] - slopes[:, 1:] @ self.mean[at[1:]]
        return {term: slopes[:, n] for n, term in enumerate(terms)}

    def _effects(
        self, fits: dict[str, dict[str, np.ndarray]], means: np.ndarray, moments: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Coefficients and effects where the moderator has these moments."""
        model, (x0, x1) = self.model, self.contrast
        a = {name: line(fits[name], "x") for name in model.mediators}
        b = {name: line(fits["y"], f"m|{name}") for name in model.mediators}
        d = {(k, j): line(fits[j], f"m|{k}") for j in model.mediators for k in model_before(model, j)}
        found = {f"a|{name}": at(poly, moments) for name, poly in a.items()}
        found |= {f"b|{name}": at(shifted(b[name], fits["y"].get(f"x*m|{name}"), x0), moments) for name in b}
        found |= {f"d|{k}|{j}": at(poly, moments) for (k, j), poly in d.items()}
        arms = []
        for t in (x0, x1):
            last = {name: shifted(poly, fits["y"].get(f"x*m|{name}"), t) for name, poly in b.items()}
            through = {}
            for path in paths_of(model.mediators, model.serial):
                effect = a[path[0]]
                for step in pairwise(path):
                    effect = times(effect, d[step])
                through[path] = (x1 - x0) * at(times(effect, last[path[-1]]), moments)
            arms.append((through, (x1 - x0) * self._direct(fits, means, a, d, moments, t)))
        return found | combined(arms)

    def _direct(
        self,
        fits: dict[str, dict[str, np.ndarray]],
        means: np.ndarray,
        a: dict[str, Poly],
        d: dict[tuple[str, str], Poly],
        moments: np.ndarray,
        t: float,
    ) -> np.ndarray:
        """The effect of one unit of X with every mediator as it would be under X = t."""
        direct = line(fits["y"], "x")
        if self.model.interaction:
            expected: dict[str, Poly] = {}
            for name in self.model.mediators:
                fit = fits[name]
                level = fit["1"] + sum(fit[c] * means[:, self.names.index(c)] for c in self.covariates)
                mean = added(level[:, None], a[name] * t)
                if "w" in fit:
                    mean = added(mean, np.column_stack([0 * fit["w"], fit["w"]]))
                for before in model_before(self.model, name):
                    mean = added(mean, times(d[before, name], expected[before]))
                expected[name] = mean
                direct = added(direct, fits["y"][f"x*m|{name}"][:, None] * mean)
        return at(direct, moments)

    def _unexplained(self, s: np.ndarray) -> dict[str, np.ndarray]:
        """ρ̃: the correlation of what X and the rest leave unexplained in M and in Y, and the ratio of their SDs."""
        products = {product for name in self.model.mediators for product in (f"x*m|{name}", f"m|{name}*w")}
        terms = [term for term in self._outcome_terms() if term not in products]
        at = self._places([*terms, "y"])
        block = s[:, at][:, :, at]
        block[:, -1, -1] *= 1 + 1e-10  # a perfect fit leaves nothing unexplained; ρ̃ is then 1 or −1
        inverse, _lost = inverted(block, [])
        found = {}
        for name in self.model.mediators:
            j = terms.index(f"m|{name}")
            joint, own, out = inverse[:, j, -1], inverse[:, j, j], inverse[:, -1, -1]
            scale = self.scale[self.names.index("y")] / self.scale[self.names.index(f"m|{name}")]
            found[f"rho|{name}"] = np.clip(-joint / np.sqrt(np.maximum(own * out, 1e-300)), -1, 1)
            # The 2 × 2 block of residual products is the inverse of this block of the inverse.
            found[f"ratio|{name}"] = scale * np.sqrt(np.maximum(own, 0) / np.maximum(out, 1e-300))
        return found


def combined(arms: list[tuple[dict[tuple[str, ...], np.ndarray], np.ndarray]]) -> dict[str, np.ndarray]:
    """Effects of both arms (X as control, X as treated), and their means as the effects."""
    (control, direct_control), (treated, direct_treated) = arms
    found = {f"path|{'|'.join(path)}": (control[path] + treated[path]) / 2 for path in control}
    found["acme_control"], found["acme_treated"] = sum_of(control), sum_of(treated)
    found["ade_control"], found["ade_treated"] = direct_control, direct_treated
    found["indirect"] = (found["acme_control"] + found["acme_treated"]) / 2
    found["direct"] = (direct_control + direct_treated) / 2
    found["total"] = found["direct"] + found["indirect"]
    safe = np.where(found["total"] == 0, np.nan, found["total"])
    found["proportion"] = found["indirect"] / safe
    return found


def sum_of(parts: dict[tuple[str, ...], np.ndarray]) -> np.ndarray:
    return np.sum(list(parts.values()), axis=0)


def inverted(s: np.ndarray, core: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Inverses of symmetric matrices, generalised where singular, and where the `core` columns cannot be told apart."""
    diagonal = np.arange(s.shape[1])
    try:
        inverse = np.linalg.inv(s)
        inflation = inverse[:, diagonal, diagonal] * s[:, diagonal, diagonal]
        doubtful = ~(np.abs(inflation).max(axis=1) < SINGULAR) | (inflation.min(axis=1) < 0.5)
    except np.linalg.LinAlgError:
        inverse, doubtful = np.empty_like(s), np.ones(len(s), dtype=bool)
    lost = np.zeros(len(s), dtype=bool)
    if doubtful.any():
        inverse[doubtful] = np.linalg.pinv(s[doubtful], rcond=1 / SINGULAR, hermitian=True)
        known = (s[doubtful] @ inverse[doubtful])[:, diagonal, diagonal]
        if len(core):
            lost[doubtful] = (np.abs(known[:, list(core)] - 1) > 1e-6).any(axis=1)
    return inverse, lost


def is_core(term: str) -> bool:
    """Whether a term is X, a mediator or a product of them: what the effects are made of."""
    return term[0] in "xm"


def model_before(model: Model, name: str) -> tuple[str, ...]:
    """The mediators that act on this one: those before it when serial, none side by side."""
    return model.mediators[: model.mediators.index(name)] if model.serial else ()


def line(fit: dict[str, np.ndarray], term: str) -> Poly:
    """A coefficient as a line in the moderator: its value at 0 and its slope."""
    moved = fit.get(f"{term}*w")
    return fit[term][:, None] if moved is None else np.column_stack([fit[term], moved])


def shifted(poly: Poly, by: np.ndarray | None, times_t: float) -> Poly:
    return poly if by is None else added(poly, (by * times_t)[:, None])


def added(left: Poly, right: Poly) -> Poly:
    width = max(left.shape[1], right.shape[1])
    total = np.zeros((len(left), width))
    total[:, : left.shape[1]] += left
    total[:, : right.shape[1]] += right
    return total


def times(left: Poly, right: Poly) -> Poly:
    product = np.zeros((len(left), left.shape[1] + right.shape[1] - 1))
    for n in range(left.shape[1]):
        product[:, n : n + right.shape[1]] += left[:, n : n + 1] * right
    return product


def at(poly: Poly, moments: np.ndarray) -> np.ndarray:
    """The polynomial where W has these moments (powers of a value, or their means over people)."""
    return np.asarray(poly @ moments[: poly.shape[1]])

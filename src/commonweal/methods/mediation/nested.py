"""People in circles or chapters: what happens within them kept apart from what differs between them.

- X differs within clusters (1-1-1): every column becomes its deviation from the mean of its cluster, so that nothing
  that all members share can be mistaken for an effect. With one mediator the slopes may differ from cluster to cluster.
- X is the same for all in a cluster (2-1-1): only the means of clusters can carry its effect. The mediator becomes the
  mean of its cluster, and members' deviations from it are held constant (Zhang, Zyphur and Preacher 2009).
- With an interaction or a moderator, and where M or Y never differs within a cluster although X does, the columns stay as
  they are and only the resampling knows of clusters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..errors import BadInput
from ..progress import Progress
from ..results import Estimate
from . import intercepts
from .bootstrap import Kind
from .clusters import Clustered, clustered
from .linear import draws_of
from .model import Model, Prepared
from .result import Effects, Mediation

#: Columns whose deviations from their clusters' means are smaller than this (in SDs) do not differ within clusters.
SAME = 1e-9

RAW = "Effects within and between clusters are not kept apart in this model; only the intervals know of clusters."
WITHIN = "Effects are those within clusters: every column is taken as its deviation from the mean of its cluster."
BETWEEN = (
    "X is the same for all in a cluster, so effects are those between clusters, by way of the clusters' means of M."
)
DIFFER = (
    "Slopes differ from cluster to cluster: the effect by way of M is a·b plus the covariance of a and b over clusters."
)
ALIKE = "Slopes are taken to be alike in all clusters."


@dataclass(frozen=True)
class Asked:
    """How intervals are to be made."""

    replicates: int
    interval: Kind
    level: float
    seed: int
    bootstrap: bool
    progress: Progress


def apart(prepared: Prepared, model: Model) -> tuple[Prepared, str]:
    """The columns within or between clusters, and what was done in words."""
    if prepared.groups is None or model.interaction or model.moderator:
        return prepared, RAW
    if int(prepared.groups.max()) + 1 == prepared.n:
        return prepared, "Every cluster is a single row, so clusters change nothing."
    inside = {name: deviation(column, prepared.groups) for name, column in columns_of(prepared)}
    if not differs(inside["x"], prepared.x):
        return between(prepared, inside), BETWEEN
    columns = dict(columns_of(prepared))
    if not all(differs(inside[name], columns[name]) for name in ("y", *mediator_names(prepared))):
        return prepared, RAW
    kept = [j for j, name in enumerate(covariates_of(prepared)) if differs(inside[name], columns[name])]
    held = np.column_stack([inside[f"c{j}"] for j in kept]) if kept else np.empty((prepared.n, 0))
    m = np.column_stack([inside[name] for name in mediator_names(prepared)])
    check(prepared, inside["x"], m, held)
    names = tuple(prepared.covariate_names[j] for j in kept)
    return replace(prepared, x=inside["x"], m=m, y=inside["y"], covariates=held, covariate_names=names), WITHIN


def between(prepared: Prepared, inside: dict[str, np.ndarray]) -> Prepared:
    """Mediators as the means of their clusters, with the deviations from them held constant."""
    deviations = np.column_stack([inside[name] for name in mediator_names(prepared)])
    differing = [j for j in range(deviations.shape[1]) if differs(deviations[:, j], prepared.m[:, j])]
    names = tuple(f"{j} within" for j in differing)
    held = np.column_stack([prepared.covariates, deviations[:, differing]])
    m = prepared.m - deviations
    check(prepared, prepared.x, m, held)
    return replace(prepared, m=m, covariates=held, covariate_names=(*prepared.covariate_names, *names))


def check(prepared: Prepared, x: np.ndarray, m: np.ndarray, held: np.ndarray) -> None:
    """Raises BadInput when X or a mediator, seen this way, is determined by the other columns."""
    columns = np.column_stack([np.ones(prepared.n), held, x, m])
    scale = np.sqrt((columns**2).mean(axis=0))
    if (
        np.linalg.matrix_rank(columns / np.where(scale > 0, scale, 1.0), tol=1e-7 * np.sqrt(prepared.n))
        < columns.shape[1]
    ):
        raise BadInput("within or between clusters, X or a mediator is determined by the other columns of the model")


def varying(prepared: Prepared, asked: Asked, progress: Progress) -> Clustered:
    """The 1-1-1 model with slopes that differ from cluster to cluster."""
    assert prepared.groups is not None
    held = prepared.covariates if prepared.covariates.shape[1] else None
    return clustered(
        prepared.groups,
        prepared.x,
        prepared.m[:, 0],
        prepared.y,
        held,
        replicates=asked.replicates,
        seed=asked.seed,
        interval=asked.interval,
        level=asked.level,
        progress=progress,
    )


def with_slopes(answer: Mediation, found: Clustered, change: float) -> Mediation:
    """The answer with the figures of the model whose slopes differ; effects for a change of X by `change`."""
    name = answer.model.mediators[0]
    direct, indirect, total = (scaled(found[key], change) for key in ("direct", "indirect", "total"))
    effects = replace(
        answer.effects,
        a={name: found["a"]},
        b={name: found["b"]},
        paths={(name,): indirect},
        direct=direct,
        indirect=indirect,
        total=total,
        proportion=found["proportion"],
        acme_control=indirect,
        acme_treated=indirect,
        ade_control=direct,
        ade_treated=direct,
    )
    sides: dict[str, dict[str, Estimate]] = {"within": {}, "between": {}}
    for key, estimate in found.figures.items():
        side = "between" if key.endswith(" between") else "within"
        sides[side][key.removesuffix(" between")] = estimate
    beside = {"within": sides["within"], **({"between": sides["between"]} if sides["between"] else {})}
    return replace(
        answer,
        effects=effects,
        diagnostics=(*answer.diagnostics, DIFFER),
        beside=beside | {"fixed_slopes": as_one(answer.effects, name, change)},
        slopes_sd=dict(zip(("a", "b", "direct"), found.slopes_sd, strict=True)),
    )


def as_one(effects: Effects, name: str, change: float) -> dict[str, Estimate]:
    """Effects by way of one mediator, for one more of X."""
    found = {"a": effects.a[name], "b": effects.b[name]}
    return found | {key: scaled(getattr(effects, key), 1 / change) for key in ("direct", "indirect", "total")}


def beside(prepared: Prepared, model: Model, asked: Asked, progress: Progress) -> dict[str, dict[str, Estimate]]:
    """The same clusters seen by the other models in use, so that a published figure can be found: levels that differ at
    random with within and between in one (Krull and MacKinnon 2001), and rows as if there were no clusters (intervals
    aside). Of one mediator, for one more of X."""
    bca = asked.interval == "bca"
    plain = draws_of(prepared, model, replicates=asked.replicates, seed=asked.seed, accelerate=bca)
    levels = intercepts.draws_of(
        prepared, replicates=asked.replicates, seed=asked.seed, accelerate=bca, progress=progress
    )
    name, change = model.mediators[0], prepared.contrast[1] - prepared.contrast[0]
    return {
        "random_intercepts": {key: levels.estimate(key, asked.interval, asked.level) for key in levels.names},
        "pooled": as_one(Effects.of(plain, model, "", asked.interval, asked.level), name, change),
    }


def scaled(estimate: Estimate, by: float) -> Estimate:
    ends = [None if end is None else end * by for end in (estimate.low, estimate.high)]
    low, high = ends if by >= 0 else ends[::-1]
    return Estimate(estimate.estimate * by, low, high, estimate.level)


def columns_of(prepared: Prepared) -> list[tuple[str, np.ndarray]]:
    mediators = [(f"m{j}", prepared.m[:, j]) for j in range(prepared.m.shape[1])]
    covariates = [(f"c{j}", prepared.covariates[:, j]) for j in range(prepared.covariates.shape[1])]
    return [("x", prepared.x), ("y", prepared.y), *mediators, *covariates]


def mediator_names(prepared: Prepared) -> list[str]:
    return [f"m{j}" for j in range(prepared.m.shape[1])]


def covariates_of(prepared: Prepared) -> list[str]:
    return [f"c{j}" for j in range(prepared.covariates.shape[1])]


def deviation(column: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The column less the mean of its cluster."""
    mean = np.bincount(groups, weights=column) / np.bincount(groups)
    return np.asarray(column - mean[groups])


def differs(inside: np.ndarray, column: np.ndarray) -> bool:
    return bool(np.sqrt(np.mean(inside**2)) > SAME * max(float(np.abs(column).max()), 1e-300))

"""The finding in plain words: what was seen, how sure, what may be said, and what would undo it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..results import Estimate, Table
from .model import Model

if TYPE_CHECKING:
    from .result import Effects, Mediation

#: Models of clusters, and their figures, as tables name them.
MODELS = {
    "within": "within clusters, slopes differ",
    "between": "between clusters",
    "fixed_slopes": "within clusters, slopes alike",
    "random_intercepts": "within and between in one, levels differ",
    "pooled": "as if there were no clusters",
}
FIGURES = {
    "a": "a",
    "b": "b",
    "direct": "direct",
    "covariance": "covariance of a and b",
    "indirect": "indirect",
    "total": "total",
    "proportion": "share by way of M",
    "product": "a·b",
}
DIFFERENCE = "by way of M, last value less first"
INDEX = "by way of M, for one more of the moderator"


def sentence(result: Mediation) -> str:
    """Four things, always: the estimate, what may be concluded, and ρ̃ and ρ̃² in words."""
    return " ".join([estimate_words(result), *at_words(result), verdict_words(result), sensitivity_words(result)])


def estimate_words(result: Mediation) -> str:
    model, effects = result.model, result.effects
    rows = f"{result.n:,} complete rows" + (f" ({result.dropped:,} left out)" if result.dropped else "")
    rows += f" in {result.clusters:,} clusters" if result.clusters else ""
    outcome = f"the probability of {event(result)}" if model.y_family != "gaussian" else model.y
    begin = f"In {rows}, {step(result)} goes with a change in {outcome} of {in_words(effects.total)} in all"
    if len(model.mediators) == 1:
        parts = f"{in_words(effects.indirect)} of it by way of {model.mediators[0]}"
    else:
        each = [f"{' then '.join(path)} {in_words(value)}" for path, value in effects.paths.items()]
        parts = f"{in_words(effects.indirect)} of it by way of {joined(model.mediators)} together ({'; '.join(each)})"
    return f"{begin}: {parts}, and {in_words(effects.direct)} otherwise.{share_words(effects)}"


def share_words(effects: Effects) -> str:
    """The share of the total, only where it means something: a total away from zero, the same sign, at most all."""
    share = effects.proportion.estimate
    if effects.total.excludes_zero and 0 <= share <= 1:
        return f" That is {100 * share:.0f}% of the whole."
    return ""


def step(result: Mediation) -> str:
    """The change of X in words."""
    model, (low, high) = result.model, result.contrast
    levels = result.coding.get(model.x, ())
    if len(levels) == 2 and {low, high} == {0.0, 1.0}:
        return f"{model.x} = {levels[int(high)]} instead of {levels[int(low)]}"
    if (low, high) == (0.0, 1.0) and result.two_kinds:
        return f"{model.x} = 1 instead of 0"
    if abs(high - low - 1) < 1e-12:
        return f"one more of {model.x}"
    return f"{model.x} at {high:g} instead of {low:g}"


def event(result: Mediation) -> str:
    levels = result.coding.get(result.model.y, ())
    return f"{result.model.y} = {levels[1]}" if len(levels) == 2 else result.model.y


def at_words(result: Mediation) -> list[str]:
    """One sentence for all values of the moderator."""
    if not result.at:
        return []
    each = "; ".join(f"at {result.model.moderator} {name}, {in_words(e.indirect)}" for name, e in result.at)
    return [f"By way of {joined(result.model.mediators)}: {each}."]


def verdict_words(result: Mediation) -> str:
    model, by_way = result.model, joined(result.model.mediators)
    found = "leaves zero out" if result.found else "holds zero"
    interval = f"the interval of what goes by way of {by_way} {found}"
    if result.verdict == "too few":
        return f"Fewer than 100 complete rows: these are numbers, and no conclusion is drawn from them ({interval})."
    if result.verdict == "association":
        why = (
            "All was seen at one time"
            if model.design == "cross-sectional"
            else "What M and Y were before X is not among the covariates"
        )
        return f"{why}, so this says what goes together, not what leads to what; {interval}."
    if result.verdict == "no sign":
        return f"There is no sign that {model.x} changes {model.y} by way of {by_way}: {interval}."
    if result.verdict == "fragile":
        return (
            f"{capital(interval)}, but a hidden common cause of ordinary size (a correlation of 0.3) could explain it:"
            " no conclusion is drawn."
        )
    return f"This supports that {model.x} changes {model.y} by way of {by_way}, if what is assumed holds: {interval}."


def sensitivity_words(result: Mediation) -> str:
    """ρ̃ and ρ̃² for somebody who never heard of either."""
    sensitivity, model = result.sensitivity, result.model
    rho, name = sensitivity.rho_zero, sensitivity.weakest
    about = f"by way of {name}" if len(model.mediators) == 1 else f"by way of {name}, the most easily undone,"
    return (
        f"What goes {about} would be nothing if something left out of the analysis made the unexplained parts of {name}"
        f" and {model.y} correlate by {signed(rho)} (ρ̃ = {signed(rho)}): for that it has to account for {100 * abs(rho):.0f}% of"
        f" what is unexplained in each, or for two shares whose product is {rho**2:.3f} (ρ̃² = {rho**2:.3f})."
    )


def assumptions(model: Model) -> tuple[str, ...]:
    """What has to be true, and data cannot show, for the figures to be effects."""
    first = (
        f"chance decided {model.x}"
        if model.design == "randomised"
        else f"nothing left out of the analysis drives {model.x} together with the mediators or {model.y}"
    )
    order = f"{model.x} came before {joined(model.mediators)}, and these before {model.y}"
    hidden = f"nothing left out of the analysis, and nothing that {model.x} itself changes, drives both a mediator and {model.y}"
    shape = (
        "effects are straight lines in the coefficients named" if model.linear else "the curves are of the family named"
    )
    parallel = ("no mediator acts on another",) if len(model.mediators) > 1 and not model.serial else ()
    return (first, order, hidden, shape, *parallel, "one person's answers do not change another's, outside clusters")


def rows(model: Model, effects: Effects, where: str) -> list[tuple[Any, ...]]:
    """Rows of the table of estimates."""
    named: list[tuple[str, Estimate]] = [(f"a: {model.x} → {name}", e) for name, e in effects.a.items()]
    named += [(f"d: {k} → {j}", e) for (k, j), e in effects.between.items()]
    named += [(f"b: {name} → {model.y}", e) for name, e in effects.b.items()]
    if len(model.mediators) > 1:
        named += [(" → ".join([model.x, *path, model.y]), e) for path, e in effects.paths.items()]
    named += [("indirect (by way of M)", effects.indirect), ("direct (otherwise)", effects.direct)]
    named += [("total", effects.total), ("share by way of M", effects.proportion)]
    if model.interaction or not model.linear:
        arms = ("acme_control", "acme_treated", "ade_control", "ade_treated")
        named += [
            (key.replace("_", ", ").replace("acme", "indirect").replace("ade", "direct"), getattr(effects, key))
            for key in arms
        ]
    return [(name + where, e.estimate, e.low, e.high) for name, e in named]


def table_of_clusters(result: Mediation) -> Table:
    """The same clusters as other models see them, so that a published figure can be found."""
    rows = [
        (MODELS[model], FIGURES[key], value.estimate, value.low, value.high)
        for model, figures in result.beside.items()
        for key, value in figures.items()
    ]
    rows += [
        ("within clusters", f"SD over clusters of {FIGURES[key]}", sd, None, None)
        for key, sd in result.slopes_sd.items()
    ]
    return Table(
        "The same clusters, model by model (for one more of X)",
        ("model", "figure", "estimate", "low", "high"),
        tuple(rows),
    )


def in_words(estimate: Estimate) -> str:
    """With as many decimals as leave two that mean something."""
    size = max(abs(estimate.estimate), 1e-12)
    digits = 2 if size >= 0.1 else 3 if size >= 0.01 else 4
    return estimate.in_words(digits).replace("-", "−")


def signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]

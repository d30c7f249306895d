"""`commonweal methods mediation`: does X lead to Y by way of M, how much, how sure, and what would undo it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BadInput
from . import Report

if TYPE_CHECKING:
    from ..mediation import Mediation, Model
    from ..mediation.model import Step

FAMILIES = ("gaussian", "logit", "probit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.csv", help="a row per person, named columns")
    parser.add_argument("--x", required=True, help="what may lead to it")
    parser.add_argument("--m", required=True, metavar="M[,M2…]", help="by way of what; several, by commas")
    parser.add_argument("--y", required=True, help="the outcome")
    parser.add_argument("--covariates", default="", metavar="A,B", help="held constant; words are coded by level")
    parser.add_argument("--baselines", default="", metavar="A,B", help="covariates: M and Y as they were before X")
    parser.add_argument("--serial", action="store_true", help="each mediator acts on the next (default: side by side)")
    parser.add_argument("--m-family", choices=FAMILIES, default="gaussian")
    parser.add_argument("--y-family", choices=FAMILIES, default="gaussian")
    parser.add_argument("--interaction", action="store_true", help="the effect of M on Y may differ with X")
    parser.add_argument("--moderator", metavar="COL", help="paths may differ with this column")
    parser.add_argument(
        "--moderates",
        default="a,d,b,direct",
        metavar="STEPS",
        help="which of them: a (X to M), d (M to the next M), b (M to Y), direct (X to Y); all by default",
    )
    parser.add_argument("--at", default="", metavar="V1,V2", help="report at these values of the moderator")
    parser.add_argument("--cluster", metavar="COL", help="circles or chapters: resampled whole")
    parser.add_argument(
        "--contrast", default="", metavar="V1,V2", help="the change of X: two values (default: one unit) or two words"
    )
    parser.add_argument(
        "--design",
        choices=("cross-sectional", "waves", "randomised"),
        default="cross-sectional",
        help="how the data came about; seen at one time (the default), no causal sentence is given",
    )
    parser.add_argument("--replicates", type=int, default=5000, metavar="N")
    parser.add_argument("--interval", choices=("percentile", "bca"), default="percentile")
    parser.add_argument("--level", type=float, default=0.95)
    parser.add_argument("--resampling", choices=("bootstrap", "quasi-bayes"), default="bootstrap")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--csv", metavar="FILE", help="write every estimate here as CSV")


def run(arguments: argparse.Namespace) -> Report:
    from ..mediation import mediate, read_csv
    from ..progress import Bar

    if arguments.seed < 0:
        raise BadInput("the seed is a whole number of zero or more")
    frame, model = read_csv(arguments.file), model_of(arguments)
    with Bar("Mediation") as bar:
        result = mediate(
            frame,
            model,
            replicates=arguments.replicates,
            interval=arguments.interval,
            level=arguments.level,
            seed=arguments.seed,
            resampling=arguments.resampling,
            progress=bar,
        )
    if arguments.csv:
        write(result, Path(arguments.csv))
    return Report(result.as_json(), result.sentence, result.tables(), result.picture)


def model_of(arguments: argparse.Namespace) -> Model:
    """The model that the options describe."""
    from ..mediation import Model

    return Model(
        x=arguments.x,
        mediators=listed(arguments.m),
        y=arguments.y,
        covariates=listed(arguments.covariates),
        baselines=listed(arguments.baselines),
        serial=arguments.serial,
        interaction=arguments.interaction,
        moderator=arguments.moderator,
        at=listed(arguments.at),
        moderates=steps(arguments.moderates),
        m_family=arguments.m_family,
        y_family=arguments.y_family,
        cluster=arguments.cluster,
        contrast=contrast_of(arguments.contrast),
        design=arguments.design,
    )


def steps(text: str) -> tuple[Step, ...]:
    """The steps that the moderator acts on, in the order of the model."""
    from ..mediation.model import STEPS

    named = listed(text)
    if wrong := [name for name in named if name not in STEPS]:
        raise BadInput(f"“{wrong[0]}” is no step that a moderator acts on; choose among {', '.join(STEPS)}")
    return tuple(step for step in STEPS if step in named)


def listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def contrast_of(text: str) -> tuple[float, float] | tuple[str, str] | None:
    """Two numbers or two words; nothing when nothing was asked."""
    ends = listed(text)
    if not ends:
        return None
    if len(ends) != 2:
        raise BadInput("--contrast takes two values of X, for example 0,1 or control,treated")
    try:
        return float(ends[0]), float(ends[1])
    except ValueError:
        return ends[0], ends[1]


def write(result: Mediation, file: Path) -> None:
    try:
        file.write_text(result.as_csv(), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot be written ({error.strerror})", file=str(file)) from None

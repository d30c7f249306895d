"""`commonweal methods opinions FOLDER`: the opinion map of a published Polis conversation."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from . import Report

if TYPE_CHECKING:
    from ..opinions import Export, OpinionMap, Stability

DRAWS = 25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        help="a Polis export: participants-votes.csv (or votes.csv) and, if you have them, comments.csv, summary.csv",
    )
    moderated = parser.add_mutually_exclusive_group()
    moderated.add_argument(
        "--zero-moderated",
        dest="zero",
        action="store_true",
        default=None,
        help="count moderated-out statements as a neutral answer by everyone (default for maps since the middle of 2018)",
    )
    moderated.add_argument(
        "--keep-moderated", dest="zero", action="store_false", help="use the answers to moderated-out statements"
    )
    parser.add_argument("--k", type=int, metavar="K", help="so many groups, instead of the number that fits best")
    parser.add_argument("--seed", type=int, default=0, help="where chance starts (0 unless told)")


def run(arguments: argparse.Namespace) -> Report:
    from ..errors import BadInput
    from ..opinions import in_words, opinion_map, read_export, stability, straight_lines
    from ..progress import Bar

    if arguments.k is not None and not 2 <= arguments.k <= 20:
        raise BadInput("--k is a whole number from 2 to 20")
    export = read_export(arguments.folder)
    if not export.votes.cast.any():
        raise BadInput("nobody has answered any statement; an opinion map needs answers", file=arguments.folder)
    zero = export.zeroed_when_published if arguments.zero is None else arguments.zero
    with Bar("opinion map") as bar:
        found = opinion_map(
            export.votes,
            k=arguments.k,
            zero_moderated=zero,
            seed=arguments.seed,
            progress=lambda share: bar(share * 0.6),
        )
        steady = stability(
            found.votes,
            found.grouping,
            zero_moderated=zero,
            draws=DRAWS,
            seed=arguments.seed,
            progress=lambda share: bar(0.6 + share * 0.4),
        )
    texts = dict(zip(export.votes.statements, export.texts, strict=True))
    likeness = _likeness(export, found)
    flagged = straight_lines(found.votes)
    words = [export.topic, *in_words(found, texts), steady.sentence, _moderation(export, zero, arguments.zero is None)]
    if arguments.k is not None and found.k < arguments.k:
        words.append(f"You asked for {arguments.k} groups, but people stand at too few different places for that.")
    if flagged:
        words.append(
            f"{len(flagged)} people gave the same answer to everything, against the odds: look before counting on them."
        )
    if likeness is not None:
        words.append(f"Against the published groups: adjusted Rand index {likeness:.2f} (1 is the same, 0 is chance).")
    figures = _figures(export, found, steady, likeness, zero)
    figures["straight_lines"] = [
        {"participant": one.person, "answer": one.answer, "answers": one.answers} for one in flagged
    ]
    return Report(figures, "\n".join(filter(None, words)), found.tables(texts), lambda: found.picture(texts))


def _likeness(export: Export, found: OpinionMap) -> float | None:
    """Adjusted Rand index over the people with a published group who are on our map."""
    from ..opinions import adjusted_rand

    if export.groups is None:
        return None
    published = dict(zip(export.votes.people, export.groups.tolist(), strict=True))
    pairs = [
        (published[one], label)
        for one, label in zip(found.votes.people, found.labels.tolist(), strict=True)
        if published[one] >= 0
    ]
    if not pairs:
        return None
    import numpy as np

    theirs, ours = np.array(pairs).T
    return adjusted_rand(theirs, ours)


def _moderation(export: Export, zero: bool, by_default: bool) -> str:
    """How statements that were taken out count, and why so when nobody said."""
    out = int(export.votes.moderated_out.sum())
    if not out:
        return ""
    how = "count as a neutral answer by everyone" if zero else "keep their answers"
    why = ""
    if by_default and not zero and export.newest is not None:
        why = f", because maps last worked out in {export.newest:%Y} still did so (--zero-moderated for the other way)"
    return f"{out} moderated-out statements {how}{why}."


def _figures(
    export: Export, found: OpinionMap, steady: Stability, likeness: float | None, zero: bool
) -> dict[str, Any]:
    groups = [
        {
            "id": n,
            "participants": list(found.members(n)),
            "size": found.sizes[n] if found.sizes[n] >= 5 else None,
            "suppressed": found.sizes[n] < 5,
            "statements": [one.as_json() for one in found.representative[n]] if found.sizes[n] >= 5 else [],
            "stability": steady.groups[n],
        }
        for n in range(found.k)
    ]
    return {
        "k": found.k,
        "silhouette": found.silhouette,
        "groups": groups,
        "consensus": [one.as_json() for one in found.consensus],
        "clear": found.clear,
        "adjusted_rand": likeness,
        "silhouettes": {str(k): value for k, value in sorted(found.grouping.silhouettes.items())},
        "stability": steady.agreement.as_json(),
        "moderated": "zero" if zero else "keep",
        "participants": len(found.votes.people),
        "sentence": found.sentence,
    }

"""`commonweal methods budget FILE.pb`: spend a budget by the votes of a Pabulib file."""

from __future__ import annotations

import argparse

from . import Report, naming


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.pb", help="a budget as Pabulib publishes them")
    parser.add_argument("--rule", choices=("equal-shares", "greedy"), required=True, help="how to spend")
    parser.add_argument(
        "--completion",
        choices=("add1", "add1-only", "votes", "none"),
        default="add1",
        help="after the shares: Add1 and then by votes (default), Add1 alone, by votes alone, nothing",
    )
    parser.add_argument(
        "--utility",
        choices=("cost", "count"),
        default="cost",
        help="a project satisfies by its cost (default), or as one",
    )
    parser.add_argument(
        "--start",
        choices=("whole", "exact"),
        default="whole",
        help="Add1 begins at the whole part of the share, or at it",
    )
    parser.add_argument(
        "--until",
        choices=("full", "over"),
        default="full",
        help="Add1 stops when nothing more fits, or before overspending",
    )
    parser.add_argument(
        "--skip",
        choices=("file", "yes", "no"),
        default="file",
        help="greedy: pass over what no longer fits, or stop there; default as the file's own rule has it",
    )


def run(arguments: argparse.Namespace) -> Report:
    from ..progress import Bar
    from ..tallies import budget, pabulib

    with Bar("spending") as bar:
        poll = pabulib.read(arguments.file, lambda share: bar(0.3 * share))
        with naming(arguments.file):
            if arguments.rule == "greedy":
                result = budget.greedy(poll, skip={"yes": True, "no": False}.get(arguments.skip))
            else:
                result = budget.equal_shares(
                    poll,
                    completion=arguments.completion,
                    utility=arguments.utility,
                    start=arguments.start,
                    until=arguments.until,
                    progress=lambda share: bar(0.3 + 0.7 * share),
                )
    figures, sentence = result.as_json(), result.sentence
    if (compared := budget.against_published(result)) is not None:
        figures["published"] = {
            "same": compared.same,
            "missing": list(compared.missing),
            "additional": list(compared.additional),
            "rule": poll.rule,
        }
        sentence += f" {compared.in_words(poll.rule)}"
    return Report(figures, sentence, result.tables(), result.picture)

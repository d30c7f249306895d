"""What happened in a round, in the words of somebody who was at the table when it was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .results import Number, in_figures, listed


def majority(number: int, winner: str, tally: Mapping[str, Number], active: int, threshold: int) -> str:
    votes = tally[winner]
    others = [name for name in tally if name != winner]
    if not others:
        return f"Round {number}: only {winner} is left, with {votes_of(votes)}, and wins."
    second = max(others, key=lambda name: (tally[name], name))
    against = f"{second} has {in_figures(tally[second])}"
    return (
        f"Round {number}: {winner} has {in_figures(votes)} of the {in_figures(active)} ballots that still count, "
        f"which is a majority ({in_figures(threshold)} are enough), and wins; {against}."
    )


def put_out(
    number: int,
    leaving: Sequence[str],
    held: Mapping[str, Number],
    gained: Mapping[str, Number],
    lost: Number,
    threshold: int,
    only_write_ins: bool = False,
) -> str:
    """Nobody has a majority: who leaves, why, and where the ballots go."""
    start = f"Round {number}: nobody has the {in_figures(threshold)} votes of a majority."
    if only_write_ins:
        who = f"The undeclared write-ins ({votes_of(held[leaving[0]])}) are put out first."
    elif len(leaving) == 1:
        who = f"{leaving[0]} has the fewest ({in_figures(held[leaving[0]])}) and is put out."
    else:
        together = sum(held[name] for name in leaving)
        who = (
            f"{listed(leaving)} are put out together: all their votes ({in_figures(together)}) would not be enough "
            "to overtake the next above them."
        )
    return f"{start} {who} {moved(gained, lost)}"


def elected(
    number: int,
    reached: Sequence[str],
    filled: Sequence[str],
    tally: Mapping[str, Number],
    quota: int,
    so_far: int,
    seats: int,
) -> str:
    """Who is elected at the start of a round of the single transferable vote, and how many seats are left."""
    parts = []
    if reached:
        held = listed([f"{name} ({in_figures(tally[name])})" for name in reached])
        parts.append(f"{held} {_has(reached)} the quota of {in_figures(quota)} and {_is(reached)} elected.")
    if filled:
        held = listed([f"{name} ({in_figures(tally[name])})" for name in filled])
        parts.append(f"No more stand than seats are free, so {held} {_is(filled)} elected without the quota.")
    if not parts:
        parts.append(f"nobody new has the quota of {in_figures(quota)}.")
    left = seats - so_far
    if left:
        parts.append(f"{left} {'seat is' if left == 1 else 'seats are'} still free.")
    return f"Round {number}: {' '.join(parts)}"


def passed_on(
    leaving: Sequence[str],
    surplus: Mapping[str, Number],
    held: Mapping[str, Number],
    gained: Mapping[str, Number],
    lost: Number,
) -> str:
    """The surplus that moves, or the option that is put out, and where the votes go."""
    if surplus:
        what = listed([f"{name} ({in_figures(votes)} more than the quota)" for name, votes in surplus.items()])
        start = f"The surplus of {what} moves on."
    elif not leaving:
        return ""
    else:
        start = f"{leaving[0]} has the fewest ({in_figures(held[leaving[0]])}) and is put out."
    return f"{start} {moved(gained, lost)}"


def closing(number: int) -> str:
    return f"Round {number}: all seats are filled. So the votes stand in the end, when every surplus has moved on."


def moved(gained: Mapping[str, Number], lost: Number, most: int = 8) -> str:
    """Where votes went, the largest parts first; what found no further choice is said too."""
    parts = sorted((name for name, votes in gained.items() if votes), key=lambda name: (-gained[name], name))
    said = [f"{in_figures(gained[name])} to {name}" for name in parts[:most]]
    if len(parts) > most:
        rest = sum(gained[name] for name in parts[most:])
        said.append(f"{in_figures(rest)} to {len(parts) - most} others")
    if lost:
        said.append(f"{in_figures(lost)} to nobody (no further choice)")
    return f"The votes go on: {listed(said)}." if said else "There are no votes to pass on."


def votes_of(votes: Number) -> str:
    return f"{in_figures(votes)} {'vote' if votes == 1 else 'votes'}"


def _has(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"

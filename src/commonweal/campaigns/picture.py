"""The picture of how far a campaign has come: a path with its milestones, drawn on the server."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Campaign, Milestone

WIDTH, EDGE = 640, 24


@dataclass(frozen=True)
class Stop:
    """One point of the path, `x` in the units of the picture. `label` stands below the path: a milestone's number in the list."""

    x: int
    label: str
    reached: bool
    anchor: str


@dataclass(frozen=True)
class Picture:
    """What the SVG template draws: the path is filled up to `filled`. `words` says the same as text."""

    stops: list[Stop]
    filled: int
    words: str


def picture_of(campaign: Campaign, milestones: list[Milestone], *, reached: bool | None) -> Picture:
    """Launch, the milestones in their order, and the goal, evenly spaced. `reached` is the outcome, None while it runs."""
    names = [(_("Launch"), campaign.launched_at is not None)]
    names += [(str(n), milestone.reached_at is not None) for n, milestone in enumerate(milestones, 1)]
    names.append((_("Goal"), bool(reached)))
    gap = (WIDTH - 2 * EDGE) / (len(names) - 1)
    last = len(names) - 1
    stops = [
        Stop(
            x=round(EDGE + gap * place),
            label=name,
            reached=done,
            anchor="start" if place == 0 else "end" if place == last else "middle",
        )
        for place, (name, done) in enumerate(names)
    ]
    filled = max((stop.x for stop in stops if stop.reached), default=EDGE)
    return Picture(stops=stops, filled=filled, words=_words(campaign, milestones, reached))


def _words(campaign: Campaign, milestones: list[Milestone], reached: bool | None) -> str:
    if reached is not None:
        return _("The goal was reached.") if reached else _("The campaign ended without reaching its goal.")
    if campaign.launched_at is None:
        return _("A draft: not launched yet.")
    done = sum(milestone.reached_at is not None for milestone in milestones)
    if not milestones:
        return _("Launched. No milestones are set yet.")
    text = ngettext(
        "Launched. %(done)d of %(n)d milestone reached.",
        "Launched. %(done)d of %(n)d milestones reached.",
        len(milestones),
    )
    return text % {"done": done, "n": len(milestones)}

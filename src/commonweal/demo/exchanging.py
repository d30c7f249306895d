"""Asks and offers: answered, agreed, handed over, confirmed by both, thanked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from commonweal.exchange.actions import agree_handover, make_entry, propose_handover
from commonweal.exchange.handovers import say_it_happened, thank
from commonweal.exchange.models import Handover
from commonweal.exchange.safety import answer_along
from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .roles import ROLES
from .stage import ZONE, Stage, story

AREAS = ["Weir Street", "Ropewalk", "Tannery Lane", "Lock Row", "Sluice Green", "Ferry Road"]


def put_on(stage: Stage) -> None:
    for told in story("exchange")["entries"]:
        author, ago, other = told[2], told[3], told[6]
        names = [name for name in (author, other, story("exchange")["homes"].get(told[4])) if name]
        if stage.covers(ago) and stage.knows(*names):
            began = stage.some_time(ago)
            stage.at(began, lambda told=told: _make(stage, told), *names)  # type: ignore[misc]


def _make(stage: Stage, told: list[Any]) -> None:
    kind, what, author, _ago, title, text, other, words, how = told
    homes = story("exchange")["homes"]
    until = (clock.now() + timedelta(days=stage.rng.randint(25, 60))).astimezone(ZONE).date()
    entry = make_entry(
        membership=stage.members[author],
        kind=kind,
        what=what,
        title=title,
        text=text,
        area=stage.rng.choice(AREAS),
        until=until,
        at_home=title in homes,
    )
    if not other:
        return

    def answer() -> None:
        try:
            second = stage.members.get(homes.get(title, ""))
            handover = propose_handover(membership=stage.members[other], entry=entry, words=words, companion=second)
        except Refused:
            if what != "lift":
                raise
            return  # they have not met before, as it fell out
        if second is not None and homes[title] not in (role.name for role in ROLES):
            companion = handover.companion
            soon = clock.now() + timedelta(minutes=12)
            stage.at(soon, lambda: answer_along(membership=second, companion=companion, agrees=True))
        if how in ("done", "agreed"):
            stage.at(stage.awake(clock.now() + stage.hours(0.3, 7)), lambda: agree(handover))

    def agree(handover: Handover) -> None:
        agree_handover(membership=stage.members[author], handover=handover)
        if how == "done":
            happened = stage.awake(clock.now() + stage.hours(20, 90))
            for who in (other, author):
                moment = happened + stage.hours(0.5, 20)
                stage.at(moment, lambda who=who: say(handover, who))  # type: ignore[misc]

    def say(handover: Handover, who: str) -> None:
        receives = (who == author) == (kind == "ask")
        helped = stage.rng.choices(("yes", "somewhat"), (88, 12))[0] if receives else ""
        both = say_it_happened(membership=stage.members[who], handover=handover, happened=True, helped=helped)
        if both and hasattr(Handover.objects.get(pk=handover.pk), "completion") and stage.rng.random() < 0.7:
            receiver = author if kind == "ask" else other
            sentence = stage.rng.choice(story("thanks")["thanks"])
            stage.at(
                clock.now() + stage.hours(0.2, 10),
                lambda: thank(membership=stage.members[receiver], handover=handover, text=sentence),
            )

    moment = stage.awake(clock.now() + stage.hours(0.5, 12))
    stage.at(min(moment, stage.now - timedelta(minutes=30)), answer)

"""The four people whom one can be in the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """`key` is used in forms, `name` is how the stories call the person, `tries` are three things to do as them."""

    key: str
    name: str
    icon: str
    title: Any
    who: Any
    tries: tuple[Any, Any, Any]

    @property
    def email(self) -> str:
        return f"{self.name}@riverside.example"


ROLES = [
    Role(
        key="newcomer",
        name="jun",
        icon="door",
        title=_("A newcomer"),
        who=_("Jun moved here last week and joined yesterday. Somebody has said hello already."),
        tries=(
            _("Say yes to an introduction, and to the baker who asks to talk"),
            _("Take a newcomer’s seat at the long table"),
            _("Ask for support, without your name if you like"),
        ),
    ),
    Role(
        key="supporter",
        name="leila",
        icon="hand",
        title=_("A supporter"),
        who=_("Leila came eleven years ago with two suitcases. She answers people who ask for support."),
        tries=(
            _("Open the queue and answer Ines before her time runs out"),
            _("Go on duty, and take on a request"),
            _("Say how the walk in the woods was, and whether it helped"),
        ),
    ),
    Role(
        key="organiser",
        name="rosa",
        icon="act",
        title=_("An organiser"),
        who=_("Rosa won the crossing at the school with her neighbours. Next: the heating in Ropewalk."),
        tries=(
            _("See how close the pledge for warm flats is"),
            _("Open a conversation and take it offline: a gathering, a circle, a campaign"),
            _("Vote on who may greet newcomers: nobody sees how, or how many so far"),
        ),
    ),
    Role(
        key="steward",
        name="tomasz",
        icon="desk",
        title=_("A steward"),
        who=_("Tomasz drives the number 14 and looks after Riverside for a quarter of an hour a day."),
        tries=(
            _("Open the desk and decide what was reported"),
            _("Answer somebody who asks to join Kept Company"),
            _("Read the pulse: who got help offline, and who still waits"),
        ),
    ),
]

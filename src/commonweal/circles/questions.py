"""What a session can begin and end with. Written for strangers who may be tired: true answers, small ones, or none."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .models import Session

#: For each session in turn: a question to open with, and one to close with. A longer series begins again from the second.
QUESTIONS = [
    (
        _("What would you like us to call you, and what made you come today?"),
        _("What is one thing you are glad somebody said?"),
    ),
    (
        _("What was a small good or hard moment since we last met?"),
        _("What will you do for yourself before we meet again?"),
    ),
    (
        _("What do people often get wrong about what you live with?"),
        _("What did you hear today that you would like to keep?"),
    ),
    (
        _("Who or what has helped, even a little?"),
        _("Is there something one of us could do for you this week?"),
    ),
    (
        _("What has changed for you since the first session, if anything?"),
        _("What would you tell somebody who is where you were then?"),
    ),
    (
        _("What would you like to say to this circle before the series ends?"),
        _("What do you take with you, and whom would you like to see again?"),
    ),
]


def _of(number: int) -> tuple[str, str]:
    place = number - 1 if number <= len(QUESTIONS) else 1 + (number - 2) % (len(QUESTIONS) - 1)
    opening, closing = QUESTIONS[place]
    return str(opening), str(closing)


def opening_of(session: Session) -> str:
    """What whoever looks after the circle wrote, or what we suggest for a session of this number."""
    return session.opening or _of(session.number)[0]


def closing_of(session: Session) -> str:
    return session.closing or _of(session.number)[1]

"""What happens in moderation. A report's step has no actor: the trail does not know who reported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.conversations import tells as conversation_tells
from commonweal.trail.verbs import kind, verb

from . import tells

kind(
    "moderation",
    _("Reports and decisions"),
    _("What became of something you reported, or a decision about something of yours."),
    urgent=True,
)
kind("desk", _("The desk"), _("For stewards: a report or an appeal waits for you."), urgent=True)

CASE_OPENED = verb("moderation.case_opened", _("a matter was reported"), kind="desk", tells=tells.stewards_of_case)
REPORTED = verb("moderation.reported", _("a report was added"))
DECIDED = verb("moderation.decided", _("decided a case"), kind="moderation", tells=tells.both_sides_of_decision)
HELD = verb("moderation.held", _("a first message was held"), kind="desk", tells=tells.stewards_of_held)
HELD_LATE = verb(
    "moderation.held_late", _("a first message waits too long"), kind="moderation", tells=tells.both_of_late
)
LET_THROUGH = verb(
    "moderation.let_through", _("a first message was let through"), kind="replies", tells=conversation_tells.of_post
)
NOTED = verb("moderation.noted", _("wrote a note on a case"))
FIRST_MESSAGES_SET = verb("moderation.first_messages_set", _("changed whether first messages are held"))
APPEALED = verb("moderation.appealed", _("appealed"), kind="desk", tells=tells.other_stewards_of_appeal)
APPEAL_DECIDED = verb(
    "moderation.appeal_decided", _("decided an appeal"), kind="moderation", tells=tells.author_of_answer
)

"""What happens between a person and a community."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import contact, kind, verb

from . import tells

contact("welcome", _("A welcome"))

kind(
    "membership",
    _("Joining and welcome"),
    _("A request to join was answered, somebody new is here, you were greeted, your role changed."),
)

FOUNDED = verb("communities.founded", _("founded the community"))
CHAPTER_STARTED = verb("communities.chapter_started", _("started a chapter"))
JOINED = verb("communities.joined", _("joined"))
ASKED_TO_JOIN = verb(
    "communities.asked_to_join", _("asked to join"), kind="membership", tells=tells.stewards_of_request
)
JOIN_REQUEST_WAITED = verb(
    "communities.join_request_waited",
    _("has waited two days for an answer to a request to join"),
    kind="membership",
    tells=tells.stewards_of_waiting,
)
ANSWERED_JOIN_REQUEST = verb(
    "communities.answered_join_request", _("answered a request to join"), kind="membership", tells=tells.asker_of_answer
)
INVITED = verb("communities.invited", _("made an invitation"))
INVITATION_WITHDRAWN = verb("communities.invitation_withdrawn", _("withdrew an invitation"))
WELCOMER_NAMED = verb(
    "communities.welcomer_named",
    _("was asked to greet a newcomer"),
    kind="membership",
    tells=tells.welcomer_of_newcomer,
)
GREETED = verb("communities.greeted", _("greeted a newcomer"), kind="membership", tells=tells.newcomer_of_greeting)
WAS_GREETED = verb("communities.was_greeted", _("was greeted"), contact="welcome")
ROLE_CHANGED = verb(
    "communities.role_changed", _("gave a member another role"), kind="membership", tells=tells.member_of_role
)
PERSONA_CHANGED = verb("communities.persona_changed", _("changed how they appear"), keep=timedelta(days=90))
EDITED = verb("communities.edited", _("changed the community’s settings"))
DOORS_CHANGED = verb("communities.doors_changed", _("opened or closed doors"))
REMOVED = verb("communities.removed", _("removed a member"), kind="membership", tells=tells.member_of_removal)
READMITTED = verb("communities.readmitted", _("let a member back in"), kind="membership", tells=tells.member_of_return)
VETTING_BEGUN = verb(
    "communities.vetting_begun",
    _("looked at a member’s contact with people under 18"),
    kind="membership",
    tells=tells.stewards_of_vetting,
)
VETTED = verb(
    "communities.vetted",
    _("agreed to a member’s contact with people under 18"),
    kind="membership",
    tells=tells.member_of_vetting,
)
VETTING_WITHDRAWN = verb(
    "communities.vetting_withdrawn",
    _("ended a member’s contact with people under 18"),
    kind="membership",
    tells=tells.member_of_withdrawal,
)
#: Without an actor: a year went by.
VETTING_RAN_OUT = verb(
    "communities.vetting_ran_out",
    _("are no longer vetted for contact with people under 18"),
    kind="membership",
    tells=tells.member_of_running_out,
)
LEFT = verb("communities.left", _("left"))

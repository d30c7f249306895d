"""What happens between a person and a community."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import contact, kind, verb

contact("welcome", _("A welcome"))

kind(
    "membership", _("Joining and welcome"), _("A request to join was answered, somebody new is here, you were greeted.")
)

FOUNDED = verb("communities.founded", _("founded the community"))
JOINED = verb("communities.joined", _("joined"))
ASKED_TO_JOIN = verb("communities.asked_to_join", _("asked to join"))
ANSWERED_JOIN_REQUEST = verb("communities.answered_join_request", _("answered a request to join"))
INVITED = verb("communities.invited", _("made an invitation"))
GREETED = verb("communities.greeted", _("greeted a newcomer"))
WAS_GREETED = verb("communities.was_greeted", _("was greeted"), contact="welcome")
ROLE_CHANGED = verb("communities.role_changed", _("gave a member another role"))
LEFT = verb("communities.left", _("left"))

"""What happens in introductions and circles. Who is told is in `tells.py`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import contact, effect, kind, verb

from . import tells

contact("introduction", _("An introduction"))
effect("met", _("Met in person"))
effect("circle", _("A circle"))

kind("introductions", _("Introductions and circles"), _("Somebody you could meet, and what happens in your circles."))

PROPOSED = verb("circles.proposed", _("were proposed to each other"), kind="introductions", tells=tells.of_proposing)
ANSWERED = verb("circles.answered", _("answered an introduction"))
OPENED = verb("circles.opened", _("opened an introduction"), kind="introductions", tells=tells.of_opening)
#: Recorded once for each of the two, when it opens.
INTRODUCED = verb("circles.introduced", _("was introduced to somebody"), contact="introduction")
#: Recorded once for each of the two, when both have confirmed it.
MET = verb("circles.met", _("met in person"), effect="met")

CIRCLE_STARTED = verb("circles.started", _("started a circle"))
SEAT_TAKEN = verb("circles.seat_taken", _("took a seat in a circle"), kind="introductions", tells=tells.of_seat)
SEAT_LEFT = verb("circles.seat_left", _("left a circle"))
#: Recorded once for each, when another has borne it out.
ATTENDED = verb("circles.attended", _("came to a circle"), effect="circle")
CIRCLE_INVITED = verb("circles.invited", _("was asked into a circle"), kind="introductions", tells=tells.of_inviting)
CIRCLE_ANSWERED = verb("circles.invitation_answered", _("answered about a circle"))
CIRCLE_OPENED = verb("circles.circle_opened", _("opened a circle"), kind="introductions", tells=tells.of_circle_opening)
CIRCLE_WENT_ON = verb("circles.went_on", _("began another series"), kind="introductions", tells=tells.of_going_on)
CIRCLE_OFFERED = verb(
    "circles.offered", _("offered to hand a circle on"), kind="introductions", tells=tells.of_offering
)
CIRCLE_LOOKED_AFTER = verb("circles.looked_after", _("looks after a circle"))
SESSION_MOVED = verb("circles.session_moved", _("moved a session"), kind="introductions", tells=tells.of_moving)
SESSION_LENGTH = verb(
    "circles.session_length",
    _("changed how long the sessions of a circle are"),
    kind="introductions",
    tells=tells.of_length,
)
SESSION_CALLED_OFF = verb(
    "circles.session_called_off", _("called a session off"), kind="introductions", tells=tells.of_calling_off
)

#: Somebody did not feel safe at a first meeting: stewards have a row on their desk, and nobody else is told.
PAUSED = verb("circles.paused", _("paused new introductions of somebody"))
LOOKED_AT = verb("circles.looked_at_pause", _("looked at a pause of introductions"))

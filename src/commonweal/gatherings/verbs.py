"""What happens around a gathering. Who is told is in `tells.py`."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import effect, kind, verb

from . import tells, tells_checkin, tells_lifts

effect("gathering", _("Came to a gathering"))

kind(
    "gatherings",
    _("Gatherings"),
    _("A gathering you come to changes, a seat is free, or a conversation led to one."),
    urgent=True,
)
kind("afterwards", _("After a gathering"), _("How was it, and the hosts' words about it."))

kind(
    "check-ins",
    _("Private check-ins"),
    _("Whether you are home, and what your trusted contact said. The mail of a check-in comes by itself."),
    email=False,
)

PLANNED = verb("gatherings.planned", _("planned a gathering"), kind="gatherings", tells=tells.of_planning)
ASKED_TO_HOST = verb("gatherings.asked_to_host", _("asked somebody to host"), kind="gatherings", tells=tells.of_asking)
AGREED_TO_HOST = verb("gatherings.agreed_to_host", _("agreed to host"), kind="gatherings", tells=tells.of_agreeing)
DECLINED_TO_HOST = verb("gatherings.declined_to_host", _("could not host"), kind="gatherings", tells=tells.of_declining)
CHANGED = verb("gatherings.changed", _("changed a gathering"), kind="gatherings", tells=tells.of_change)
CANCELLED = verb("gatherings.cancelled", _("cancelled a gathering"), kind="gatherings", tells=tells.of_cancelling)
ANSWERED = verb("gatherings.answered", _("answered an invitation to a gathering"))
PROMOTED = verb("gatherings.promoted", _("got a seat at a gathering"), kind="gatherings", tells=tells.of_promotion)
CONFLICTED = verb(
    "gatherings.conflicted", _("hosts were told of two people kept apart"), kind="gatherings", tells=tells.of_conflict
)
OPENED = verb("gatherings.opened", _("reached its last day"), kind="gatherings", tells=tells.of_opening)
ENDED = verb("gatherings.ended", _("came to its end"), kind="afterwards", tells=tells.of_ending)
LIFT_OFFERED = verb("gatherings.lift_offered", _("offered a lift"))
LIFT_TAKEN_BACK = verb(
    "gatherings.lift_taken_back", _("took back a lift"), kind="gatherings", tells=tells_lifts.of_taking_back
)
SEAT_ASKED = verb("gatherings.seat_asked", _("asked for a lift"), kind="gatherings", tells=tells_lifts.of_asking)
SEAT_GIVEN = verb("gatherings.seat_given", _("gave a lift"), kind="gatherings", tells=tells_lifts.of_giving)
SEAT_ENDED = verb("gatherings.seat_ended", _("let go of a lift"), kind="gatherings", tells=tells_lifts.of_ending)
SAID_HOW_IT_WAS = verb("gatherings.said_how_it_was", _("said how a gathering was"))
HOST_SAID = verb("gatherings.host_said", _("said whether a gathering took place"))
ATTENDED = verb("gatherings.attended", _("came to a gathering"), effect="gathering", kind="afterwards")
RECAPPED = verb("gatherings.recapped", _("told what happened at a gathering"), kind="afterwards", tells=tells.of_recap)
FELT_UNSAFE = verb("gatherings.felt_unsafe", _("did not feel safe"), kind="afterwards", tells=tells.of_worry)
WORRY_SEEN = verb("gatherings.worry_seen", _("looked at a private word about safety"))

#: A check-in belongs to a person, not to a community: its steps name nobody, and go after a month.
_SOON = {"kind": "check-ins", "keep": timedelta(days=30)}
CONTACT_NAMED = verb("gatherings.contact_named", _("named a trusted contact"), **_SOON)
CONTACT_ANSWERED = verb(
    "gatherings.contact_answered", _("a trusted contact answered"), tells=tells_checkin.of_answer, **_SOON
)
SET_OUT = verb("gatherings.set_out", _("started a private check-in"), **_SOON)
NEEDED_LONGER = verb("gatherings.needed_longer", _("needed longer"), **_SOON)
NUDGED = verb("gatherings.nudged", _("was asked whether they are home"), tells=tells_checkin.of_nudge, **_SOON)
CONTACT_TOLD = verb("gatherings.contact_told", _("a trusted contact is told"), tells=tells_checkin.of_alert, **_SOON)
CAME_HOME = verb("gatherings.came_home", _("came home"), **_SOON)
CHECK_IN_CANCELLED = verb("gatherings.check_in_cancelled", _("cancelled a private check-in"), **_SOON)

"""What happens around a request for support. Who is told is in `tells.py`."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import contact, kind, verb

from . import tells, tells_requests, tells_supporters

contact("support", _("Support"))

kind(
    "support",
    _("Support"),
    _("Somebody waits for an answer while you can help, and what happens to your own requests."),
    urgent=True,
)

ASKED = verb("support.asked", _("asked for support"))
TOLD = verb("support.told", _("told the people who can help"), kind="support", tells=tells.of_telling)
ACKNOWLEDGED = verb("support.acknowledged", _("took on a request"), kind="support", tells=tells.of_acknowledging)
REPLIED = verb("support.replied", _("answered somebody who asked for support"), contact="support")
#: Recorded with the asker as actor, once two people have answered: from here on they have had support online.
ANSWERED = verb(
    "support.answered", _("was answered by two people"), contact="support", kind="support", tells=tells.of_answer
)
FIRST_ANSWERED = verb("support.first_answered", _("was welcomed by two people in a first topic"), contact="topic")
PROMISE_BROKEN = verb("support.promise_broken", _("was not answered by two people in time"))
SAID_WHETHER = verb("support.said_whether", _("said whether it helped"), kind="support", tells=tells.of_saying_whether)
CLOSED = verb("support.closed", _("closed a request"))
NAME_LOOKED_AT = verb("support.name_looked_at", _("looked at a hidden name"), kind="support", tells=tells.of_looking)
ON_DUTY = verb("support.on_duty", _("went on duty"))
OFF_DUTY = verb("support.off_duty", _("went off duty"))
LINE_CHECKED = verb("support.line_checked", _("checked a help line"))
APPLIED = verb(
    "support.applied", _("applied to give support"), kind="support", tells=tells_supporters.stewards_of_application
)
ANSWERED_APPLICATION = verb(
    "support.answered_application",
    _("answered an application to give support"),
    kind="support",
    tells=tells_supporters.applicant_of_answer,
)
AGREED = verb("support.agreed", _("accepted the agreement for supporters"))
STANDARD_SET = verb("support.standard_set", _("changed what is asked of supporters"))
RENEWED = verb("support.renewed", _("renewed as a supporter"))
RENEWAL_NEAR = verb(
    "support.renewal_near",
    _("was told that a renewal comes near"),
    kind="support",
    tells=tells_supporters.supporter_of_renewal,
)
LAPSED = verb("support.lapsed", _("passed the renewal date"), kind="support", tells=tells_supporters.supporter_of_lapse)
WATCHED = verb(
    "support.watched",
    _("asked those on duty to read something"),
    kind="support",
    tells=tells_requests.of_watching,
)
HELP_SHOWN = verb("support.help_shown", _("was shown help lines"), kind="support", tells=tells_requests.of_help_shown)
HELD = verb("support.held", _("held something for a steward"), kind="support", tells=tells_requests.of_holding)
RELEASED = verb("support.released", _("released something held"), kind="support", tells=tells_requests.of_release)
KEPT_ASIDE = verb(
    "support.kept_aside",
    _("left something between its author and the stewards"),
    kind="support",
    tells=tells_requests.of_keeping_aside,
)
ASKED_FURTHER = verb("support.asked_further", _("said that it does not help yet"))
CHECKED_ON = verb("support.checked_on", _("was asked how it is now"), kind="support", tells=tells_requests.of_check)
SHIFT_OFFERED = verb(
    "support.shift_offered",
    _("asked who takes a shift"),
    kind="support",
    tells=tells_supporters.supporters_of_offer,
    keep=timedelta(days=90),
)
GAP_SEEN = verb(
    "support.gap_seen",
    _("asked who comes to a shift that nobody has taken"),
    kind="support",
    tells=tells_supporters.of_gaps,
    keep=timedelta(days=90),
)
SHIFT_TAKEN = verb(
    "support.shift_taken",
    _("took a shift"),
    kind="support",
    tells=tells_supporters.owner_of_taking,
    keep=timedelta(days=90),
)

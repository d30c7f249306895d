"""What happens to a concern. No step holds words, a judgement, or who raised it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import kind, verb

from . import tells

kind(
    "care",
    _("Looking after somebody"),
    _("For stewards: somebody may need looking after. For you: a steward wrote to you."),
    urgent=True,
)

RAISED = verb("support.concern_raised", _("was worried about somebody"), kind="care", tells=tells.of_raising)
ADDED = verb("support.concern_added", _("was worried about somebody, too"), kind="care", tells=tells.of_raising)
UNATTENDED = verb("support.concern_unattended", _("asked supporters, for no steward can look after somebody"),
                  kind="support", tells=tells.of_nobody)  # fmt: skip
JOINED = verb("support.concern_joined", _("joined a case"))
STEPPED = verb("support.concern_stepped", _("took a step in a case"))
NOTED = verb("support.concern_noted", _("wrote a note in a case"))
WROTE = verb("support.concern_wrote", _("wrote to somebody in private"), kind="care", tells=tells.of_letter)
DUE = verb("support.concern_due", _("reminded of a step in a case"), kind="care", tells=tells.of_reminding)
CLOSED = verb("support.concern_closed", _("closed a case"), kind="care", tells=tells.of_closing)
ERASED = verb("support.concern_erased", _("deleted what was written in a case"))
EMERGENCY_DECIDED = verb("support.emergency_decided", _("decided to call emergency services"), kind="care",
                         tells=tells.of_emergency)  # fmt: skip
EMERGENCY_AGREED = verb("support.emergency_agreed", _("agreed to call emergency services"))
EMERGENCY_CALLED = verb("support.emergency_called", _("called emergency services"))
SERVICE_ADDED = verb("support.service_added", _("added a help line or service"))
SERVICE_CHANGED = verb("support.service_changed", _("corrected a help line or service"))
SERVICE_RETIRED = verb("support.service_retired", _("took a help line or service off the list"))
SERVICE_CHECKED = verb("support.service_checked", _("checked a help line or service"))

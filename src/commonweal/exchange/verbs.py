"""What happens in the exchange. Who is told is in `tells.py`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import contact, effect, kind, verb

from . import tells

contact("exchange", _("An ask or offer"))
effect("handover", _("A handover that happened"))

kind("exchange", _("Asks and offers"), _("Somebody answers your ask or offer, agrees with you, or thanks you."))

MADE = verb("exchange.made", _("made an ask or offer"), kind="exchange", tells=tells.of_making)
PROPOSED = verb(
    "exchange.proposed", _("answered an ask or offer"), contact="exchange", kind="exchange", tells=tells.of_proposing
)
TAKEN_BACK = verb("exchange.taken_back", _("took back an answer"))
AGREED = verb(
    "exchange.agreed", _("agreed on a handover"), contact="exchange", kind="exchange", tells=tells.of_agreeing
)
ASKED_ALONG = verb(
    "exchange.asked_along", _("asked somebody to come along"), kind="exchange", tells=tells.of_asking_along
)
ANSWERED_ALONG = verb(
    "exchange.answered_along", _("said whether they come along"), kind="exchange", tells=tells.of_answering_along
)
FELL_THROUGH = verb(
    "exchange.fell_through", _("said that a handover fell through"), kind="exchange", tells=tells.of_falling_through
)
CONFIRMED = verb("exchange.confirmed", _("said whether it happened"), kind="exchange", tells=tells.of_confirming)
HANDED_OVER = verb("exchange.handed_over", _("took part in a handover"), effect="handover", kind="exchange")
THANKED = verb("exchange.thanked", _("said thank you"), kind="exchange", tells=tells.of_thanks)
CLOSED = verb("exchange.closed", _("closed an ask or offer"), kind="exchange", tells=tells.of_closing)

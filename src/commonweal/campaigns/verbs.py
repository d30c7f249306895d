"""What happens in campaigns. Who is told is in `tells.py`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import contact, effect, kind, verb

from . import tells

contact("campaign", _("A campaign"))
effect("campaign", _("A shift or pledge done"))

kind(
    "campaigns",
    _("Campaigns"),
    _("A pledge you joined starts or ends, a shift is confirmed, a campaign has its outcome."),
)

DRAFTED = verb("campaigns.drafted", _("drafted a campaign"))
ASKED_TO_ORGANISE = verb(
    "campaigns.asked_to_organise", _("asked somebody to organise"), kind="campaigns", tells=tells.of_asking
)
ANSWERED_ASKING = verb(
    "campaigns.answered_asking", _("answered whether to organise"), kind="campaigns", tells=tells.of_answering
)
LAUNCHED = verb("campaigns.launched", _("launched a campaign"), kind="campaigns", tells=tells.of_launch)
SIGNED = verb("campaigns.signed", _("signed for a campaign"), contact="campaign")
POSTED_UPDATE = verb("campaigns.posted_update", _("wrote news of a campaign"))
TOLD_UPDATE = verb("campaigns.told_update", _("people were told news"), kind="campaigns", tells=tells.of_update)
SET_MILESTONE = verb("campaigns.set_milestone", _("set a milestone"))
REACHED_MILESTONE = verb("campaigns.reached_milestone", _("reached a milestone"))
OPENED_PLEDGE = verb("campaigns.opened_pledge", _("opened a pledge"))
PLEDGED = verb("campaigns.pledged", _("pledged"), contact="campaign")
TOOK_BACK_PLEDGE = verb("campaigns.took_back_pledge", _("took back a pledge"))
PLEDGE_STARTED = verb("campaigns.pledge_started", _("a pledge reached its number and started"))
PLEDGE_UNMET = verb("campaigns.pledge_unmet", _("a pledge ended without enough people"))
TOLD_PLEDGE = verb("campaigns.told_pledge", _("people were told of a pledge"), kind="campaigns", tells=tells.of_pledge)
ANSWERED_PLEDGE = verb("campaigns.answered_pledge", _("said whether they did what they pledged"))
CONFIRMED_PLEDGE = verb("campaigns.confirmed_pledge", _("confirmed that a pledge was carried out"))
KEPT_PLEDGE = verb("campaigns.kept_pledge", _("did what they pledged"), effect="campaign")
OFFERED_WORK = verb("campaigns.offered_work", _("offered places in a task or shift"))
TOOK_PLACE = verb(
    "campaigns.took_place", _("took a place"), contact="campaign", kind="campaigns", tells=tells.of_taking
)
GAVE_BACK = verb("campaigns.gave_back", _("gave a place back"), kind="campaigns", tells=tells.of_taking)
SAID_DONE = verb("campaigns.said_done", _("said a task is done"), kind="campaigns", tells=tells.of_taking)
ANSWERED_DONE = verb(
    "campaigns.answered_done", _("said whether a task was done"), kind="campaigns", tells=tells.of_confirmation
)
WORK_DONE = verb("campaigns.work_done", _("did a task or shift"), effect="campaign")
CLOSED = verb("campaigns.closed", _("wrote down what came of a campaign"))
TOLD_OUTCOME = verb(
    "campaigns.told_outcome", _("people were told what came of it"), kind="campaigns", tells=tells.of_outcome
)

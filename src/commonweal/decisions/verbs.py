"""What happens around decisions. Who is told is in `tells.py`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import contact, kind, verb

from . import tells

contact("decision", _("A decision"))
contact("opinions", _("An opinion map"))

kind("decisions", _("Decisions"), _("A vote you took part in is counted, or what was decided is done."))

PROPOSED = verb("decisions.proposed", _("put a question to the members"))
OPENED = verb("decisions.opened", _("opened a vote"))
#: Recorded at the count, for everyone at once: a step at the moment of voting would betray the order of ballots.
TOOK_PART = verb("decisions.took_part", _("took part in a decision"), contact="decision")
COUNTED = verb("decisions.counted", _("a vote was counted"))
TOLD_RESULT = verb("decisions.told_result", _("voters were told the result"), kind="decisions", tells=tells.of_result)
DECIDED = verb(
    "decisions.decided", _("wrote down who does what was decided"), kind="decisions", tells=tells.of_decision
)
DONE = verb("decisions.done", _("did what was decided"))
TOLD_OUTCOME = verb(
    "decisions.told_outcome", _("voters were told what came of it"), kind="decisions", tells=tells.of_outcome
)
MAP_OPENED = verb("decisions.map_opened", _("opened an opinion map"))
STATED = verb("decisions.stated", _("added a statement"))
ANSWERED = verb("decisions.answered", _("answered an opinion map"), contact="opinions")
MAP_COUNTED = verb("decisions.map_counted", _("an opinion map was counted"))
TOLD_MAP = verb(
    "decisions.told_map", _("people were told what an opinion map shows"), kind="decisions", tells=tells.of_map
)

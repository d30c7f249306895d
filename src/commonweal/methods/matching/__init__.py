"""Matching: who should meet whom, fairly, with reasons, and without telling anybody what is not theirs to know.

A job calls it like this::

    from commonweal.methods.matching import Person, RoundInput, RoundState, gather, propose

    people = gather(persons, places=areas.places(), apart=blocked, met=met_lately, contacts=who_knows_whom)
    result = propose(RoundInput(people, mode="buddy", state=RoundState.from_json(kept)))
    for proposal in result.proposals:      # .people are the ids that were given, .key is the same when run again
        ...
    kept = result.state.as_json()          # for the next round

`mode` is "buddy", "mentor" (each proposal is seeker, supporter) or "circle" (five to eight ids). `explain` gives the
reasons for a pair, `counterfactual` what would open more, `joiners` repairs a circle, `place.coarsen` makes the places,
`shards` cuts a big round, and `exchange.match_exchange` matches asks with offers.
"""

from .circles import joiners
from .explain import Reason, counterfactual, explain, explain_all
from .fairness import RoundState
from .gather import gather
from .people import CALL, HELP, IN_PERSON, SHAREABLE, TEXT, Lists, People, Person
from .place import Areas, coarsen
from .rounds import Proposal, Round, RoundInput, propose
from .settings import FEATURES, MODES, Settings, Weights
from .shards import shards

__all__ = [
    "CALL",
    "FEATURES",
    "HELP",
    "IN_PERSON",
    "MODES",
    "SHAREABLE",
    "TEXT",
    "Areas",
    "Lists",
    "People",
    "Person",
    "Proposal",
    "Reason",
    "Round",
    "RoundInput",
    "RoundState",
    "Settings",
    "Weights",
    "coarsen",
    "counterfactual",
    "explain",
    "explain_all",
    "gather",
    "joiners",
    "propose",
    "shards",
]

"""Guards: seeing the harm before it sets in.

Every signal is a `Signal`: the figure, n, an interval, what chance gives, a level, a plain sentence and one action.
Under 50 members no groups are compared. No signal holds, names or implies the side of a person.
"""

from __future__ import annotations

from .answers import independence, newcomers_unanswered, opinion_entropy, parity
from .echo import Grouped, echo, exposure
from .network import Network
from .participation import displacement, gini, gini_of, overload, reciprocity, top_share, top_share_of
from .signal import MEMBERS_FOR_GROUPS, Null, Signal, as_table
from .walk import controversy

__all__ = [
    "MEMBERS_FOR_GROUPS",
    "Grouped",
    "Network",
    "Null",
    "Signal",
    "as_table",
    "controversy",
    "displacement",
    "echo",
    "exposure",
    "gini",
    "gini_of",
    "independence",
    "newcomers_unanswered",
    "opinion_entropy",
    "overload",
    "parity",
    "reciprocity",
    "top_share",
    "top_share_of",
]

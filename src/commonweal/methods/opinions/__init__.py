"""Opinion maps: where a community agrees, and where it really differs.

`opinion_map(votes)` does it all; `read_export(folder)` reads a published Polis conversation. The parts stand on their
own: `project`, `clustering`, `representative`, `consensus`, `next_statements`, `straight_lines`, `stability`.
"""

from __future__ import annotations

from .clustering import adjusted_rand
from .flags import straight_lines
from .opinion_map import OpinionMap, opinion_map, who_is_in
from .projection import project
from .reader import Export, read_export
from .representativeness import consensus, informed, representative
from .routing import next_statements
from .stability import Clarity, Stability, stability
from .state import Smoothing, State
from .votes import Votes
from .words import in_words

__all__ = [
    "Clarity",
    "Export",
    "OpinionMap",
    "Smoothing",
    "Stability",
    "State",
    "Votes",
    "adjusted_rand",
    "consensus",
    "in_words",
    "informed",
    "next_statements",
    "opinion_map",
    "project",
    "read_export",
    "representative",
    "stability",
    "straight_lines",
    "who_is_in",
]

"""Random people for the tests of matching."""

from __future__ import annotations

from hypothesis import strategies as st

from ..matching import FEATURES, HELP, Person

PLACES = {1: (48.1, 11.5), 2: (48.2, 11.6), 3: (52.5, 13.4), "h3": (48.1, 11.52)}
_few = {"max_size": 3}
_help = st.dictionaries(st.sampled_from(HELP), st.floats(0, 1), max_size=5)
_facts = st.frozensets(st.sampled_from(["woman", "man", "smoker", "faith"]), max_size=2)
_wanted = st.frozensets(st.sampled_from(["woman", "man", "faith"]), min_size=1, max_size=2)

persons = st.builds(
    Person,
    id=st.integers(0, 10**12),
    experiences=st.frozensets(st.sampled_from(["grief", "asthma", "moving", "debt"]), **_few),
    interests=st.frozensets(st.sampled_from(["chess", "trees", "bread"]), **_few),
    languages=st.frozensets(st.sampled_from(["en", "es", "so"]), **_few),
    availability=st.one_of(st.integers(0, 2**42 - 1), st.just(2**42 - 1)),
    offset=st.sampled_from([0, 60, 345, -210, 720]),
    ways=st.integers(0, 7),
    wants_in_person=st.booleans(),
    cell=st.sampled_from([None, *PLACES]),
    reach_km=st.floats(0, 600),
    needs=_help,
    gives=_help,
    stage=st.one_of(st.none(), st.integers(0, 4)),
    age_band=st.one_of(st.none(), st.integers(0, 6)),
    age_apart=st.one_of(st.none(), st.integers(0, 3)),
    facts=_facts,
    requires=st.lists(_wanted, max_size=1).map(tuple),
    refuses=st.frozensets(st.just("smoker"), max_size=1),
    supporter=st.booleans(),
    vetted=st.booleans(),
    acute=st.booleans(),
    ties=st.integers(0, 30),
    waited=st.integers(0, 9),
    urgency=st.floats(0, 1),
    groups=st.frozensets(st.sampled_from(["so", "country"]), max_size=2),
    capacity=st.integers(0, 3),
    load=st.integers(0, 3),
    open_proposals=st.integers(0, 3),
    proposals_this_week=st.integers(0, 4),
    asked=st.just(5),
    answered=st.integers(0, 5),
    shares=st.frozensets(st.sampled_from(FEATURES)),
)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[Person], list[tuple[int, int]]]:
    """Some people, and pairs of them who may not meet."""
    people = draw(st.lists(persons, max_size=18, unique_by=lambda person: person.id))
    ids = [person.id for person in people] or [0]
    pairs = st.tuples(st.sampled_from(ids), st.sampled_from(ids))
    return people, draw(st.lists(pairs, max_size=12))


def similar(n: int, **fields: object) -> list[Person]:
    """n people who could all meet each other, with ids from 100."""
    base = {
        "experiences": frozenset({"grief"}),
        "languages": frozenset({"en"}),
        "availability": 2**42 - 1,
        "needs": {"emotional": 1.0},
        "gives": {"emotional": 1.0},
        "stage": 1,
    }
    return [Person(id=100 + n_th, **{**base, **fields}) for n_th in range(n)]

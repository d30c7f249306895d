"""The same votes counted by libraries that others wrote; where a lot would decide, any tied winner of theirs is right."""

from __future__ import annotations

import random

import pytest

from commonweal.methods.tallies import committee, irv, schulze, stv
from commonweal.methods.tallies.profile import ranked, scored
from commonweal.methods.tallies.ties import LOT

NAMES = "ABCDEF"


def orders(seed: int, full: bool) -> list[list[int]]:
    draw = random.Random(seed)
    size, people = draw.randint(2, 6), draw.randint(3, 40)
    pull = [draw.random() for _ in range(size)]
    found = []
    for _ in range(people):
        order = sorted(range(size), key=lambda option: -draw.random() * pull[option])
        found.append(order if full else order[: draw.randint(1, size)])
    return [[*order, *[-1] * (size - len(order))] for order in found]


def test_pyrankvote_elects_alike_by_instant_run_off() -> None:
    peer = pytest.importorskip("pyrankvote", reason="pyrankvote is not installed (group: dev)")
    compared = 0
    for seed in range(120):
        rows = orders(seed, full=False)
        people = [peer.Candidate(name) for name in NAMES[: len(rows[0])]]
        found = irv.count(ranked(NAMES[: len(rows[0])], rows), batch=False)
        if found.ties:
            continue
        papers = [peer.Ballot(ranked_candidates=[people[n] for n in row if n >= 0]) for row in rows]
        theirs = peer.instant_runoff_voting(people, papers).get_winners()
        assert [one.name for one in theirs] == list(found.winners)
        compared += 1
    assert compared > 60


def test_stvpoll_elects_alike_where_it_follows_the_scottish_order() -> None:
    """Only where no round elects two: there the peer passes a surplus through the other one elected."""
    peer = pytest.importorskip("stvpoll.scottish_stv", reason="stvpoll is not installed")
    compared = 0
    for seed in range(120):
        rows = orders(seed, full=False)
        names = list(NAMES[: len(rows[0])])
        found = stv.count(ranked(names, rows), min(2, len(names)))
        if any(tie.rule == LOT for tie in found.ties) or any(len(step.elected) > 1 for step in found.rounds[:-1]):
            continue
        count = peer.ScottishSTV(seats=min(2, len(names)), candidates=names, random_in_tiebreaks=False)
        for row in rows:
            count.add_ballot([names[n] for n in row if n >= 0], 1)
        assert set(count.calculate().as_dict()["winners"]) == set(found.winners)
        compared += 1
    assert compared > 40


def test_pref_voting_elects_alike_by_schulze() -> None:
    profiles = pytest.importorskip("pref_voting.profiles", reason="pref_voting is not installed (extra: peers)")
    methods = pytest.importorskip("pref_voting.margin_based_methods", reason="pref_voting is not installed")
    for seed in range(120):
        rows = orders(seed, full=True)
        found = schulze.count(ranked(NAMES[: len(rows[0])], rows))
        assert NAMES.index(found.winners[0]) in methods.beat_path(profiles.Profile(rows))


@pytest.mark.parametrize(
    ("rule", "count"), [("seqpav", committee.sequential_pav), ("equal-shares", committee.equal_shares)]
)
def test_abcvoting_fills_a_board_alike(rule: str, count: object) -> None:
    rules = pytest.importorskip("abcvoting.abcrules", reason="abcvoting is not installed (extra: peers)")
    preferences = pytest.importorskip("abcvoting.preferences", reason="abcvoting is not installed (extra: peers)")
    for seed in range(80):
        draw = random.Random(seed)
        size, people = draw.randint(2, 6), draw.randint(2, 12)
        sets = [[option for option in range(size) if draw.random() < 0.4] for _ in range(people)]
        sets = [chosen for chosen in sets if chosen]
        if not sets:
            continue
        seats = draw.randint(1, size)
        profile = preferences.Profile(size)
        profile.add_voters(sets)
        rows = [[int(option in chosen) for option in range(size)] for chosen in sets]
        ours = {int(name) for name in count(scored([str(n) for n in range(size)], rows), seats).winners}  # type: ignore[operator]
        assert ours in [set(board) for board in rules.compute(rule, profile, committeesize=seats, resolute=False)]

"""Asks and offers, the simulated evaluation, and the command."""

from __future__ import annotations

import json
from dataclasses import fields
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..command import SUBCOMMANDS, run
from ..errors import BadInput
from ..matching.evaluation import first_round, play
from ..matching.exchange import Ask, Offer, match_exchange
from ..matching.report import evaluate, grouped_percentile
from ..matching.settings import Settings
from ..population.matching import matching_world

PLACES = {1: (48.0, 11.0), 2: (48.1, 11.0), 3: (49.0, 11.0)}
entry = st.tuples(
    st.integers(1, 6),
    st.sampled_from(["lift", "cot"]),
    st.integers(0, 4),
    st.sampled_from([None, 1, 2, 3]),
    st.integers(0, 7),
)


def made(asked, offered):
    asks = [
        Ask(n, person, kind, units, times, cell, reach_km=50)
        for n, (person, kind, units, cell, times) in enumerate(asked)
    ]
    offers = [
        Offer(n, person + 3, kind, units, times, cell, reach_km=50)
        for n, (person, kind, units, cell, times) in enumerate(offered)
    ]
    return asks, offers


@settings(max_examples=40, deadline=None)
@given(st.lists(entry, max_size=7), st.lists(entry, max_size=7))
def test_the_exchange_meets_as_many_units_as_the_largest_flow_and_breaks_nothing(asked, offered):
    asks, offers = made(asked, offered)
    apart = [(1, 5)]
    found = match_exchange(asks, offers, places=PLACES, apart=apart)
    graph = networkx.DiGraph()
    graph.add_nodes_from(["s", "t"])
    for ask in asks:
        graph.add_edge("s", ("a", ask.id), capacity=ask.units)
        for offer in offers:
            far = {ask.cell, offer.cell} in ({1, 3}, {2, 3})
            kept = {ask.person, offer.person} == {1, 5} or ask.person == offer.person
            if ask.kind == offer.kind and ask.times & offer.times and not far and not kept:
                graph.add_edge(("a", ask.id), ("o", offer.id))
    for offer in offers:
        graph.add_edge(("o", offer.id), "t", capacity=offer.units)
    assert sum(one.units for one in found) == networkx.maximum_flow_value(graph, "s", "t")
    assert all(graph.has_edge(("a", one.ask), ("o", one.offer)) for one in found)


def test_the_nearer_offer_and_the_more_urgent_ask_go_first():
    near, far = Offer(1, 11, "cot", cell=1), Offer(2, 12, "cot", cell=2)
    assert [one.offer for one in match_exchange([Ask(1, 1, "cot", cell=1)], [far, near], places=PLACES)] == [1]
    asks = [Ask(1, 1, "cot", need=0.1, cell=1), Ask(2, 2, "cot", need=0.9, cell=2)]
    assert [one.ask for one in match_exchange(asks, [near], places=PLACES)] == [2]


def test_an_exchange_knows_no_identity_beyond_who_must_not_meet():
    assert {field.name for field in fields(Ask)} == {
        "id", "person", "kind", "units", "times", "cell", "reach_km", "need",
    }  # fmt: skip
    asks, offers = [Ask(1, 1, "cot"), Ask(2, 2, "cot")], [Offer(1, 3, "cot", units=2)]
    assert [(one.ask, one.units) for one in match_exchange(asks, offers)] == [(1, 1), (2, 1)]


def test_a_bad_ask_is_refused_by_its_number():
    with pytest.raises(BadInput, match="ask 7"):
        match_exchange([Ask(7, 1, "cot", cell=99)], [])
    with pytest.raises(BadInput, match="twice"):
        match_exchange([], [Offer(1, 1, "cot"), Offer(1, 2, "cot")])
    assert match_exchange([], []) == []


@pytest.mark.parametrize("share", [0.15, 0.25, 0.5])
def test_the_gates_hold_in_worlds_of_500(share):
    figures = evaluate(500, supporters=share, seeds=5).figures
    assert figures["violations"] == 0
    assert figures["low_tie_coverage_ratio"]["estimate"] >= (1.3 if share <= 0.25 else 1.0)
    assert figures["mean_score_loss"]["estimate"] <= 0.05
    assert figures["group_coverage_ratio_minimum"] >= 0.8
    assert figures["p90_wait_ratio"]["estimate"] <= 1.25
    assert figures["location_attack_error_km"] >= figures["cell_radius_km"]
    assert figures["peak_memory_gib"] < 8


def test_twenty_worlds_of_40_meet_every_gate_with_the_exact_optimum():
    found = evaluate(40, seeds=20, rounds=4)
    assert found.figures["welfare_vs_optimum"] >= 0.95
    assert found.figures["violations"] == 0
    assert found.low_tie_ratio().low > 1
    json.dumps(found.figures, allow_nan=False)
    assert all(table.as_text() and table.as_csv() for table in found.tables())
    picture = ElementTree.fromstring(found.picture())
    assert [child.tag.rsplit("}")[-1] for child in picture][:2] == ["title", "desc"]


@pytest.mark.parametrize("name", ["random", "directory", "first-come", "greedy", "deferred acceptance"])
def test_every_baseline_keeps_the_constraints_as_well(name):
    world = matching_world(150, seed=2)
    assert play(world, name, Settings(), rounds=3).violations == 0
    assert first_round(world, name, Settings()).got > 10


def test_the_world_is_the_same_for_the_same_seed_and_differs_in_what_the_score_cannot_see():
    one, again, other = (matching_world(100, seed=seed) for seed in (1, 1, 2))
    assert (one.position == again.position).all()
    assert not (one.position == other.position).all()
    assert one.temperament.shape == (100, 4)


def test_a_percentile_of_whole_rounds_lies_within_the_round():
    import numpy as np

    assert grouped_percentile(np.array([0] * 9 + [1]), 0.9) == pytest.approx(1.0)
    assert grouped_percentile(np.array([0, 1, 2, 3]), 0.5) == pytest.approx(2.0)


@pytest.mark.parametrize(
    "wrong", [["--simulate", "3"], ["--simulate", "100", "--supporters", "1"], ["--simulate", "40", "--rounds", "0"]]
)
def test_the_command_refuses_impossible_worlds_in_one_line(wrong, capsys):
    import argparse

    from ..command import match

    assert "match" in SUBCOMMANDS
    parser = argparse.ArgumentParser()
    match.add_arguments(parser)
    arguments = parser.parse_args(wrong)
    arguments.method, arguments.json, arguments.svg = "match", True, None
    assert run(arguments) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1

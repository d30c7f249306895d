"""Guards: formulas against another library and by hand, nulls, levels, refusals."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods import command
from commonweal.methods.errors import BadInput
from commonweal.methods.networks import (
    Grouped,
    Network,
    Signal,
    as_table,
    controversy,
    displacement,
    echo,
    exposure,
    gini,
    gini_of,
    independence,
    newcomers_unanswered,
    opinion_entropy,
    overload,
    parity,
    reciprocity,
    top_share,
    top_share_of,
)
from commonweal.methods.networks.picture import draw
from commonweal.methods.networks.walk import _crossing, _ends

TIES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=60)


def society(nodes: int = 200, ties: int = 2_000, home: float = 0.0, seed: int = 0) -> tuple[Network, np.ndarray]:
    """Two groups; a tie that would cross stays at home with chance `home`."""
    rng = np.random.default_rng(seed)
    group = np.arange(nodes) % 2
    source, target = rng.integers(0, nodes, ties), rng.integers(0, nodes, ties)
    turn = (group[source] != group[target]) & (rng.random(ties) < home)
    target[turn] = (target[turn] + 1) % nodes
    return Network.of(source, target, nodes=nodes), group


def by_name(signals: list[Signal]) -> dict[str, Signal]:
    return {signal.name: signal for signal in signals}


@given(TIES, st.lists(st.integers(0, 2), min_size=12, max_size=12))
@settings(max_examples=60, deadline=None)
def test_mixing_and_reciprocity_agree_with_another_library(ties: list, group: list[int]) -> None:
    graph = nx.DiGraph((a, b) for a, b in ties if a != b)
    network = Network.of([a for a, _ in ties], [b for _, b in ties], nodes=12)
    assert network.ties == graph.number_of_edges()
    if not network.ties:
        return
    returned = reciprocity(network).value
    assert returned is not None
    assert returned.estimate == pytest.approx(nx.overall_reciprocity(graph))
    nx.set_node_attributes(graph, {n: group[n] for n in graph}, "group")
    found = by_name(echo(Grouped.of(network, np.array(group), members=60), permutations=5))
    if found["ei"].value is None:
        assert len(set(group)) == 1
        return
    outside = sum(group[a] != group[b] for a, b in graph.edges)
    assert found["ei"].value.estimate == pytest.approx((2 * outside - network.ties) / network.ties)
    if found["assortativity"].value is not None:
        theirs = nx.attribute_assortativity_coefficient(graph, "group")
        assert found["assortativity"].value.estimate == pytest.approx(theirs)


def test_weights_count_and_repeats_are_added_up() -> None:
    network = Network.of([0, 0, 1, 1], [1, 1, 0, 1], [1, 2, 5, 9], nodes=3)
    assert (network.ties, network.loops, network.repeats) == (2, 1, 1)
    assert network.sent().tolist() == [3, 5, 0]
    assert network.received().tolist() == [5, 3, 0]
    whole, group = society()
    heavy = Network.of(*_ends_of(whole), np.full(whole.ties, 3.0), nodes=whole.nodes)
    plain, same = (by_name(echo(Grouped.of(one, group), permutations=20)) for one in (whole, heavy))
    for name in ("ei", "assortativity"):
        ours, theirs = same[name].value, plain[name].value
        assert (ours.estimate, ours.low, ours.high) == pytest.approx((theirs.estimate, theirs.low, theirs.high))
        assert same[name].z == pytest.approx(plain[name].z)


def _ends_of(network: Network) -> tuple[np.ndarray, np.ndarray]:
    return np.repeat(np.arange(network.nodes), np.diff(network.start)), network.target


def test_an_echo_chamber_is_told_from_chance() -> None:
    mixed, group = society()
    for signal in (*echo(Grouped.of(mixed, group)), controversy(Grouped.of(mixed, group))):
        assert signal.level == "none"
        assert signal.value is not None
        assert signal.value.low < 0 < signal.value.high or signal.name == "controversy"
        assert abs(signal.z) < 3
    apart, group = society(home=0.9)
    grouped = Grouped.of(apart, group)
    found = by_name([*echo(grouped), controversy(grouped), exposure(grouped)])
    assert found["ei"].level == "red"
    assert found["ei"].z < -3
    assert found["assortativity"].level == "red"
    assert found["controversy"].value.estimate > 0.5
    assert found["controversy"].level == "red"
    assert found["exposure"].level != "none"
    assert "chance alone gives" in found["ei"].sentence
    assert "n = " in found["ei"].sentence


def test_history_decides_where_the_rule_asks_for_it() -> None:
    apart, group = society(home=0.7)
    grouped = Grouped.of(apart, group)
    assert by_name(echo(grouped, history=[0.9] * 8))["assortativity"].level == "none"
    assert by_name(echo(grouped, history=[0.1] * 8))["assortativity"].level != "none"
    assert controversy(grouped, above_before=[False, True]).level == "none"
    assert controversy(grouped, above_before=[True, True]).level != "none"


def test_the_interval_of_the_ei_index_covers() -> None:
    """People, not ties, are what is drawn: ties of one person go the same way."""
    rng, covered = np.random.default_rng(5), 0
    for _ in range(60):
        n = 150
        homely = rng.beta(1, 1, n)
        source = np.repeat(np.arange(n), 10)
        across = rng.random(len(source)) > homely[source]
        target = 2 * rng.integers(0, n // 2, len(source)) + (source + across) % 2
        network = Network.of(source, target, nodes=n)
        value = by_name(echo(Grouped.of(network, np.arange(n) % 2), permutations=5))["ei"].value
        covered += value.low <= 0 <= value.high
    assert covered >= 52


def test_the_walk_is_what_walking_finds() -> None:
    network, group = society(nodes=80, ties=300, home=0.6, seed=3)
    side, degree = group == 1, network.sent() + network.received()
    fixed = _ends(degree, side)
    graph = nx.MultiGraph(zip(*_ends_of(network), strict=True))
    rng, ended = np.random.default_rng(0), np.zeros((2, 2))
    near = {n: [v for _, v in graph.edges(n)] for n in graph}
    for mine in (0, 1):
        people = [n for n in graph if not fixed[n] and group[n] == mine]
        for _ in range(4_000):
            at = people[rng.integers(len(people))]
            while not fixed[at]:
                at = near[at][rng.integers(len(near[at]))]
            ended[mine, group[at]] += 1
    shares = ended / ended.sum(axis=0)
    walked = shares[0, 0] * shares[1, 1] - shares[0, 1] * shares[1, 0]
    assert _crossing(network, degree, side)[0] == pytest.approx(walked, abs=0.04)


def test_who_can_reach_an_end_is_found_along_any_path() -> None:
    from commonweal.methods.networks.kernels import reachable

    rng = np.random.default_rng(0)
    for seed in range(6):
        order = rng.permutation(300)  # long chains in an order that no sweep likes, and some loose pairs
        chain = [(order[n], order[n + 1]) for n in range(200)] + [(order[n], order[n + 1]) for n in range(210, 290, 2)]
        network = Network.of([a for a, _ in chain], [b for _, b in chain], nodes=300)
        fixed = np.zeros(300, bool)
        fixed[order[seed * 30]] = True
        back, source, _ = network.reverse
        graph = nx.Graph(chain)
        expected = np.isin(np.arange(300), list(nx.node_connected_component(graph, order[seed * 30])))
        assert (reachable(network.start, network.target, back, source, fixed) == expected).all()


def test_a_disconnected_world_is_as_controversial_as_can_be() -> None:
    network, group = society(home=1.0)
    assert controversy(Grouped.of(network, group), permutations=9).value.estimate == pytest.approx(1, abs=1e-4)


def test_the_gini_and_the_top_share_are_the_formulas() -> None:
    x = np.array([1.0, 2, 3, 10])
    assert gini_of(x) == pytest.approx(np.abs(x[:, None] - x).sum() / (2 * 16 * x.mean()))
    assert gini_of([5, 5, 5]) == 0
    assert gini_of([0, 0]) == 0
    assert gini_of(np.r_[np.zeros(99), 1]) == pytest.approx(0.99)
    assert top_share_of(np.r_[np.ones(99), 101]) == pytest.approx(101 / 200)
    x = np.random.default_rng(0).pareto(2, 300)
    left_out = np.array([gini_of(np.delete(x, n)) for n in range(300)])
    se = np.sqrt(299 / 300 * ((left_out - left_out.mean()) ** 2).sum())
    found = gini(x)
    assert found.value.high - found.value.estimate == pytest.approx(1.96 * se)
    assert gini(x, history=[found.value.estimate - 0.06] * 8).level == "amber"
    assert gini(x, history=[found.value.estimate] * 8).level == "none"
    assert top_share(np.r_[np.ones(99), 1_000]).level == "amber"


def test_a_share_that_chance_gives_too_asks_for_nothing() -> None:
    for few in ([1.0], [1, 1], [2, 1], [5, 0.2]):
        assert top_share(few).level == "none"
        assert gini(few).level == "none"
    assert independence(np.arange(10), [0, 9, 1, 1, 4, 8, 2, 7, 7, 3]).level == "none"


def test_reciprocity_fires_when_it_falls_by_a_quarter() -> None:
    network = Network.of([0, 1, 0, 2], [1, 0, 2, 3])
    assert reciprocity(network).value.estimate == 0.5
    assert [reciprocity(network, history=[h]).level for h in (0.5, 0.67, 1.0)] == ["none", "amber", "red"]
    assert reciprocity(Network.of([], [], nodes=3)).withheld


def test_newcomers_whose_time_is_not_up_are_not_counted() -> None:
    found = newcomers_unanswered([100, 100, 100, 100, 10], [1, np.nan, 50, 2, np.nan])
    assert (found.value.estimate, found.n, found.level) == (0.5, 4, "red")
    assert found.details["median_reply_hours"] == 1.5
    assert newcomers_unanswered([10], [np.nan]).withheld
    levels = [newcomers_unanswered([99] * 100, [np.nan] * n + [1] * (100 - n)).level for n in (20, 21, 41)]
    assert levels == ["none", "amber", "red"]


def test_parity_fires_on_a_gap_that_chance_does_not_give() -> None:
    assert parity([90, 60], [100, 100], members=500).level == "amber"
    assert parity([9, 6, 5], [30, 30, 10], members=500).level == "none"
    found = parity([90, 0, 3], [100, 100, 10], members=500)
    assert (found.value.estimate, found.level) == (0, "red")
    assert found.value.high < 1
    assert parity([9, 6], [19, 30], members=500).withheld
    assert "fewer than 50 members" in parity([30, 20], [30, 30], members=49).withheld
    assert parity([0, 0], [30, 30], members=99).withheld
    assert parity([30, 30], [30, 30], members=99).value.estimate == 1


def test_opinions_and_independence() -> None:
    assert opinion_entropy([50, 50], dissenting_comments=0).value.estimate == pytest.approx(1)
    assert opinion_entropy([98, 2], dissenting_comments=3).level == "red"
    assert opinion_entropy([98, 2], dissenting_comments=10).level == "none"
    assert opinion_entropy([100, 0], dissenting_comments=0).value.estimate == 0
    assert opinion_entropy([0, 0], dissenting_comments=0).withheld
    rng = np.random.default_rng(1)
    sealed = rng.integers(1, 8, 200).astype(float)
    drawn = np.rint(4 + (sealed - 4) / 2)
    found = independence(sealed, drawn)
    assert found.level in ("amber", "red")
    assert found.value.estimate == pytest.approx(1 - drawn.var() / sealed.var())
    assert independence(sealed, sealed).level == "none"
    assert independence(np.ones(20), sealed[:20]).withheld
    big = independence(np.tile(sealed, 40), np.tile(drawn, 40))
    assert big.value.high - big.value.low < found.value.high - found.value.low


def test_displacement_compares_each_with_themselves() -> None:
    rng = np.random.default_rng(2)
    person = np.repeat(np.arange(100), 8)
    base = rng.normal(0, 5, 100)[person]
    hours = np.abs(rng.normal(5, 2, 800)) + np.abs(base)
    contact = 10 + 2 * base - 0.3 * hours + rng.normal(0, 1, 800)
    found = displacement(person, hours, contact)
    assert found.value.low < -0.3 < found.value.high
    assert found.level == "amber"
    assert displacement(person, hours, base).level == "none"
    assert displacement(person, base, contact).withheld


def test_overload_fires_when_the_cap_is_reached_two_weeks_running() -> None:
    week = ([3, 3, 1], [3, 3, 3])
    assert overload(*week).level == "none"
    assert overload(*week, reached_before=[True]).level == "amber"
    assert overload(*week, reached_before=[True, True]).level == "red"
    assert overload([1, 1], [3, 3], reached_before=[True]).level == "none"
    assert overload(*week).details["use"] == pytest.approx(7 / 9)


def test_under_fifty_members_no_groups_are_compared() -> None:
    network, group = society(nodes=49, ties=300, home=0.9)
    grouped = Grouped.of(network, group)
    for signal in (*echo(grouped), controversy(grouped), exposure(grouped)):
        assert signal.value is None
        assert "fewer than 50 members" in signal.sentence
        assert signal.level == "none"
    assert reciprocity(network).value is not None


def test_no_signal_names_a_node_or_a_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network, group = society(home=0.9)
    ties, groups = tmp_path / "t.csv", tmp_path / "g.csv"
    rows = zip(*_ends_of(network), strict=True)
    ties.write_text("source,target\n" + "".join(f"person{a},person{b}\n" for a, b in rows))
    groups.write_text("node,group\n" + "".join(f"person{n},camp{g}\n" for n, g in enumerate(group)))
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    line = ["networks", str(ties), "--groups", str(groups), "--permutations", "20"]
    assert command.run(parser.parse_args([*line, "--json"])) == 0
    said = capsys.readouterr().out
    assert "person1" not in said
    assert "camp" not in said
    told = json.loads(said)
    assert told["ties"] == network.ties
    assert {s["name"] for s in told["signals"]} >= {"ei", "assortativity", "controversy", "exposure", "reciprocity"}
    assert all(s["sentence"] and s["action"] for s in told["signals"])
    assert command.run(parser.parse_args(line)) == 0
    groups.write_text("node,group\nperson1,a\nperson1,b\n")
    assert command.run(parser.parse_args(line)) == 2
    assert "row 2, column node" in capsys.readouterr().err


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    code = command.run(parser.parse_args(["networks", *words]))
    told = capsys.readouterr()
    return code, told.out if code == 0 else told.err


def test_the_command_judges_against_the_weeks_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ties, groups, before = tmp_path / "t.csv", tmp_path / "g.csv", tmp_path / "weeks.json"
    network, group = society(home=0.9)
    ties.write_text("source,target\n" + "".join(f"p{a},p{b}\n" for a, b in zip(*_ends_of(network), strict=True)))
    groups.write_text("node,group\n" + "".join(f"p{n},g{g}\n" for n, g in enumerate(group)))
    line = [str(ties), "--groups", str(groups), "--permutations", "20", "--json"]
    _, first = said(capsys, *line)
    before.write_text(first + first)
    _, output = said(capsys, *line, "--before", str(before))
    now = {signal["name"]: signal for signal in json.loads(output)["signals"]}
    assert json.loads(output)["weeks_before"] == 2
    assert now["assortativity"]["level"] == "none"  # high, and not rising
    assert now["controversy"]["level"] == "red"  # above chance for the third week
    for name, signal in now.items():
        assert signal["before"] == pytest.approx(signal["estimate"]), name
        assert signal["change"] == pytest.approx(0)
        assert "the weeks before" in signal["sentence"]
    for wrong in ("nonsense", "{}", '{"signals": [{"name": "ei", "estimate": "x"}]}', "[1]"):
        before.write_text(first + wrong)
        code, error = said(capsys, *line, "--before", str(before))
        assert (code, error.count("\n")) == (2, 1)
        assert "row 2: is not what an earlier run printed" in error


def test_the_picture_has_a_row_for_each_signal_and_a_sign_for_each_level(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ties, svg = tmp_path / "t.csv", tmp_path / "p.svg"
    network, _ = society()
    ties.write_text("source,target\n" + "".join(f"p{a},p{b}\n" for a, b in zip(*_ends_of(network), strict=True)))
    code, output = said(capsys, str(ties), "--svg", str(svg))
    assert code == 0
    assert f"Picture: {svg}" in output
    tree = ElementTree.fromstring(svg.read_text())
    words = [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {"reciprocity", "gini", "top share", "chance alone", "calm", "amber", "red"} <= set(words)
    hidden = draw([reciprocity(Network.of([], [], nodes=3))], "nothing")
    assert "not shown" in hidden


def test_every_signal_says_what_chance_gives() -> None:
    rng = np.random.default_rng(4)
    network, group = society(home=0.5)
    grouped = Grouped.of(network, group)
    person, sealed = np.repeat(np.arange(60), 6), rng.integers(1, 8, 80)
    signals = [
        *echo(grouped, permutations=20),
        controversy(grouped, permutations=20),
        exposure(grouped, permutations=20),
        reciprocity(network),
        gini(rng.pareto(1.5, 300) * 10),
        top_share(rng.pareto(1.5, 300) * 10),
        newcomers_unanswered([99] * 40, [np.nan] * 20 + [1] * 20, others=(200, 20)),
        parity([90, 60], [100, 100], members=500),
        opinion_entropy([50, 3, 2], dissenting_comments=4),
        independence(sealed, np.clip(sealed, 3, 5)),
        displacement(person, rng.normal(5, 2, 360), rng.normal(5, 2, 360)),
        overload([3, 3, 3, 0, 0, 0], [3] * 6),
    ]
    for signal in signals:
        assert signal.null is not None, signal.name
        assert signal.null.low <= signal.null.mean <= signal.null.high, signal.name
        assert "chance alone gives" in signal.sentence
        assert signal.value is not None
        assert signal.n > 0
        assert signal.action.endswith(".")
        was = signal.beside([signal.value.estimate - 1, float("nan")])
        assert was.details["change"] == pytest.approx(1)
        assert signal.beside([]) is signal


def test_chance_is_what_shuffling_gives() -> None:
    rng = np.random.default_rng(3)
    for seed in range(3):  # where there is nothing but chance, the figure lies within it
        even = gini(rng.multinomial(2_000, np.full(400, 1 / 400)), seed=seed)
        assert abs(even.z) < 4
        sealed, opened = rng.integers(1, 8, (2, 200))
        assert abs(independence(sealed, opened, seed=seed).z) < 4
        person = np.repeat(np.arange(50), 8)
        assert abs(displacement(person, rng.normal(size=400), rng.normal(size=400), seed=seed).z) < 4
        assert abs(newcomers_unanswered([99] * 100, [np.nan] * 20 + [1] * 80, others=(400, 80), seed=seed).z) < 0.5
    assert gini(rng.pareto(1.2, 400) * 20).z > 10
    assert overload([9, 9, 9, 0, 0, 0, 0, 0], [9, 9, 9, 5, 5, 5, 5, 5]).null.mean < 0.4
    assert newcomers_unanswered([99] * 100, [np.nan] * 60 + [1] * 40, others=(400, 40)).z > 5
    with pytest.raises(BadInput, match="between none and all"):
        newcomers_unanswered([99], [np.nan], others=(3, 4))
    many = rng.multinomial(300_000, np.full(100_000, 1e-5))
    assert abs(gini(many).z) < 4  # dealt to a part of the people, and its spread scaled to all


@given(TIES, st.lists(st.integers(-1, 3), min_size=12, max_size=12))
@settings(max_examples=40, deadline=None)
def test_any_network_gives_finite_figures_or_a_reason(ties: list, group: list[int]) -> None:
    network = Network.of([a for a, _ in ties], [b for _, b in ties], nodes=12)
    grouped = Grouped.of(network, np.array(group), members=80)
    signals = [*echo(grouped, permutations=9), controversy(grouped, permutations=9), exposure(grouped)]
    for signal in [*signals, reciprocity(network)]:
        assert (signal.value is None) == bool(signal.withheld)
        if signal.value is not None:
            assert np.isfinite([signal.value.estimate, signal.value.low, signal.value.high]).all()
            assert signal.value.low <= signal.value.estimate + 1e-12
            assert signal.value.estimate <= signal.value.high + 1e-12
        json.dumps(signal.as_json(), allow_nan=False)
    assert len(as_table(signals).rows) == len(signals)


def test_what_makes_no_network_is_refused() -> None:
    for ends in (([0], [0, 1]), ([-1], [0]), ([0.5], [1])):
        with pytest.raises(BadInput):
            Network.of(*ends)
    with pytest.raises(BadInput, match="above 0"):
        Network.of([0], [1], [0.0])
    with pytest.raises(BadInput, match="below 0 or too high"):
        Network.of([0], [5], nodes=3)
    for call in (lambda: gini_of([]), lambda: gini_of([-1]), lambda: gini_of(["x"]), lambda: overload([1], [1, 2])):
        with pytest.raises(BadInput):
            call()

"""The simulated community: what it is made of, and that its truth is in what it answers."""

from __future__ import annotations

import numpy as np
import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.figures import gini_of_array
from commonweal.methods.population import WORLDS, World, cascade, society, world_named
from commonweal.methods.population.people import activity, draw_people
from commonweal.methods.population.ties import Ties


def slopes(world: str, n: int = 4000, seed: int = 0, first: int = 0, waves: int = 3) -> dict[str, float]:
    """a, b, c′ and the correlation of what is unexplained, by least squares on the three waves."""
    c = society(n, world, seed=seed, waves=waves).waves.complete(first)
    z = np.column_stack([np.ones(len(c["x0"])), c["x0"], c["m0"], c["y0"], c["tenure"]])
    of_m, of_y = (np.linalg.lstsq(z, c[name], rcond=None)[0] for name in ("m1", "y2"))
    full = np.linalg.lstsq(np.column_stack([z, c["m1"]]), c["y2"], rcond=None)[0]
    alike = np.corrcoef(c["m1"] - z @ of_m, c["y2"] - z @ of_y)[0, 1]
    return {"a": of_m[1], "b": full[5], "direct": full[1], "reverse": of_m[3], "alike": alike}


@pytest.mark.parametrize("name", ["mediated-medium", "mediated-direct", "null-second", "displacement"])
def test_the_truth_of_a_world_is_in_the_answers(name: str) -> None:
    world, found = world_named(name), slopes(name)
    for figure in ("a", "b", "direct"):
        assert found[figure] == pytest.approx(getattr(world, figure), abs=0.06), figure
    assert found["reverse"] == pytest.approx(0, abs=0.06)


def test_a_hidden_cause_leaves_its_correlation_and_no_path() -> None:
    assert WORLDS["confounded"].b == 0
    assert slopes("confounded")["alike"] == pytest.approx(0.3, abs=0.05)
    assert slopes("confounded")["b"] > 0.2
    shared = slopes("shared-cause")
    assert shared["a"] > 0.15
    assert shared["b"] > 0.15


def test_in_the_reverse_world_empowerment_comes_first_and_also_drives_taking_part() -> None:
    found = slopes("reverse-only")
    assert found["reverse"] == pytest.approx(0.39, abs=0.06)
    assert abs(found["a"]) < 0.06
    waves = society(3000, "reverse-only").waves
    assert np.corrcoef(waves.exposure[0], waves.empowerment[0])[0, 1] > 0.2


@pytest.mark.parametrize("n", [40, 400, 20_000])
def test_few_write_most(n: int) -> None:
    found = [society(n, seed=seed).inequality for seed in range(4 if n < 1000 else 1)]
    assert np.mean(found) == pytest.approx(0.83, abs=0.02)
    assert gini_of_array(activity(n)) == pytest.approx(0.815, abs=0.01)


def test_newcomers_are_answered_as_often_as_asked_for() -> None:
    for rate in (0.61, 0.85):
        found = society(6000, newcomers=0.5, newcomers_answered=rate, seed=1).newcomers_answered
        assert found.low <= rate <= found.high


def test_ties_are_near_and_among_like_and_gatherings_nearer_still() -> None:
    found = society(3000, seed=1)
    people, (one, other) = found.people, found.ties.nonzero()
    same = people.block[one] == people.block[other]
    assert same.mean() > 0.4  # by chance one in sixty
    apart = np.hypot(*(people.place[one] - people.place[other]).T)
    anybody = np.hypot(*(people.place - np.random.default_rng(0).permutation(people.place)).T)
    assert apart.mean() < 0.9 * anybody.mean()
    assert found.attended.sum() > 500
    assert found.weeks[-1].attendances >= 2 * found.weeks[-1].gatherings
    assert np.corrcoef(found.attended, np.bincount(one, minlength=3000))[0, 1] > 0.1


def test_talk_strengthens_a_tie_and_weeks_wear_it_off() -> None:
    ties = Ties(4)
    ties.strengthen(np.array([0, 1, 2]), np.array([1, 0, 2]))  # twice the same two, and somebody with themselves
    assert len(ties) == 1
    assert ties.strength[0] == pytest.approx(1 - 0.88**2)
    ties.age()
    assert ties.strength[0] == pytest.approx((1 - 0.88**2) * 0.98)
    ties.strengthen(np.array([3]), np.array([2]))
    assert ties.of_each().tolist() == [1, 1, 1, 1]
    for _ in range(80):
        ties.age()
    assert len(ties) == 1  # the single talk is forgotten, the double one not yet


def test_granovetters_hundred_people() -> None:
    ladder = np.arange(100) / 100
    assert cascade(ladder) == 100
    ladder[1] = 0.02
    assert cascade(ladder) == 1
    assert cascade(np.full(5, 0.5)) == 0
    assert cascade(np.array([-1.0])) == 1
    with pytest.raises(BadInput):
        cascade(np.zeros(0))


def test_campaigns_flare_up_fade_and_keep_whom_they_won() -> None:
    campaigns = [c for seed in range(6) for c in society(2000, seed=seed).campaigns if len(c.attention) > 8]
    assert len(campaigns) > 5
    for campaign in campaigns:
        assert max(campaign.attention) > campaign.attention[0]
        assert campaign.attention[-1] < 0.05 * max(campaign.attention)
        assert list(campaign.joined) == sorted(campaign.joined)
    assert 0 < np.mean([c.joined[-1] for c in campaigns]) < 1500


def test_the_same_seed_is_the_same_society_and_progress_is_told() -> None:
    told: list[float] = []
    one = society(300, seed=7, progress=told.append)
    two, other = society(300, seed=7), society(300, seed=8)
    assert np.array_equal(one.waves.empowerment, two.waves.empowerment)
    assert np.array_equal(one.posts, two.posts)
    assert not np.array_equal(one.posts, other.posts)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_those_who_drop_out_stay_out_and_are_the_less_empowered() -> None:
    waves = society(3000, dropout=0.3, waves=4, seed=1).waves
    assert (waves.answered[1:] <= waves.answered[:-1]).all()
    here = waves.answered[0]
    assert waves.empowerment[0][here & waves.answered[1]].mean() > waves.empowerment[0][here].mean() + 0.05
    assert len(waves.complete()["x0"]) == waves.answered[:3].all(axis=0).sum()


def test_it_speaks_for_itself() -> None:
    found = society(100)
    assert found.sentence.startswith("100 people over 24 weeks in the world “mediated-medium”")
    assert [table.title for table in found.tables()] == ["Weeks", "What is true here"]
    assert len(draw_people(np.random.default_rng(0), 50, 10, 0.2)) == 50


@pytest.mark.parametrize(
    "wrong",
    [{"n": 39}, {"n": 1_000_001}, {"waves": 2}, {"weeks_per_wave": 0}, {"newcomers": 2.0}, {"dropout": 0.9},
     {"world": "nowhere"}, {"newcomers_answered": -1.0}],
)  # fmt: skip
def test_what_makes_no_community_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        society(**{"n": 50, **wrong})
    with pytest.raises(BadInput):
        World("x", confounder=0.9)
    with pytest.raises(BadInput):
        World("x", exposure="television")  # type: ignore[arg-type]

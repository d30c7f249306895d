"""Measures: what is shipped, how it is summed, what is refused."""

from __future__ import annotations

import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation.measures import measure, measure_of, measures


def osss3(*values: object) -> dict[str, object]:
    return dict(zip(("osss3_close", "osss3_interest", "osss3_neighbours"), values, strict=True))


@pytest.mark.parametrize(
    ("answers", "score", "band"),
    [((1, 1, 1), 3, "poor"), ((2, 3, 3), 8, "poor"), ((3, 3, 3), 9, "moderate"), ((3, 4, 4), 11, "moderate"),
     ((4, 4, 4), 12, "strong"), ((4, 5, 5), 14, "strong")],
)  # fmt: skip
def test_osss3_sums_from_3_to_14_with_its_published_bands(answers: tuple[int, ...], score: int, band: str) -> None:
    scale = measure("osss3")
    assert scale.range == (3, 14)
    assert scale.score(osss3(*answers)) == score
    assert scale.band(score) == band


def test_an_item_left_out_leaves_no_sum() -> None:
    assert measure("osss3").score(osss3(1, None, 2)) is None
    assert measure("osss3").scores([osss3(1, "", 2), osss3("2", "2.0", 2)]) == [None, 6]


@pytest.mark.parametrize("answer", [0, 5, 2.5, "many", True, float("nan")])
def test_an_answer_that_does_not_exist_is_refused(answer: object) -> None:
    with pytest.raises(BadInput, match="osss3_close"):
        measure("osss3").score(osss3(answer, 1, 1))


def test_who5_runs_from_0_to_100_opt_in_and_without_bands() -> None:
    scale = measure("who5")
    assert scale.opt_in
    assert scale.range == (0, 100)
    assert scale.score({item.key: 3 for item in scale.items}) == 60
    assert scale.band(10) == ""


def test_only_the_own_items_and_osss3_are_asked_without_opting_in() -> None:
    asked = {key for key, scale in measures().items() if not scale.opt_in}
    assert asked == {"osss3", "contacts", "help_given", "help_received", "empowerment", "belonging"}
    assert "swemwbs" not in measures()
    assert measure("empowerment").range == (0, 10)


def test_a_pack_is_checked_before_it_is_used() -> None:
    item = {"key": "q", "text": "?", "low": 0, "high": 3, "labels": []}
    pack = {
        "key": "p",
        "title": "P",
        "items": [item],
        "multiply": 1,
        "bands": [[1, "low"], [3, "high"]],
        "opt_in": True,
    }
    pack |= {"source": "s", "permission": "p"}
    assert measure_of(pack).band(2) == "high"
    for wrong in (
        {"bands": [[3, "a"], [1, "b"]]},
        {"bands": [[2, "a"]]},
        {"items": []},
        {"items": [{}]},
        {"multiply": 0},
    ):
        with pytest.raises(BadInput):
            measure_of(pack | wrong)
    with pytest.raises(BadInput, match="choose from"):
        measure("diagnosis")
    with pytest.raises(BadInput, match="between 3 and 14"):
        measure("osss3").band(20)

import re
from xml.etree import ElementTree

from commonweal.insight import svg
from commonweal.insight.shown import figures, headline, picture
from commonweal.insight.waiting import waiting

PAIRS = [["topic", "gathering", 12], ["topic", "nothing", 7], ["private", "gathering", 3], ["welcome", "nothing", 2]]
DATA = {
    "people": 24,
    "across": 15,
    "pairs": PAIRS,
    "first_reply": {"minutes": 34, "n": 62},
    "promise": {"kept": 58, "n": 62},
    "helped": {"yes": 3, "n": 4},
    "welcomed": {"greeted": 19, "n": 19},
    "requests_waiting": 2,
    "newcomers_waiting": 0,
    "introductions_waiting": 8,
}


def words_of(exact: bool) -> dict[str, str]:
    drawn = picture(PAIRS, exact=exact)
    return {end.key: end.shown for end in (*drawn.left, *drawn.right)}


def test_stewards_see_exact_numbers():
    assert words_of(exact=True) == {"topic": "19", "private": "3", "welcome": "2", "gathering": "15", "nothing": "9"}
    assert [band.shown for band in picture(PAIRS, exact=True).bands] == ["12", "7", "3", "2"]


def test_members_never_see_a_group_smaller_than_five():
    drawn = picture(PAIRS, exact=False)
    assert [band.shown for band in drawn.bands] == ["12", "7", "under 5", "under 5"]
    assert drawn.pooled
    small = [band.weight for band in drawn.bands if band.shown == "under 5"]
    assert small == [2.0, 2.0]  # three and two look the same


def test_ends_do_not_give_small_groups_away_by_subtraction():
    words = words_of(exact=False)
    assert words["private"] == "under 5"
    assert words["nothing"] == "7+"


def test_small_numbers_are_kept_out_of_headline_figures_and_waiting():
    assert headline(DATA, exact=False) == "15 of 24 people got across"
    assert "Fewer than five" in headline({**DATA, "across": 2}, exact=False)
    assert "Fewer than five" in headline({**DATA, "people": 3}, exact=False)
    shares = {figure.label: figure for figure in figures(DATA, exact=False)}
    assert shares["Helped, says the receiver"].value == "–"
    assert shares["Promise kept"].value == "94%"
    assert [row.text for row in waiting(DATA, "riverside", steward=False)] == [
        "Fewer than five requests are past their promise",
        "8 introductions did not open",
    ]


def test_stewards_get_the_share_with_its_interval():
    helped = figures(DATA, exact=True)[2]
    assert helped.value == "75%"
    assert helped.detail == "30–95%, of 4"


def test_the_drawing_is_well_formed_named_and_without_styles():
    drawn = picture([["topic", "<script>alert(1)</script>", 8], *PAIRS], exact=True)
    for frame in (svg.WIDE, svg.NARROW):
        text = svg.draw(drawn, frame, "A title", "A description")
        root = ElementTree.fromstring(text)
        assert root.find("title").text == "A title"
        assert root.find("desc").text == "A description"
        assert "style" not in text
        assert "<script>" not in text
        assert len(root.findall("path")) == 5


def test_every_word_of_the_drawing_is_inside_its_frame():
    for frame in (svg.WIDE, svg.NARROW):
        text = svg.draw(picture(PAIRS, exact=True), frame, "t", "d")
        height = int(re.search(r'viewBox="0 0 \d+ (\d+)"', text)[1])
        assert all(0 < float(y) <= height for y in re.findall(r'<text[^>]* y="([\d.]+)"', text))


def test_bands_fill_their_bars_exactly():
    drawn = picture(PAIRS, exact=True)
    for end in drawn.right:
        assert sum(band.weight for band in drawn.bands if band.effect == end.key) == end.weight

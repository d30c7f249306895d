"""Help now: every line has a source, and a steward's check holds for ninety days."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.support.countries import COUNTRIES
from commonweal.support.lines import check_line, data, guess_country, help_for, lines_of


def test_every_entry_names_a_source_and_the_day_it_was_looked_up():
    entries = [*data()["lines"], *data()["directories"]]
    assert len(entries) > 15
    for entry in entries:
        assert entry.sources, entry.name
        for source in entry.sources:
            assert source.url.startswith(("https://", "http://"))
            assert source.looked_up.year >= 2026
            assert not source.site.startswith(("pastebin.", "t.me", "facebook.", "reddit.", "x.com", "twitter."))
    assert data()["number_sources"]


def test_every_line_can_be_reached_and_its_key_is_its_own():
    lines = data()["lines"]
    assert len({line.key for line in lines}) == len(lines)
    for line in lines:
        assert line.phone or line.text, line.key
        assert re.fullmatch(r"[0-9 ]*", line.phone), line.key


def test_every_country_has_a_name_and_an_emergency_number():
    assert set(data()["numbers"]) == set(COUNTRIES)
    assert {line.country for line in data()["lines"]} <= set(data()["numbers"])


@pytest.mark.django_db
def test_the_page_works_signed_out_and_shows_the_lines_of_the_chosen_country():
    page = Client().get("/help-now/?country=GB").content.decode()
    assert "116 123" in page
    assert 'href="tel:116123"' in page
    assert "samaritans.org" in page
    assert "Unverified" in page
    assert 'href="tel:999"' in page


@pytest.mark.django_db
def test_a_country_without_a_line_shows_its_emergency_number_and_the_directories():
    page = Client().get("/help-now/?country=PL").content.decode()
    assert 'href="tel:112"' in page
    assert "findahelpline.com" in page
    assert "no help line for this country" in page


@pytest.mark.django_db
def test_an_unknown_country_shows_the_directories_and_the_choice():
    response = Client().get("/help-now/?country=%00x")
    assert response.status_code == 200
    assert "findahelpline.com" in response.content.decode()


@pytest.mark.django_db
def test_a_member_sees_the_country_of_their_community_first(cast):
    assert "Samaritans" in cast.sign_in(cast.bo).get("/help-now/").content.decode()


@pytest.mark.django_db
def test_a_guest_sees_the_country_their_browser_names():
    page = Client().get("/help-now/", headers={"accept-language": "en-AU,en;q=0.8"}).content.decode()
    assert "13 11 14" in page
    assert guess_country("es") == ""
    assert guess_country("es-ES,es") == "ES"


@pytest.mark.django_db
def test_a_stewards_check_holds_for_ninety_days(cast):
    check_line(membership=cast.dee, key="gb-samaritans", right=True)
    checked = {line.key: line.checked_at for line in lines_of("GB")}
    assert checked["gb-samaritans"] is not None
    assert checked["gb-shout"] is None
    with clock.at(clock.now() + timedelta(days=91)):
        assert all(line.checked_at is None for line in lines_of("GB"))


@pytest.mark.django_db
def test_a_line_found_wrong_says_so_until_it_is_found_right(cast):
    check_line(membership=cast.dee, key="gb-shout", right=False)
    line = next(line for line in help_for("gb").lines if line.key == "gb-shout")
    assert line.doubted_at is not None
    check_line(membership=cast.dee, key="gb-shout", right=True)
    line = next(line for line in help_for("gb").lines if line.key == "gb-shout")
    assert (line.doubted_at, bool(line.checked_at)) == (None, True)


@pytest.mark.django_db
def test_only_stewards_check_lines_and_only_known_ones(cast):
    with pytest.raises(Refused):
        check_line(membership=cast.sol, key="gb-shout", right=True)
    with pytest.raises(Refused):
        check_line(membership=cast.dee, key="gb-nobody", right=True)


@pytest.mark.django_db
def test_the_check_page_is_for_stewards_and_records_the_check(cast):
    url = reverse("support:lines", args=["riverside"])
    assert cast.sign_in(cast.bo).get(url).status_code == 404
    steward = cast.sign_in(cast.dee)
    assert "It is right" in steward.get(url).content.decode()
    assert steward.post(url, {"line": "gb-samaritans"}).status_code == 303
    assert "Checked by a steward" in Client().get("/help-now/?country=GB").content.decode()

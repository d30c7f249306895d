from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import engines
from django.utils import timezone, translation

from commonweal.kit import clock
from commonweal.kit.icons import ICONS, icon_svg
from commonweal.kit.rendering import described
from commonweal.kit.templatetags.commonweal import day, face, hue_of, moment, percent, until, when
from commonweal.kit.week import WeekField, as_mask

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday


@pytest.fixture(autouse=True)
def tuesday_noon():
    with clock.at(NOON), translation.override("en"), timezone.override(UTC):
        yield


def render(source: str, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_is_decoration_unless_it_is_given_a_name(name):
    assert 'aria-hidden="true"' in icon_svg(name)
    assert 'role="img" aria-label="A &amp; B"' in icon_svg(name, "A & B")


def test_a_misspelt_icon_is_found_at_once():
    with pytest.raises(KeyError):
        icon_svg("tlak")


def test_a_face_shows_the_initial_and_keeps_its_colour():
    dee = SimpleNamespace(display_name="  dee", pk=7)
    assert face(dee) == face(dee)
    assert ">D</span>" in face(dee)
    assert f"hue-{hue_of(7)}" in face(dee)
    assert "face-s" in face("Sol", "key", size="s")


def test_a_face_without_a_name_gives_nothing_away():
    assert face("", 1) == face("", 2)
    assert "<svg" in face("", 1)


def test_a_name_is_never_markup():
    assert "<b>" not in face("<b>", 1)


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (timedelta(seconds=-10), "just now"),
        (timedelta(minutes=-1), "1 min ago"),
        (timedelta(minutes=-59), "59 min ago"),
        (timedelta(minutes=25), "in 25 min"),
        (timedelta(hours=-2), "today 10:00"),
        (timedelta(hours=7), "today 19:00"),
        (timedelta(hours=-20), "yesterday 16:00"),
        (timedelta(hours=20), "tomorrow 08:00"),
        (timedelta(days=-4), "Friday 12:00"),
        (timedelta(days=3), "Friday 12:00"),
        (timedelta(days=-30), "25 October"),
        (timedelta(days=30), "24 December, 12:00"),
        (timedelta(days=-400), "20 October 2025"),
    ],
)
def test_times_are_relative_when_near_and_absolute_otherwise(shift, words):
    shown = when(NOON + shift)
    assert f">{words}</time>" in shown
    assert f'datetime="{(NOON + shift).isoformat()}"' in shown


def test_times_are_shown_in_the_readers_zone():
    with timezone.override(ZoneInfo("Pacific/Auckland")):  # thirteen hours ahead: already Wednesday there
        assert ">tomorrow 10:00</time>" not in when(NOON + timedelta(hours=-3))
        assert ">yesterday 22:00</time>" in when(NOON + timedelta(hours=-3))


def test_a_day_has_its_year_only_when_it_is_another_one():
    assert day(date(2026, 12, 25)) == "25 December"
    assert day(date(2027, 1, 2)) == "2 January 2027"
    assert day(NOON, "weekday") == "Tuesday 24 November"
    assert day(NOON, "month") == "November 2026"
    assert day(None) == ""


def test_a_moment_gives_the_day_on_which_the_reader_had_it():
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert day(NOON) == "25 November"


def test_an_appointment_names_the_zone_of_its_place_only_when_it_differs():
    at = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)
    assert ">Thursday 26 November, 19:00</time>" in moment(at)
    assert ">Thursday 26 November, 19:00</time>" in moment(at, "Europe/Lisbon")
    assert ">Thursday 26 November, 20:00 (Madrid time)</time>" in moment(at, "Europe/Madrid")
    assert "2027" in moment(at + timedelta(days=60))


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (timedelta(minutes=40), "40 min left"),
        (timedelta(hours=3, minutes=59), "3 hours left"),
        (timedelta(days=6, hours=1), "6 days left"),
        (timedelta(minutes=-20), "20 min late"),
        (timedelta(days=-2, hours=-1), "2 days late"),
    ],
)
def test_deadlines_say_what_is_left_or_how_late_it_is(shift, words):
    assert f">{words}</time>" in until(NOON + shift)


def test_nothing_is_said_about_no_time():
    assert when(None) == until(None) == moment(None) == ""


def test_a_share_of_nothing_is_a_dash():
    assert percent(0.945) == "94%"
    assert percent(None) == percent(float("nan")) == "–"


def test_a_meter_never_runs_over_and_survives_a_goal_of_nothing():
    assert 'value="40" max="40"' in render('{% meter 52 40 "52 of 40" %}')
    assert 'max="1"' in render('{% meter 0 0 "none yet" %}')


class Sample(forms.Form):
    name = forms.CharField(label="Your name", help_text="As friends say it.")
    about = forms.CharField(label="About you", required=False)
    kinds = forms.MultipleChoiceField(
        label="Kinds", choices=[("a", described("Listen", "<to me>"))], widget=forms.CheckboxSelectMultiple
    )
    agree = forms.BooleanField(label="I agree")


def test_a_wrong_form_says_so_at_the_top_and_beside_each_field():
    page = render("{{ form }}", form=Sample({"name": ""}))
    assert page.index('role="alert"') < page.index("Your name</label>")
    assert 'href="#id_name"' in page
    assert 'id="id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page


def test_a_fresh_form_has_labels_legends_and_says_what_is_optional():
    page = render("{{ form }}", form=Sample())
    assert 'role="alert"' not in page
    assert page.count("(optional)") == 1
    assert "<legend>Kinds</legend>" in page
    assert "&lt;to me&gt;" in page
    assert 'style="' not in page


def test_the_week_grid_cleans_to_the_mask_that_profiles_keep():
    field = WeekField(required=False)
    assert field.clean(["0", "41"]) == 1 | 1 << 41
    assert field.clean([]) == 0
    with pytest.raises(forms.ValidationError):
        field.clean(["42"])
    with pytest.raises(forms.ValidationError):
        field.clean(["x"])


def test_the_week_grid_shows_what_was_chosen_and_names_every_box():
    form = type("Week", (forms.Form,), {"free": WeekField(label="Free")})(initial={"free": as_mask([4])})
    page = render("{{ form }}", form=form)
    assert page.count('type="checkbox"') == 42
    assert page.count(" checked") == 1
    assert "Monday, Evening 16 to 20" in page

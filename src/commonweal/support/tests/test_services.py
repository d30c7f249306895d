"""Lines and services of a community: from a source, with its day, unverified until checked, all of a file or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, make_community, make_member

from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.support.actions import services as acting
from commonweal.support.lines import data
from commonweal.support.models.services import LocalService
from commonweal.support.services import as_lines, read_file, template

pytestmark = pytest.mark.django_db


def said(**more: Any) -> dict[str, Any]:
    """An entry with a number that nobody has: digits of a made-up exchange."""
    return {
        "kind": "service", "name": "The open kitchen", "phone": "0000 111", "source": "https://example.org/kitchen",
        "looked_up": date(2026, 1, 5), **more,
    }  # fmt: skip


def add(cast: Cast, **more: Any) -> LocalService:
    return acting.add_service(membership=cast.dee, said=said(**more))


def checked(service: LocalService) -> bool:
    service.refresh_from_db()
    return as_lines([service])[0].checked_at is not None


def test_members_see_their_own_services_first_and_others_do_not(cast: Cast) -> None:
    add(cast)
    page = cast.sign_in(cast.bo).get("/help-now/?country=GB").content.decode()
    assert page.index("The open kitchen") < page.index("Samaritans")
    assert "Unverified" in page
    for outside in (Client(), cast.sign_in(cast.chen)):
        assert "The open kitchen" not in outside.get("/help-now/?country=GB").content.decode()


def test_an_entry_needs_a_source_a_day_and_a_way_to_reach_it(cast: Cast) -> None:
    for missing in ({"source": ""}, {"looked_up": None}, {"phone": ""}, {"looked_up": date(2999, 1, 1)}):
        with pytest.raises(Refused):
            add(cast, **missing)
    service = add(cast)
    for column in ("source", "phone"):
        with pytest.raises(IntegrityError), transaction.atomic():
            LocalService.objects.filter(pk=service.pk).update(**{column: ""})


def test_a_check_holds_ninety_days_and_until_the_next_change(cast: Cast) -> None:
    service = add(cast)
    assert not checked(service)
    acting.check_service(membership=cast.dee, service=service, right=True)
    assert checked(service)
    with clock.at(clock.now() + timedelta(days=91)):
        assert not checked(service)
    acting.change_service(membership=cast.dee, service=service, said=said(phone="0000 222"))
    assert not checked(service)


def test_a_correction_stands_in_the_place_of_the_bundled_line_for_members_only(cast: Cast) -> None:
    before = [line.phone for line in data()["lines"]]
    fixed = acting.add_service(membership=cast.dee, said=said(name="Shout, corrected"), replaces="gb-shout")
    page = cast.sign_in(cast.bo).get("/help-now/?country=GB").content.decode()
    assert "Shout, corrected" in page
    assert 'id="gb-shout"' not in page
    assert 'id="gb-shout"' in Client().get("/help-now/?country=GB").content.decode()
    assert [line.phone for line in data()["lines"]] == before
    acting.retire_service(membership=cast.dee, service=fixed)
    assert 'id="gb-shout"' in cast.sign_in(cast.bo).get("/help-now/?country=GB").content.decode()


def test_only_stewards_of_the_place_change_its_services(cast: Cast) -> None:
    service = add(cast)
    elsewhere = make_member(make_community("elsewhere"), "Eve", "steward")
    with pytest.raises(Refused):
        acting.add_service(membership=cast.sol, said=said(name="Another"))
    url = reverse("support:service", args=["riverside", service.pk])
    assert cast.sign_in(cast.bo).get(url).status_code == 404
    other = reverse("support:service", args=["elsewhere", service.pk])
    assert cast.sign_in(elsewhere).get(other).status_code == 404


def test_the_pages_add_check_correct_and_retire(cast: Cast) -> None:
    client, listed = cast.sign_in(cast.dee), reverse("support:services", args=["riverside"])
    typed = {**said(), "looked_up": "2026-01-05", "source": ""}
    refused = client.post(reverse("support:service_new", args=["riverside"]), typed)
    assert refused.status_code == 422
    assert "The open kitchen" in refused.content.decode()
    assert (
        client.post(
            reverse("support:service_new", args=["riverside"]), {**typed, "source": "https://a.org"}
        ).status_code
        == 303
    )
    service = LocalService.objects.get()
    assert "The open kitchen" in client.get(listed).content.decode()
    assert listed in client.get(reverse("moderation:desk", args=["riverside"])).content.decode()
    check = reverse("support:service_check", args=["riverside", service.pk])
    client.post(check, {"right": "1"})
    assert "Checked by a steward" in client.get("/help-now/").content.decode()
    client.post(check, {"retire": "1"})
    assert "The open kitchen" not in client.get("/help-now/").content.decode()
    correct = reverse("support:line_correct", args=["riverside", "gb-shout"])
    assert "85258" in client.get(correct).content.decode()


def test_a_file_is_added_whole(cast: Cast) -> None:
    text = template() + 'service,"Kitchen, open",0000 111,,,,,,https://example.org/k,2026-01-05\r\n'
    text += "line,Night talk,,,https://example.org,,,,https://example.org/n,2026-01-06\r\n"
    client, url = cast.sign_in(cast.dee), reverse("support:service_import", args=["riverside"])
    assert client.post(url, {"file": SimpleUploadedFile("a.csv", text.encode("utf-8-sig"))}).status_code == 303
    assert set(LocalService.objects.values_list("name", flat=True)) == {"Kitchen, open", "Night talk"}
    again = client.post(url, {"file": SimpleUploadedFile("a.csv", text.encode())})
    assert again.status_code == 422
    assert "Row 2, column “name”" in again.content.decode()
    assert LocalService.objects.count() == 2


def test_one_wrong_cell_and_nothing_is_added(cast: Cast) -> None:
    text = template() + "line,Right,0000 111,,,,,,https://example.org,2026-01-05\r\n"
    text += "line,Wrong,call us,,,,,,https://example.org,2026-01-05\r\nline,Worse,0000 2,,,,,,,05.01.26\r\n"
    client, url = cast.sign_in(cast.dee), reverse("support:service_import", args=["riverside"])
    page = client.post(url, {"file": SimpleUploadedFile("a.csv", text.encode())}).content.decode()
    for where in ("Row 3, column “phone”", "Row 4, column “source”", "Row 4, column “looked_up”"):
        assert where in page
    assert not LocalService.objects.exists()


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "missing"),
        (b"name,source\r\na,b\r\n", "looked_up"),
        (b"name,source,looked_up,colour\r\n", "colour"),
        (b"name,source,looked_up\r\n", "no rows"),
        (b'name,source,looked_up\r\n"a,b\r\n', "CSV"),
        (b"name,source,looked_up\r\na,b,c,d\r\n", "more cells"),
        (b"name,source,looked_up\r\n" + b"a,https://a.org,2026-01-01\r\n" * 201, "divide"),
        (b"name,phone,source,looked_up\r\n" + b"a,1,https://a.org,2026-01-01\r\n" * 2, "same as row 2"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(raw: bytes, what: str) -> None:
    _rows, problems = read_file(raw)
    assert what in " ".join(problems)


def test_the_file_to_fill_in_holds_no_number(cast: Cast) -> None:
    got = cast.sign_in(cast.dee).get(reverse("support:service_template", args=["riverside"])).content.decode()
    assert got == template()
    assert not any(letter.isdigit() for letter in got)

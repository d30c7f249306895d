from __future__ import annotations

import pytest
from django.template.loader import render_to_string

pytestmark = pytest.mark.urls("commonweal.site.pwa")


def test_the_manifest_names_an_icon_that_exists(client):
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["display"] == "standalone"
    assert manifest["icons"][0]["src"].endswith(".svg")


def test_the_service_worker_is_served_from_the_root_and_never_kept(client):
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db
def test_pages_without_a_connection_and_for_the_language_need_nobody_signed_in(client):
    assert "no connection" in client.get("/offline/").content.decode()
    page = client.get("/languages/?next=/elsewhere/").content.decode()
    assert "</html>" in page


@pytest.mark.django_db
def test_the_page_of_components_is_only_in_the_demonstration(client, settings):
    settings.DEMO = True
    page = client.get("/style/?send=1").content.decode()
    assert 'role="alert"' in page
    assert 'style="' not in page
    settings.DEMO = False
    assert client.get("/style/").status_code == 404


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
def test_an_error_page_needs_nothing_and_shows_a_way_on(name):
    page = render_to_string(name)
    assert "<h1>" in page
    assert 'href="/"' in page

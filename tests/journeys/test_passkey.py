"""Sign up with a passkey and sign in with it again, with Chromium's own virtual authenticator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.instance import Instance

from .arriving import found_neighbourhood
from .walker import Walker

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("passkey"), DEMO="0", MAIL="file") as started:
        yield started


def test_a_passkey_is_enough_to_sign_up_and_to_sign_in_again(browser: Browser, instance: Instance) -> None:
    founder = Walker(browser, instance, "Edda")
    found_neighbourhood(founder, instance.start())
    person = Walker(browser, instance, "Petra")
    devtools = person.context.new_cdp_session(person.page)
    devtools.send("WebAuthn.enable")
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]

    person.go("/account/signup/")
    person.press("Use a passkey")
    person.fill("Email", person.email)
    person.page.get_by_role("main").get_by_role("button").first.click()
    person.fill("Code", person.code())
    person.press("Go on")
    if person.page.get_by_label("Name").count():
        person.fill("Name", "My phone")
    person.page.get_by_role("main").get_by_role("button").first.click()
    person.page.wait_for_url(lambda url: "passkey" not in url and "webauthn" not in url)
    assert len(devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1

    person.go("/me/")
    person.press("Sign out")
    person.go("/account/login/")
    person.press("passkey")
    person.page.wait_for_url(lambda url: "login" not in url)
    person.go("/me/")
    expect(person.page.get_by_text(person.email).first).to_be_visible()
    assert [*founder.troubles(), *person.troubles()] == []

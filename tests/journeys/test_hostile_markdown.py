"""Whatever people paste, the page that shows it runs nothing, asks nobody else, and the browser refuses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Request

from commonweal.kit.tests.test_markdown import HOSTILE
from tests.instance import Instance

from .arriving import found_neighbourhood
from .walker import Walker

#: The harmless call of the corpus, made to leave a trace: a dialog, and a name on the window.
ATTACKS = [text.replace("alert(1)", "window.pwned=!alert(1)") for text in HOSTILE]

#: Each text becomes a message of its own, through the action that the reply form uses. The limit of sixty an hour is
#: for people, not for this: several members write.
POST = """
from commonweal.communities.models import Community, Membership
from commonweal.conversations.actions import reply, start_topic
from commonweal.people.models import Person
home = Community.objects.get()
members = [
    Membership.objects.create(community=home, display_name=f"Writer {n}",
                              person=Person.objects.create_user(f"writer{n}@example.org"))
    for n in range(4)
]
topic = start_topic(membership=members[0], title="<img src=x onerror=window.pwned=1>", text="What can be pasted")
for n, text in enumerate(TEXTS):
    try:
        reply(membership=members[n % 4], topic=topic, text=text)
    except Exception as refusal:
        assert "Refused" in [base.__name__ for base in type(refusal).__mro__], text
result = [f"/c/{home.slug}/talk/{topic.pk}/", topic.posts.count()]
"""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("hostile"), DEMO="0", MAIL="file") as started:
        yield started


def test_hostile_words_stay_words_in_a_real_browser(browser: Browser, instance: Instance) -> None:
    reader = Walker(browser, instance, "Edda")
    found_neighbourhood(reader, instance.start())
    path, posts = instance.python(POST.replace("TEXTS", json.dumps(ATTACKS)))
    assert posts > 50, "nearly all of the corpus was posted"
    dialogs: list[str] = []
    elsewhere: list[str] = []
    reader.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    reader.page.on("request", lambda request: elsewhere.extend(_outside(request, instance)))
    seen = 0
    for start in range(1, posts + 1, 10):
        reader.page.goto(f"{path}?from={start}")
        reader.page.wait_for_load_state("networkidle")
        seen = max(seen, *(int(n) for n in _numbers(reader)))
        _press_every_link_in_messages(reader)
        assert reader.page.evaluate("typeof window.pwned") == "undefined"
    assert seen == posts, "every message was looked at"
    _paste_all_at_once(reader, path)
    assert (dialogs, elsewhere, reader.complaints.said) == ([], [], [])


def _numbers(reader: Walker) -> list[str]:
    return [
        str(one.get_attribute("id")).removeprefix("post-") for one in reader.page.locator("article[id^=post-]").all()
    ]


def _outside(request: Request, instance: Instance) -> list[str]:
    parts = urlsplit(request.url)
    return [] if parts.scheme in ("data", "blob") or parts.netloc == urlsplit(instance.url).netloc else [request.url]


def _press_every_link_in_messages(reader: Walker) -> None:
    """Press each link as a script would, without leaving the page: a javascript: address would run."""
    reader.page.evaluate("""() => {
        document.addEventListener('click', e => {
            const a = e.target.closest('a');
            if (a && /^https?:$/.test(a.protocol)) e.preventDefault();
        }, true);
        document.querySelectorAll('.words a').forEach(a => a.click());
    }""")
    reader.page.wait_for_timeout(50)


def _paste_all_at_once(reader: Walker, path: str) -> None:
    """By hand, in the reply box: half-open tags of one text meet those of the next."""
    reader.page.goto(path)
    reader.fill("Your reply", "\n\n".join(ATTACKS)[:9000])
    reader.press("Post reply")
    reader.page.reload()
    reader.page.wait_for_load_state("networkidle")
    assert reader.page.evaluate("typeof window.pwned") == "undefined"

"""Whatever is sent: a clear answer, never an error of ours, and what was typed comes back.

The cases are made from the pages themselves: every form on every page of the matrix is found, filled in and spoilt.
"""

from __future__ import annotations

import logging
import re
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from commonweal.conversations.models import Post, Topic
from commonweal.kit import clock

from .cast import make_community, make_member
from .routes import IN, ROUTES, Own, Public, table
from .world import Place, make_place, picture, sign_in, undone

TYPED = "zqtyped"
#: Who tries, first the one with the most to lose.
WHO = ("author", "founder", "supporter", "partner")
HUGE = "9999999999999999999"
#: Names of things one can ask for in an address.
ASKED = ("q", "role", "kind", "what", "show", "past", "tag", "topic", "introduction", "quote",
         "country", "key", "next", "place", "page", "entry", "gathering")  # fmt: skip
NONSENSE = (HUGE, "-1", "²", "١٢", "%00", "%ff%fe", "%F0%9F%92%A9", "[]", "' OR 1=1 --", "9" * 3000)


@dataclass
class Form:
    """A form as a browser sees it: where it goes, and its fields with the kind of each."""

    action: str
    route: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        return [
            name for name, kind in self.kinds.items() if kind in ("text", "textarea", "search", "email", "url", "tel")
        ]

    def filled(self, **more: Any) -> dict[str, Any]:
        """As somebody careful would fill it in."""
        day = (clock.now() + timedelta(days=30)).date().isoformat()
        sample = {
            "text": "Some words", "textarea": "Some words here", "date": day, "time": "18:00", "number": "3", "tel": "123",
            "datetime-local": f"{day}T18:00", "url": "https://example.org/", "email": "a@example.org",
        }  # fmt: skip
        words = {name: self.fields[name] or sample.get(kind, "") for name, kind in self.kinds.items() if kind != "file"}
        if "until_time" in words:
            words["until_time"] = "20:00"
        return words | more


class Forms(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found, self.now = page, [], None
        self.choosing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "form" and have.get("method", "").lower() == "post":
            self.now = Form(have.get("action") or self.page)
            self.found.append(self.now)
        if self.now is None:
            return
        name, kind = have.get("name", ""), have.get("type", tag) if tag == "input" else tag
        if tag == "select" and name:
            self.choosing = name
            self.now.kinds[name], self.now.fields[name] = "select", ""
        elif tag == "option" and self.choosing and have.get("value") and not self.now.fields[self.choosing]:
            self.now.fields[self.choosing] = have["value"]
        elif name and tag in ("input", "textarea", "button") and name != "csrfmiddlewaretoken":
            kind = "text" if kind == "input" else kind
            if kind == "radio" and self.now.fields.get(name):
                return
            if kind != "checkbox" or "checked" in have:
                self.now.fields.setdefault(name, "")
                self.now.fields[name] = have.get("value", "")
                self.now.kinds[name] = kind

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.now = None
        if tag == "select":
            self.choosing = ""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    for name in ("django.request", "django.security"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    yield
    for name in ("django.request", "django.security"):
        logging.getLogger(name).setLevel(logging.NOTSET)


class Town:
    """A place, the browsers of those who try, and every form they find."""

    def __init__(self, slug: str = "river", founder: Any = None) -> None:
        if founder is None:
            founder = make_member(make_community("elsewhere"), "Fay", "founder").person
        self.place: Place = make_place(slug, founder=founder)
        self.place.ids["notice"] = 1
        self.clients = {role: sign_in(self.place.who[role].person) for role in WHO}

    def ask(self, role: str, method: str, *args: Any, **more: Any) -> HttpResponse:
        """One request, undone afterwards. An error of ours is raised."""
        client = self.clients[role]
        cookies = client.cookies.copy()
        with undone():
            response: Any = getattr(client, method)(*args, **more)
            response.text_sent = response.content.decode(errors="replace") if not response.streaming else ""
        client.cookies = cookies
        return response

    def forms(self) -> list[tuple[str, Form]]:
        found: dict[tuple[str, frozenset[str]], tuple[str, Form]] = {}
        for row in table():
            url = row.url(self.place)
            for role in WHO:
                if row.rule.verdict(role, "open") != IN:
                    continue
                for form in Forms(url).feed_and_close(self.ask(role, "get", url).text_sent):
                    try:
                        form.route = resolve(urlsplit(form.action).path).view_name
                    except Resolver404:
                        continue
                    if form.route in ROUTES:
                        found.setdefault((form.route, frozenset(form.fields)), (role, form))
        return list(found.values())


def _feed_and_close(self: Forms, text: str) -> list[Form]:
    self.feed(text)
    return self.found


Forms.feed_and_close = _feed_and_close  # type: ignore[attr-defined]


def spoilt(form: Form) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """(what is wrong, data, more arguments of the request) for every way to spoil a form."""
    fine = form.filled()
    texts = dict.fromkeys(form.texts, f"{TYPED} " + "long " * 25000)
    yield "too long", fine | texts, {}
    yield "NUL", fine | dict.fromkeys(form.texts, f"{TYPED}\x00there"), {}
    yield "empty", {}, {}
    yield "twice", {name: [value, value] for name, value in fine.items()}, {}
    for value in (HUGE, "-1", "²", "٣", "\x00", "NaN", "' OR 1=1 --", "2026-02-31", "\ud83d"):
        yield f"all {value!r}", dict.fromkeys(fine, value), {}
    yield "forged submission", fine | {"submission": "no-such-thing"}, {}
    plain = "application/x-www-form-urlencoded"
    bytes_of = b"&".join(name.encode() + b"=%ff%fe\xff\xfe" for name in fine or {"text": ""})
    yield "not UTF-8", bytes_of, {"content_type": plain}
    yield "not UTF-8, said otherwise", bytes_of, {"content_type": f"{plain}; charset=utf-7"}
    yield "600 fields", urlencode([(f"f{n}", "x") for n in range(600)]), {"content_type": plain}
    yield "broken multipart", b"--x\r\nContent-Disp", {"content_type": "multipart/form-data; boundary=x"}
    yield "no boundary", b"abc", {"content_type": "multipart/form-data"}
    yield "JSON", b'{"text": 1}', {"content_type": "application/json"}


@pytest.mark.django_db
def test_no_spoilt_form_breaks_anything_and_what_was_typed_comes_back(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    town = Town()
    forms = town.forms()
    wrong: list[str] = []
    for role, form in forms:
        for what, data, more in spoilt(form):
            if isinstance(data, dict) and any("\ud83d" in str(value) for value in data.values()):
                data = urlencode(data, errors="surrogatepass")
                more = {"content_type": "application/x-www-form-urlencoded"}
            try:
                if more:  # as bytes, so that the test's own browser does not mend them
                    kind = more["content_type"]
                    body = data.encode() if isinstance(data, str) else data
                    answer = town.ask(role, "generic", "POST", form.action, body, content_type=kind)
                else:
                    answer = town.ask(role, "post", form.action, data)
            except Exception as error:
                wrong.append(f"{form.route} {what}: {type(error).__name__} {str(error)[:110]}")
                continue
            if answer.status_code >= 500:
                wrong.append(f"{form.route} {what}: {answer.status_code}")
            if what == "too long" and answer.status_code == 422 and form.texts and TYPED not in answer.text_sent:
                wrong.append(f"{form.route} {what}: what was typed is gone")
            if what == "empty" and answer.status_code not in (200, 204, 302, 303, 400, 404, 422):
                wrong.append(f"{form.route} {what}: {answer.status_code}")
    assert len({form.route for _role, form in forms}) > 60
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.django_db
def test_no_address_breaks_anything(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    town = Town()
    cursors = {"forged": "x:y:z", "of another list": _cursor_of(town)}
    wrong: list[str] = []

    def look(role: str, method: str, url: str) -> None:
        try:
            status = town.ask(role, method, url).status_code
        except Exception as error:
            wrong.append(f"{method} {url[:120]}: {type(error).__name__} {str(error)[:110]}")
        else:
            if status >= 500:
                wrong.append(f"{method} {url[:120]}: {status}")

    for row in {row.name: row for row in table() if row.rule.verdict("founder", "open") == IN}.values():
        url = row.url(town.place).split("?")[0]
        for name in ("after", "before"):
            for cursor in cursors.values():
                look("founder", "get", f"{url}?{name}={cursor}")
        for value in NONSENSE:
            for names in (("from", "since", "at"), ASKED):
                look("founder", "get", f"{url}?" + "&".join(f"{name}={value}" for name in names))
    for row in table():
        numbers = [key for key, value in row.ids.items() if key.endswith("_id") or key == "number"]
        if numbers:
            url = reverse(row.name, kwargs=_arguments(row, town.place) | {numbers[-1]: int(HUGE)})
            for method in ("get", "post"):
                look("founder", method, url)
                look("author", method, url)
    assert not wrong, "\n" + "\n".join(wrong)


def _cursor_of(town: Town) -> str:
    """A cursor that this site made, for another list than the one it is sent to."""
    from commonweal.kit import pages

    return pages._encode(Topic.objects.latest("pk"), ("-title", "-last_post_at", "-id"))


def _arguments(row: Any, place: Place) -> dict[str, Any]:
    literal = ("kind", "step", "number")
    found = {key: value if key in literal else place.ids.get(value, value) for key, value in row.ids.items()}
    return found | ({"slug": place.slug} if "<slug:slug>" in ROUTES[row.name] else {})


@pytest.mark.django_db
def test_things_of_another_community_are_not_there(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    founder = make_member(make_community("elsewhere"), "Fay", "founder").person
    make_place("glen", founder=founder)
    town = Town("river", founder)
    far = make_place("brook", founder=founder)
    wrong = []
    for row in table():
        foreign = [key for key in row.ids if key.endswith("_id") and key not in ("case_id", "conversation_id")]
        if not foreign or isinstance(row.rule, Own | Public) or "<slug:slug>" not in ROUTES[row.name]:
            continue
        arguments = _arguments(row, town.place)
        for key in foreign:
            url = reverse(row.name, kwargs=arguments | {key: _arguments(row, far)[key]})
            for method in ("get", "post"):
                status = town.ask("founder", method, url).status_code
                if status not in (404, 405):
                    wrong.append(f"{method} {row} with {key} of another community: {status}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.django_db
def test_sent_twice_is_done_once(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    town = Town()
    done, wrong = set(), []
    for role, form in town.forms():
        if "submission" not in form.fields:
            continue
        data = form.filled(submission=str(uuid.uuid4()))
        client = town.clients[role]
        with undone():
            first = client.post(form.action, data)
            if first.status_code != 303:
                continue
            before = _counts()
            again = client.post(form.action, data)
            done.add(form.route)
            if again.status_code != 303 or urlsplit(again["Location"]).path != urlsplit(first["Location"]).path:
                wrong.append(f"{form.route}: {first['Location']} and then {again.status_code} {again.get('Location')}")
            more = {name: after - before[name] for name, after in _counts().items() if after != before[name]}
            if more:
                wrong.append(f"{form.route}: the second time made {more}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert len(done) >= 10, sorted(done)


def _counts() -> dict[str, int]:
    from django.apps import apps

    ours = [model for model in apps.get_models() if model.__module__.startswith("commonweal.")]
    names = ("kit.Spending", "people.SharedCache")
    return {m._meta.label: m._base_manager.count() for m in ours if m._meta.label not in names}


def bomb() -> bytes:
    """A picture of 30,000 × 30,000 points in a file of some kilobytes."""
    import struct

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = 30_000
    packer = zlib.compressobj(9)
    line = b"\0" * (1 + size // 8)
    body = b"".join(packer.compress(line) for _n in range(2000)) + packer.flush()
    head = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


BAD_FILES = {
    "a program": lambda: b"\x7fELF" + b"\0" * 500,
    "a page": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "nothing": lambda: b"",
    "half a picture": lambda: picture()[:60],
    "30 MB": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 30_000_000,
    "a bomb": bomb,
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", BAD_FILES)
def test_a_file_that_is_no_picture_is_refused_and_the_words_are_kept(what: str, cast: Any) -> None:
    client: Client = cast.sign_in(cast.bo)
    url = reverse("conversations:new", args=["riverside"])
    page = Forms(url)
    page.feed(client.get(url).content.decode())
    form = next(form for form in page.found if "picture_1" in form.kinds)
    file = SimpleUploadedFile("cat.png", BAD_FILES[what](), content_type="image/png")
    data = form.filled(title=f"Title {TYPED}", text=f"Words {TYPED}", picture_1=file)
    posts = Post.objects.count()
    answer = client.post(url, data)
    text = answer.content.decode()
    assert (answer.status_code, Post.objects.count()) == (422, posts)
    assert f"Title {TYPED}" in text
    assert f"Words {TYPED}" in text
    assert re.search(r'class="[^"]*error|aria-invalid|role="alert"', text)


@pytest.mark.django_db
def test_a_body_that_is_far_too_large_is_refused_kindly(cast: Any) -> None:
    client = cast.sign_in(cast.bo)
    body = b"text=" + b"x" * 3_000_000
    kind = "application/x-www-form-urlencoded"
    answer = client.post(reverse("conversations:new", args=["riverside"]), body, content_type=kind)
    assert answer.status_code in (400, 413)
    assert b"<h1" in answer.content

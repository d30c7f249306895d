"""How quick are the pages? Starts the production server on a seeded database and drives it with wrk.

    python bench/pages.py                                   1,000 topics of 20 posts, 1,000 members
    python bench/pages.py --members 200000 --topics 50000   a large place
    python bench/pages.py --members 200000 --requests 50000   the queue of those who wait for support, too
    python bench/pages.py --smoke                           a few seconds, only to see that it runs

With DATABASE_URL the database it names is used, which must be empty; otherwise an embedded one in a temporary folder.
Prints one JSON line and one sentence per page. Needs wrk. CPU is that of the two web processes, from /proc.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PORT = int(os.environ.get("BENCH_PORT", "8911"))
SITE = f"http://127.0.0.1:{PORT}"
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    options = arguments()
    if not shutil.which("wrk"):
        print("This needs wrk. Install it with the system's packages (apt-get install wrk).", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(
            DATA=data,
            PORT=str(PORT),
            DJANGO_SETTINGS_MODULE="commonweal.site.settings",
            DEMO="0",
            COMMONWEAL_SERVING="1",
        )
        site = seed(options)
        with serving(data):
            for name, path, cookie in site.pages:
                report(measure(name, path, cookie, site, options.seconds))
            report(replies(site, options.replies))
            report({"page": "memory", "MiB a process": memory()})
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--topics", type=int, default=1000)
    parser.add_argument("--posts", type=int, default=20, help="posts a topic")
    parser.add_argument("--requests", type=int, default=200, help="requests for support that wait")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--replies", type=int, default=1500)
    parser.add_argument("--smoke", action="store_true")
    options = parser.parse_args()
    if options.smoke:
        options.members, options.topics, options.seconds, options.replies = 100, 30, 1, 60
    return options


class Site:
    """What was seeded: the pages to ask for, and the sessions to ask with."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, str, str]] = []
        self.sessions: list[str] = []
        self.topic_path = ""
        self.queries: dict[str, int] = {}


def seed(options: argparse.Namespace) -> Site:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.urls import reverse

    from commonweal.communities.models import Membership, Role
    from commonweal.conversations.models import Topic
    from commonweal.demo.bulk import fill, fill_requests
    from commonweal.site.commands.prepare import gather_static_files

    started = time.perf_counter()
    call_command("migrate", interactive=False, verbosity=0)
    gather_static_files()
    community = fill(members=options.members, topics=options.topics, posts_a_topic=options.posts)
    fill_requests(community, options.requests)
    report({"page": "seeding", "seconds": round(time.perf_counter() - started, 1), "members": options.members,
            "posts": options.topics * options.posts})  # fmt: skip
    site = Site()
    topic = Topic.objects.filter(community=community).order_by("pk")[options.topics // 2]
    site.topic_path = reverse("conversations:topic", args=[community.slug, topic.pk])
    list_path = reverse("conversations:topics", args=[community.slug])
    members = Membership.objects.filter(community=community).select_related("person").order_by("pk")
    site.sessions = [session_for(member.person, settings) for member in members[: max(1, options.replies // 50 + 1)]]
    Membership.objects.filter(pk=members[1].pk).update(role=Role.SUPPORTER)
    name = settings.SESSION_COOKIE_NAME
    on_duty = f"{name}={site.sessions[1]}"
    signed_in = f"{name}={site.sessions[0]}"
    site.pages = [
        ("topic as guest", site.topic_path, ""),
        ("list as guest", list_path, ""),
        ("topic signed in", site.topic_path, signed_in),
        ("list signed in", list_path, signed_in),
        ("Today signed in", reverse("today"), signed_in),
        ("queue of a supporter", reverse("support:queue", args=[community.slug]), on_duty),
    ]
    count_queries(site, {signed_in: members[0].person, on_duty: members[1].person})
    return site


def session_for(person: Any, settings: Any) -> str:
    """A session as signing in makes it, without the seconds that hashing a password takes."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from commonweal.people.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def count_queries(site: Site, people: dict[str, Any]) -> None:
    """Queries of the second request of each page, in this process: the first one moves the read mark."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    for name, path, cookie in site.pages:
        client = Client(headers={"host": "127.0.0.1"})
        if cookie:
            client.force_login(people[cookie])
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(path)
        site.queries[name] = len(captured)
    connection.close()


@contextlib.contextmanager
def serving(data: str) -> Iterator[None]:
    from commonweal.site.commands.run import _web_command

    server = subprocess.Popen(
        _web_command("127.0.0.1", PORT), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _attempt in range(150):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{SITE}/help-now/", timeout=5).close()
                break
            time.sleep(0.2)
        else:
            raise SystemExit("The server did not start.")
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def web_processes() -> list[int]:
    """The granian workers that serve pages: the children of the process we started."""
    found = subprocess.run(
        ["pgrep", "-f", f"granian.*{PORT}"], capture_output=True, text=True, check=False
    ).stdout.split()
    return [int(pid) for pid in found]


def cpu_seconds() -> float:
    total = 0
    for pid in web_processes():
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory() -> list[int]:
    """Resident memory of each process, in MiB."""
    sizes = []
    for pid in web_processes():
        with contextlib.suppress(OSError, AttributeError):
            status = Path(f"/proc/{pid}/status").read_text()
            sizes.append(int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) // 1024)
    return sorted(sizes)


def measure(name: str, path: str, cookie: str, site: Site, seconds: int) -> dict[str, Any]:
    headers = ["-H", "Accept-Encoding: gzip", *(["-H", f"Cookie: {cookie}"] if cookie else [])]
    wrk = ["wrk", "-t1", "-c8", "--latency", *headers]
    subprocess.run([*wrk, "-d1s", SITE + path], capture_output=True, check=True)
    before = cpu_seconds()
    output = subprocess.run([*wrk, f"-d{seconds}s", SITE + path], capture_output=True, text=True, check=True).stdout
    spent = cpu_seconds() - before
    requests = int(re.search(r"(\d+) requests in", output).group(1))
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return {
        "page": name,
        "requests/s": round(float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1)), 1),
        "p50 ms": milliseconds(re.search(r"\n +50%\s+(\S+)", output).group(1)),
        "p99 ms": milliseconds(re.search(r"\n +99%\s+(\S+)", output).group(1)),
        "CPU ms": round(spent * 1000 / max(1, requests), 2),
        "bytes": compressed_size(path, cookie),
        "queries": site.queries[name],
        "wrong answers": int(wrong.group(1)) if wrong else 0,
    }


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return round(float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit], 2)


def compressed_size(path: str, cookie: str) -> int:
    request = urllib.request.Request(
        SITE + path, headers={"Accept-Encoding": "gzip", **({"Cookie": cookie} if cookie else {})}
    )
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
    gzip.decompress(body)
    return len(body)


def replies(site: Site, count: int) -> dict[str, Any]:
    """One client posts replies one after another, as members in turn, so that no limit is met. Only 302/303 counts."""
    token = "0123456789abcdef" * 2
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    sent, started = 0, time.perf_counter()
    for number in range(count):
        cookie = f"sessionid={site.sessions[number % len(site.sessions)]}; csrftoken={token}"
        body = urlencode(
            {"csrfmiddlewaretoken": token, "text": f"I can come along, number {number}.", "submission": uuid.uuid4()}
        )
        connection.request("POST", site.topic_path, body, {
            "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Origin": SITE, "Host": f"127.0.0.1:{PORT}",
        })  # fmt: skip
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (302, 303):
            raise SystemExit(f"A reply was refused with {answer.status}.")
        sent += 1
    return {
        "page": "replies by one client",
        "replies/s": round(sent / (time.perf_counter() - started), 1),
        "sent": sent,
    }


def report(result: dict[str, Any]) -> None:
    print(json.dumps(result))
    name = result["page"]
    rest = ", ".join(f"{key} {value}" for key, value in result.items() if key != "page")
    print(f"{name[0].upper()}{name[1:]}: {rest}.", flush=True)


if __name__ == "__main__":
    sys.exit(main())

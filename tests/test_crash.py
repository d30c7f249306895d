"""Kill -9 in the middle of posting: no acknowledged write is lost, and nobody is told twice."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode

from tests.instance import Instance

SEED = """
from commonweal.communities.models import Membership
from commonweal.conversations.actions import start_topic
from commonweal.demo.bulk import fill
from commonweal.notices.models import NoticeChoice
from django.urls import reverse
from tests.sessions import session_of

community = fill(members=8, topics=1, posts_a_topic=1)
members = list(Membership.objects.select_related("person", "community").order_by("pk"))
topic = start_topic(membership=members[0], title="Who is coming?", text="Say so here.")
NoticeChoice.objects.create(person=members[0].person, kind="replies", inbox=True, email="at_once")
sessions = [session_of(member.person) for member in members[1:]]
result = {"path": reverse("conversations:topic", args=[community.slug, topic.pk]), "sessions": sessions}
"""

AFTER = """
from django.db.models import Count
from commonweal.conversations.models import Post, Topic
from commonweal.notices.models import Mail, Notice
from commonweal.site.commands.worker import work_off
from commonweal.trail.models import Outbox, Step
work_off()
topic = Topic.objects.get(title="Who is coming?")
result = {
    "submissions": [str(s) for s in Post.objects.filter(submission__isnull=False).values_list("submission", flat=True)],
    "numbers": list(topic.posts.order_by("number").values_list("number", flat=True)),
    "count": topic.posts_count,
    "steps": Step.objects.filter(verb="conversations.posted").count(),
    "waiting": Outbox.objects.count(),
    "notices": Notice.objects.filter(verb="conversations.posted").count(),
    "twice": list(Notice.objects.values("person", "step").annotate(n=Count("id")).filter(n__gt=1).values_list("n", flat=True)),
}
"""


def _post_until(stop: threading.Event, instance: Instance, path: str, session: str, acknowledged: list[str]) -> None:
    token = "abcdefgh" * 4
    while not stop.is_set():
        submission = str(uuid.uuid4())
        body = urlencode({"csrfmiddlewaretoken": token, "text": f"I am, says {submission}.", "submission": submission})
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": instance.url,
            "Host": f"localhost:{instance.port}",
        }
        try:
            connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=10)
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            connection.close()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)  # the server was killed under us; this one was not acknowledged
            continue
        if answer.status in (302, 303):
            acknowledged.append(submission)
        time.sleep(0.25)  # below the limit of sixty an hour for as long as this test takes


def test_kill_9_loses_no_acknowledged_reply_and_tells_nobody_twice(tmp_path: Path) -> None:
    with Instance(tmp_path, DEMO="0") as instance:
        seeded = instance.python(SEED)
        instance.start()
        stop, acknowledged = threading.Event(), []
        threads = [
            threading.Thread(target=_post_until, args=(stop, instance, seeded["path"], session, acknowledged))
            for session in seeded["sessions"]
        ]
        for thread in threads:
            thread.start()
        for pattern in ("granian", "command worker", "granian", "command worker"):
            time.sleep(1.5)
            for pid in instance.processes(pattern):
                os.kill(pid, signal.SIGKILL)
        time.sleep(4)
        patience = time.monotonic() + 180  # a machine may be slow; the test is about what was acknowledged
        while len(acknowledged) <= 20 and time.monotonic() < patience:
            time.sleep(0.5)
        stop.set()
        for thread in threads:
            thread.join()
        instance.stop()
        after = instance.python(AFTER)
    assert len(acknowledged) > 20, instance.log.read_text()
    assert set(acknowledged) <= set(after["submissions"])
    assert after["numbers"] == list(range(1, len(after["numbers"]) + 1)), "no gap and no number twice"
    assert after["count"] == len(after["numbers"])
    assert after["steps"] == len(after["numbers"]) - 1
    assert after["waiting"] == 0
    assert after["twice"] == []
    assert after["notices"] >= after["steps"]
    mails = [mail for mail in instance.mails() if "Who is coming?" in mail]
    assert len(mails) <= after["notices"]

"""`commonweal` as an operator types it: on an empty folder, at the first start, twice, stopped in the middle."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance import Instance

FOUND = """
from commonweal.communities.actions import found_community, leave
from commonweal.communities.models import Kind, Membership
from commonweal.people.models import Person
ada = Person.objects.create_user("ada@example.org")
Person.objects.create_user("bo@example.org")
found_community(person=ada, display_name="Ada", name="Riverside", purpose="Neighbours.", kind=Kind.NEIGHBOURHOOD)
leave(membership=Membership.objects.get())
"""
FOUNDERS = """
from commonweal.communities.models import Community
home = Community.objects.get()
result = [home.members_count, *home.memberships.filter(state="active", role="founder").values_list("display_name", flat=True)]
"""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("commands"), migrated=False, DEMO="0") as made:
        yield made


def _status(instance: Instance, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=30)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_founder_is_found_on_an_empty_folder_and_again_when_the_last_one_left(instance: Instance) -> None:
    """In this order: the first command of a new place is often createfounder, before anything was prepared."""
    assert "/found/link/" in instance.command("createfounder").stdout
    wrong = instance.command("createfounder", "bo@example.org", "--community", "riverside", check=False)
    assert (wrong.returncode, wrong.stderr) == (0, ""), "without a community there is only the link"
    printed = instance.start()
    link = next(line.strip() for line in printed.splitlines() if "/found/link/" in line)
    assert [_status(instance, path) for path in ("/", "/account/signup/", "/communities/")] == [503, 503, 503]
    assert _status(instance, link.removeprefix(instance.url)) in (200, 302)
    instance.stop()

    instance.python(FOUND)
    unknown = instance.command("createfounder", "chen@example.org", "--community", "riverside", check=False)
    assert unknown.returncode == 1
    assert "no account" in unknown.stderr
    for _twice in range(2):
        said = instance.command("createfounder", "bo@example.org", "--community", "riverside", "--name", "Bo").stdout
        assert said == "Bo is now a founder of Riverside.\n"
    assert instance.python(FOUNDERS) == [1, "Bo"]


def test_check_says_what_to_do_about_each_thing(instance: Instance) -> None:
    done = instance.command("check")
    assert "is up to date" in done.stdout
    assert "→" in done.stdout


def test_a_demonstration_is_never_built_over_a_community(instance: Instance) -> None:
    done = instance.command("demo", check=False)
    assert done.returncode == 1
    assert "There is a community in this database already" in done.stderr


def test_a_taken_port_and_a_port_that_is_none_are_said_plainly(instance: Instance) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = instance.command("run", "--port", port, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is taken by another program.")
    done = instance.command("run", "--port", "99999", check=False)
    assert done.returncode == 2
    assert "is not a port" in done.stderr


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="only the embedded database is one file")
def test_a_database_that_another_program_keeps_is_said_plainly(instance: Instance) -> None:
    file = sqlite3.connect(instance.data / "commonweal.sqlite3", isolation_level=None)
    file.execute("BEGIN IMMEDIATE")
    done = instance.command("prepare", check=False)
    file.execute("ROLLBACK")
    file.close()
    assert done.returncode == 1
    assert "Another program keeps the database" in done.stderr
    assert "Traceback" not in done.stderr


def test_stopping_while_the_demonstration_is_built_stops_its_building_and_leaves_nothing(tmp_path: Path) -> None:
    with Instance(tmp_path, DEMO="1") as building:
        building.server = building._begin("run")
        _until(lambda: "day 30 of" in building.log.read_text(), building)
        building.server.send_signal(signal.SIGTERM)
        assert building.server.wait(timeout=60) == 128 + signal.SIGTERM
        assert building.processes("commonweal") == []
        building.server = None
        communities = "from commonweal.communities.models import Community\nresult = Community.objects.count()"
        assert building.python(communities) == 0


def _until(condition: object, instance: Instance) -> None:
    end = time.monotonic() + 300
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, instance.log.read_text()
        assert instance.server is not None
        assert instance.server.poll() is None, instance.log.read_text()
        time.sleep(0.2)

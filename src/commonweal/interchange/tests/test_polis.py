"""Bringing in a Polis export: real ones where they are at hand, small made ones for everything that can be wrong."""

from __future__ import annotations

import argparse
import csv
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from commonweal.communities.models import Community
from commonweal.decisions.models import Answer, OpinionMap, Statement
from commonweal.interchange import command
from commonweal.interchange.models import ImportedRecord, ImportRun
from commonweal.interchange.polis import CannotImport, import_polis
from commonweal.interchange.polis_files import BadExport
from commonweal.people.models import Person

REAL = Path(__file__).resolve().parents[4] / "../shared/data/opinions"


def real(name: str) -> Path:
    folder = REAL / name
    if not folder.is_dir():
        pytest.skip(f"the shared data set {name} is not beside this checkout")
    return folder


def write_export(folder: Path, people: int = 6, statements: int = 4, url: str = "https://pol.is/abc") -> Path:
    """A small, sound export: participant p answers statement s with (p + s) mod 3 - 1, and skips where p is s."""
    folder.mkdir(parents=True, exist_ok=True)
    votes = [[None if p == s else (p + s) % 3 - 1 for s in range(statements)] for p in range(people)]
    with (folder / "participants-votes.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(
            ["participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *range(statements)]
        )
        for p, row in enumerate(votes):
            given = Counter(row)
            sums = [statements - given[None], given[1], given[-1]]
            out.writerow([p, "", 0, 0, *sums, *("" if v is None else v for v in row)])
    with (folder / "comments.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(
            ["timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body"]
        )
        for s in range(statements):
            column = Counter(row[s] for row in votes)
            body = f"Statement “{s}”, with a comma"
            out.writerow([1518000000000 + s, "", s, s % people, column[1], column[-1], -1 if s == 1 else 1, body])
    (folder / "summary.csv").write_text(
        f"topic,A better street\nurl,{url}\nviews,9\nvoters,{people}\nvoters-in-conv,{people}\ncommenters,3\n"
        f'comments,{statements}\ngroups,2\nconversation-description,"What should change,\nand why?"\n',
        encoding="utf-8",
    )
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def nothing_was_written() -> bool:
    return not any(model.objects.exists() for model in (Community, Person, Statement, Answer, ImportRun, OpinionMap))


@pytest.mark.django_db
def test_an_export_becomes_a_community_with_a_counted_map(tmp_path):
    report = import_polis(write_export(tmp_path / "x"))
    community = Community.objects.get(slug="a-better-street")
    assert (community.name, community.members_count) == ("A better street", 6)
    assert community.purpose == "What should change, and why?"
    opinion_map = OpinionMap.objects.get(community=community)
    assert opinion_map.counted_at is not None
    assert opinion_map.voters == 6
    assert (report.people, report.statements, report.votes, report.withheld) == (6, 4, 20, 1)
    assert report.skipped == []
    assert Answer.objects.count() == 20


@pytest.mark.django_db
def test_statements_keep_author_time_and_moderation(tmp_path):
    import_polis(write_export(tmp_path / "x"))
    statement = Statement.objects.get(text="Statement “2”, with a comma")
    assert statement.author.display_name == "Participant 2"
    assert int(statement.written_at.timestamp() * 1000) == 1518000000002
    assert statement.withheld_at is None
    assert Statement.objects.get(text="Statement “1”, with a comma").withheld_at is not None


@pytest.mark.django_db
def test_participants_stand_for_people_and_cannot_sign_in(tmp_path, client):
    import_polis(write_export(tmp_path / "x"))
    person = Person.objects.first()
    assert person.placeholder
    assert not person.is_active
    assert not person.has_usable_password()
    assert Person.objects.filter(placeholder=True).count() == 6


@pytest.mark.django_db
def test_bringing_it_in_twice_changes_nothing(tmp_path):
    folder = write_export(tmp_path / "x")
    import_polis(folder)
    before = [
        list(model.objects.order_by("pk").values())
        for model in (Community, Person, Statement, Answer, ImportedRecord, ImportRun)
    ]
    report = import_polis(folder)
    assert report.unchanged
    assert (report.added_people, report.added_statements, report.added_votes) == (0, 0, 0)
    after = [
        list(model.objects.order_by("pk").values())
        for model in (Community, Person, Statement, Answer, ImportedRecord, ImportRun)
    ]
    assert before == after


@pytest.mark.django_db
def test_a_newer_export_of_the_same_conversation_adds_what_is_new(tmp_path):
    import_polis(write_export(tmp_path / "x"))
    report = import_polis(write_export(tmp_path / "y", people=8, statements=5))
    assert (report.added_people, report.added_statements) == (2, 1)
    assert Person.objects.count() == 8
    assert Answer.objects.count() == 35
    assert Community.objects.get().members_count == 8


@pytest.mark.django_db
def test_a_run_that_stopped_goes_on_where_it_stopped(tmp_path):
    folder = write_export(tmp_path / "x", people=250)

    def stop(stage: str, done: int, all: int) -> None:
        if stage == "votes" and done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_polis(folder, progress=stop)
    assert ImportRun.objects.get().done == 100
    report = import_polis(folder)
    assert report.resumed
    assert report.added_people == 0
    assert Answer.objects.count() == report.votes == 996


@pytest.mark.django_db
def test_a_taken_slug_is_refused_before_anything_is_written(tmp_path, cast):
    with pytest.raises(CannotImport, match="riverside"):
        import_polis(write_export(tmp_path / "x"), slug="riverside")
    assert not ImportRun.objects.exists()


@pytest.mark.django_db
def test_the_same_conversation_is_not_opened_under_a_second_slug(tmp_path):
    folder = write_export(tmp_path / "x")
    import_polis(folder, slug="first")
    with pytest.raises(CannotImport, match="first"):
        import_polis(folder, slug="second")
    assert import_polis(folder).community == "first"


WRONG = [
    ("comments.csv", "comment-body", "body", r"comments.csv, row 1: the column 'comment-body'"),
    ("comments.csv", "1518000000002", "yesterday", r"comments.csv, row 4, column 'timestamp'"),
    ("comments.csv", "1518000000001,,1,1,", "1518000000001,,0,1,", r"comments.csv, row 3, column 'comment-id'"),
    ("participants-votes.csv", "n-votes", "votes", r"participants-votes.csv, row 1: the column 'n-votes'"),
    (
        "participants-votes.csv",
        "3,,0,0,3,1,1,-1,0,1,",
        "3,,0,0,3,1,1,-1,2,1,",
        r"participants-votes.csv, row 5, column '1'",
    ),
    (
        "participants-votes.csv",
        "3,,0,0,3,1,1,-1,0,1,",
        "3,,0,0,3,1,1,-1,0",
        r"participants-votes.csv, row 5: has 9 cells",
    ),
    ("participants-votes.csv", "n-disagree,0,1,2,3", "n-disagree,0,1,2,9", r"column '9'.*comments.csv"),
    ("participants-votes.csv", "n-disagree,0,1,2,3", "n-disagree,0,1,2,2", r"column '2'.*twice"),
    ("summary.csv", "topic,", "title,", r"summary.csv: has no row 'topic'"),
    ("summary.csv", "voters,6", "voters,many", r"summary.csv, column 'voters'"),
    ("summary.csv", "comments,4", "comments,9", r"comments.csv: has 4 statements"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("file", "old", "new", "message"), WRONG)
def test_a_wrong_file_is_named_and_nothing_is_written(tmp_path, file, old, new, message):
    folder = write_export(tmp_path / "x")
    change(folder, file, old, new)
    with pytest.raises(BadExport, match=message):
        import_polis(folder)
    assert nothing_was_written()


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["summary.csv", "comments.csv", "participants-votes.csv"])
def test_a_missing_an_empty_and_a_wrongly_encoded_file_are_named(tmp_path, file):
    folder = write_export(tmp_path / "x")
    whole = (folder / file).read_bytes()
    (folder / file).write_bytes(whole.replace(b"topic", "thèmes".encode("latin-1")).replace(b"0", b"\xff", 1))
    with pytest.raises(BadExport, match=f"{file}, row .*UTF-8"):
        import_polis(folder)
    (folder / file).write_bytes(b"\n")
    with pytest.raises(BadExport, match=f"{file}: is empty"):
        import_polis(folder)
    (folder / file).unlink()
    with pytest.raises(BadExport, match=f"{file}: is missing"):
        import_polis(folder)
    assert nothing_was_written()


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["comments.csv", "participants-votes.csv"])
def test_a_file_cut_anywhere_is_refused(tmp_path, file):
    folder = write_export(tmp_path / "x")
    whole = (folder / file).read_bytes()
    for length in range(1, len(whole) - 1, 7):
        (folder / file).write_bytes(whole[:length])
        with pytest.raises(BadExport):
            import_polis(folder)
    assert nothing_was_written()


@pytest.mark.django_db
def test_the_opposite_sign_is_noticed(tmp_path):
    folder = write_export(tmp_path / "x", people=9)
    change(folder, "participants-votes.csv", "n-agree,n-disagree", "n-disagree,n-agree")
    path = folder / "participants-votes.csv"
    rows = list(csv.reader(path.open()))
    if sum(row[5] != row[6] for row in rows[1:]) * 2 <= len(rows) - 1:
        pytest.fail("the made export has too few rows that show the sign")
    with pytest.raises(BadExport, match="opposite sign"):
        import_polis(folder)


@pytest.mark.django_db
def test_a_byte_order_mark_does_no_harm(tmp_path):
    folder = write_export(tmp_path / "x")
    for path in folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert import_polis(folder).votes == 20


@pytest.mark.django_db
def test_differing_sums_and_empty_statements_are_reported(tmp_path):
    folder = write_export(tmp_path / "x")
    change(folder, "comments.csv", "Statement “2”, with a comma", " ")
    change(folder, "comments.csv", "1518000000003,,3,3,", "1518000000003,,3,3,9")
    report = import_polis(folder)
    assert any("1 statements differ from the votes" in line and "statement 3" in line for line in report.skipped)
    assert "statement 2: it has no text; left out with its votes" in report.skipped
    assert (report.statements, Statement.objects.count(), Answer.objects.count()) == (3, 3, 15)


@pytest.mark.django_db
def test_seattle_comes_in_whole(tmp_path):
    folder = real("15-per-hour-seattle")
    report = import_polis(folder)
    rows = list(csv.DictReader((folder / "participants-votes.csv").open(encoding="utf-8")))
    assert report.people == len(rows) == 339
    assert Answer.objects.filter(choice=1).count() == sum(int(row["n-agree"]) for row in rows)
    assert Answer.objects.filter(choice=-1).count() == sum(int(row["n-disagree"]) for row in rows)
    assert Answer.objects.count() == sum(int(row["n-votes"]) for row in rows)
    assert Statement.objects.filter(withheld_at__isnull=False).count() == 23


@pytest.mark.django_db
def test_bowling_green_comes_in_whole():
    report = import_polis(real("american-assembly.bowling-green"))
    assert (report.people, report.statements, report.votes) == (2031, 896, 225524)
    assert Answer.objects.count() == 225524
    assert Statement.objects.values("author").distinct().count() == 403


@pytest.mark.django_db
def test_the_austrian_export_with_its_extra_column_comes_in():
    report = import_polis(real("austria-climate.5twd2jsnkf.2022-08-08"))
    assert (report.people, report.statements, report.votes) == (1117, 522, 61384)


def test_killed_in_the_middle_it_is_completed_by_the_next_run(tmp_path):
    """kill -9 while votes are written, in a process of its own with a database file of its own."""
    folder = write_export(tmp_path / "x", people=3000, statements=40)
    data = tmp_path / "data"
    data.mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"DATA": str(data), "DEMO": "0"}
    python = [sys.executable, "-m", "commonweal.site.command"]
    subprocess.run([*python, "migrate"], env=environment, check=True, capture_output=True)
    bring_in = [*python, "import", "polis", str(folder)]
    process = subprocess.Popen(bring_in, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "votes: 900" in line:
            process.send_signal(signal.SIGKILL)
            break
    assert process.wait() == -signal.SIGKILL
    process.stderr.close()
    with sqlite3.connect(data / "commonweal.sqlite3") as database:
        (done,) = database.execute("select done from interchange_importrun where finished_at is null").fetchone()
    assert 0 < done < 3000
    finished = subprocess.run(bring_in, env=environment, check=True, capture_output=True, text=True)
    assert "Went on where an earlier run had stopped" in finished.stdout
    with sqlite3.connect(data / "commonweal.sqlite3") as database:
        assert database.execute("select count(*) from decisions_answer").fetchone() == (3000 * 40 - 40,)
        assert database.execute("select count(*) from people_person").fetchone() == (3000,)


def test_the_command_says_what_is_wrong_and_exits_with_one(tmp_path, capsys, db):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)

    def main(words: list[str]) -> int:
        return command.run(parser.parse_args(words))

    assert main(["polis", str(tmp_path / "nowhere")]) == 1
    assert "is not a folder" in capsys.readouterr().err
    folder = write_export(tmp_path / "x")
    assert main(["polis", str(folder), "--community", "street"]) == 0
    shown = capsys.readouterr()
    assert "6 people, 4 statements (1 withheld by its moderators), 20 votes" in shown.out
    assert "votes: 6 of 6" in shown.err
    assert Community.objects.filter(slug="street").exists()

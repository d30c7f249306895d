"""Reading Polis exports: the shapes they come in over the years, and the place of what is wrong with one."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods import opinions
from commonweal.methods.errors import BadInput
from commonweal.methods.tests.test_opinions import told

TABLE = "participant,group-id,0,1,2\n7,0,1,-1,\n8,1,-1,1,0\n9,,1,,\n"
COMMENTS = "timestamp,comment-id,moderated,is-meta,comment-body\n"


def export_of(folder, **files):
    """An export with these files (a dot in a name is written as `__`)."""
    for name, content in files.items():
        (folder / f"{name.replace('__', '-')}.csv").write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )
    return opinions.read_export(folder)


def answers_of(export):
    """person -> statement -> answer."""
    table = export.votes.matrix.tocoo()
    found: dict = {person: {} for person in export.votes.people}
    for row, column, answer in zip(table.row, table.col, table.data, strict=True):
        found[export.votes.people[row]][export.votes.statements[column]] = int(answer)
    return found


ALL = {"7": {0: 1, 1: -1}, "8": {0: -1, 1: 1, 2: 0}, "9": {0: 1}}


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        "\ufeff" + TABLE,
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("1,0\n9,,1", "1.0,0.0\n9,-1,1.0"),
        TABLE.replace("9,,1,,", "9,nan,1,null,NaN"),
        "2,1,group-id,xid,0,participant,\n,-1,0,a,1,7,\n0,1,1,b,-1,8,\n,,,,1,9,\n",
        "xid,participant,group-id,n-votes,0,1,2,note,note\n,7,0,2,1,-1,\n,8,1,3,-1,1,0,x,y\n,9,,1,1\n",
    ],
)
def test_one_conversation_in_many_shapes_is_read_alike(tmp_path, content):
    export = export_of(tmp_path, participants__votes=content)
    assert answers_of(export) == ALL
    assert export.groups is not None
    assert dict(zip(export.votes.people, export.groups.tolist(), strict=True)) == {"7": 0, "8": 1, "9": -1}


@pytest.mark.parametrize(
    "name", ["participant__votes", "vtaiwan__participants__votes", "2024 our town_participant__votes"]
)
def test_files_may_carry_the_name_of_the_conversation(tmp_path, name):
    each = "timestamp,comment-id,voter-id,vote\n1600000000000,0,7,1\n"
    files = {name: TABLE, "our.town__comments": COMMENTS + "1,2,-1,,out\n", "our.town__votes": each}
    export = export_of(tmp_path, **files)
    assert export.newest is not None
    assert answers_of(export) == ALL
    assert export.votes.moderated_out.tolist() == [False, False, True]


def test_two_conversations_in_one_folder_are_not_guessed_between(tmp_path):
    with pytest.raises(BadInput, match="one conversation in a folder"):
        export_of(tmp_path, a__participants__votes=TABLE, b__participants__votes=TABLE)


def test_statements_about_the_person_count_as_taken_out(tmp_path):
    rows = '1,0,1,false,"two\nlines, and a ""quote"""\n1,1,1,true,I live here\n1,2,,,我覺得\n1,9,-1,false,never shown\n'
    export = export_of(tmp_path, participants__votes=TABLE, comments=COMMENTS + rows)
    assert export.votes.moderated_out.tolist() == [False, True, False]
    assert export.texts == ('two\nlines, and a "quote"', "I live here", "我覺得")


def test_each_vote_alone_makes_the_table_and_the_later_one_counts(tmp_path):
    cast = "timestamp,datetime,comment-id,voter-id,vote\n"
    cast += "1700000005000,,0,7,1\n1700000001000,,0,7,-1\n1,,1,7,-1\n2,,0,8,-1\n2,,1,8,1\n2,,2,8,0\n2,,0,9,1\n"
    export = export_of(tmp_path, votes=cast)
    assert answers_of(export) == ALL
    assert export.groups is None
    assert export.newest is not None
    assert export.newest.year == 2023


def test_the_last_vote_says_whether_published_maps_counted_what_was_taken_out(tmp_path):
    """A statement may be old and the conversation go on; without times of votes the newest statement has to do."""
    written = f"{COMMENTS}1500000000000,0,-1,,old\n"
    assert not export_of(tmp_path, participants__votes=TABLE, comments=written).zeroed_when_published
    late = "timestamp,comment-id,voter-id,vote\n1600000000000,0,7,1\n1400000000000,1,7,-1\n"
    assert export_of(tmp_path, votes=late).zeroed_when_published
    (tmp_path / "votes.csv").unlink()
    (tmp_path / "comments.csv").unlink()
    assert export_of(tmp_path, participants__votes=TABLE).zeroed_when_published


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("comment-id,vote\n0,1\n", "voter-id"),
        ("comment-id,voter-id,vote\n0,7,1\nx,7,1\n", "row 3, column comment-id"),
        ("comment-id,voter-id,vote\n0,,1\n", "row 2, column voter-id"),
        ("comment-id,voter-id,vote\n0,7,\n", "row 2, column vote"),
        ("comment-id,voter-id,vote\n", "no votes"),
    ],
)
def test_a_wrong_vote_is_named_with_its_place(tmp_path, content, said):
    with pytest.raises(BadInput, match=said):
        export_of(tmp_path, votes=content)


def test_a_quotation_mark_that_never_closes_swallows_nobody(tmp_path):
    with pytest.raises(BadInput, match=r"row 2.*comma-separated"):
        export_of(tmp_path, participants__votes='participant,xid,0\n1,"a,1\n2,b,1\n')


def test_without_published_groups_there_is_no_index(tmp_path, capsys):
    rows = ["xid,participant,0,2,7,extra", *(f",p{n},{1 if n % 2 else -1},{n % 3 - 1},,ignored" for n in range(20))]
    (tmp_path / "participants-votes.csv").write_text("\n".join(rows), encoding="utf-8")
    code, figures = told(capsys, tmp_path)
    assert code == 0
    assert figures["adjusted_rand"] is None
    assert figures["participants"] == 15  # nobody answered all three statements: the most active make up fifteen


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("participant,0,1\n1,2,1\n", "row 2, column 0"),
        ("participant,group-id,0\n1,x,1\n", "column group-id"),
        ("participant,0,0\n1,1,1\n", "statement twice"),
        ("participant,a\n1,1\n", "no statement columns"),
        ("participant,0\n", "no participants"),
        ("", "empty"),
        ("participant,0\n1,1,1\n", "row 2"),
        ("participant,0\n1,1\n1,1\n", "row 3, column participant"),
    ],
)
def test_bad_exports_are_refused_with_the_place(tmp_path, capsys, content, said):
    (tmp_path / "participants-votes.csv").write_text(content, encoding="utf-8")
    code, error = told(capsys, tmp_path)
    assert code == 2
    assert said in error
    assert error.count("\n") == 1


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='participant,group-id0123456789-\n" x\0é', max_size=120), st.binary(max_size=40))
def test_no_text_breaks_the_reader(tmp_path_factory, text, raw):
    folder = tmp_path_factory.mktemp("export")
    (folder / "participants-votes.csv").write_bytes(text.encode() + raw)
    (folder / "comments.csv").write_bytes(b"comment-id,moderated\n" + raw)
    (folder / "votes.csv").write_bytes(b"comment-id,voter-id,vote\n" + raw + text.encode())
    with contextlib.suppress(BadInput):
        opinions.read_export(folder)

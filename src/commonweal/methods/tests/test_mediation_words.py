"""What is said of a mediation, what is refused, what is drawn, and the command."""

from __future__ import annotations

import argparse
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from commonweal.methods import command
from commonweal.methods.command.mediation import listed
from commonweal.methods.mediation import Frame, Model, mediate, pictures

from .shared import shared


def people(n: int = 400, b: float = 0.5, seed: int = 11) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, m0, y0 = rng.normal(size=n), rng.normal(size=n), rng.normal(size=n)
    m = 0.4 * x + 0.5 * m0 + rng.normal(size=n)
    y = b * m + 0.1 * x + 0.5 * y0 + rng.normal(size=n)
    return {"x": x, "m": m, "y": y, "m0": m0, "y0": y0, "z": rng.normal(size=n)}


def asked(**more: object) -> Model:
    return Model("x", ("m",), "y", **more)  # type: ignore[arg-type]


WAVES = {"design": "waves", "baselines": ("m0", "y0")}


def test_below_a_hundred_rows_there_are_numbers_and_no_verdict() -> None:
    result = mediate(Frame.of(people(99, 1.0)), asked(**WAVES), replicates=200)
    assert result.verdict == "too few"
    assert "no conclusion" in result.sentence
    assert "supports" not in result.sentence


def test_seen_at_one_time_there_is_no_causal_sentence() -> None:
    result = mediate(Frame.of(people(400, 1.0)), asked(), replicates=200)
    assert result.verdict == "association"
    assert "what goes together, not what leads to what" in result.sentence
    for word in ("changes", "supports", "because of", "effect"):
        assert word not in result.sentence


def test_waves_without_the_earlier_m_and_y_are_no_better() -> None:
    assert mediate(Frame.of(people()), asked(design="waves"), replicates=200).verdict == "association"


def test_a_strong_path_over_waves_is_supported_a_weak_one_fragile_and_none_no_sign() -> None:
    assert mediate(Frame.of(people(400, 0.8)), asked(**WAVES), replicates=500).verdict == "mediates"
    fragile = mediate(Frame.of(people(400, 0.2)), asked(**WAVES), replicates=500)
    assert fragile.verdict == "fragile"
    assert "a hidden common cause of ordinary size" in fragile.sentence
    none = mediate(Frame.of(people(400, 0.0)), asked(**WAVES), replicates=500)
    assert none.verdict == "no sign"
    assert "There is no sign" in none.sentence


def test_strength_of_one_mediator_does_not_vouch_for_another() -> None:
    d = people(600, 0.2)
    d["y"] = d["y"] + 2 * d["z"]  # z moves y strongly, and x does not move z
    result = mediate(Frame.of(d), Model("x", ("m", "z"), "y", baselines=("m0", "y0"), design="waves"), replicates=500)
    assert not result.sensitivity.withstands


@pytest.mark.parametrize("n", [50, 400])
@pytest.mark.parametrize("design", ["cross-sectional", "waves", "randomised"])
def test_the_sentence_always_holds_n_rho_and_its_square(n: int, design: str) -> None:
    result = mediate(Frame.of(people(n)), asked(design=design, baselines=("m0", "y0")), replicates=200)
    rho = result.sensitivity.rho_zero
    assert f"In {n} complete rows" in result.sentence
    assert f"(ρ̃ = {rho:.2f})".replace("-", "−") in result.sentence
    assert f"(ρ̃² = {rho**2:.3f})" in result.sentence
    assert "95% interval" in result.sentence


def test_pictures_are_accessible_and_whole() -> None:
    d = people()
    models = [asked(), asked(moderator="z"), Model("x", ("m", "z"), "y", serial=True), Model("x", ("m", "z"), "y")]
    for model in models:
        result = mediate(Frame.of(d), model, replicates=100)
        for drawing in (result.picture(), result.path_diagram(), result.coefficients(), result.sensitivity_curve()):
            root = ET.fromstring(drawing)
            assert root.find("{http://www.w3.org/2000/svg}title") is not None
            assert root.find("{http://www.w3.org/2000/svg}desc") is not None
            assert "nan" not in drawing


def test_tables_and_csv_hold_every_estimate() -> None:
    result = mediate(Frame.of(people()), Model("x", ("m", "z"), "y", serial=True), replicates=100)
    lines = result.as_csv().splitlines()
    assert lines[0] == "figure,estimate,low,high"
    assert any(line.startswith("x → m → z → y,") for line in lines)
    assert len(result.tables()) == 4


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    code = command.run(parser.parse_args(["mediation", *words]))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_prints_the_contract(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = str(shared("mediation/jobs.csv"))
    drawn, listed = tmp_path / "j.svg", tmp_path / "j.csv"
    code, out, _ = run(
        capsys,
        file,
        "--x",
        "treat",
        "--m",
        "job_seek",
        "--y",
        "depress2",
        "--covariates",
        "econ_hard,sex,age",
        "--replicates",
        "500",
        "--interval",
        "bca",
        "--json",
        "--svg",
        str(drawn),
        "--csv",
        str(listed),
    )
    found = json.loads(out)
    assert code == 0
    assert found["n"] == 899
    assert found["indirect"]["estimate"] == pytest.approx(-0.01574465, abs=1e-6)
    for name in ("a", "b", "direct", "indirect", "total", "proportion", "acme_control", "ade_treated"):
        assert set(found[name]) == {"estimate", "low", "high"}
    assert found["sensitivity"]["rho_zero"] == pytest.approx(-0.27347, abs=1e-5)
    assert found["sensitivity"]["rho_zero_squared"] == pytest.approx(0.0748, abs=1e-4)
    assert drawn.read_text(encoding="utf-8").startswith("<svg")
    assert listed.read_text(encoding="utf-8").startswith("figure,")


def test_several_mediators_give_a_mapping_per_mediator_and_path(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(shared("mediation/jobs.csv"))
    words = (file, "--x", "treat", "--m", "job_seek,depress1", "--y", "depress2", "--replicates", "200", "--json")
    parallel = json.loads(run(capsys, *words)[1])
    assert set(parallel["a"]) == {"job_seek", "depress1"}
    assert set(parallel["indirect"]) == {"job_seek", "depress1", "total"}
    serial = json.loads(run(capsys, *words, "--serial")[1])
    assert set(serial["indirect"]) == {"job_seek", "depress1", "job_seek->depress1", "total"}
    assert serial["total_indirect"] == serial["indirect"]["total"]
    assert set(serial["d"]) == {"job_seek->depress1"}


def test_a_fault_found_late_names_the_file_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "parted.csv"
    file.write_text("x,m,y\n" + "".join(f"{n % 2},{n},{int(n > 20)}\n" for n in range(40)), encoding="utf-8")
    code, _, error = run(capsys, str(file), "--x", "x", "--m", "m", "--y", "y", "--y-family", "logit")
    assert code == 2
    assert f"{file}, column y: its zeros and ones are told apart perfectly" in error
    assert error.count("\n") == 1


def test_the_command_names_what_is_wrong(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text("x,m,y\n1,2,3\n2,1,4\n3,5,1\n", encoding="utf-8")
    cases = {
        ("--x", "x", "--m", "m", "--y", "z"): "there is no column “z”",
        ("--x", "x", "--m", "m", "--y", "y"): "3 complete rows are too few",
        ("--x", "x", "--m", "m", "--y", "y", "--at", "1"): "need a moderator",
        ("--x", "x", "--m", "m", "--y", "y", "--contrast", "1"): "two values",
        ("--x", "x", "--m", "m", "--y", "y", "--contrast", "low,high"): "column x: “low” is no value to compare",
        ("--x", "x", "--m", "m", "--y", "y", "--replicates", "3"): "fewer than 100 replicates",
        ("--x", "x", "--m", "m", "--y", "y", "--seed", "-3"): "seed",
    }
    for words, message in cases.items():
        code, _, error = run(capsys, str(file), *words)
        assert code == 2
        assert message in error
        assert len(error.splitlines()) == 1


def test_values_of_the_moderator_may_be_words(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(shared("mediation/framing.csv"))
    words = (
        file,
        "--x",
        "treat",
        "--m",
        "emo",
        "--y",
        "immigr",
        "--moderator",
        "gender",
        "--replicates",
        "100",
        "--json",
    )
    assert list(json.loads(run(capsys, *words)[1])["at"]) == ["female", "male"]
    assert list(json.loads(run(capsys, *words, "--at", "male")[1])["at"]) == ["male"]
    assert "is not a value of gender" in run(capsys, *words, "--at", "m")[2]


def test_listed_values_may_have_spaces() -> None:
    assert listed(" a, b ,,c") == ("a", "b", "c")


@pytest.mark.parametrize("count", [2, 3, 4])
def test_boxes_in_a_row_leave_room_for_the_arrows_between_them(count: int) -> None:
    rng = np.random.default_rng(0)
    names = tuple(f"m{n}" for n in range(count))
    d = {"x": rng.normal(size=150), "y": rng.normal(size=150)} | {name: rng.normal(size=150) for name in names}
    result = mediate(Frame.of(d), Model("x", names, "y", serial=True), replicates=100)
    places = pictures.places_of(result, 0)
    for one in names:
        for other in names[names.index(one) + 1 :]:
            start, end = pictures.joint(result, places, one, other)
            assert end[0] - start[0] > 20, (one, other)
            for between in names[names.index(one) + 1 : names.index(other)]:
                x, y = places[between]
                share = (x - start[0]) / (end[0] - start[0])
                assert pictures.along(start, end, share)[1] > y + pictures.BOX[1] / 2, (one, between, other)

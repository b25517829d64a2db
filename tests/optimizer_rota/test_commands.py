"""The commands: exit codes, one sentence on bad input, outputs whole or not at all."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from optimizer.__main__ import main
from optimizer.rota import problem_file
from tests.optimizer_rota.makers import (
    as_bytes,
    make_adviser,
    make_document,
    make_office,
    shared_problem,
)


@pytest.fixture
def problem_path(tmp_path):
    path = tmp_path / "problem.json"
    path.write_bytes(as_bytes(make_document(offices=[make_office(demand=[9] + [0] * 9)])))
    return path


def test_solve_then_check_then_explain(problem_path, tmp_path, capsys):
    out = tmp_path / "rota.json"
    assert main(["rota", "solve", str(problem_path), "--out", str(out)]) == 0
    assert main(["rota", "check", str(problem_path), str(out)]) == 0
    assert main(["rota", "explain", str(problem_path), str(out), "--office", "O1"]) == 0
    printed = capsys.readouterr()
    assert "proved optimal" in printed.out
    assert "The rota is legal" in printed.out
    assert "O1, Monday am: 9 wanted" in printed.out
    assert printed.err == ""


def test_the_rota_file_has_exactly_the_fields_of_the_format(problem_path, tmp_path):
    out = tmp_path / "rota.json"
    main(["rota", "solve", str(problem_path), "--out", str(out)])
    written = json.loads(out.read_text())
    assert list(written) == [
        "format",
        "problem_sha256",
        "status",
        "objective",
        "bound",
        "seconds",
        "assignments",
        "terms",
    ]
    assert written["objective"] == sum(written["terms"].values()) == written["bound"]


def test_an_infeasible_problem_is_an_answer_with_reasons(tmp_path, capsys):
    out = tmp_path / "rota.json"
    source = shared_problem("infeasible-1.json")
    assert main(["rota", "solve", str(source), "--out", str(out)]) == 0
    written = json.loads(out.read_text())
    assert written["status"] == "infeasible"
    assert any("A1 is pinned to O1 on Tuesday" in reason for reason in written["reasons"])
    assert main(["rota", "check", str(source), str(out)]) == 1
    assert main(["rota", "explain", str(source), str(out)]) == 0
    assert capsys.readouterr().out.count("No rota is possible") == 2


def test_a_wrong_rota_is_exit_1_with_sentences(problem_path, tmp_path, capsys):
    out = tmp_path / "rota.json"
    main(["rota", "solve", str(problem_path), "--out", str(out)])
    out.write_text(json.dumps(json.loads(out.read_text()) | {"objective": 1, "bound": 1}))
    capsys.readouterr()
    assert main(["rota", "check", str(problem_path), str(out)]) == 1
    assert "The objective is" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve", "absent.json", "--out", "rota.json"],
        ["solve", "bad.json", "--out", "rota.json"],
        ["solve", "problem.json", "--out", "nowhere/rota.json"],
        ["check", "problem.json", "bad.json"],
        ["check", "problem.json", "problem.json"],
        ["explain", "problem.json", "absent.json"],
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(
    problem_path, tmp_path, capsys, monkeypatch, arguments
):
    monkeypatch.chdir(tmp_path)
    Path("bad.json").write_text('{"format": "rota/1", "pigs": 1}')
    assert main(["rota", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "json" in printed.err or "folder" in printed.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.json", "problem.json"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--seconds", "0"),
        ("--seconds", "nan"),
        ("--workers", "0"),
        ("--seed", "-1"),
        ("--audit", "0"),
        ("--audit", "all"),
    ],
)
def test_a_bad_option_is_named(problem_path, capsys, option, value):
    with pytest.raises(SystemExit) as ended:
        main(["rota", "solve", str(problem_path), "--out", "x.json", option, value])
    assert ended.value.code == 2
    assert option in capsys.readouterr().err


def test_a_full_disk_leaves_no_part_of_a_file(problem_path, tmp_path, capsys, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    out = tmp_path / "rota.json"
    assert main(["rota", "solve", str(problem_path), "--out", str(out)]) == 2
    assert "rota.json: cannot be written (No space left on device)." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["problem.json"]


def test_ten_thousand_advisers_are_refused_before_anybody_looks_at_them(
    tmp_path, capsys, monkeypatch
):
    """A full week of each, several megabytes: refused by its size."""
    path = tmp_path / "nation.json"
    path.write_bytes(
        as_bytes(make_document(advisers=[make_adviser(f"A{n}") for n in range(10_000)]))
    )
    looked_at = []
    monkeypatch.setattr(problem_file, "_adviser", lambda value, *_: looked_at.append(value))
    assert main(["rota", "solve", str(path), "--out", str(tmp_path / "rota.json")]) == 2
    assert "has 10,000 advisers; one district's week" in capsys.readouterr().err
    assert looked_at == []
    assert [each.name for each in tmp_path.iterdir()] == ["nation.json"]


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--adviser", "A1"], "A1 on Monday: off → O1."), (["--week"], "all together")],
)
def test_explain_by_adviser_and_by_week(problem_path, tmp_path, capsys, options, words):
    out = tmp_path / "rota.json"
    main(["rota", "solve", str(problem_path), "--out", str(out)])
    assert main(["rota", "explain", str(problem_path), str(out), *options]) == 0
    assert words in capsys.readouterr().out


def test_an_unknown_adviser_is_named(problem_path, tmp_path, capsys):
    out = tmp_path / "rota.json"
    main(["rota", "solve", str(problem_path), "--out", str(out)])
    assert main(["rota", "explain", str(problem_path), str(out), "--adviser", "A9"]) == 2
    assert "Adviser A9 is not in the problem." in capsys.readouterr().err


def test_an_unknown_office_is_named(problem_path, tmp_path, capsys):
    out = tmp_path / "rota.json"
    main(["rota", "solve", str(problem_path), "--out", str(out)])
    assert main(["rota", "explain", str(problem_path), str(out), "--office", "O9"]) == 2
    assert "Office O9 is not in the problem." in capsys.readouterr().err


def test_the_solver_is_imported_only_when_it_solves():
    probe = "import sys, optimizer.__main__; sys.exit('ortools' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", probe], cwd=root, check=False).returncode == 0

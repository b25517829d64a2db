"""The commands answer with JSON alone, or with exit code 2 and one sentence naming the option."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from optimizer.__main__ import main
from tests.optimizer.invented_history import MONDAY, as_csv, invent

LEVEL = "overbooking level --rate 0.375 --slots 9 --comfortable 7 --risk 0.10"
PLAN = (
    "overbooking plan --slots 9 --minutes 45 --rate 0.4 --wait-weight 0.25 --idle-weight 1 "
    "--overtime-weight 1.5"
)


def run(capsys, command):
    """(exit code, standard output, standard error)."""
    try:
        code = main(command.split())
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    path = tmp_path_factory.mktemp("history") / "history.csv"
    path.write_text(as_csv(invent(offices=10, weeks=8, a_day=6, seed=1).rows))
    return path


def test_level_answers_in_json(capsys):
    code, out, err = run(capsys, LEVEL + " --strength 200 --dispersion 0.02")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert {"level", "risk_at_level", "expected_attended", "table"} <= answer.keys()
    assert answer["table"][8].keys() == {
        "booked",
        "expected_attended",
        "p_over_comfortable",
        "p_at_least_one_gap",
    }


def test_plan_answers_in_json(capsys):
    code, out, err = run(capsys, PLAN)
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["bookings"] == [2, 1, 2, 1, 1, 2, 1, 1, 1]
    assert answer["certified"] is True
    assert "why_not_certified" not in answer
    assert answer["break_even_wait_weight"] == pytest.approx(0.6564863768, rel=1e-9)
    figures = {
        "bookings",
        "total",
        "objective",
        "expected_seen",
        "mean_wait_minutes",
        "idle_minutes",
        "overtime_minutes",
    }
    assert figures <= answer.keys()
    assert figures <= answer["one_each"].keys()


def test_plan_takes_every_option(capsys):
    code, out, _ = run(
        capsys,
        PLAN + " --service 15:.2,45:.5,60:.3 --break-after 5 --break-minutes 30 --total 11 "
        "--walkover-fill 0.5 --dispersion 0.01 --max-mean-wait 25 --max-overtime 15 "
        "--max-per-slot 3",
    )
    answer = json.loads(out)
    assert code == 0
    assert answer["total"] == sum(answer["bookings"]) == 11
    assert max(answer["bookings"]) <= 3
    assert answer["mean_wait_minutes"] <= 25 + 1e-9
    assert answer["overtime_minutes"] <= 15 + 1e-9
    assert answer["break_even_wait_weight"] is None


def test_a_plan_that_is_not_proved_says_why(capsys):
    command = PLAN.replace("--slots 9", "--slots 20") + " --total 24 --max-mean-wait 12"
    answer = json.loads(run(capsys, command)[1])
    assert answer["certified"] is False
    assert answer["why_not_certified"]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("", "PART"),
        ("overbooking", "QUESTION"),
        ("overbooking level --rate 0.4", "--slots"),
        (LEVEL.replace("0.375", "1.2"), "--rate"),
        (LEVEL.replace("0.375", "nan"), "--rate"),
        (LEVEL.replace("0.375", "often"), "--rate"),
        (LEVEL.replace("--slots 9", "--slots 0"), "--slots"),
        (LEVEL.replace("--slots 9", "--slots 9.5"), "--slots"),
        (LEVEL + " --dispersion 1.5", "--dispersion"),
        (LEVEL + " --strength -3", "--strength"),
        (LEVEL + " --stren 200", "--stren"),
        (PLAN + " --service 15:.2,45:.5", "--service"),
        (PLAN + " --service 15-45", "--service"),
        (PLAN + " --break-after 9 --break-minutes 30", "--break-after"),
        (PLAN + " --break-after 0 --break-minutes 30", "--break-after"),
        (PLAN + " --break-after 5", "--break-minutes"),
        (PLAN + " --break-minutes 30", "--break-after"),
        (PLAN + " --total 55", "--total"),
        (PLAN + " --walkover-fill 2", "--walkover-fill"),
        (PLAN + " --max-mean-wait -1", "--max-mean-wait"),
        (PLAN + " --total 30 --max-overtime 1", "--max-overtime"),
        (PLAN.replace("--idle-weight 1", "--idle-weight -1"), "--idle-weight"),
        ("fta evaluate absent.csv --train-until 2026-01-31", "absent.csv"),
        ("fta evaluate absent.csv --train-until soon", "--train-until"),
        ("fta evaluate absent.csv", "--train-until"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(capsys, command, says):
    code, out, err = run(capsys, command)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert err.endswith(".\n")


@pytest.mark.parametrize("command", ["", "overbooking", "overbooking plan", "fta evaluate"])
def test_every_command_helps(capsys, command):
    code, out, _ = run(capsys, f"{command} --help")
    assert code == 0
    assert "usage:" in out


def test_evaluate_answers_in_json_alone(capsys, history):
    until = MONDAY + timedelta(days=41)
    code, out, err = run(capsys, f"fta evaluate {history} --train-until {until} --json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert {"n_train", "n_test", "base_rate", "baselines"} <= answer.keys()
    assert answer["per_appointment"].keys() >= {"log_loss", "brier", "ece10", "auc"}
    assert answer["booked_ahead_only"].keys() == answer["per_appointment"].keys()
    assert answer["per_office_day"].keys() == {*("n", "log_score", "crps", "pit_chi2_9", "pit10")}
    assert answer["baselines"].keys() == {"constant", "lead_table", "binomial_day"}


def test_evaluate_prints_a_table_for_people(capsys, history):
    until = MONDAY + timedelta(days=41)
    code, out, _ = run(capsys, f"fta evaluate {history} --train-until {until}")
    assert code == 0
    assert "binomial_day" in out
    assert "failed to attend / (attended + failed to attend)" in out


def test_bad_rows_are_reported_counted_or_refused(capsys, history, tmp_path):
    spoilt = tmp_path / "spoilt.csv"
    lines = history.read_text().splitlines()
    spoilt.write_text("\n".join([*lines[:5], "2026-01-05,,,", *lines[5:]]))
    command = f"fta evaluate {spoilt} --train-until {MONDAY + timedelta(days=41)} --json"
    code, out, err = run(capsys, command)
    assert (code, json.loads(out)["bad_rows"]) == (0, 1)
    assert "spoilt.csv line 6: " in err
    code, out, err = run(capsys, f"{command} --strict")
    assert (code, out) == (2, "")
    assert "spoilt.csv line 6: " in err
    assert err.count("\n") == 1


def test_the_commands_run_as_a_module_without_the_solver_or_the_web():
    script = (
        "import sys, optimizer.__main__ as m; m.build_parser(); "
        "print([n for n in ('ortools', 'flask', 'sqlalchemy', 'booking') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

"""How the offices were covered in a month, and the same as a file."""

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from booking.boards import coverage as board
from booking.routes.access import the_actor
from booking.routes.rota.blueprint import for_leads, rota


@rota.get("/coverage")
@for_leads
def coverage() -> ResponseReturnValue:
    return render_template("rota/coverage.html", shown=_shown())


@rota.get("/coverage.csv")
@for_leads
def coverage_file() -> ResponseReturnValue:
    shown = _shown()
    return Response(
        "".join(board.lines(shown)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="coverage-{shown.month:%Y-%m}.csv"'},
    )


def _shown() -> board.MonthOfCoverage:
    month = request.args.get("month", type=lambda typed: date.fromisoformat(f"{typed}-01"))
    return board.month_of(month, by=the_actor())

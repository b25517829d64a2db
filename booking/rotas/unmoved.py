"""The rota that moves nobody, which stands beside each that is found: taken as a draft."""

from dataclasses import replace

from booking import audit, clock
from booking.database import db, refused, use_case
from booking.models import RotaDraft, RotaRun
from booking.rights import Actor
from booking.rotas import drafts
from booking.rotas.drafts import DraftNameTaken, NoRotaYet, Solved
from booking.words import RunState
from optimizer.rota.rota import rota_text

_LONGEST_NAME = 60


@use_case
def take(*, draft_id: int, by: Actor) -> RotaDraft:
    """Make a draft of the rota beside this one that moves nobody; this one stays as it is.

    The problem is the same: the bound proved for it holds, and the draft is as old, so that one
    of what is out of date is never published. Made already and not changed since, it is that one.
    Raises NoRotaYet, or DraftNameTaken where another has its name.
    """
    by.must("plan the rota")
    beside = drafts.solved(draft_id, by)
    if beside.unmoved is None:
        raise NoRotaYet
    source, rota = beside.draft, replace(beside.unmoved, bound=beside.rota.bound)
    name, text = f"Nobody moved: {source.name}"[:_LONGEST_NAME], rota_text(rota)
    for made in drafts.of_week(source.district_id, source.week):
        if (made.name, made.rota, made.problem) == (name, text, source.problem):
            return made
    draft = RotaDraft(
        district_id=source.district_id,
        week=source.week,
        name=name,
        problem=source.problem,
        keys=source.keys,
        rota=text,
        proposed_rota=text,
        created_at=source.created_at,
        created_by=by.name,
        changed_at=clock.now(),
        changed_by=by.name,
        run=RotaRun(
            state=RunState.SOLVED,
            seconds_allowed=source.run.seconds_allowed,
            asked_at=clock.now(),
            objective=rota.objective,
            bound=source.run.bound,
            unmoved=source.run.unmoved,
        ),
    )
    with refused(uq_rota_draft_district_id_week_name=DraftNameTaken):
        db.session.add(draft)
    after = {"week": draft.week, "draft": draft.name, "beside": source.name}
    audit.record(by, "took rota that moves nobody", draft, after=after)
    return draft


def is_another(solved: Solved) -> bool:
    """Whether a rota that moves nobody is known, and is not this one."""
    if solved.unmoved is None:
        return False
    this, unmoved = (
        {(each.adviser, each.day): each for each in rota.assignments}
        for rota in (solved.rota, solved.unmoved)
    )
    return this != unmoved

"""Words for the week's rota and its repair."""

from enum import StrEnum


class WishKind(StrEnum):
    """What the rota is told of an adviser and an office (000:2857-2860)."""

    DEDICATED = "dedicated"
    PINNED = "pinned"
    FORBIDDEN = "forbidden"


class RequestState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class RunState(StrEnum):
    """How far the search for a rota is."""

    ASKED = "asked"
    RUNNING = "running"
    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    FAILED = "failed"


class QuestionKind(StrEnum):
    """What a lead asks of a draft's rota."""

    ONE_MORE_ADVISER = "one_more_adviser"
    ONE_MORE_ROOM = "one_more_room"
    STAYING = "staying"


class MishapKind(StrEnum):
    """What a published week is repaired after."""

    ADVISER_OFF = "adviser_off"
    ROOM_LOST = "room_lost"
    OFFICE_SHUT = "office_shut"

"""Words for offices, rooms and what shuts them."""

from enum import StrEnum


class Nation(StrEnum):
    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"


class OfficeKind(StrEnum):
    JOBCENTRE = "jobcentre"
    ALTERNATIVE_VENUE = "alternative_venue"


class RoomKind(StrEnum):
    INTERVIEW_ROOM = "interview_room"
    DESK = "desk"
    POD = "pod"
    WORKSHOP_ROOM = "workshop_room"


class ClosureKind(StrEnum):
    """Why a room or an office cannot be used: it is shut, or another agency holds it."""

    CLOSED = "closed"
    AGENCY = "agency"

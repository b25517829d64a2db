"""What the offices, rooms and advisers of a problem are called in it, and which row each is."""

from collections.abc import Iterable

from booking.models import Adviser, Office, Room


class Names:
    """Names for a problem that people read: each thing's own, made unlike where two are alike."""

    def __init__(
        self, offices: Iterable[Office], rooms: Iterable[Room], advisers: Iterable[Adviser]
    ) -> None:
        self.offices = _unlike((office.id, office.name) for office in offices)
        self.rooms = _unlike(
            (room.id, f"{room.name} at {self.offices[room.office_id]}") for room in rooms
        )
        self.advisers = _unlike((adviser.id, adviser.name) for adviser in advisers)

    def knows(self, adviser_id: int, office_id: int) -> bool:
        return adviser_id in self.advisers and office_id in self.offices

    def keys(self) -> dict[str, dict[str, int]]:
        tables = {"offices": self.offices, "rooms": self.rooms, "advisers": self.advisers}
        return {
            kind: {name: row_id for row_id, name in table.items()} for kind, table in tables.items()
        }


def _unlike(pairs: Iterable[tuple[int, str]]) -> dict[int, str]:
    names: dict[int, str] = {}
    for row_id, name in pairs:
        taken = name in names.values() or name == "overflow"
        names[row_id] = f"{name} ({row_id})" if taken else name
    return names

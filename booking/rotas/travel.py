"""How long an adviser travels to an office: as entered, else guessed from the map."""

import math
from collections.abc import Mapping

from booking.models import Office

A_GUESS = 30  # minutes, where the map does not say
_DOOR_TO_DOOR = 8  # minutes to and from the car or the bus stop
_ROADS = 1.3  # a road is about that much longer than the straight line
_KM_AN_HOUR = 45.0
_EARTH_KM = 6371.0


def minutes_between(base: Office | None, office: Office) -> int:
    """Minutes one way by the straight line and a usual speed: a guide only."""
    if base is None:
        return A_GUESS
    if base.id == office.id:
        return 0
    places = (base.latitude, base.longitude, office.latitude, office.longitude)
    if any(place is None for place in places):
        return A_GUESS
    km = _km(*places)  # type: ignore[arg-type]
    return _DOOR_TO_DOOR + round(60 * _ROADS * km / _KM_AN_HOUR)


def _km(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance."""
    a, b = math.radians(from_lat), math.radians(to_lat)
    half_lat, half_lon = (b - a) / 2, math.radians(to_lon - from_lon) / 2
    across = math.sin(half_lat) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_lon) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(across))


def minutes_to(
    office: Office, *, base: Office | None, entered: Mapping[int, int]
) -> tuple[int, bool]:
    """The minutes one way, and whether somebody entered them."""
    if office.id in entered:
        return entered[office.id], True
    return minutes_between(base, office), False

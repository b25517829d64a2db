"""The yardstick of the rota: the problem as a textbook would write it, for HiGHS as it comes."""

from collections import defaultdict

from optimizer.rota.problem import DAYS, SESSIONS, Problem
from optimizer.rota.program import INFINITY, Program, Terms


def plain_program(problem: Problem) -> Program:
    """The rota with x[adviser, session, room or overflow], day and week links and no cuts."""
    return _Plain(problem).program


class _Plain:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.weights = problem.weights
        self.program = Program()
        self.seated: dict[tuple[str, int], Terms] = defaultdict(list)
        self.overflow: dict[tuple[str, int], Terms] = defaultdict(list)
        self.present: dict[tuple[str, int], Terms] = defaultdict(list)
        away = self.program.variable(self.weights.fairness_away, DAYS)
        half_hours = self.program.variable(self.weights.fairness_travel, 20)
        for adviser in problem.advisers:
            self._week(adviser, away, half_hours)
        for terms in self.seated.values():
            self.program.at_most(terms, 1)
        for office in problem.offices:
            self._office(office)

    def _week(self, adviser, away, half_hours):
        program, weights = self.program, self.weights
        dedicated = {office for office, _ in adviser.dedicated}
        days, minutes, away_days = [], [], []
        offices = [
            office
            for office in adviser.travel_minutes
            if (adviser.id, office) not in self.problem.forbidden
        ]
        works_at = {office: program.variable(weights.spread, 1) for office in offices}
        pinned = {pin.day: pin.office for pin in self.problem.pinned if pin.adviser == adviser.id}
        for day in range(DAYS):
            choices = []
            for office in offices:
                if not any(adviser.available[2 * day : 2 * day + 2]):
                    continue
                trip = 2 * adviser.travel_minutes[office]
                cost = weights.travel * ((trip + 5) // 10)
                cost += weights.away * (office not in dedicated)
                if adviser.last_week[day] == office:
                    program.constant += weights.continuity
                    cost -= weights.continuity
                there = program.variable(cost, 1)
                choices.append((1, there))
                minutes.append((trip, there))
                if office not in dedicated:
                    away_days.append((1, there))
                program.at_most([(1, there), (-1, works_at[office])], 0)
                if pinned.get(day) == office:
                    program.equal([(1, there)], 1)
                self._sessions(adviser, day, office, there)
            days += choices
            program.at_most(choices, 1)
        program.at_most(days, adviser.max_days)
        program.at_most(minutes, 600)
        program.at_most([*minutes, (-30, half_hours)], 0)
        program.at_most([*away_days, (-1, away)], 0)

    def _sessions(self, adviser, day, office, there):
        program, weights = self.program, self.weights
        worked = []
        placed: dict[str, dict[int, int]] = defaultdict(dict)
        for session in (2 * day, 2 * day + 1):
            seats: Terms = []
            if adviser.available[session]:
                for room in self.problem.rooms:
                    if room.office == office and room.open[session]:
                        price = weights.open_plan * (not room.private)
                        price += weights.not_bookable * (not room.bookable_in_advance)
                        seat = program.variable(price, 1)
                        self.seated[room.id, session].append((1, seat))
                        placed[room.id][session] = seat
                        seats.append((1, seat))
                seat = program.variable(weights.overflow, 1)
                self.overflow[office, session].append((1, seat))
                placed["overflow"][session] = seat
                seats.append((1, seat))
            program.at_most([*seats, (-1, there)], 0)
            self.present[office, session] += seats
            worked.append(seats)
        program.at_most([(1, there), *((-1, index) for seats in worked for _, index in seats)], 0)
        # a change: in this place in one half, in another place in the other half
        change = program.variable(weights.room_change, 1)
        for place in placed.values():
            own = place.get(2 * day)
            if own is not None:
                later = place.get(2 * day + 1)
                others = [(1, index) for _, index in worked[1] if index != later]
                program.at_most([(1, own), *others, (-1, change)], 1)

    def _office(self, office):
        program, weights = self.program, self.weights
        for session in range(SESSIONS):
            program.at_most(self.overflow[office.id, session], office.overflow_places)
        offered = [
            (office.capacity[session], index)
            for session in range(SESSIONS)
            for _, index in self.present[office.id, session]
        ]
        demand = sum(office.demand)
        for session in range(SESSIONS):
            unmet = program.variable(weights.unmet_session, INFINITY)
            there = self.present[office.id, session]
            own = [(office.capacity[session], index) for _, index in there]
            program.at_least([(1, unmet), *own], office.demand[session])
        for wanted in (demand, demand - demand // 2):
            unmet = program.variable(weights.unmet_week, INFINITY)
            program.at_least([(1, unmet), *offered], wanted)
        days = []
        for day in range(DAYS):
            there = self.present[office.id, 2 * day] + self.present[office.id, 2 * day + 1]
            present = program.variable(0, 1)
            program.at_least([*there, (-1, present)], 0)
            days.append((1, present))
        absent = program.variable(weights.presence, DAYS)
        program.at_least([(1, absent), *days], office.days_wanted)

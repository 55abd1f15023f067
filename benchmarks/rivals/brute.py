"""Brute force: every start against every booking of every candidate, stopping at the first that will do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from benchmarks.facts import Facts, Row, Span
from benchmarks.rivals.base import ALWAYS, Contestant, joinable


class BruteForce(Contestant):
    """What a first version does."""

    name: ClassVar[str] = "brute force"
    how: ClassVar[str] = (
        "for every start, every candidate's list of bookings; stops where enough are free"
    )
    ahead: ClassVar[Mapping[str, str]] = {
        "cold": "It stops at the first who is free: where many are, or little is booked, it hardly looks (*cold*).",
        "first cold": "It stops at the first start at which somebody is free, having read a few lists; the engine reads all "
        "bookings of every candidate (*cold*).",
        "load and cold": "It keeps rows as they come, and stops at the first who is free (*loading*).",
        ALWAYS: "It stops at the first who is free (*checks*).",
    }

    def load(self, facts: Facts) -> None:
        """A list of bookings for each resource."""
        self.facts = facts
        self.claims: list[list[tuple[int, int, int]]] = [[] for _ in facts.resources]
        for claim in facts.claims():
            self.claims[claim.resource].append((claim.start, claim.end, claim.units))
        self.opening: list[tuple[Span, ...]] = [
            facts.opening(number) for number in range(len(facts.resources))
        ]
        self.sessions = facts.sessions()

    def starts(self, low: int, high: int) -> list[int]:
        """Every start of the grid is looked at."""
        joined = {each for each in joinable(self.sessions, self.facts.party) if low <= each < high}
        return [
            start
            for start in self.facts.grid(low, high)
            if start in joined or self._can_be_booked(start)
        ]

    def _can_be_booked(self, start: int) -> bool:
        for need in self.facts.needs:
            missing = need.needed
            for candidate in need.candidates:
                if self._is_free(candidate, start):
                    missing -= 1
                    if not missing:
                        break
            if missing:
                return False
        return True

    def _is_free(self, candidate: int, start: int) -> bool:
        facts = self.facts
        end = start + facts.duration
        if not any(low <= start and end <= high for low, high in self.opening[candidate]):
            return False
        low, high = start - facts.before, end + facts.after
        resource, claims = facts.resources[candidate], self.claims[candidate]
        if not resource.counted:
            return not any(since < high and until > low for since, until, _ in claims)
        met = [each for each in claims if each[0] < high and each[1] > low]
        room_for = resource.capacity - facts.units(candidate)
        # The load is at its peak where something begins.
        return all(
            sum(units for since, until, units in met if since <= at < until) <= room_for
            for at in {max(since, low) for since, _, _ in met} or {low}
        )

    def take(self, row: Row) -> None:
        """One more in each list."""
        for claim in self.facts.claims_of(row):
            self.claims[claim.resource].append((claim.start, claim.end, claim.units))

    def forget(self) -> None:
        """Nothing is kept."""

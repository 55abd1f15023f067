"""A history with the plain claims that came and went since, of which nothing is worked out before somebody asks.

A calendar has a claim of every booking that was ever made through it, and a command reads none of
them. So a change of its record only notes the claim: what is free and who overlaps is worked out from
all of them when that is asked for.
"""

from __future__ import annotations

from bookable.domain.stamp import MODULUS
from bookable.occupancy.claims import ShareKey, Taken, claim_stamp
from bookable.occupancy.gathered import History
from bookable.occupancy.shared_map import SharedMap
from bookable.timeline.profile import Profile

_NOTHING: SharedMap[str, Taken] = SharedMap()


class PlainHistory:
    """The claims of one record; of each booking there is one at most."""

    __slots__ = ("_added", "_base", "_removed")
    _base: History
    _added: SharedMap[str, Taken]
    _removed: SharedMap[str, Taken]

    def __init__(
        self,
        base: History,
        added: SharedMap[str, Taken] = _NOTHING,
        removed: SharedMap[str, Taken] = _NOTHING,
    ) -> None:
        self._base, self._added, self._removed = base, added, removed

    def adding(self, claim: Taken) -> PlainHistory:
        """With one more claim. O(√k) after *k* changes."""
        added = self._added.setting({claim.booking_id: claim})
        return PlainHistory(self._base, added, self._removed)

    def removing(self, claim: Taken) -> PlainHistory:
        """Without a claim that it has. O(√k) after *k* changes."""
        key = claim.booking_id
        if key in self._added:
            return PlainHistory(self._base, self._added.without([key]), self._removed)
        return PlainHistory(self._base, self._added, self._removed.setting({key: claim}))

    def __len__(self) -> int:
        return len(self._base) - len(self._removed) + len(self._added)

    def version(self) -> int:
        """The sum of the stamps of all claims. O(n), and little for each."""
        stamps = sum(self._base.stamps()) + sum(map(claim_stamp, self._added.values()))
        return (stamps - sum(map(claim_stamp, self._removed.values()))) % MODULUS

    def entries(self) -> dict[str, tuple[int, int]]:
        """The footprint of each by its id. O(n)."""
        found = self._base.entries()
        for key in self._removed:
            del found[key]
        found.update((key, (each.start, each.end)) for key, each in self._added.items())
        return found

    def shares(self) -> dict[ShareKey, int]:
        """How many bookings take the same of a session; plain ones take what is theirs alone."""
        return self._base.shares()

    def profiles(self) -> tuple[Profile, Profile]:
        """The units taken and the people there, over time. O(n log n), and O(√n) for each change."""
        taken, people = self._base.profiles()
        for sign, changed in ((-1, self._removed), (1, self._added)):
            for each in changed.values():
                taken = taken.adding(each.start, each.end, sign * each.units)
                people = people.adding(each.start, each.end, sign * each.seats)
        return taken, people

"""Plain claims with what came and went since, of which nothing is worked out before somebody asks.

A calendar has a claim of every booking that was ever made through it, and a command reads none of
them. So a change of its record only notes the claim: what is free and who overlaps is worked out from
all of them when that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from operator import attrgetter
from zlib import crc32

from bookable.domain.claim import SessionKey
from bookable.domain.stamp import MODULUS
from bookable.occupancy.claims import Kind, PlainClaims, Taken
from bookable.occupancy.shared_map import SharedMap
from bookable.timeline.profile import Profile

_NOTHING: SharedMap[str, Taken] = SharedMap()


class PlainHistory:
    """The claims of one record; of each booking there is one at most."""

    __slots__ = ("_added", "_base", "_removed")
    _base: PlainClaims
    _added: SharedMap[str, Taken]
    _removed: SharedMap[str, Taken]

    def __init__(
        self,
        base: PlainClaims,
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

    def __iter__(self) -> Iterator[Taken]:
        for claim in self._base:
            if claim.booking_id not in self._removed:
                yield claim
        yield from self._added.values()

    def version(self) -> int:
        """The sum of the stamps of all claims. O(n), and little for each."""
        stamps = sum(_stamps(self._base)) + sum(map(claim_stamp, self._added.values()))
        return (stamps - sum(map(claim_stamp, self._removed.values()))) % MODULUS

    def entries(self) -> dict[str, tuple[int, int]]:
        """The footprint of each by its id. O(n)."""
        found = self._base.entries()
        for key in self._removed:
            del found[key]
        found.update((key, (each.start, each.end)) for key, each in self._added.items())
        return found

    def profiles(self) -> tuple[Profile, Profile]:
        """The units taken and the people there, over time. O(n log n)."""
        if not self._added and not self._removed:
            return self._base.profiles()
        claims = list(self)
        taken = Profile.of([(each.start, each.end, each.units) for each in claims])
        people = [(each.start, each.end, each.seats) for each in claims if each.seats]
        return taken, Profile.of(people)


def claim_stamp(claim: Taken) -> int:
    """A number for what a claim says, the same in every process."""
    # With the session: claims of one session are taken once, those of two sessions twice.
    special = claim.session, claim.crowd, claim.whole, claim.status
    number = 0 if special == _PLAIN else crc32(repr(special).encode())
    times = claim.start, claim.end, claim.units
    return _stamp((crc32(claim.booking_id.encode()), times, claim.seats, *claim.body, number))


def _stamps(plain: PlainClaims) -> Iterator[int]:
    """The stamps of plain claims: those of `claim_stamp`, without making the claims.

    A first booking waits for those of all bookings of its calendar.
    """
    bookings = plain.bookings
    numbers = map(crc32, map(str.encode, map(_ID, bookings)))
    people = map(_PARTY, bookings) if plain.has_people else repeat(0)
    starts, ends = list(map(_START, bookings)), list(map(_END, bookings))
    # Only resources are kept for longer than the booking, or in more than one unit.
    kept = zip(starts, ends, repeat(1)) if plain.kind is Kind.FOR else plain.loads()
    return map(_stamp, zip(numbers, kept, people, starts, ends, repeat(0)))


_PLAIN: tuple[SessionKey | None, str | None, bool, str] = (None, None, False, "")
_stamp = hash  # of numbers alone it is the same in every process
_ID, _PARTY = attrgetter("id"), attrgetter("party_size")
_START, _END = attrgetter("start_us"), attrgetter("end_us")

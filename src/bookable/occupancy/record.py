"""One resource's part of the ledger: what is taken of it, as an immutable value.

A record answers two questions from two structures. *How much is used when* comes from
profiles (units, seats, blocks), which feasibility reads. *Which bookings overlap this*
comes from the index, which only refusals and agendas read; so its tree is not built
for a resource that nobody asks about. Both are made when first needed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final, TypeVar
from zlib import crc32

from bookable.domain.stamp import MODULUS
from bookable.occupancy.claims import ShareKey, Taken
from bookable.occupancy.index import BookingIndex
from bookable.occupancy.shared_map import SharedMap
from bookable.timeline.profile import Profile

T = TypeVar("T")

_MOST_MEMOS: Final = 16


class Record:
    """What is taken of one resource, or booked through one calendar.

    ``version`` follows from what the record holds, in whatever order it came to hold it: two
    records with the same claims and blocks have the same version, others another one. So a plan
    tells in every branch of a history, and after a restart, whether it still holds. Records are shared between
    schedulers and threads; the memo holds only what the record determines.
    """

    __slots__ = ("_memo", "blocked", "blocks", "index", "load", "seats", "shares", "version")

    def __init__(
        self,
        *,
        version: int = 0,
        load: Profile | None = None,
        seats: Profile | None = None,
        index: BookingIndex | None = None,
        shares: SharedMap[ShareKey, int] | None = None,
        blocks: SharedMap[str, tuple[int, int]] | None = None,
        blocked: Profile | None = None,
    ) -> None:
        self.version = version
        self.load = load or Profile()
        self.seats = seats or Profile()
        self.index = index or BookingIndex()
        self.shares: SharedMap[ShareKey, int] = shares or SharedMap()
        self.blocks: SharedMap[str, tuple[int, int]] = blocks or SharedMap()
        self.blocked = blocked or Profile()
        self._memo: dict[Hashable, object] = {}

    @classmethod
    def of(cls, claims: Iterable[Taken], blocks: Mapping[str, tuple[int, int]]) -> Record:
        """The record of all these claims and blocks. O(n log n)."""
        loads: list[tuple[int, int, int]] = []
        seats: list[tuple[int, int, int]] = []
        entries: dict[str, tuple[int, int]] = {}
        shares: dict[ShareKey, int] = {}
        version = sum(_block_stamp(block_id, *times) for block_id, times in blocks.items())
        for claim in claims:
            version += _claim_stamp(claim)
            entries[claim.booking_id] = claim.start, claim.end
            if claim.seats:
                seats.append((claim.start, claim.end, claim.seats))
            share = claim.share
            if share is not None:
                shares[share] = shares.get(share, 0) + 1
                if shares[share] > 1:
                    continue
            loads.append((claim.start, claim.end, claim.units))
        return cls(
            version=version % MODULUS,
            load=Profile.of(loads),
            seats=Profile.of(seats),
            index=BookingIndex(entries),
            shares=SharedMap(shares),
            blocks=SharedMap(blocks),
            blocked=Profile.of((start, end, 1) for start, end in blocks.values()),
        )

    def adding(self, claim: Taken) -> Record:
        """With one more claim. Units of a session that is there already are not taken again."""
        share, shares, load = claim.share, self.shares, self.load
        if share is not None:
            held = shares.get(share, 0)
            shares = shares.setting({share: held + 1})
        if share is None or not held:
            load = load.adding(claim.start, claim.end, claim.units)
        return self._next(
            self.version + _claim_stamp(claim),
            load=load,
            seats=self.seats.adding(claim.start, claim.end, claim.seats),
            index=self.index.adding(claim.booking_id, claim.start, claim.end),
            shares=shares,
        )

    def removing(self, claim: Taken) -> Record:
        """Without a claim that it has."""
        share, shares, load = claim.share, self.shares, self.load
        if share is not None:
            held = shares[share]
            shares = shares.setting({share: held - 1}) if held > 1 else shares.without([share])
        if share is None or held == 1:
            load = load.adding(claim.start, claim.end, -claim.units)
        return self._next(
            self.version - _claim_stamp(claim),
            load=load,
            seats=self.seats.adding(claim.start, claim.end, -claim.seats),
            index=self.index.removing(claim.booking_id),
            shares=shares,
        )

    def blocking(self, block_id: str, start: int, end: int) -> Record:
        """With one more block."""
        return self._next(
            self.version + _block_stamp(block_id, start, end),
            blocks=self.blocks.setting({block_id: (start, end)}),
            blocked=self.blocked.adding(start, end, 1),
        )

    def unblocking(self, block_id: str) -> Record:
        """Without a block that it has."""
        start, end = self.blocks[block_id]
        return self._next(
            self.version - _block_stamp(block_id, start, end),
            blocks=self.blocks.without([block_id]),
            blocked=self.blocked.adding(start, end, -1),
        )

    def blocks_overlapping(self, start: int, end: int) -> tuple[str, ...]:
        """The blocks that share an instant with ``[start, end)``, by start and then id."""
        found = [
            (low, block_id)
            for block_id, (low, high) in self.blocks.items()
            if low < end and start < high
        ]
        return tuple(block_id for _, block_id in sorted(found))

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was ever taken or blocked here."""
        return not self.index and not self.blocks

    def recall(self, key: Hashable) -> object | None:
        """What was remembered under *key*, which together with the record determines it."""
        return self._memo.get(key)

    def remember(self, key: Hashable, value: T) -> T:
        """Keep a derived value for as long as the record lives, within a bound."""
        if len(self._memo) >= _MOST_MEMOS:
            self._memo.clear()
        self._memo[key] = value
        return value

    def _next(
        self,
        version: int,
        *,
        load: Profile | None = None,
        seats: Profile | None = None,
        index: BookingIndex | None = None,
        shares: SharedMap[ShareKey, int] | None = None,
        blocks: SharedMap[str, tuple[int, int]] | None = None,
        blocked: Profile | None = None,
    ) -> Record:
        return Record(
            version=version % MODULUS,
            load=self.load if load is None else load,
            seats=self.seats if seats is None else seats,
            index=self.index if index is None else index,
            shares=self.shares if shares is None else shares,
            blocks=self.blocks if blocks is None else blocks,
            blocked=self.blocked if blocked is None else blocked,
        )


def _claim_stamp(claim: Taken) -> int:
    # With the session: claims of one session are taken once, those of two sessions twice.
    session = 0 if claim.session is None else crc32(repr(claim.session).encode())
    return hash((crc32(claim.booking_id.encode()), *claim[1:5], session))


def _block_stamp(block_id: str, start: int, end: int) -> int:
    return hash((crc32(block_id.encode()), start, end))


EMPTY: Final = Record()
"""The record of a resource of which nothing was ever taken."""

"""One resource's part of the ledger: what is taken of it, as an immutable value.

A record answers two questions from two structures. *How much is used when* comes from
profiles (units, seats, blocks), which feasibility reads. *Which bookings overlap this*
comes from the index, which only refusals and agendas read; so its tree is not built
for a resource that nobody asks about. Both are made when first needed. A history is mostly bookings
that nothing special is to be said of: a record of those alone keeps them as they are until somebody asks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import starmap
from typing import Final, TypeVar
from zlib import crc32

from bookable.domain.policy import BusyKind
from bookable.domain.stamp import MODULUS
from bookable.occupancy.claims import ShareKey, Taken, claim_stamp
from bookable.occupancy.gathered import History
from bookable.occupancy.index import BookingIndex
from bookable.occupancy.plain_history import PlainHistory
from bookable.occupancy.shared_map import SharedMap
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.profile import Load, Profile

T = TypeVar("T")

Closed = tuple[int, int, BusyKind]
"""The time that a block takes, with its buffers, and its kind."""

Change = tuple[object, int, int]
"""The mark of the record before, and the time in which it was changed."""

_MOST_MEMOS: Final = 16
_MOST_CHANGES: Final = 8
_NOTHING: Final = Profile()


class Record:
    """What is taken of one resource, or booked through one calendar.

    ``version`` follows from what the record holds, in whatever order it came to hold it: two
    records with the same claims and blocks have the same version, others another one. So a plan
    tells in every branch of a history, and after a restart, whether it still holds. Records are shared between
    schedulers and threads; the memo holds only what the record determines.
    """

    __slots__ = (
        "_blocked",
        "_counted",
        "_crowds",
        "_history",
        "_index",
        "_load",
        "_memo",
        "_past",
        "_seats",
        "_shares",
        "_version",
        "blocks",
        "mark",
        "whole",
    )
    _version: int | None
    _load: Profile | None
    _seats: Profile | None
    _index: BookingIndex | None
    _shares: SharedMap[ShareKey, int] | None
    _history: PlainHistory | None
    _past: tuple[Change, ...]
    mark: object
    """What tells it from all other records, and keeps nothing of it alive."""

    def __init__(
        self,
        *,
        version: int = 0,
        load: Profile | None = None,
        seats: Profile | None = None,
        index: BookingIndex | None = None,
        shares: SharedMap[ShareKey, int] | None = None,
        blocks: SharedMap[str, Closed] | None = None,
        blocked: Mapping[BusyKind, Profile] | None = None,
        crowds: Mapping[str, Profile] | None = None,
        whole: Profile | None = None,
    ) -> None:
        self._version, self._history = version, None
        # Two profiles, however empty: readers tell them apart by identity.
        self._load, self._seats = load or Profile(), seats or Profile()
        self._index = index or BookingIndex()
        self._shares = shares or SharedMap()
        self.blocks: SharedMap[str, Closed] = blocks or SharedMap()
        self._blocked: Mapping[BusyKind, Profile] = blocked or {}
        self._crowds: Mapping[str, Profile] = crowds or {}
        self.whole = whole or Profile()
        self._memo: dict[Hashable, object] = {}
        self._counted: dict[str, tuple[Profile, Profile]] = {}
        self.mark, self._past = object(), ()

    @classmethod
    def of_history(cls, history: History, blocks: Mapping[str, Closed]) -> Record:
        """The record of these claims, to be worked out when somebody asks, and of blocks. O(blocks)."""
        new = cls(blocks=SharedMap(blocks), blocked=_profiles_of(blocks))
        new._history = PlainHistory(history)
        new._version = new._load = new._seats = new._index = new._shares = None
        return new

    @classmethod
    def of(cls, claims: Iterable[Taken], blocks: Mapping[str, Closed]) -> Record:
        """The record of all these claims and blocks. O(n log n)."""
        loads: list[Load] = []
        seats: list[Load] = []
        whole: list[Load] = []
        crowds: dict[str, list[Load]] = {}
        entries: dict[str, tuple[int, int]] = {}
        shares: dict[ShareKey, int] = {}
        version = sum(starmap(_block_stamp, blocks.items()))
        for claim in claims:
            version += claim_stamp(claim)
            entries[claim.booking_id] = claim.start, claim.end
            if claim.whole:
                whole.append((claim.start, claim.end, 1))
                continue
            if claim.seats:
                seats.append((claim.start, claim.end, claim.seats))
            if claim.crowd is not None:
                crowds.setdefault(claim.crowd, []).append((claim.start, claim.end, 1))
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
            blocked=_profiles_of(blocks),
            crowds={key: Profile.of(parts) for key, parts in crowds.items()},
            whole=Profile.of(whole),
        )

    # Questions -------------------------------------------------------------

    @property
    def version(self) -> int:
        """A number for all that it holds."""
        if self._version is None:
            assert self._history is not None
            closed = sum(starmap(_block_stamp, self.blocks.items()))
            self._version = (self._history.version() + closed) % MODULUS
        return self._version

    @property
    def load(self) -> Profile:
        """The units that are taken."""
        if self._load is None:
            self._load = self._count()[0]
        return self._load

    @property
    def seats(self) -> Profile:
        """The people who are there."""
        if self._seats is None:
            self._seats = self._count()[1]
        return self._seats

    def _count(self) -> tuple[Profile, Profile]:
        """The units and people of its history: the very same for all threads that ask at a time.

        Readers tell the two apart by identity.
        """
        assert self._history is not None
        counted = self._counted.get("profiles")
        return counted or self._counted.setdefault("profiles", self._history.profiles())

    @property
    def index(self) -> BookingIndex:
        """The footprints of its bookings."""
        if self._index is None:
            assert self._history is not None
            self._index = BookingIndex(self._history.entries())
        return self._index

    @property
    def shares(self) -> SharedMap[ShareKey, int]:
        """How many bookings take the same of a session."""
        if self._shares is None:
            assert self._history is not None
            self._shares = SharedMap(self._history.shares())
        return self._shares

    def __len__(self) -> int:
        """How many bookings it has."""
        if self._index is None:
            assert self._history is not None
            return len(self._history)
        return len(self._index)

    def crowd(self, calendar_id: str) -> Profile:
        """The bookings of a calendar that may run at once with this host."""
        return self._crowds.get(calendar_id, _NOTHING)

    def blocked_by(self, kinds: Iterable[BusyKind], low: int, high: int) -> Pieces:
        """Where in ``[low, high)`` blocks of one of these kinds stand, with their buffers."""
        pieces: Pieces = ()
        if not self._blocked:
            return pieces
        for kind in self._blocked.keys() & set(kinds):
            pieces = kernel.union(pieces, self._blocked[kind].above(0, low, high))
        return pieces

    def profiles(self) -> Mapping[str, Profile]:
        """Every profile that is not empty, by a name of its own."""
        named = {"load": self.load, "seats": self.seats, "whole": self.whole}
        named |= {f"blocked {kind.value}": each for kind, each in self._blocked.items()}
        named |= {f"crowd {key}": each for key, each in self._crowds.items()}
        return {key: each for key, each in named.items() if each != _NOTHING}

    # Changes ---------------------------------------------------------------

    def adding(self, claim: Taken) -> Record:
        """With one more claim. Units of a session that is there already are not taken again."""
        if self._history is not None and claim.is_plain:
            return self._noting(self._history.adding(claim), claim, 1)
        share, shares, load = claim.share, self.shares, self.load
        if share is not None:
            held = shares.get(share, 0)
            shares = shares.setting({share: held + 1})
        if not claim.whole and (share is None or not held):
            load = load.adding(claim.start, claim.end, claim.units)
        return self._next(
            self.version + claim_stamp(claim),
            load=load,
            seats=self.seats.adding(claim.start, claim.end, claim.seats),
            index=self.index.adding(claim.booking_id, claim.start, claim.end),
            shares=shares,
            crowds=self._crowded(claim, 1),
            whole=self.whole.adding(claim.start, claim.end, int(claim.whole)),
        )._after(self, claim.start, claim.end)

    def removing(self, claim: Taken) -> Record:
        """Without a claim that it has."""
        if self._history is not None and claim.is_plain:
            return self._noting(self._history.removing(claim), claim, -1)
        share, shares, load = claim.share, self.shares, self.load
        if share is not None:
            held = shares[share] - 1
            shares = shares.setting({share: held}) if held else shares.without([share])
        if not claim.whole and (share is None or not held):
            load = load.adding(claim.start, claim.end, -claim.units)
        return self._next(
            self.version - claim_stamp(claim),
            load=load,
            seats=self.seats.adding(claim.start, claim.end, -claim.seats),
            index=self.index.removing(claim.booking_id),
            shares=shares,
            crowds=self._crowded(claim, -1),
            whole=self.whole.adding(claim.start, claim.end, -int(claim.whole)),
        )._after(self, claim.start, claim.end)

    def changed_since(self, old: object) -> tuple[int, int] | None:
        """The time in which anything was taken, given back or blocked since the version of that mark.

        None where that is not one of the last few versions.
        """
        for number, (mark, _, _) in enumerate(self._past):
            if mark is old:
                since = self._past[number:]
                return min(low for _, low, _ in since), max(high for _, _, high in since)
        return None

    def _after(self, before: Record, start: int, end: int) -> Record:
        self._past = (*before._past[1 - _MOST_CHANGES :], (before.mark, start, end))
        return self

    def _noting(self, history: PlainHistory, claim: Taken, sign: int) -> Record:
        """With a plain claim more or less: what is not worked out yet is not now either."""
        new = Record(blocks=self.blocks, blocked=self._blocked)
        new._history, times = history, (claim.start, claim.end)
        new._version, new._load, new._seats, new._index = None, None, None, None
        # Plain claims share nothing.
        new._shares = self._shares
        if self._version is not None:
            new._version = (self._version + sign * claim_stamp(claim)) % MODULUS
        if self._load is not None or self._seats is not None:
            new._load = self.load.adding(*times, sign * claim.units)
            new._seats = self.seats.adding(*times, sign * claim.seats)
        if self._index is not None:
            key = claim.booking_id
            new._index = self._index.adding(key, *times) if sign > 0 else self._index.removing(key)
        return new._after(self, *times)

    def _crowded(self, claim: Taken, sign: int) -> Mapping[str, Profile]:
        if claim.crowd is None:
            return self._crowds
        changed = self.crowd(claim.crowd).adding(claim.start, claim.end, sign)
        return {**self._crowds, claim.crowd: changed}

    def blocking(self, block_id: str, closed: Closed) -> Record:
        """With one more block."""
        return self._next(
            self.version + _block_stamp(block_id, closed),
            blocks=self.blocks.setting({block_id: closed}),
            blocked=self._closed(closed, 1),
        )._after(self, closed[0], closed[1])

    def unblocking(self, block_id: str) -> Record:
        """Without a block that it has."""
        closed = self.blocks[block_id]
        return self._next(
            self.version - _block_stamp(block_id, closed),
            blocks=self.blocks.without([block_id]),
            blocked=self._closed(closed, -1),
        )._after(self, closed[0], closed[1])

    def _closed(self, closed: Closed, sign: int) -> Mapping[BusyKind, Profile]:
        start, end, kind = closed
        changed = self._blocked.get(kind, _NOTHING).adding(start, end, sign)
        return {**self._blocked, kind: changed}

    def blocks_overlapping(self, start: int, end: int) -> tuple[str, ...]:
        """The blocks that share an instant with ``[start, end)``, by start and then id."""
        found = [
            (low, block_id)
            for block_id, (low, high, _) in self.blocks.items()
            if low < end and start < high
        ]
        return tuple(block_id for _, block_id in sorted(found))

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was ever taken or blocked here."""
        return not len(self) and not self.blocks

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
        blocks: SharedMap[str, Closed] | None = None,
        blocked: Mapping[BusyKind, Profile] | None = None,
        crowds: Mapping[str, Profile] | None = None,
        whole: Profile | None = None,
    ) -> Record:
        return Record(
            version=version % MODULUS,
            load=self.load if load is None else load,
            seats=self.seats if seats is None else seats,
            index=self.index if index is None else index,
            shares=self.shares if shares is None else shares,
            blocks=self.blocks if blocks is None else blocks,
            blocked=self._blocked if blocked is None else blocked,
            crowds=self._crowds if crowds is None else crowds,
            whole=self.whole if whole is None else whole,
        )


def _profiles_of(blocks: Mapping[str, Closed]) -> dict[BusyKind, Profile]:
    closed: dict[BusyKind, list[Load]] = {}
    for start, end, kind in blocks.values():
        closed.setdefault(kind, []).append((start, end, 1))
    return {kind: Profile.of(parts) for kind, parts in closed.items()}


def _block_stamp(block_id: str, closed: Closed) -> int:
    start, end, kind = closed
    return hash((crc32(block_id.encode()), start, end, crc32(kind.value.encode())))


EMPTY: Final = Record()
"""The record of a resource of which nothing was ever taken."""

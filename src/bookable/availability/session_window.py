"""The sessions that start in a window, each worked out when somebody asks for it.

A listing needs one session that can be joined at each start at which nothing else can be had, and not
one that is full: most sessions of a long history are never looked at. What was worked out of a window
is kept for the next question about it, but for what anything has happened to since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from bookable.availability import masks
from bookable.availability.feasibility import Starts
from bookable.availability.question import Place, Question
from bookable.availability.sessions import Session, Standing, holders, session_of
from bookable.domain.claim import SessionKey
from bookable.domain.refusal import RefusalCode
from bookable.domain.resources import Equipment

if TYPE_CHECKING:
    from bookable.availability.search import Search


def sessions_between(search: Search, low: int, high: int) -> Sessions:
    """The sessions of the question's calendar and duration that start in ``[low, high)``.

    Of the window that was asked about last what is known is taken over: O(1) where nothing happened.
    """
    question = search.question
    if question.calendar is None or question.seats_per_slot is None:
        return NO_SESSIONS
    # Limits read what others have as well, and may follow the clock; single starts are not asked twice.
    is_kept = high - low > 1 and not question.limits
    known = question.kept.get(("sessions", low, high)) if is_kept else None
    if not isinstance(known, _Found):
        found = _Found.of(search, low, high)
    else:
        found = known.following(search, low, high)
    if is_kept and found is not known and found.keys:
        question.keep(("sessions", low, high), found)
    return Sessions(search, found)


class _Examined(NamedTuple):
    """Which of the starts of a grid were looked at for so many people, and who may join where."""

    starts: Starts
    party_size: int
    looked_at: int
    joinable: int

    def without(self, times: Iterable[int]) -> _Examined:
        """What is left of it when some starts have to be looked at again."""
        left = ~masks.among(times, self.starts.times)
        return self._replace(looked_at=self.looked_at & left, joinable=self.joinable & left)


class _Found:
    """What is known of the sessions of a window, in one state and for one question.

    ``keys`` are the sessions by their start, those of other durations too; ``hostless`` those without
    hosts. The others are added to whenever somebody asks: ``known`` sessions, ``standings`` of resources,
    and what was ``examined`` of the grid that was asked about last.
    """

    __slots__ = ("duration", "examined", "hostless", "keys", "known", "mark", "standings")

    def __init__(self, mark: object, duration: int, keys: dict[int, Sequence[SessionKey]]) -> None:
        self.mark, self.duration, self.keys = mark, duration, keys
        self.hostless: frozenset[SessionKey] = frozenset()
        self.known: dict[SessionKey, Session] = {}
        self.standings: dict[str, Standing] = {}
        self.examined: _Examined | None = None

    @classmethod
    def of(cls, search: Search, low: int, high: int) -> Self:
        """The sessions of a window, of which nothing is known yet. O(days + starts)."""
        question, table = search.question, search.ledger.session_table
        keys = table.starting(question.subject, low, high)
        new = cls(search.ledger.trail.mark, question.duration, keys)
        if table.has_hostless:
            new.hostless = frozenset(key for at in keys for key in new.at(at) if not key[3])
        return new

    def at(self, start: int) -> list[SessionKey]:
        """The sessions of one start."""
        return [key for key in self.keys.get(start, ()) if key[2] - key[1] == self.duration]

    def following(self, search: Search, low: int, high: int) -> Self:
        """What is known of the same window in another state: of all that nothing happened to."""
        if search.ledger.trail.mark is self.mark:
            return self
        new, touched = self.of(search, low, high), search.ledger.trail.since(self.mark)
        if touched is None:
            return new
        records, sessions = touched
        # Other threads may be adding to what is known: it is copied at once, after what was examined,
        # which tells of nothing that was not known before.
        examined = self.examined
        standings, known = dict(self.standings), dict(self.known)
        new.standings = {key: each for key, each in standings.items() if key not in records}
        gone = {key[1] for key in sessions}
        for key, session in known.items():
            if key not in sessions and records.isdisjoint(session.resource_ids):
                new.known[key] = session
            else:
                gone.add(key[1])
        new.examined = None if examined is None else examined.without(gone)
        return new


class Sessions:
    """The sessions of a window in order of start; of those of one start the fullest come first."""

    __slots__ = ("_found", "_search")

    def __init__(self, search: Search | None, found: _Found) -> None:
        self._search, self._found = search, found

    def __bool__(self) -> bool:
        return bool(self._found.keys)

    def __iter__(self) -> Iterator[Session]:
        for start in sorted(self._found.keys):
            yield from self.at(start)

    @property
    def keys(self) -> Iterator[SessionKey]:
        """What tells them apart, in no order."""
        return chain.from_iterable(map(self._found.at, self._found.keys))

    @property
    def hostless(self) -> frozenset[SessionKey]:
        """Those that have no hosts."""
        return self._found.hostless

    def at(self, start: int) -> tuple[Session, ...]:
        """Those of one start, by fewest seats left, then hosts and rooms; full ones included."""
        every = map(self._session, self._found.at(start))
        return tuple(sorted(every, key=lambda each: (each.seats_left, each.key)))

    def is_joinable(self, start: int, party_size: int) -> bool:
        """Whether so many people may join one of those of a start."""
        return any(
            self._may_fit(key, party_size) and self._session(key).has_room_for(party_size)
            for key in self._found.at(start)
        )

    def joinable_starts(self, party_size: int) -> list[int]:
        """The starts at which so many people may join one, in order."""
        return [start for start in sorted(self._found.keys) if self.is_joinable(start, party_size)]

    def joinable_mask(self, starts: Starts, among: int, party_size: int) -> int:
        """Those of some of the starts at which so many people may join one.

        What was looked at before is not looked at again.
        """
        examined = self._found.examined
        if (
            examined is None
            or starts.key is None
            or examined.starts.key != starts.key
            or examined.party_size != party_size
        ):
            examined = _Examined(starts, party_size, 0, 0)
        rest = among & ~examined.looked_at
        if rest:
            keys, times = self._found.keys, masks.chosen(starts.times, rest)
            found = [at for at in times if at in keys and self.is_joinable(at, party_size)]
            joinable = examined.joinable | masks.among(found, starts.times)
            examined = _Examined(starts, party_size, examined.looked_at | rest, joinable)
            self._found.examined = examined
        return examined.joinable & among

    def _may_fit(self, key: SessionKey, party_size: int) -> bool:
        """Whether a session has seats left for so many, whatever else is in the way."""
        assert self._search is not None
        seats = self._search.question.seats_per_slot or 0
        return not party_size or (
            seats - self._search.ledger.session_table.people(key) >= party_size
        )

    def _session(self, key: SessionKey) -> Session:
        session = self._found.known.get(key)
        if session is None:
            assert self._search is not None
            session = session_of(self._search, key, self._found.standings)
            self._found.known[key] = session
        return session


NO_SESSIONS: Final = Sessions(None, _Found(None, 0, {}))
"""Where bookings share none."""


def held_places(question: Question, sessions: Sessions) -> dict[Place, list[int]]:
    """Where no second session can be opened, with the starts.

    A session without hosts is told from others of its calendar and time by its rooms alone.
    So a room that has one gets no second: who books there joins it. Nor does a host who has one,
    which matters where it does not count that hosts are busy.
    """
    starts: dict[str, list[int]] = defaultdict(list)
    for key in sessions.keys if RefusalCode.BUSY in question.aside else sessions.hostless:
        for resource_id in holders(question, key):
            starts[resource_id].append(key[1])
    return {
        (number, position): starts[candidate.resource.id]
        for number, role in enumerate(question.roles)
        for position, candidate in enumerate(role.candidates)
        if candidate.resource.id in starts
    }


def placeless_starts(question: Question, keys: Iterable[SessionKey]) -> list[int]:
    """The starts of sessions without hosts and rooms, which there is only one of at a time.

    They matter where another booking might have neither hosts nor rooms as well.
    """
    if any(
        all(not isinstance(candidate.resource, Equipment) for candidate in role.candidates)
        for role in question.roles
    ):
        return []
    return [key[1] for key in keys if not key[3] and not key[4]]

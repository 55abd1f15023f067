"""Series told to both sides: the oracle decides every occurrence in its turn (SPEC N31).

A series that is booked is foretold start by start, in a world that holds its siblings. Of one that
changes the outcome is judged: only what lies ahead moved, and each could be booked where it went.
How series end is in `bookable.testing.telling_ends`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from bookable.availability.series import SeriesPolicy
from bookable.domain.recurring import Recurrence, key_of
from bookable.errors import (
    BookingRefused,
    IdConflictError,
    InvalidValueError,
    WrongTimeError,
)
from bookable.scheduler import Scheduler
from bookable.testing import answers, realise
from bookable.testing.asks import ask_again
from bookable.testing.axis import MARGIN
from bookable.testing.choices import spread
from bookable.testing.compare import Disagreement, check
from bookable.testing.oracle import NONE, beyond_horizon, decide
from bookable.testing.plain import PlainAsk, PlainBooking
from bookable.testing.reading import LAST, Question
from bookable.testing.realise_asks import request as as_request
from bookable.testing.realise_time import ZONE
from bookable.testing.telling_life import Tell
from bookable.testing.telling_outcome import TellingOutcome
from bookable.testing.world import World

WITHIN = 5
"""Units within which an occurrence may move."""

GONE = ("cancelled", "declined", "expired")
AHEAD = ("hold", "pending", "confirmed")
SKIP = SeriesPolicy("skip")
POLICIES = (
    SeriesPolicy(),
    SKIP,
    SeriesPolicy("skip", most_conflicts=1),
    SeriesPolicy("next_free", within=WITHIN * realise.UNIT),
    SeriesPolicy("skip", "truncate"),
    SeriesPolicy("next_free", "truncate", most_percent=50, within=WITHIN * realise.UNIT),
)


@dataclass(frozen=True, slots=True)
class Course:
    """A series that was booked: what was asked for, by what it recurs, and its bookings by original."""

    id: str
    ask: PlainAsk
    recurrence: Recurrence
    members: tuple[tuple[datetime, str], ...]


def civil(unit: int) -> datetime:
    """The wall time at which a unit begins."""
    return realise.moment(unit).replace(tzinfo=None)


def recurring(starts: list[int]) -> Recurrence:
    """The recurrence with these starts: by a rule where they are a day apart."""
    first, *others = starts
    if {later - each for each, later in pairwise(starts)} == {24}:
        return Recurrence(f"FREQ=DAILY;COUNT={len(starts)}", civil(first), ZONE)
    return Recurrence(None, civil(first), ZONE, rdates=[civil(each) for each in others])


@dataclass(slots=True, repr=False)
class TellingSeries(TellingOutcome):
    """The part of a `bookable.testing.pair.Pair` that tells of series."""

    courses: list[Course] = field(default_factory=list)

    # Booking -------------------------------------------------------------------

    def _starts(self, asked: Question, how: int, thing: int, edge: int) -> list[int]:
        """Some starts, each once, in their order."""
        first, pick = self.next_free(asked, thing, edge), spread(how, edge)
        step = (24, 1, 2, 3, 5, 7)[pick(6)]
        if step == 24 and first >= 24:
            first = MARGIN + (first - 24) % MARGIN
        starts = [first + step * number for number in range(2 + pick(3))]
        return [start for start in starts if start < LAST - WITHIN] or [first]

    def foretell(
        self, ask: PlainAsk, starts: list[int], ids: list[str], policy: SeriesPolicy
    ) -> dict[str, PlainBooking] | None:
        """The bookings of a series in the world told so far; None where it is declined."""
        found: dict[str, PlainBooking] = {}
        beyond: set[str] = set()
        for id_, start in zip(ids, starts, strict=True):
            is_beyond = beyond_horizon(self.world, ask, start, self.now)
            if not self._foretold(found, ask, start, id_) and is_beyond:
                beyond.add(id_)
        if policy.on_conflict == "next_free":
            for id_, start in zip(ids, starts, strict=True):
                if id_ in found or id_ in beyond:
                    continue
                later = range(start + 1, start + WITHIN + 1)
                for free in answers.starts(self.world, ask, later, self.now)[:1]:
                    self._foretold(found, ask, free, id_)
        cut = beyond if policy.beyond_horizon == "truncate" else set()
        counted, conflicts = len(ids) - len(cut), len(ids) - len(cut) - len(found)
        if not found or beyond - cut:
            return None
        if policy.on_conflict == "all_or_nothing":
            return None if conflicts else found
        most = policy.most_conflicts
        if most is not None and conflicts > most:
            return None
        return found if conflicts <= counted * policy.most_percent / 100 else None

    def _foretold(
        self, found: dict[str, PlainBooking], ask: PlainAsk, start: int, id_: str
    ) -> bool:
        self.compared += 1
        expected = decide(self.world, ask, start, self.now)
        if expected is None:
            return False
        found[id_] = self.taken(id_, ask, start, expected)
        self.world.keep(found[id_])
        return True

    def do_series(self, which: int, how: int, thing: int, edge: int) -> None:
        """Book several starts as one series."""
        asked = self.question(which, how)
        if asked is None:
            return
        ask, request = asked
        starts, policy = self._starts(asked, how, thing, edge), POLICIES[how % len(POLICIES)]
        ids = [self.name("s") for _ in starts]
        with self.foretelling():
            expected = self.foretell(ask, starts, ids, policy)

        def book(state: Scheduler) -> Scheduler:
            times = [realise.moment(start) for start in starts]
            return state.book_series(request, times, booking_ids=ids, now=self.at, policy=policy)

        self._booked(book, expected)

    def _booked(self, book: Tell, expected: dict[str, PlainBooking] | None) -> bool:
        """Book, once and once more, what the oracle foretold; whether anything was booked."""
        try:
            after = book(self.scheduler)
        except BookingRefused as refused:
            check(None, expected, f"a series is refused: {refused}")
            check(True, bool(refused.refusals), "reasons")
            return False
        if expected is None:
            raise Disagreement("a series was booked that should be declined")
        check(expected, self.outcome(after, NONE, frozenset(expected)), "booked as a series")
        again = book(after)
        check(after.version, again.version, "version after a series was booked twice")
        check(after.bookings, again.bookings, "a series booked twice")
        return True

    def do_recur(self, which: int, how: int, thing: int, edge: int) -> None:
        """Book a series that recurs."""
        asked = self.question(which, how)
        if asked is None:
            return
        self.recur(asked, self._starts(asked, how, thing, edge), POLICIES[how % len(POLICIES)])

    def recur(self, asked: Question, starts: list[int], policy: SeriesPolicy) -> None:
        """Book a series that recurs at these starts."""
        ask, request = asked
        series_id, recurrence = self.name("r"), recurring(starts)
        ids = [f"{series_id}/{key_of(civil(start))}" for start in starts]
        overlaps = any(later - start < ask.duration for start, later in pairwise(starts))
        with self.foretelling():
            expected = None if overlaps else self.foretell(ask, starts, ids, policy)

        def book(state: Scheduler) -> Scheduler:
            return state.book_recurring(
                request, recurrence, series_id=series_id, now=self.at, policy=policy
            )

        if self._booked(book, expected):
            found = self.scheduler.recurrence_of(series_id, recurrence, now=self.at)
            days = dict(zip(ids, map(civil, starts), strict=True))
            members = [(days[id_], id_) for id_ in expected or ()]
            # What is pending, confirmed or held counts; what expired at once does not.
            live = {day for day, id_ in members if self.world.bookings[id_].status not in GONE}
            check(live, set() if found is None else set(found.originals()), "what is booked")
            self.courses.append(Course(series_id, ask, recurrence, tuple(sorted(members))))

    # Changing ------------------------------------------------------------------

    def _course(self, which: int) -> Course | None:
        return self.courses[-1 - which % len(self.courses)] if self.courses else None

    def _ahead(self, course: Course, following: datetime | None) -> list[PlainBooking]:
        """The bookings of a series that have not begun, from a day on."""
        found = [
            self.world.bookings[id_]
            for day, id_ in course.members
            if following is None or day >= following
        ]
        return [each for each in found if each.status in AHEAD and each.start > self.now]

    def do_change_series(self, which: int, how: int, thing: int, edge: int) -> None:
        """What lies ahead of a series takes place at other times."""
        course, pick = self._course(which), spread(how, thing, edge)
        if course is None:
            return
        again = self.asked_again(course.ask)
        if again is None:
            return
        starts = [realise.unit_of(each) for each in course.recurrence.starts()]
        delta, more = (0, 1, 2, -1, -3, 5)[pick(6)], pick(4)
        wanted = [start + delta for start in starts][: None if more < 3 else -1] or starts
        if more == 1:
            wanted.append(wanted[-1] + max(again.duration, 1 + pick(4)))
        wanted = [start for start in wanted if 0 < start < LAST]
        following = (None, *(day for day, _ in course.members))[pick(1 + len(course.members))]
        self._change(course, again, wanted, following, new=bool(pick(3)), ignores=pick(3) == 2)

    def _change(
        self,
        course: Course,
        ask: PlainAsk,
        starts: list[int],
        following: datetime | None,
        *,
        new: bool,
        ignores: bool,
    ) -> None:
        if not starts:
            return
        before, may = self.world.copy(), {each.id for each in self._ahead(course, following)}
        live = [
            (day, id_) for day, id_ in course.members if self.world.bookings[id_].status not in GONE
        ]
        if not live:
            return
        by = course.recurrence.only([day for day, _ in live])
        assert by is not None
        new_id = self.name("r") if new else course.id
        try:
            edit = self.scheduler.plan_change_series(
                course.id,
                by,
                to=recurring(starts),
                request=as_request(ask),
                now=self.at,
                following=following,
                new_series_id=new_id,
                ignore_cut_off=ignores,
            )
        except BookingRefused as error:
            check(True, bool(error.refusals), "reasons")
            return
        except WrongTimeError:
            check(False, ignores, "a cut-off that was ignored")
            return
        except (InvalidValueError, IdConflictError):
            return
        after = self.scheduler.apply(edit.plan)
        fresh = frozenset(id_ for id_ in after.bookings if id_.startswith(f"{new_id}/"))
        found = self.outcome(after, frozenset(may), fresh - set(before.bookings))
        self._placed(before, found, ask, [each.id for each in edit.plan.bookings_after])
        self._renamed(course, ask, edit.series_id, (edit.recurrence, edit.ended))

    def _placed(
        self, world: World, found: dict[str, PlainBooking], ask: PlainAsk, order: list[str]
    ) -> None:
        """Each booking was allowed when its turn came: what moves leaves first."""
        kept, self.world = self.world, world
        moved = []
        for id_ in order:
            was, made = world.bookings.get(id_), found[id_]
            if was is not None and made == replace(was, version=made.version):
                world.keep(made)
                continue
            if was is not None:
                world.keep(replace(was, status="cancelled"))
            if made.status != "cancelled":
                moved.append((was, made))
        for was, made in moved:
            own = ask if was is None else self._moves(ask, was)
            expected = decide(world, own, made.start, self.now)
            if expected is None:
                raise Disagreement(f"{made.id} went to {made.start}, where nothing is free")
            takes = (expected.hosts, expected.rooms, expected.equipment)
            check(takes, (made.hosts, made.rooms, made.equipment), f"what {made.id} takes")
            world.keep(made)
        self.world = kept

    def _moves(self, ask: PlainAsk, booking: PlainBooking) -> PlainAsk:
        own = replace(ask, tags=booking.tags - {"overbooked"}, customer_id=booking.customer_id)
        return self.moving(ask_again(self.world, own), booking)

    def _renamed(
        self,
        course: Course,
        ask: PlainAsk,
        series_id: str,
        left: tuple[Recurrence | None, Recurrence | None],
    ) -> None:
        """Keep the series as they are now: their recurrences have what is booked, and nothing else."""
        self.courses.remove(course)
        for id_, recurrence in zip((series_id, course.id), left, strict=True):
            booked = [
                (each.original_start, each.id)
                for each in self.scheduler.bookings.values()
                if each.series_id == id_ and each.original_start is not None
            ]
            live = {day for day, key in booked if self.world.bookings[key].status not in GONE}
            if id_ == course.id != series_id and recurrence is None:
                check(set(), live, f"left of {id_}")
            if recurrence is not None:
                check(live, set(recurrence.originals()), f"recurrence of {id_}")
                self.courses.append(Course(id_, ask, recurrence, tuple(sorted(booked))))

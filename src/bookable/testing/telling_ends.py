"""The end of series, told to both sides: cancelled by somebody, or dropped since nobody came (SPEC N29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bookable.errors import WrongTimeError
from bookable.scheduler import Scheduler
from bookable.testing import oracle_life, realise
from bookable.testing.compare import check
from bookable.testing.plain import PlainBooking
from bookable.testing.plain_life import deadline_of
from bookable.testing.reading import LAST, LATEST
from bookable.testing.telling_series import SKIP, Course, TellingSeries

EARLY = 8


@dataclass(slots=True, repr=False)
class TellingEnds(TellingSeries):
    """The part of a `bookable.testing.pair.Pair` that tells how series end."""

    dropped: int = 0
    """How often a series was dropped with bookings still to come."""

    def do_cancel_series(self, which: int, how: int, thing: int, _edge: int) -> None:
        """Cancel what lies ahead; once more changes nothing."""
        course, ignores = self._course(which), how % 2 == 1
        if course is None:
            return
        days = (None, *(day for day, _ in course.members))
        following = days[thing % len(days)]
        self._end(course, following, ignores=ignores)

    def _end(self, course: Course, following: datetime | None, *, ignores: bool) -> None:
        ends = [
            oracle_life.cancel(self.world, each, self.now, None, ignores=ignores)
            for each in self._ahead(course, following)
        ]
        for _ in range(2):
            try:
                after = self.scheduler.cancel_series(
                    course.id, now=self.at, following=following, ignore_cut_off=ignores
                )
            except WrongTimeError as error:
                check(True, error.code in ends, f"{course.id} cannot be cancelled")
                return
            self._ended(after, ends, course.id)
            ends = []

    def _ended(self, after: Scheduler, ends: list[oracle_life.Answer], series_id: str) -> None:
        expected = {each.id: each for each in ends if isinstance(each, PlainBooking)}
        check(len(ends), len(expected), f"{series_id} was cancelled, though it cannot be")
        check(expected, self.outcome(after, frozenset(expected)), f"what is left of {series_id}")

    def do_drop_series(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """Drop what lies ahead of a series that was missed too often, twice.

        Mostly once so much time has passed that it was, while something is still to come: of a
        series that is booked for that, where there is none.
        """
        course, late = self._course(which), self._late()
        if not late and how % 4:
            self._recur_for_misses()
            late = self._late()
        if late and how % 4:
            course, at = late[-1]
            self.pass_to(at - (how % 8 == 1))
        if course is None:
            return
        ends: list[oracle_life.Answer] = []
        if self._is_missed(course):
            ends = [
                oracle_life.cancel(self.world, each, self.now, None, ignores=True)
                for each in self._ahead(course, None)
            ]
        self.dropped += bool(ends)
        for _ in range(2):
            after = self.scheduler.drop_series(course.id, now=self.at)
            self._ended(after, ends, course.id)
            ends = []

    def _recur_for_misses(self) -> None:
        """Book a series of each calendar that minds how often nobody comes, at its first free starts.

        Early, for it is by the time that passes that they are missed.
        """
        self.pass_to(min(self.now, EARLY))
        soon = realise.interval(self.now + 1, LAST)
        for number, (_, calendar) in enumerate(sorted(self.world.calendars.items())):
            if calendar.check_in is None or calendar.check_in.most_missed is None:
                continue
            asked = self.question(number, 0)
            if asked is not None:
                slots = self.scheduler.free_slots(asked[1], within=soon, now=self.at).apart()
                starts = [realise.unit_of(slot.start) for slot in slots[:4]]
                if starts:
                    self.recur(asked, starts, SKIP)

    def _late(self) -> list[tuple[Course, int]]:
        """The series that are missed too often if nobody comes, with more ahead, and from when on."""
        found = []
        for course in self.courses:
            ahead = sorted(self._ahead(course, None), key=lambda each: each.start)
            policy = ahead[0].check_in if ahead else None
            most = len(ahead) if policy is None else policy.most_missed
            if (
                most is None
                or most >= len(ahead)
                or {each.status for each in ahead} != {"confirmed"}
            ):
                continue
            late = deadline_of(ahead[most - 1])
            if late is not None and late < ahead[most].start and late <= LATEST:
                found.append((course, late))
        return found

    def _is_missed(self, course: Course) -> bool:
        """Whether nobody came to so many of the last occurrences in a row (SPEC N29)."""
        found = [self.world.bookings[id_] for _, id_ in course.members]
        row: list[PlainBooking] = []
        for each in sorted(found, key=lambda each: (each.start, each.id)):
            if each.status in ("checked_in", "completed"):
                row = []
            elif each.status in ("no_show", "released") or (
                each.status == "confirmed" and each.rooms_until is not None
            ):
                row.append(each)
        policy = row[-1].check_in if row else None
        return (
            policy is not None
            and policy.most_missed is not None
            and (len(row) >= policy.most_missed)
        )

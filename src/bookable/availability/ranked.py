"""Slots by how desirable they are: a sum of weighted terms in exact fractions.

The same slots and weights give the same order everywhere. A term lies between 0 and 1, so
weights say how much each matters; with equal scores the earlier slot comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from attrs import frozen

from bookable.checks import check_amount, check_choice, check_type
from bookable.errors import InvalidValueError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_UNITS
from bookable.timeline.instant import DAY, to_us

if TYPE_CHECKING:
    from bookable.availability.search import Search
    from bookable.availability.slot import Slot


class Term(StrEnum):
    """What may speak for a slot; each is between 0 and 1."""

    EARLINESS = "earliness"
    """1 for the first slot of the listing, 0 for the last, even between them."""
    SEATS = "seats"
    """1 / (1 + seats that would stay empty): few wasted seats."""
    CLOSENESS = "closeness"
    """1 where the host and room have a booking just before or after it, 0 where the next one is
    a day away or more, even between; the mean of all hosts and rooms it would take."""
    PREFERENCE = "preference"
    """The share of the request's ``prefer_ids`` that it would take."""
    ATTENDANCE = "attendance"
    """The share of the request's ``optional_ids`` who could come; 1 without any."""


EVEN_WEIGHTS: Final = FrozenMap({term: Fraction(1) for term in Term})
"""Every term counts the same."""


@frozen
class RankedSlot:
    """A slot with its score, which is the sum of ``terms``: those asked for, times their weights."""

    slot: Slot
    score: Fraction
    terms: FrozenMap[Term, Fraction]


def check_weights(
    weights: Mapping[Term, int | Fraction] | Mapping[str, int | Fraction] | None,
) -> FrozenMap[Term, Fraction]:
    """The weight of each term that counts; of all of them, evenly, where None is given."""
    if weights is None:
        return EVEN_WEIGHTS
    like = "a mapping of terms to whole numbers or fractions, for example {'earliness': 2}"
    given: Mapping[str, int | Fraction] = check_type(weights, Mapping, "weights", like)
    found = {check_choice(key, Term, "weights"): _weight(given[key]) for key in given}
    return FrozenMap({term: found[term] for term in Term if term in found})


def _weight(value: object) -> Fraction:
    if type(value) is not int and type(value) is not Fraction:
        raise InvalidValueError("weights", value, "a whole number or a Fraction", "quantity")
    weight = Fraction(value)
    if max(abs(weight.numerator), weight.denominator) > MOST_UNITS:
        expected = f"a Fraction of whole numbers up to {MOST_UNITS:,}"
        raise InvalidValueError("weights", value, expected, "quantity")
    return weight


def rank(
    slots: Sequence[Slot], searches: Sequence[Search], weights: Mapping[Term, Fraction]
) -> tuple[RankedSlot, ...]:
    """The slots by score, the highest first, else in the order given.

    ``searches`` are what each slot was found with. O(n) times what one slot costs to tell of.
    """
    if not slots:
        return ()
    first, last = to_us(slots[0].start), to_us(slots[-1].start)
    ranked: list[RankedSlot] = []
    for slot, search in zip(slots, searches, strict=True):
        terms = {
            term: weight * _value(term, slot, search, (first, last))
            for term, weight in weights.items()
        }
        ranked.append(RankedSlot(slot, sum(terms.values(), Fraction(0)), FrozenMap(terms)))
    return tuple(sorted(ranked, key=lambda each: -each.score))


def _value(term: Term, slot: Slot, search: Search, span: tuple[int, int]) -> Fraction:
    request = slot.request
    if term is Term.EARLINESS:
        since, length = to_us(slot.start) - span[0], span[1] - span[0]
        return 1 - Fraction(since, length or 1)
    if term is Term.SEATS:
        return Fraction(1, 1 + max(slot.seats_left - slot.party_size, 0))
    if term is Term.CLOSENESS:
        return _closeness(slot, search)
    if term is Term.PREFERENCE:
        taken = set(slot.allocation.host_ids) | set(slot.allocation.room_ids)
        taken |= set(slot.allocation.equipment)
        return _share(taken.intersection(request.prefer_ids), request.prefer_ids, Fraction(0))
    there = set(request.optional_ids).difference(slot.missing_ids)
    return _share(there, request.optional_ids, Fraction(1))


def _share(part: Iterable[str], whole: Sequence[str], of_nothing: Fraction) -> Fraction:
    return Fraction(len(set(part)), len(whole)) if whole else of_nothing


def _closeness(slot: Slot, search: Search) -> Fraction:
    """How near the next booking of each host and room is, before or after; a day is far."""
    low, high = to_us(slot.start), to_us(slot.end)
    taken = (*slot.allocation.host_ids, *slot.allocation.room_ids)
    total = Fraction(0)
    for resource_id in taken:
        near = search.ledger.record(resource_id).index.overlapping(low - DAY, high + DAY)
        bodies = (search.ledger.bookings[booking_id].interval for booking_id in near)
        gaps = (max(body.start_us - high, low - body.end_us, 0) for body in bodies)
        total += 1 - Fraction(min(min(gaps, default=DAY), DAY), DAY)
    return total / max(len(taken), 1)


_FREE: Final = 100
_UNKNOWN: Final = 49


def confidence(*, free: int = 0, unknown: int = 0, busy: int = 0) -> Fraction:
    """How likely it is that those asked can come, in percent: the mean over all of them.

    Who is free counts 100, whose time is unknown 49, who is busy 0; nobody at all counts 100.

    >>> confidence(free=1, unknown=1, busy=1)
    Fraction(149, 3)
    """
    check_amount(free, "free")
    check_amount(unknown, "unknown")
    check_amount(busy, "busy")
    people = free + unknown + busy
    return Fraction(_FREE * free + _UNKNOWN * unknown, people) if people else Fraction(_FREE)


def confidence_in(slot: Slot, unknown_ids: Iterable[str]) -> Fraction:
    """How likely it is that the attendees of a request can come to a slot, in percent."""
    request = slot.request
    people = {*request.attendee_ids, *request.optional_ids}
    unknown = people.intersection(unknown_ids)
    busy = people.intersection(slot.missing_ids) - unknown
    free = len(people) - len(unknown) - len(busy)
    return confidence(free=free, unknown=len(unknown), busy=len(busy))

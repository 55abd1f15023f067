"""What a plan rests on, as versions, and whether all of it is still the same (SPEC N28)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bookable.availability.limiting import counted_in
from bookable.availability.question import Question
from bookable.availability.search import Search
from bookable.availability.standing import judged_hosts
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.limit import Limit
from bookable.domain.ranking import Ranking
from bookable.domain.stamp import MODULUS
from bookable.errors import StaleLedgerError
from bookable.frozen_map import FrozenMap
from bookable.occupancy.claims import customer_key, history_key
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan


def versions_of(search: Search, ledger: Ledger, *bookings: Booking) -> FrozenMap[str, int]:
    """The versions of all that bookings take, of their calendar, and of what else decided about them.

    O(b) for *b* bookings, and O(e) for the *e* entries where limits count bookings anywhere.
    """
    return versions(search.catalogue, ledger, ids_behind(search, ledger, bookings))


def ids_behind(search: Search, ledger: Ledger, bookings: Sequence[Booking]) -> set[str]:
    """All that decided about bookings: what they take, their calendar, and what limits count."""
    question, calendar = search.question, search.question.calendar
    ids = {*judged_hosts(calendar)}
    for booking in bookings:
        ids.update(booking.resource_ids, filter(None, [booking.calendar_id]))
    if calendar is not None and not ids.isdisjoint(question.delegate_ids):
        # Who stands in does so only while somebody is away.
        ids.update(calendar.member_ids)
    if _counts_by_status(question):
        ids.update([*map(history_key, ids)])
    return ids | counted_in(question, search.catalogue, ledger)


def _counts_by_status(question: Question) -> bool:
    """Whether what takes no time any more may decide about those who serve, or about what is taken."""
    counted: tuple[Ranking | Limit, ...] = (question.ranking, *question.limits)
    return any(each.counting is not None for each in counted)


def versions(catalogue: Catalogue, ledger: Ledger, ids: Iterable[str]) -> FrozenMap[str, int]:
    """The versions of these."""
    return FrozenMap({key: version_of(catalogue, ledger, key) for key in sorted(ids)})


def version_of(catalogue: Catalogue, ledger: Ledger, entry_id: str) -> int:
    """A number for all that decides about an entry: its own rules and what is taken of it."""
    # A customer, or what the catalogue has lost, has no rules, only bookings.
    stamp = catalogue.stamp(entry_id) if entry_id in catalogue else 0
    return (3 * ledger.record(entry_id).version + stamp) % MODULUS


def check_fresh(plan: Plan, catalogue: Catalogue, ledger: Ledger) -> None:
    """Refuse a plan when something that it rests on has changed."""
    for entry_id, expected in plan.rests_on.items():
        actual = version_of(catalogue, ledger, entry_id)
        if actual != expected:
            key = entry_id.removeprefix(history_key(""))
            subject = key.removeprefix(customer_key(""))
            kind = "" if subject == key else "customer"
            raise StaleLedgerError(subject, expected, actual, kind=kind)

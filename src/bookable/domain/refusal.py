"""Why not, and what is wrong: refusals and violations as data (SPEC N32, N9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from bookable.checks import check_choice, check_ids, check_text, check_type, listed
from bookable.errors import InvalidValueError, join_words, shown
from bookable.frozen_map import FrozenMap
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.interval import Interval, check_interval

Detail = int | str | tuple[str, ...]
"""What a detail of a refusal may be: plain data that any backend can pass on."""


class RefusalCode(StrEnum):
    """The rules that can refuse, in the order in which refusals are listed."""

    INACTIVE = "inactive"
    """The calendar or resource takes no new bookings."""
    NOT_ALLOWED = "not_allowed"
    """The customer may not book."""
    NEVER_FITS = "never_fits"
    """More people, units or resources are asked for than exist."""
    OFF_GRID = "off_grid"
    """The start is not one of the starts on offer."""
    NOTICE_TOO_SHORT = "notice_too_short"
    """The start is earlier than ``now`` plus the minimum notice."""
    BEYOND_HORIZON = "beyond_horizon"
    """The start is not before ``now`` plus the booking horizon."""
    OUTSIDE_HOURS = "outside_hours"
    """The booking would not lie inside opening hours."""
    LIMIT_REACHED = "limit_reached"
    """No more may be booked in that period."""
    NOT_NEXT = "not_next"
    """Another host is owed the booking."""
    TRAVEL_TIME = "travel_time"
    """Too little time to come from the place before, or to go to the next one."""
    UNKNOWN = "unknown"
    """Nobody knows whether the resource is free."""
    BUSY = "busy"
    """Bookings or blocks stand in the way."""
    FULL = "full"
    """Too few seats are left for the party."""
    ROLES_COMPETE = "roles_compete"
    """Several roles need more different resources than are free for them."""
    SELF_OVERLAP = "self_overlap"
    """An occurrence of a series would last into the next one."""


DATE_RULES: Final = frozenset({RefusalCode.NOTICE_TOO_SHORT, RefusalCode.BEYOND_HORIZON})
"""The rules about how soon and how far ahead one may book."""

CAPACITY_RULES: Final = frozenset({RefusalCode.BUSY, RefusalCode.FULL})
"""The rules that keep anything from being taken twice."""

OVERRIDABLE: Final = frozenset(RefusalCode) - {
    RefusalCode.NEVER_FITS,
    RefusalCode.UNKNOWN,
    RefusalCode.ROLES_COMPETE,
    RefusalCode.SELF_OVERLAP,
}
"""The rules that an administrator may leave aside: all but what could not be booked in any state, and
what nobody knows: who takes a resource all the same does not name it as unknown."""


def to_override(
    values: Iterable[RefusalCode | str], *, among: frozenset[RefusalCode] = OVERRIDABLE
) -> frozenset[RefusalCode]:
    """The rules to leave aside, given as themselves or as their texts.

    Raises:
        InvalidValueError: If it is no list of rules, or one of them cannot be left aside.
    """
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        expected = "a list of rules, for example ['notice_too_short', 'busy']"
        raise InvalidValueError("override", values, expected, "type")
    found = frozenset(
        check_choice(value, RefusalCode, "override") for value in listed(values, "override")
    )
    stubborn = sorted(found - among)
    if stubborn:
        expected = f"rules among {join_words([repr(each.value) for each in sorted(among)])}"
        raise InvalidValueError("override", stubborn[0].value, expected, "override")
    return found


def _details(items: Mapping[str, Detail]) -> FrozenMap[str, Detail]:
    like = "a mapping of names to plain data"
    found: Mapping[str, Detail] = check_type(items, Mapping, "detail", like)
    return FrozenMap(sorted(found.items()))


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "booking_ids", known="booking ids")


_MOST_NAMES: Final = 10

_DETAILS: Final[Mapping[RefusalCode, tuple[str, ...]]] = {
    RefusalCode.NEVER_FITS: ("needed", "available", "what"),
    RefusalCode.NOTICE_TOO_SHORT: ("earliest",),
    RefusalCode.BEYOND_HORIZON: ("latest",),
    RefusalCode.LIMIT_REACHED: ("period", "maximum", "taken"),
    RefusalCode.NOT_NEXT: ("owed_to",),
    RefusalCode.TRAVEL_TIME: ("needed", "available"),
    RefusalCode.FULL: ("seats_left", "party_size"),
    RefusalCode.ROLES_COMPETE: ("roles", "pool", "needed", "available"),
}


@frozen
class Refusal:
    """One reason why a start cannot be booked.

    ``rule`` is stable; ``subject`` is the id of the calendar or resource that
    refuses (the empty string where there is none); ``interval`` is the time that it
    concerns; ``booking_ids`` are the bookings in the way, sorted. ``str()`` is one
    plain sentence, in UTC; `sentence` says it in another zone. ``detail`` is plain data:

    - ``never_fits``: ``needed`` and ``available`` of ``what`` (seats, units, resources,
      other hosts, and requirements where a calendar has none), with the ``features`` that are missing, where it is for want of them, and
      the hosts of no weight, who are ``only_named``;
    - ``notice_too_short``: ``earliest``, and ``past`` where it would have begun already;
      ``beyond_horizon``: ``latest``; both as ISO 8601 text;
    - ``outside_hours``: the ``absence`` of a member, by its reasons, where one is the cause, and
      ``whose`` hours where they are the ``booker``'s;
    - ``busy``: ``block_ids`` with their ``sources``, and ``out_of_service``, where they have a part;
      of equipment of several units how many are ``needed``, and ``free`` all the time;
    - ``limit_reached``: the ``period``, its ``maximum``, what is ``taken`` of it and ``needed``, in
      ``unit`` (bookings or minutes), and ``per`` whom; ``name``, ``tag`` and ``customer`` where it has them;
    - ``travel_time``: the ``needed`` minutes and those ``available``; ``not_next``: ``owed_to`` whom;
    - ``full``: ``seats_left`` for a ``party_size``;
    - ``roles_compete``: the ``roles`` that together need ``needed`` resources of ``pool``, of
      which ``available`` can serve.
    """

    rule: RefusalCode
    subject: str
    interval: Interval
    booking_ids: tuple[str, ...] = field(default=(), converter=_ids)
    detail: FrozenMap[str, Detail] = field(default=FrozenMap(), converter=_details)

    def __attrs_post_init__(self) -> None:
        check_type(self.rule, RefusalCode, "rule", "a RefusalCode")
        check_text(self.subject, "subject")
        check_interval(self.interval, "interval")
        for name in _DETAILS.get(self.rule, ()):
            if name not in self.detail:
                expected = f"a mapping with {join_words(_DETAILS[self.rule])} for {self.rule.value}"
                raise InvalidValueError("detail", self.detail, expected, "detail")

    def sentence(self, *, zone: Zone | str = "UTC") -> str:
        """The reason in one plain sentence, with its times as clocks in *zone* show them."""
        return _SENTENCES[self.rule](self, to_zone(zone))

    def __str__(self) -> str:
        return self.sentence()


def _names(ids: Detail) -> str:
    """The ids in a sentence; the data have them all, a sentence only the first."""
    if not isinstance(ids, tuple):
        return str(ids)
    more = len(ids) - _MOST_NAMES
    if more <= 0:
        return join_words([shown(name) for name in ids])
    return f"{', '.join(map(shown, ids[:_MOST_NAMES]))} and {more:,} more"


def _who(refusal: Refusal) -> str:
    return shown(refusal.subject) if refusal.subject else "the request"


def _moment(text: Detail, zone: Zone) -> str:
    return f"{_date_and_clock(datetime.fromisoformat(str(text)).astimezone(zone))} {zone.key}"


def _clock(moment: datetime) -> str:
    """As exact as it must be: 09:00, 09:00:30, 09:00:30.000001."""
    shortest = "minutes" if not moment.second and not moment.microsecond else "auto"
    return moment.time().isoformat(shortest)


def _date_and_clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d} {_clock(moment)}"


def _when(interval: Interval, zone: Zone) -> str:
    start, end = interval.start.astimezone(zone), interval.end.astimezone(zone)
    last = _clock(end) if start.date() == end.date() else _date_and_clock(end)
    return f"{_date_and_clock(start)}–{last} {zone.key}"


def _never(refusal: Refusal, zone: Zone) -> str:  # noqa: ARG001  all sentences are made alike
    detail = refusal.detail
    what = str(detail["what"])
    what = what.removesuffix("s") if detail["needed"] == 1 else what
    if what == "requirement":
        return f"{_who(refusal)} needs nothing: give it members, rooms, equipment or requirements"
    if "features" in detail:
        what += f" with {_names(detail['features'])}"
    named = detail.get("only_named")
    others = f", beside {_names(named)} who may only be asked for by id" if named else ""
    return (
        f"{_who(refusal)} can never serve this: {detail['needed']} {what} needed, "
        f"{detail['available']} exist{others}"
    )


def _off_grid(refusal: Refusal, zone: Zone) -> str:
    start = refusal.interval.start.astimezone(zone)
    return (
        f"{_date_and_clock(start)} {zone.key} is not one of the starts that {_who(refusal)} offers"
    )


def _closed(refusal: Refusal, zone: Zone) -> str:
    who, detail, when = _who(refusal), refusal.detail, _when(refusal.interval, zone)
    if detail.get("whose") == "booker":
        return f"{when} is outside the hours that {who} keeps for the zone of who books"
    if "absence" in detail:
        reason = f": {shown(detail['absence'])}" if detail["absence"] else ""
        return f"{who} is away during some of {when}{reason}"
    return f"{who} is not open during all of {when}"


def _busy(refusal: Refusal, zone: Zone) -> str:
    causes, detail = [], refusal.detail
    if refusal.booking_ids:
        causes.append(f"booked by {_names(refusal.booking_ids)}")
    if "block_ids" in detail:
        causes.append(f"blocked by {_names(detail['block_ids'])}")
    if "out_of_service" in detail:
        causes.append(f"{detail['out_of_service']} out of service")
    said = [join_words(causes)] if causes else []
    if "needed" in detail and "free" in detail:
        said.insert(0, f"{detail['free']} free of {detail['needed']} needed")
    reason = f": {', '.join(said)}" if said else ""
    return f"{_who(refusal)} is busy during {_when(refusal.interval, zone)}{reason}"


def _limited(refusal: Refusal, zone: Zone) -> str:
    detail, period = refusal.detail, str(refusal.detail["period"])
    who, name = _limited_one(refusal), f" {shown(detail['name'])}" if detail.get("name") else ""
    in_time = detail.get("unit") == "minutes"
    at_once = period in {"active", "concurrent"}
    if not detail["maximum"]:
        what = f"{period} bookings" if at_once else "booked time" if in_time else "bookings"
        per = "" if at_once else f" per {period}"
        return f"no {what} allowed{per} for {who}{f' by the limit{name}' if name else ''}"
    are = "is" if detail["taken"] == 1 else "are"
    what = f"{detail['taken']} of at most {detail['maximum']}"
    what += " minutes" if in_time else ""
    what += f" {are} taken"
    what += f" and {detail['needed']} more are needed" if in_time else ""
    if at_once:
        return f"{who} has reached the limit{name} of {period} bookings: {what}"
    when = _when(refusal.interval, zone)
    return f"{who} has reached the limit{name} of the {period} {when}: {what}"


def _limited_one(refusal: Refusal) -> str:
    """Whom a limit is for: the host, resource, customer, location or calendar, by that word."""
    per, customer = refusal.detail.get("per"), refusal.detail.get("customer")
    if not refusal.subject:
        return "everything together"
    kinds = ("host", "resource", "customer", "location", "calendar")
    named = per if isinstance(per, tuple) else ()
    kind = next((f"{each} " for each in kinds if each in named), "")
    is_other = customer and customer != refusal.subject
    added = f" with customer {shown(customer)}" if is_other else ""
    return f"{kind}{shown(refusal.subject)}{added}"


def _full(refusal: Refusal, zone: Zone) -> str:
    left, party = refusal.detail["seats_left"], refusal.detail["party_size"]
    seats = f"{left} of the {party} seats asked for"
    return f"{_who(refusal)} has {seats} during {_when(refusal.interval, zone)}"


def _competing(refusal: Refusal, zone: Zone) -> str:  # noqa: ARG001  all sentences are made alike
    detail = refusal.detail
    return (
        f"{detail['needed']} different resources are needed out of {_names(detail['pool'])}, "
        f"and only {detail['available']} can serve"
    )


_SENTENCES: Final[Mapping[RefusalCode, Callable[[Refusal, Zone], str]]] = {
    RefusalCode.INACTIVE: lambda r, _: f"{_who(r)} takes no new bookings",
    RefusalCode.NEVER_FITS: _never,
    RefusalCode.OFF_GRID: _off_grid,
    RefusalCode.NOTICE_TOO_SHORT: lambda r, zone: (
        f"{_date_and_clock(r.interval.start.astimezone(zone))} {zone.key} is in the past"
        if "past" in r.detail
        else f"{_who(r)} can be booked from {_moment(r.detail['earliest'], zone)} on"
    ),
    RefusalCode.BEYOND_HORIZON: lambda r, zone: (
        f"{_who(r)} can only be booked before {_moment(r.detail['latest'], zone)}"
    ),
    RefusalCode.OUTSIDE_HOURS: _closed,
    RefusalCode.NOT_ALLOWED: lambda r, _: f"{_who(r)} is not open to this customer",
    RefusalCode.LIMIT_REACHED: _limited,
    RefusalCode.NOT_NEXT: lambda r, _: (
        f"{_who(r)} is not next: the booking is owed to {_names(r.detail['owed_to'])}"
    ),
    RefusalCode.TRAVEL_TIME: lambda r, zone: (
        f"{_who(r)} needs {r.detail['needed']} minutes of travel and has {r.detail['available']} "
        f"around {_when(r.interval, zone)}"
    ),
    RefusalCode.UNKNOWN: lambda r, _: f"nobody knows whether {_who(r)} is free",
    RefusalCode.BUSY: _busy,
    RefusalCode.FULL: _full,
    RefusalCode.ROLES_COMPETE: _competing,
    RefusalCode.SELF_OVERLAP: lambda r, zone: (
        f"occurrences of {_who(r)} would overlap each other during {_when(r.interval, zone)}"
    ),
}


class ViolationCode(StrEnum):
    """What an audit can find, in the order in which violations are listed."""

    OVERCOMMITTED = "overcommitted"
    """Claims exceed the capacity of a resource."""
    BLOCKED = "blocked"
    """A booking lies in a block."""
    SESSION_OVERFULL = "session_overfull"
    """A session holds more people than its calendar allows."""
    UNKNOWN_RESOURCE = "unknown_resource"
    """A booking that is still to come names a resource that the catalogue lacks."""


@frozen
class Violation:
    """More taken of something than there is, or a booking in a block (SPEC N9).

    Violations are reported, never mended silently: bookings stay until somebody
    decides about them. ``str()`` is one plain sentence, in UTC; `sentence` says it in
    another zone. ``detail`` has ``what`` (seats, bookings, units), ``taken`` and
    ``capacity`` for ``overcommitted``, the last two for ``session_overfull``, and
    ``block_id`` for ``blocked``.
    """

    rule: ViolationCode
    subject: str
    interval: Interval
    booking_ids: tuple[str, ...] = field(default=(), converter=_ids)
    detail: FrozenMap[str, Detail] = field(default=FrozenMap(), converter=_details)

    def __attrs_post_init__(self) -> None:
        check_type(self.rule, ViolationCode, "rule", "a ViolationCode")
        check_text(self.subject, "subject")
        check_interval(self.interval, "interval")

    def sentence(self, *, zone: Zone | str = "UTC") -> str:
        """What is wrong in one plain sentence, with its times as clocks in *zone* show them."""
        subject, detail = shown(self.subject), self.detail
        times = f"during {_when(self.interval, to_zone(zone))}"
        who = f"by {_names(self.booking_ids)}"
        taken, capacity = detail.get("taken", "more"), detail.get("capacity", "fewer")
        match self.rule:
            case ViolationCode.OVERCOMMITTED:
                what = f"{taken} {detail.get('what', 'units')} taken of {capacity}"
                return f"{subject} is overcommitted {times}: {what}, {who}"
            case ViolationCode.SESSION_OVERFULL:
                return f"a session of {subject} holds {taken} people {times}, {capacity} at most: {who}"
            case ViolationCode.BLOCKED:
                block = shown(detail.get("block_id", ""))
                return f"{subject} is booked {who} {times}, although {block} blocks it"
            case _:
                verb = "book" if len(self.booking_ids) > 1 else "books"
                which = f"{_names(self.booking_ids)} {verb} {times}"
                return f"there is no calendar, member, room or equipment {subject}, which {which}"

    def __str__(self) -> str:
        return self.sentence()

"""What each rule adds to a small world, where it takes part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bookable.testing.axis import MARGIN
from bookable.testing.choices import Pick, choose, is_on, opened, some
from bookable.testing.making_life import adorn_life, make_check_in
from bookable.testing.plain import (
    PlainAbsence,
    PlainCalendar,
    PlainEquipment,
    PlainMember,
    PlainPlace,
    PlainRoom,
)
from bookable.testing.plain_rules import (
    PlainAccess,
    PlainAddOn,
    PlainLimit,
    PlainRanking,
    PlainRole,
    PlainTerm,
    PlainVariant,
)
from bookable.testing.world import World

POLICIES = ("exclusive", "shared", "existing_only")
OWN_POLICIES = (None, None, "exclusive", "shared", "existing_only")
FEATURES = ("light", "sound")
KITS = ("lamp", "table")
PLACES = ("site", "north", "south")
SCHEDULES = ("early", "late")
CUSTOMERS = ("ann", "ben")
TAGS = ("new", "vip")
PREFERENCES = (
    ("smallest_room", "priority", "least_loaded"),
    ("smallest_room", "fair_share", "weight", "priority", "least_recent"),
    ("priority", "least_recent"),
    ("largest_room", "least_loaded"),
    ("fair_share",),
    ("fair_share", "least_loaded"),
    ("weight", "least_recent"),
    (),
)
MakeRoles = Callable[[Pick, Sequence[str]], tuple[PlainRole, ...]]


# Resources -------------------------------------------------------------------


def adorn_room(pick: Pick, room: PlainRoom) -> PlainRoom:
    """The room with what the rules give it."""
    if is_on(pick, "policies"):
        room = replace(room, policy=choose(pick, OWN_POLICIES))
    if is_on(pick, "overbooking"):
        enforce = choose(pick, (None, None, True, False))
        room = replace(room, enforce=enforce, overbook=choose(pick, (0, 0, 50, 100)))
    if is_on(pick, "features"):
        room = replace(room, features=make_features(pick), attributes=_attributes(pick))
    if is_on(pick, "check_in") and pick(3) == 2:
        room = replace(room, check_in=make_check_in(pick))
    return replace(room, location_id=_location(pick), schedule_id=_schedule(pick))


def adorn_equipment(pick: Pick, item: PlainEquipment) -> PlainEquipment:
    """The equipment with what the rules give it."""
    if is_on(pick, "policies"):
        item = replace(item, policy=choose(pick, OWN_POLICIES))
    if is_on(pick, "overbooking"):
        item = replace(item, overbook=choose(pick, (0, 0, 50, 100)))
    if is_on(pick, "features"):
        item = replace(item, features=make_features(pick), attributes=_attributes(pick))
    return replace(item, location_id=_location(pick), schedule_id=_schedule(pick))


def adorn_member(pick: Pick, member: PlainMember) -> PlainMember:
    """The member with what the rules give them."""
    if is_on(pick, "weights"):
        member = replace(member, weight=choose(pick, (1, 1, 2, 3, 0)))
    if is_on(pick, "features"):
        member = replace(member, features=make_features(pick), attributes=_attributes(pick))
    return replace(member, schedule_id=_schedule(pick))


def make_features(pick: Pick) -> frozenset[str]:
    """Some features, or none."""
    return frozenset(some(pick, FEATURES)) if pick(3) else frozenset()


def _attributes(pick: Pick) -> tuple[tuple[str, bool | int | str], ...]:
    values: tuple[bool | int | str, ...] = (1, 2, True, "big")
    return (("size", choose(pick, values)),) if pick(3) else ()


def make_where(pick: Pick) -> tuple[tuple[str, str, bool | int | str], ...]:
    """A demand on an attribute that resources may lack or have of another type."""
    wanted: tuple[tuple[str, bool | int | str], ...] = (
        (">=", 2),
        ("<=", 1),
        ("==", True),
        ("!=", 1),
        ("!=", "big"),
    )
    operator, value = choose(pick, wanted)
    return (("size", operator, value),)


def _location(pick: Pick) -> str | None:
    if is_on(pick, "places") or is_on(pick, "locations") or is_on(pick, "travel"):
        return choose(pick, (None, *PLACES))
    return None


def _schedule(pick: Pick) -> str | None:
    return choose(pick, (None, None, *SCHEDULES)) if is_on(pick, "schedules") else None


def adorn_role(pick: Pick, role: PlainRole, *, is_kit: bool) -> PlainRole:
    """The role with what the rules ask of it."""
    if is_on(pick, "policies"):
        role = replace(role, policy=choose(pick, OWN_POLICIES))
    if is_on(pick, "features") and pick(3) == 2:
        role = replace(
            role, features=make_features(pick), where=make_where(pick) if pick(2) else ()
        )
    if is_on(pick, "per_attendees") and is_kit:
        role = replace(role, per_attendees=choose(pick, (None, 1, 2)))
    return role


# Calendars ---------------------------------------------------------------------


def adorn_calendar(
    pick: Pick, calendar: PlainCalendar, places: Sequence[str], make_roles: MakeRoles
) -> PlainCalendar:
    """The calendar with what the rules give it."""
    if is_on(pick, "policies"):
        calendar = replace(calendar, policy=choose(pick, POLICIES))
    if is_on(pick, "overbooking") and calendar.has_sessions:
        calendar = replace(calendar, overbook=choose(pick, (0, 50, 100)))
    if is_on(pick, "crowds") and not calendar.has_sessions:
        calendar = replace(calendar, per_host=choose(pick, (1, 2, 3)))
    if is_on(pick, "limits"):
        calendar = replace(calendar, limits=make_limits(pick))
    if is_on(pick, "access"):
        calendar = replace(calendar, access=make_access(pick))
    calendar = adorn_life(pick, calendar)
    calendar = replace(calendar, requirements=_more_roles(pick, calendar, places))
    if is_on(pick, "packing") and calendar.grid is None and pick(2):
        calendar = replace(calendar, step=choose(pick, (1, 2)))
    calendar = replace(
        calendar,
        location_id=_location(pick),
        schedule_id=_schedule(pick),
        ranking=make_ranking(pick, calendar.member_ids),
    )
    return _with_durations(pick, _with_times(pick, calendar), places, make_roles)


def _more_roles(
    pick: Pick, calendar: PlainCalendar, places: Sequence[str]
) -> tuple[PlainRole, ...] | None:
    """What is stated, with a role for so many units each, and one for anything of a kind."""
    roles = calendar.requirements or ()
    kits = [id_ for id_ in places if id_ in KITS and not any(id_ in r.pool for r in roles)]
    if is_on(pick, "per_attendees") and kits and pick(2):
        each = PlainRole((kits[0],), units=1 + pick(2), per_attendees=1 + pick(2))
        roles = (*roles, each)
    if is_on(pick, "features") and not is_on(pick, "parts") and pick(3) == 2:
        kind = choose(pick, ("room", "member", "equipment"))
        wanted = make_features(pick)
        roles = (
            *roles,
            PlainRole(kind=kind, features=wanted, where=make_where(pick) if pick(2) else ()),
        )
    return roles or calendar.requirements


def _with_times(pick: Pick, calendar: PlainCalendar) -> PlainCalendar:
    if is_on(pick, "notices") and pick(3):
        calendar = replace(calendar, notice=make_notice(pick))
    if is_on(pick, "horizons") and pick(3):
        calendar = replace(calendar, horizon=make_horizon(pick))
    if is_on(pick, "host_hours") and pick(2):
        mode = choose(pick, ("replace", "intersect"))
        calendar = replace(calendar, host_units=opened(pick), host_mode=mode)
    if is_on(pick, "booker_hours") and pick(2):
        calendar = replace(calendar, booker_units=opened(pick))
    if is_on(pick, "whole_days"):
        calendar = replace(calendar, most_days=1)
    return calendar


def _with_durations(
    pick: Pick, calendar: PlainCalendar, places: Sequence[str], make_roles: MakeRoles
) -> PlainCalendar:
    if is_on(pick, "durations"):
        hosts = tuple((id_, 1 + pick(3)) for id_ in calendar.member_ids if pick(3) == 2)
        own = tuple((id_, 1 + pick(3)) for id_ in calendar.member_ids if pick(3) == 2)
        calendar = replace(
            calendar,
            longest=choose(pick, (None, None, 3)),
            host_durations=hosts,
            variants=(PlainVariant("long", 1 + pick(4), own),),
        )
    if is_on(pick, "add_ons"):
        roles: tuple[PlainRole, ...] = ()
        if places and pick(2) and not is_on(pick, "parts"):
            roles = make_roles(pick, places)[:1]
        # Where a calendar needs a kit for every so many people, nothing may need it but once.
        if is_on(pick, "per_attendees") and any(set(role.pool) & set(KITS) for role in roles):
            roles = ()
        calendar = replace(calendar, add_ons=(PlainAddOn("more", pick(3), roles),))
    return calendar


def make_notice(pick: Pick) -> PlainTerm:
    """A notice that a clock or schedule decides."""
    kind = choose(pick, ("working_time", "working_days", "months"))
    units = opened(pick) if pick(2) else None
    shift = choose(pick, (None, 5, -5))
    if kind == "months":
        return PlainTerm("months", choose(pick, (0, 0, 0, 1)), shift)
    if kind == "working_time":
        return PlainTerm(kind, pick(8), None, units)
    return PlainTerm(kind, choose(pick, (0, 1, 0, 1, 2)), shift, units)


def make_horizon(pick: Pick) -> PlainTerm:
    """A horizon that dates decide."""
    kind = choose(pick, ("last_date", "rolling", "working_days", "date_range", "months"))
    shift = choose(pick, (None, 5, -5))
    if kind == "months":
        return PlainTerm(kind, choose(pick, (1, 1, 0)), shift)
    if kind == "rolling":
        return PlainTerm(kind, 1 + pick(2), shift)
    if kind == "date_range":
        first = pick(2)
        return PlainTerm(kind, first + pick(2), shift, first=first)
    units = opened(pick) if kind == "working_days" and pick(2) else None
    return PlainTerm(kind, pick(3), shift, units)


def make_limits(pick: Pick) -> tuple[PlainLimit, ...]:
    """One or two limits of any period and for anybody."""
    return tuple(_limit(pick) for _ in range(1 + pick(2)))


def _limit(pick: Pick) -> PlainLimit:
    per: tuple[tuple[str, ...], ...] = (
        ("calendar",),
        ("host",),
        ("resource",),
        ("customer",),
        ("location",),
        (),
        ("calendar", "customer"),
        ("calendar", "host"),
        ("customer", "resource"),
    )
    period = choose(pick, ("day", "week", "month", "year", "active", "concurrent"))
    is_timed = period not in ("active", "concurrent") and pick(3) == 2
    return PlainLimit(
        maximum=1 + pick(6) if is_timed else choose(pick, (1, 2, 3, 2, 1, 0)),
        period=period,
        per=frozenset(choose(pick, per)),
        is_timed=is_timed,
        shift=choose(pick, (None, None, 5, -5)),
        week_start=choose(pick, (0, 6)),
        tag=choose(pick, (None, None, "vip")),
    )


def make_access(pick: Pick) -> PlainAccess | None:
    """Who may book."""
    if not pick(2):
        return None
    names = ("ann", "ben", "staff")
    return PlainAccess(
        allow=frozenset(some(pick, names)) if pick(2) else frozenset(),
        request=frozenset(some(pick, names)) if pick(2) else frozenset(),
        deny=frozenset(some(pick, names)) if pick(3) == 2 else frozenset(),
        otherwise=choose(pick, ("allow", "request", "deny")),
    )


def make_ranking(pick: Pick, member_ids: Sequence[str]) -> PlainRanking:
    """How a calendar chooses."""
    ranking = PlainRanking()
    if is_on(pick, "rankings"):
        counted = (MARGIN, MARGIN + 1 + pick(20)) if pick(3) == 2 else None
        calibration = tuple((id_, (pick(5), 1 + pick(3))) for id_ in member_ids if pick(3) == 2)
        ranking = replace(
            ranking,
            order=choose(pick, PREFERENCES),
            priorities=tuple((id_, pick(3) - 1) for id_ in member_ids if pick(3) == 2),
            calibration=calibration,
            counted=counted,
        )
    if is_on(pick, "weights"):
        weights = tuple((id_, pick(3)) for id_ in member_ids if pick(3) == 2)
        ranking = replace(ranking, weights=weights)
    if is_on(pick, "strict"):
        ranking = replace(ranking, strict=pick(2) == 1)
    return ranking


# The world ---------------------------------------------------------------------


def adorn_world(pick: Pick, world: World) -> None:
    """What the catalogue says beside its entries, and what names other entries."""
    if is_on(pick, "limits") and pick(2):
        world.limits = make_limits(pick)
    if is_on(pick, "schedules"):
        world.schedules = {id_: opened(pick) for id_ in SCHEDULES}
        for member in list(world.members.values()):
            own = tuple((id_, choose(pick, SCHEDULES)) for id_ in world.calendars if pick(3) == 2)
            world.put(replace(member, calendar_schedules=own))
    if is_on(pick, "places") or is_on(pick, "locations") or is_on(pick, "travel"):
        world.places = {place.id: place for place in _places(pick)}
    if is_on(pick, "travel"):
        pairs = [(one, other) for one in PLACES for other in PLACES if one != other]
        world.travel = {pair: pick(4) for pair in pairs if pick(4)}
    if is_on(pick, "absences"):
        for member in list(world.members.values()):
            world.put(replace(member, absences=_absences(pick, member.id, sorted(world.members))))
    if is_on(pick, "parts") and len(world.rooms) > 1:
        whole = max(world.rooms)
        parts = sorted(world.rooms)[:-1][: 1 + pick(2)]
        world.put(replace(world.rooms[whole], parts=tuple(parts)))


def _places(pick: Pick) -> list[PlainPlace]:
    found = []
    for id_ in PLACES:
        settings: list[tuple[str, object]] = []
        if is_on(pick, "places"):
            every: tuple[tuple[str, object], ...] = (
                ("open_units", opened(pick)),
                ("before", pick(3)),
                ("after", pick(3)),
                ("max_concurrent", 1 + pick(2)),
                ("enforce", pick(2) == 1),
                ("notice", pick(4)),
                ("horizon", 8 + pick(24)),
                ("shift", choose(pick, (5, -5))),
                ("check_in", make_check_in(pick) if is_on(pick, "check_in") else None),
            )
            settings = [setting for setting in every if pick(4) == 3]
        names = [name for name, _ in settings]
        if is_on(pick, "places"):
            names += ["before", "open_units"]
        locked = frozenset(name for name in names if pick(3) == 2)
        found.append(PlainPlace(id_, None if id_ == "site" else "site", tuple(settings), locked))
    return found


def _absences(pick: Pick, id_: str, member_ids: Sequence[str]) -> tuple[PlainAbsence, ...]:
    others: list[str | None] = [None, *(other for other in member_ids if other != id_)]
    found = []
    for _ in range(pick(3)):
        start = MARGIN + pick(28)
        found.append(PlainAbsence(start, start + 2 + pick(8), choose(pick, others)))
    return tuple(found)

"""Checks certificates without the engine: one small file, the standard library alone.

    python -m bookable.verify certificate.json

A certificate (`bookable.codecs.certificates`) states a decision with what shows it. An acceptance
names every claim that it takes with all other claims around it; this module adds them up again, by one
sweep, and compares the peak, where it is, who is there, and the area under the load with what is
stated. A refusal names its blockers with the claims that show them. ``digest`` ties the parts
together: it guards against mistakes, not against a forger. What no certificate can show is that
nothing was left out of it. O(n log n).
"""

import hashlib
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FORMAT, VERSION = "bookable-certificate", 1
WANTED = {"room": {"seats", "bookings"}, "equipment": {"units"}, "member": {"bookings"}}
SHARED = {"bookings", "units"}
POLICIES = {"exclusive", "shared", "existing_only"}
SCARCE = {"never_fits", "roles_compete", "travel_time"}
STATED = {"inactive", "not_allowed", "off_grid", "outside_hours", "not_next"}
RULES = SCARCE | STATED | {"busy", "full", "limit_reached", "notice_too_short", "beyond_horizon"}


class CertificateError(ValueError):
    """What a certificate states is not so, or it is none."""


def verify(certificate: Any) -> None:
    """Refuse a certificate that does not hold.

    Raises:
        CertificateError: With the first thing that is not so.
    """
    try:
        parts = {key: certificate[key] for key in certificate if key != "digest"}
        _need((parts["format"], parts["version"]) == (FORMAT, VERSION), "not a certificate")
        _need(certificate["digest"] == digest(parts), "the parts do not belong together")
        check(parts)
    except CertificateError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise CertificateError(f"it cannot be read: {error!r}") from error


def digest(parts: dict[str, Any]) -> str:
    """The digest of all parts but itself: SHA-256 of their JSON, with sorted keys and no spaces."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check(parts: dict[str, Any]) -> None:
    """Refuse what does not hold, the digest aside."""
    _need(parts["at"] is None or us(parts["at"]) is not None, "no instant")
    if parts["verdict"] == "refused":
        _need(bool(parts["refusals"]), "refused without a reason")
        for refusal in parts["refusals"]:
            _refusal(refusal, us(parts["start"]))
        return
    _need(parts["verdict"] == "accepted" and bool(parts["command"]), "no verdict")
    bodies = {each["id"]: (us(each["start"]), us(each["end"])) for each in parts["bookings"]}
    taken = [(each["id"], key) for each in parts["bookings"] for key in each["takes"]]
    claims = [each["claim"] for each in parts["allocation"]]
    given = [(each["booking_id"], each["resource_id"]) for each in claims]
    _need(len(bodies) == len(parts["bookings"]), "a booking stands there twice")
    _need(len({*given}) == len(given) and sorted(given) == sorted(taken), "not all is shown")
    for entry in parts["allocation"]:
        _entry(entry, *bodies[entry["claim"]["booking_id"]])


def _entry(entry: dict[str, Any], start: int, end: int) -> None:
    """One claim of a booking: it is for its time, and fits or is no more than was kept."""
    claim, old = entry["claim"], entry["kept_from"]
    (low, high), (first, last) = span(claim, "body"), span(claim, "footprint")
    _need(start == low < high <= end, "a claim is not for its booking")
    _need(first <= low and high <= last, "a buffer is less than nothing")
    _need(entry["kind"] == "room" or claim["seats"] == 0, "seats of no room")
    if old is not None:
        since, until = us(old["start"]), us(old["end"])
        kept = old["units"] >= claim["units"] > 0 and old["seats"] >= claim["seats"] >= 0
        _need(kept and since <= first < last <= until, "more than was kept")
        _need(entry["checks"] == [] and entry["overridden"] is False, "kept, yet checked")
        return
    stated = [(each["what"], each["own"], each["others"]) for each in entry["checks"]]
    _need(sorted(stated) == sorted(wanted(entry)), "not every limit is checked once")
    ids = [each["booking_id"] for each in entry["others"] if each["booking_id"] is not None]
    _need(len({*ids, claim["booking_id"]}) == len(ids) + 1, "a claim stands there twice")
    for each in entry["others"]:
        _need(each["resource_id"] == claim["resource_id"], "a claim on something else")
    for each in entry["checks"]:
        known = {"whole": 0, "bookings": 1} if entry["kind"] == "member" else {"whole": 0}
        fixed = known.get(each["what"], each["capacity"])
        _need(each["capacity"] == fixed, "no such limit")
        _need(fixed is not None or entry["kind"] == "room", "no limit")
        _fits(claim, entry["others"], each)
    joins = any(_joined(claim) == _joined(each) for each in entry["others"]) and claim["session"]
    # Who joins a session takes no more of what it has: only seats are taken anew.
    checks = [each for each in entry["checks"] if not (joins and each["what"] in SHARED)]
    lefts = [each["left"] for each in checks if each["left"] is not None]
    _need((min(lefts) < 0) is entry["overridden"], "more is taken than there is")


def wanted(entry: dict[str, Any]) -> set[tuple[str, str, str]]:
    """The checks that a claim needs: of which limit, with which part of its time, against which."""
    claim, kind = entry["claim"], entry["kind"]
    whats = set() if claim["whole"] else set(WANTED[kind])
    whats |= {"crowd"} if claim["crowd"] is not None else set()
    _need(claim["policy"] in POLICIES, "no such policy")
    sides = {("footprint", "footprint")}
    if claim["policy"] == "existing_only":
        sides = {("body", "footprint")}
    elif claim["policy"] == "shared" and claim["crowd"] is None:
        single = kind == "member" or any(each["capacity"] == 1 for each in entry["checks"])
        sides = {("body", "footprint"), ("footprint", "body")} if single else sides
    return {("whole", "footprint", "footprint")} | {
        (what, *each) for what in whats for each in sides
    }


def _fits(claim: dict[str, Any], others: list[dict[str, Any]], stated: dict[str, Any]) -> None:
    """Add up a load again, with the claim in it, and compare all that is stated of it."""
    what, (low, high) = stated["what"], span(claim, stated["own"])
    events: list[tuple[int, int, int]] = [(low, 1, -1), (high, 0, -1)]
    for number, other in enumerate(others):
        start, end = span(other, stated["others"])
        _need(other["booking_id"] != claim["booking_id"] and start < end, "a claim in its own way")
        if max(low, start) < min(high, end):
            events += [(max(low, start), 1, number), (min(high, end), 0, number)]
    every, present, counts, load = [*others, claim], set[int](), dict[Any, int](), 0
    peak, at, there, area, last = -1, low, set[int](), 0, low
    for time, enters, number in sorted(events):
        if time > last and load > peak:
            peak, at, there = load, last, set(present)
        area, last = area + load * (time - last), time
        key, size = _share(every[number], claim, what, number)
        (present.add if enters else present.discard)(number)
        held = counts.get(key, 0)
        counts[key] = held + (1 if enters else -1)
        # What is shared is taken with the first and given back with the last of those who share it.
        load += (size if not held else 0) if enters else -(size if held == 1 else 0)
    ids = sorted(
        {
            every[each]["booking_id"] or ""
            for each in there
            if _share(every[each], claim, what, each)[1]
        }
    )
    found = {"peak": peak, "at": at, "present": ids, "taken_us": area}
    _need(
        found == {**{key: stated[key] for key in found}, "at": us(stated["at"])},
        f"{what} do not add up",
    )
    capacity = stated["capacity"]
    _need(capacity is None or type(capacity) is int, "a capacity is a number")
    _need(
        stated["left"] == (None if capacity is None else capacity - peak), "what is left is not so"
    )


def _share(each: dict[str, Any], claim: dict[str, Any], what: str, number: int) -> tuple[Any, int]:
    """What a claim is counted with, and for how much."""
    if what == "whole":
        return number, int(bool(each["whole"]) != bool(claim["whole"]))
    if each["whole"] or (what == "crowd" and each["crowd"] != claim["crowd"]):
        return number, 0
    if what == "bookings" and each["crowd"] is not None:
        return ("crowd", each["crowd"]), 1
    if what in {"seats", "crowd"} or each["session"] is None:
        return number, each["seats" if what == "seats" else "units"]
    return _joined(each), each["units"]


def _joined(each: dict[str, Any]) -> tuple[Any, ...]:
    """What claims of one session have in common."""
    return each["session"], each["start"], each["end"], each["units"]


def _refusal(refusal: dict[str, Any], start: int) -> None:
    """Whether what a reason names shows it, as far as numbers and claims can."""
    rule, detail, claims = refusal["rule"], refusal["detail"], refusal["claims"]
    low, high = map(us, refusal["interval"])
    _need(rule in RULES and low < high and type(refusal["subject"]) is str, "no reason")
    for each in [*claims, *refusal["blocks"]]:
        _need(us(each["start"]) < high and low < us(each["end"]), "what is named is elsewhere")
        on = each.get("closes", [each.get("resource_id")])
        _need(rule == "full" or refusal["subject"] in on, "what is named is of something else")
    spans = [(*span(each, "footprint"), each) for each in claims]
    area = sum((end - first) * each["units"] for first, end, each in spans)
    people = sum(each["seats"] for each in claims)
    _need((refusal["taken_us"], refusal["seats"]) == (area, people), "the claims do not add up")
    if rule in {"busy", "full"}:
        named = refusal["booking_ids"], detail.get("block_ids", [])
        shown = [each["booking_id"] for each in claims], [each["id"] for each in refusal["blocks"]]
        _need(named == shown, "not everything named is shown")
        there = rule == "full" or any(named) or detail.get("out_of_service", 0) > 0
        _need(there, "nothing is in the way")
    facts: dict[str, Callable[[], bool]] = {
        "full": lambda: 0 <= detail["seats_left"] < detail["party_size"],
        "limit_reached": lambda: detail["taken"] + detail.get("needed", 1) > detail["maximum"] >= 0,
        "notice_too_short": lambda: start < us(detail["earliest"]),
        "beyond_horizon": lambda: start >= us(detail["latest"]),
        **dict.fromkeys(SCARCE, lambda: 0 <= detail["available"] < detail["needed"]),
    }
    _need(facts.get(rule, lambda: True)(), f"the numbers do not show {rule}")


def span(claim: dict[str, Any], side: str) -> tuple[int, int]:
    """The footprint of a claim or its body, in microseconds."""
    first, last = (claim["start"], claim["end"]) if side == "footprint" else claim["body"]
    return us(first), us(last)


def us(text: str) -> int:
    """An instant with its offset, in microseconds since the epoch."""
    moment = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    return moment // timedelta(microseconds=1)


def _need(holds: bool, otherwise: str) -> None:  # noqa: FBT001  a condition, as in assert
    if not holds:
        raise CertificateError(otherwise)


def main(paths: list[str]) -> int:
    """Verify files; 1 if one does not hold."""
    worst = 0
    for path in paths:
        try:
            verify(json.loads(Path(path).read_text(encoding="utf-8")))
            said = "holds"
        except (OSError, ValueError) as error:
            worst, said = 1, str(error)
        sys.stdout.write(f"{path}: {said}\n")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

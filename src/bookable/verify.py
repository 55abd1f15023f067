"""Checks certificates without the engine: one small file, the standard library alone.

    python -m bookable.verify certificate.json

A certificate (`bookable.codecs.certificates`) states a decision with what shows it. An acceptance
names every claim that it takes with all other claims around it that were there before: stored ones, and
those of bookings further up in the same certificate. This module adds them up again, by one sweep, and
compares the peak, its first instant, who is there then and the area under the load with what is
stated. A booking without claims has to say why it takes nothing. A refusal names its blockers with
their claims. ``digest`` ties the parts together: it guards against mistakes, not against a forger.
What no certificate can show is that no stored claim was left out of it. O(n log n) for each claim with
*n* others around it; those of one certificate are compared in pairs.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

FORMAT, VERSION = "bookable-certificate", 1
LIMITS = {"room": {"seats", "bookings"}, "equipment": {"units"}, "member": {"bookings"}}
SHARED = {"bookings", "units", "whole"}
"""What a session has once, however many join it."""
LIVE = {"hold", "pending", "confirmed", "checked_in", "completed", "no_show", "released"}
OVER = {"cancelled", "declined", "expired", "completed", "no_show", "released"}
STATUSES = {None: LIVE, "over": OVER, "waits": {"pending"}, "gave_up": LIVE, "needs_none": LIVE}
"""Why a booking takes nothing, and in which states it may; None for one that takes something."""
SIDES = {
    "exclusive": [("footprint", "footprint")],
    "shared": [("body", "footprint"), ("footprint", "body")],
    "existing_only": [("body", "footprint")],
}
"""By policy of buffers: which part of its own time is held against which part of the others'."""
SCARCE = {"never_fits", "roles_compete", "travel_time"}
_OTHER = f"it is no certificate of this version: expected {FORMAT!r}, version {VERSION}"
_DEEP = "it is no certificate: lists lie too deep inside each other"
STATED = {"inactive", "not_allowed", "off_grid", "outside_hours", "not_next", "unknown"}


class CertificateError(ValueError):
    """What a certificate states is not so, or it is none."""


class Claim(NamedTuple):
    """What a booking takes of a resource; what is out of service has no booking."""

    booking_id: str | None
    resource_id: str
    footprint: tuple[int, int]
    body: tuple[int, int]
    units: int
    seats: int
    session: str | None
    crowd: str | None
    whole: bool

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Claim":
        """The claim, with its times in microseconds since the epoch."""
        footprint, (low, high) = span(told), map(us, told["body"])
        _need(footprint[0] <= low < high <= footprint[1], "a buffer is less than nothing")
        _need(told["units"] > 0 <= told["seats"], "less than nothing is taken")
        rest = (told[key] for key in cls._fields[4:])
        return cls(told["booking_id"], told["resource_id"], footprint, (low, high), *rest)

    @property
    def joined(self) -> tuple[Any, ...]:
        """What claims of one session have in common."""
        return self.session, self.footprint, self.units

    def counted(self, what: str, beside: "Claim") -> tuple[Any, int]:
        """What it is counted once with, None for itself alone, and for how much, beside a claim."""
        if what == "whole":
            return None, int(self.whole is not beside.whole)
        if self.whole or (what == "crowd" and self.crowd != beside.crowd):
            return None, 0
        if what == "bookings" and self.crowd is not None:
            return self.crowd, 1
        if what in {"seats", "crowd"} or self.session is None:
            return None, self.seats if what == "seats" else self.units
        return self.joined, self.units


def verify(certificate: Any) -> None:
    """Refuse a certificate that does not hold.

    Raises:
        CertificateError: With the first thing that is not so.
    """
    _need(isinstance(certificate, dict), "it is no certificate: expected a JSON object")
    for key in ("format", "version", "digest"):
        _need(key in certificate, f"it is no certificate: {key!r} is missing")
    try:
        parts = {key: certificate[key] for key in certificate if key != "digest"}
        _need((parts["format"], parts["version"]) == (FORMAT, VERSION), _OTHER)
        _need(certificate["digest"] == digest(parts), "the parts do not belong together")
        check(parts)
    except CertificateError:
        raise
    except RecursionError:
        raise CertificateError(_DEEP) from None
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
    bookings, entries = parts["bookings"], parts["allocation"]
    kind = "taken" if entries else "nothing_taken" if bookings else "no_booking"
    _need(parts["kind"] == kind, "it is not what it says it is")
    later = {each["id"] for each in bookings}
    _need(len(later) == len(bookings), "a booking stands there twice")
    shown = {(each["claim"]["booking_id"], each["claim"]["resource_id"]): each for each in entries}
    taken = [(each["id"], key) for each in bookings for key in each["takes"]]
    _need(sorted(shown) == sorted(taken) and len(shown) == len(entries), "not all is shown")
    before: list[Claim] = []
    for booking in bookings:
        takes, nothing = booking["takes"], booking["nothing"]
        may_be = booking["status"] in STATUSES[nothing]
        _need(may_be and bool(takes) is (nothing is None), "it takes nothing, or says so")
        before += [_entry(shown[booking["id"], key], booking, before, later) for key in takes]
        later.remove(booking["id"])


def _entry(
    entry: dict[str, Any], booking: dict[str, Any], before: list[Claim], later: set[str]
) -> Claim:
    """One claim of a booking: it is for its time, and fits or is no more than was kept."""
    claim, others = Claim.of(entry["claim"]), [Claim.of(each) for each in entry["others"]]
    start, end = span(booking)
    _need(start == claim.body[0] and claim.body[1] <= end, "a claim is not for its booking")
    _need(entry["kind"] == "room" or claim.seats == 0, "seats of no room")
    ids = [each.booking_id for each in others if each.booking_id is not None]
    _need(len({*ids}) == len(ids) and later.isdisjoint(ids), "a claim is in its own way")
    _need({each.resource_id for each in others} <= {claim.resource_id}, "a claim on something else")
    for each in before:
        far = each.resource_id != claim.resource_id or not meet(each.footprint, claim.footprint)
        _need(far or each in others, "a booking further up is left out")
    old = entry["kept_from"]
    if old is not None:
        since, until = span(old)
        kept = old["units"] >= claim.units and old["seats"] >= claim.seats
        kept = kept and since <= claim.footprint[0] and claim.footprint[1] <= until
        _need(kept and not entry["checks"] and entry["overridden"] is False, "more than was kept")
        return claim
    stated = [(each["what"], each["own"], each["others"]) for each in entry["checks"]]
    _need(sorted(stated) == sorted(_wanted(entry, claim)), "not every limit is checked once")
    # Who joins a session takes no more of what it has: only seats are taken anew.
    joins = claim.session is not None and claim.joined in [each.joined for each in others]
    lefts = [0]
    for each in entry["checks"]:
        left = _left(claim, others, each, entry["kind"])
        _need(each["left"] == left, "what is left is not so")
        lefts += [] if left is None or (joins and each["what"] in SHARED) else [left]
    _need((min(lefts) < 0) is entry["overridden"], "more is taken than there is")
    return claim


def _wanted(entry: dict[str, Any], claim: Claim) -> set[tuple[str, str, str]]:
    """The checks of a claim: of which limit, with which part of its time, against which of others'."""
    whats = {"whole"} if claim.whole else {"whole", *LIMITS[entry["kind"]]}
    whats |= {"crowd"} if claim.crowd is not None else set()
    return {(what, *each) for what in whats for each in SIDES[entry["policy"]]}


def _left(claim: Claim, others: list[Claim], stated: dict[str, Any], kind: str) -> int | None:
    """What is left of a limit beside a claim, once all that is stated of its load was compared."""
    what, capacity, (low, high) = stated["what"], stated["capacity"], getattr(claim, stated["own"])
    loads = []
    for number, each in enumerate([claim, *others]):
        first, last = (low, high) if each is claim else getattr(each, stated["others"])
        together, size = each.counted(what, claim)
        if size and max(first, low) < min(last, high):
            key = number if together is None else together
            loads.append((max(first, low), min(last, high), key, size, each.booking_id or ""))
    peak, at, area = peak_of(loads, low)
    present = sorted(name for first, last, _, _, name in loads if first <= at < last)
    told = stated["peak"], us(stated["at"]), stated["present"], stated["taken_us"]
    _need(told == (peak, at, present, area), f"{what} do not add up")
    fixed = {"whole": 0, "bookings": 1 if kind == "member" else capacity}.get(what, capacity)
    _need(capacity == fixed and (kind == "room" or fixed is not None), "no such limit")
    _need(capacity is None or type(capacity) is int, "a capacity is a number")
    return None if capacity is None else capacity - peak


def peak_of(loads: list[tuple[int, int, Any, int, str]], start: int) -> tuple[int, int, int]:
    """The peak of loads, its first instant, and the area under them: one sweep from a start on."""
    events = [(first, 1, number) for number, (first, *_) in enumerate(loads)]
    events += [(last, 0, number) for number, (_, last, *_) in enumerate(loads)]
    counts, load, peak, at, area, last = Counter[Any](), 0, 0, start, 0, start
    for time, enters, number in sorted(events):
        if load > peak and time > last:
            peak, at = load, last
        area, last = area + load * (time - last), time
        _, _, key, size, _ = loads[number]
        counts[key] += 1 if enters else -1
        # The first of those who share it takes it, and the last gives it back.
        if counts[key] == enters:
            load += size if enters else -size
    return peak, at, area


def _refusal(refusal: dict[str, Any], start: int) -> None:
    """Whether what a reason names shows it, as far as numbers and claims can."""
    rule, told, claims = refusal["rule"], refusal["detail"], refusal["claims"]
    low, high = map(us, refusal["interval"])
    _need(low < high and type(refusal["subject"]) is str, "no reason")
    for each in [*claims, *refusal["blocks"]]:
        _need(meet(span(each), (low, high)), "what is named is elsewhere")
        on = each.get("closes", [each.get("resource_id")])
        _need(rule == "full" or refusal["subject"] in on, "what is named is of something else")
    numbers = [each[key] for each in claims for key in ("units", "seats")]
    # A text would be repeated so many times: more than any memory holds.
    _need(all(type(each) is int for each in numbers), "units and seats are whole numbers")
    area = sum((span(each)[1] - span(each)[0]) * each["units"] for each in claims)
    people = sum(each["seats"] for each in claims)
    _need((refusal["taken_us"], refusal["seats"]) == (area, people), "the claims do not add up")
    named = refusal["booking_ids"], told.get("block_ids", [])
    if rule in {"unknown", "busy", "full"}:
        shown = [each["booking_id"] for each in claims], [each["id"] for each in refusal["blocks"]]
        _need(named == shown, "not everything named is shown")
    scarce = dict.fromkeys(SCARCE, lambda: 0 <= told["available"] < told["needed"])
    facts: dict[str, Callable[[], bool]] = scarce | {
        "busy": lambda: any(named) or told.get("out_of_service", 0) > 0,
        "full": lambda: 0 <= told["seats_left"] < told["party_size"],
        "limit_reached": lambda: told["taken"] + told.get("needed", 1) > told["maximum"] >= 0,
        "notice_too_short": lambda: start < us(told["earliest"]),
        "beyond_horizon": lambda: start >= us(told["latest"]),
    }
    _need(rule in STATED or facts[rule](), f"the numbers do not show {rule}")


def span(told: dict[str, Any]) -> tuple[int, int]:
    """From its start to its end, in microseconds since the epoch."""
    return us(told["start"]), us(told["end"])


def us(text: str) -> int:
    """An instant with its offset, in microseconds since the epoch."""
    moment = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    return moment // timedelta(microseconds=1)


def meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two times share an instant."""
    return max(one[0], other[0]) < min(one[1], other[1])


def _need(holds: bool, otherwise: str) -> None:  # noqa: FBT001  a condition, as in assert
    if not holds:
        raise CertificateError(otherwise)


USAGE = """usage: python -m bookable.verify CERTIFICATE.json ...

Says of each certificate that it holds, or why it does not.
Exit code: 0 if all hold, 1 if one does not or cannot be read, 2 without a file.
"""


def main(paths: list[str]) -> int:
    """Verify files; 1 if one does not hold, 2 if none is named."""
    if {"-h", "--help"}.intersection(paths):
        sys.stdout.write(USAGE)
        return 0
    if not paths or paths[0].startswith("-"):
        sys.stderr.write(USAGE)
        return 2
    worst = 0
    for path in paths:
        try:
            verify(json.loads(Path(path).read_text(encoding="utf-8")))
            said = "holds"
        except OSError as error:
            worst, said = 1, str(error.strerror or error)
        except RecursionError:
            worst, said = 1, _DEEP
        except CertificateError as error:
            worst, said = 1, str(error)
        except ValueError as error:
            worst, said = 1, f"it is no JSON in UTF-8: {error}"
        sys.stdout.write(f"{path}: {said}\n")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The backend under load: many clients, over sockets, who all want the same week.

    python -m tests.backend.load --clients 8 --requests 4000

Clients are processes of their own; the server is one process with a thread for each connection. Three in four
requests ask for a day's free slots, the others book one of those that were told last. At the end the state
is audited: what was answered with 201 is booked, and nothing is booked twice.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from random import Random

from bookable import Scheduler
from tests.backend.app import Store
from tests.backend.serving import Clock, a_client, a_clinic, appointment, served
from tests.support.builders import NOW

Told = tuple[str, int, float]
"""What was asked, the status of the answer, and the seconds that it took."""

_DAY_MS = 24 * 3_600_000


def one_client(address: str, number: int, requests: int) -> list[Told]:
    """So many requests, one after the other."""
    random, known, told = Random(number), [], []
    first = round(NOW.timestamp() * 1_000)
    with a_client(address) as client:
        for count in range(requests):
            calendar = random.choice(("massage", "massage", "yoga"))
            booked = bool(known) and random.random() < 0.25
            began = time.perf_counter()
            if booked:
                start, calendar = random.choice(known)
                body = appointment(start, f"c{number}-{count}", calendar)
                answer = client.post("/calendars/events/appointments", json=body)
            else:
                begin = first + random.randrange(28) * _DAY_MS
                asked = {
                    "startDate": begin,
                    "endDate": begin + _DAY_MS,
                    "timezone": "Europe/Berlin",
                }
                answer = client.get(f"/calendars/{calendar}/free-slots", params=asked)
                days = answer.json() if answer.status_code == 200 else {}
                listed = [slot for day in days.values() for slot in day["slots"]]
                known = [(start, calendar) for start in listed] or known
            kind = "book" if booked else "free slots"
            told.append((kind, answer.status_code, time.perf_counter() - began))
    return told


def audit(state: Scheduler, accepted: int) -> list[str]:
    """What is wrong with the state after so many bookings were accepted."""
    faults = [str(violation) for violation in state.violations(now=NOW + timedelta(days=1))]
    if len(state.bookings) != accepted:
        faults.append(f"{accepted} were accepted, and {len(state.bookings)} are booked")
    return faults


def _row(kind: str, told: list[Told]) -> str:
    times = sorted(seconds for _, _, seconds in told)
    shares = (times[int(share * (len(times) - 1))] * 1_000 for share in (0.5, 0.95, 0.99, 1))
    counts = ", ".join(
        f"{status}: {n:,}" for status, n in sorted(Counter(s for _, s, _ in told).items())
    )
    return (
        f"{kind:<12} {len(told):>7,}  " + "  ".join(f"{ms:>7.1f}" for ms in shares) + f"   {counts}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--requests", type=int, default=4_000, help="of all clients together")
    asked = parser.parse_args()
    store = Store(a_clinic())
    with served(store, Clock()) as address, ProcessPoolExecutor(asked.clients) as pool:
        began = time.perf_counter()
        each = asked.requests // asked.clients
        waiting = [pool.submit(one_client, address, n, each) for n in range(asked.clients)]
        answers = [told for finished in waiting for told in finished.result()]
        seconds = time.perf_counter() - began
    by_kind: dict[str, list[Told]] = defaultdict(list)
    for told in answers:
        by_kind[told[0]].append(told)
    print(
        f"{'':<12} {'answers':>7}  {'p50 ms':>7}  {'p95':>7}  {'p99':>7}  {'most':>7}   by status"
    )
    for kind, found in sorted(by_kind.items()):
        print(_row(kind, found))
    faults = audit(store.scheduler, sum(status == 201 for _, status, _ in answers))
    odd = sum(status not in {200, 201, 400} for _, status, _ in answers)
    print(
        f"{len(answers):,} answers in {seconds:.1f} s, {len(answers) / seconds:,.0f} a second; decided again {store.retries}"
    )
    print("\n".join(faults) or "nothing is booked twice")
    return 1 if faults or odd else 0


if __name__ == "__main__":
    sys.exit(main())

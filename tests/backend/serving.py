"""The backend at a real socket of this machine, and a business for it to serve."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Thread

import httpx
from werkzeug.serving import WSGIRequestHandler, make_server

from bookable import Calendar, Catalogue, CheckIn, Member, Room, Scheduler, WeeklyHours
from tests.backend.app import Store, app_of
from tests.support.builders import NOW

TOKEN = "pit-1"
LOCATION = "L1"
HOSTS = ("ada", "eve", "ida")


class Quiet(WSGIRequestHandler):
    """Tells nobody of each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Clock:
    """A clock that stands until it is told otherwise."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def a_clinic() -> Scheduler:
    """Three therapists, two rooms for one each, a class with five seats in the hall; Mondays to Fridays."""
    office = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="UTC")
    hour, early = timedelta(hours=1), CheckIn(timedelta(minutes=10), timedelta(minutes=10))
    massage = Calendar("massage", hour, member_ids=HOSTS, zone="UTC", location_id=LOCATION)
    yoga = Calendar(
        "yoga", hour, "class", ["ada"], seats_per_slot=5, zone="UTC", location_id=LOCATION
    )
    rooms = [
        Room(key, 1, ["massage"], location_id=LOCATION, check_in=early) for key in ("blue", "green")
    ]
    rooms.append(Room("hall", 20, ["yoga"], location_id=LOCATION))
    members = [Member(key, office) for key in HOSTS]
    return Scheduler(Catalogue(rooms, (), members, [massage, yoga]))


@contextmanager
def served(store: Store, clock: Clock) -> Iterator[str]:
    """The address at which the backend is served by as many threads as there are requests."""
    app = app_of(store, clock=clock, token=TOKEN)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def a_client(address: str, token: str = TOKEN) -> httpx.Client:
    """A client that knows the token."""
    headers = {"Authorization": f"Bearer {token}", "Version": "2021-04-15"}
    return httpx.Client(base_url=address, headers=headers, timeout=60, trust_env=False)


def appointment(start: str, contact: str, calendar: str = "massage") -> dict[str, object]:
    """The body of a creation."""
    told = {"calendarId": calendar, "locationId": LOCATION, "contactId": contact}
    return {**told, "startTime": start}

"""A booking backend in a hundred lines: the HighLevel and Zoom endpoints over HTTP, with Flask.

What a real backend adds to the library: it says who may ask, reads the clock, keeps the state, and lets one
writer win. The state here is one value in memory. A request reads it, decides on what it read, and puts the
next state in its place only if nobody else has done so meanwhile; else it decides again on what there is now.
That is all that keeps bookings apart: no lock is held while anything is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from urllib.parse import quote

from flask import Flask, Response, jsonify, request

from bookable import Scheduler
from bookable.codecs import highlevel, zoom

Handler = Callable[[Scheduler], tuple[int, object, Scheduler]]


class Store:
    """The state, and how it changes hands."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.retries = 0
        self._lock = Lock()

    def decide(self, handler: Handler) -> tuple[int, object]:
        """The answer of a handler to the state, once what it makes of the state is kept."""
        while True:
            before = self.scheduler
            status, body, after = handler(before)
            if after is before:
                return status, body
            with self._lock:
                if self.scheduler is before:
                    self.scheduler = after
                    return status, body
                self.retries += 1


def app_of(store: Store, *, clock: Callable[[], datetime], token: str, zone: str = "UTC") -> Flask:
    """The endpoints over a store, for who knows the token; calendars that they make are open in this zone."""
    app = Flask("backend")

    def answered(handler: Handler) -> tuple[Response, int]:
        if request.headers.get("Authorization") != f"Bearer {token}":
            status, body = highlevel.unauthorized()
        else:
            status, body = store.decide(handler)
        return jsonify(body), status

    def asked() -> tuple[str, dict[str, list[str]], bytes | None]:
        return request.method, request.args.to_dict(flat=False), request.get_data() or None

    @app.route("/calendars/", defaults={"rest": ""}, methods=_METHODS)
    @app.route("/calendars/<path:rest>", methods=_METHODS)
    def calendars(rest: str) -> tuple[Response, int]:
        method, query, body = asked()
        path, now = f"/calendars/{rest}", clock()
        return answered(
            lambda state: highlevel.handle(method, path, query, body, state, now, zone=zone)
        )

    @app.route("/v2/rooms/<room_id>/events", methods=_METHODS)
    def rooms(room_id: str) -> tuple[Response, int]:
        method, query, body = asked()
        path, now = f"/rooms/{quote(room_id, safe='')}/events", clock()  # Flask has decoded it
        return answered(lambda state: zoom.handle(method, path, query, body, state, now))

    return app


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

"""The clinic of `tests.backend.serving` at a port of this machine, by the real clock, until it is interrupted.

python -m tests.backend --port 8000
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from werkzeug.serving import make_server

from tests.backend.app import Store, app_of
from tests.backend.serving import TOKEN, Quiet, a_clinic


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a clinic with three therapists.")
    parser.add_argument("--port", type=int, default=8000, help="0 is any that is free")
    app = app_of(Store(a_clinic()), clock=lambda: datetime.now(UTC), token=TOKEN)
    asked = parser.parse_args()
    server = make_server("127.0.0.1", asked.port, app, threaded=True, request_handler=Quiet)
    start = datetime.now(UTC)
    begin, end = (round(each.timestamp() * 1_000) for each in (start, start + timedelta(days=7)))
    query = f"startDate={begin}&endDate={end}&timezone=UTC"
    address = f"http://127.0.0.1:{server.server_port}/calendars/massage/free-slots?{query}"
    print(f"curl -H 'Authorization: Bearer {TOKEN}' '{address}'", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()

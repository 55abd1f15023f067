"""The backend with a small clinic in it, to try: python -m tests.backend --port 8000."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from werkzeug.serving import make_server

from tests.backend.app import Store, app_of
from tests.backend.serving import TOKEN, a_clinic


def main() -> None:
    """Serve until interrupted; who asks says `Authorization: Bearer` and the token that is printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="0 takes any that is free")
    app = app_of(Store(a_clinic()), clock=lambda: datetime.now(UTC), token=TOKEN)
    server = make_server("127.0.0.1", parser.parse_args().port, app, threaded=True)
    print(f"http://127.0.0.1:{server.server_port} for who knows the token {TOKEN}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()

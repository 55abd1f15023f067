"""``python -m bookable``: the command `bookable.cli.main`."""

import sys

from bookable.cli import main

if __name__ == "__main__":
    sys.exit(main())

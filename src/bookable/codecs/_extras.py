"""What some codecs need beyond what comes with the package."""

from __future__ import annotations

from attrs import define

from bookable.errors import BookableError


@define(eq=False)
class MissingExtraError(BookableError, ImportError):
    """A codec whose package is not installed. The remedy: install the extra of that name."""

    module: str
    package: str
    extra: str
    code: str = "missing_extra"

    def __str__(self) -> str:
        return (
            f"{self.module} needs the package {self.package}: pip install 'bookable[{self.extra}]'"
        )

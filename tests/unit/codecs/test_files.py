"""Files are there whole or not at all, and have one writer at a time."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from bookable import CodecError, worlds
from bookable.codecs import files, plain
from bookable.codecs.files import FileBusyError, only_writer, write_atomically


@pytest.fixture
def world(tmp_path: Path) -> Path:
    path = tmp_path / "world.json"
    path.write_text(worlds.world_text("clinic"), encoding="utf-8")
    return path


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_written_is_read(tmp_path: Path) -> None:
    clinic = worlds.load("clinic")

    plain.write_world(tmp_path / "new.json", clinic)

    assert plain.read_world(tmp_path / "new.json") == clinic
    assert plain.read_world(str(tmp_path / "new.json")) == clinic
    assert entries(tmp_path) == ["new.json"]


def test_a_file_keeps_its_permissions(world: Path) -> None:
    world.chmod(0o640)

    plain.write_world(world, worlds.load("training"))

    assert stat.S_IMODE(world.stat().st_mode) == 0o640
    assert plain.read_world(world) == worlds.load("training")


def test_a_new_file_gets_the_permissions_that_new_files_get(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")

    write_atomically(tmp_path / "new", b"data")

    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_symbolic_link_stays_one(tmp_path: Path, world: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.json"
    link.symlink_to(world)

    write_atomically(link, b"data")

    assert link.is_symlink()
    assert world.read_bytes() == b"data"
    assert entries(tmp_path / "elsewhere") == ["link.json"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failure_leaves_what_was_there(
    world: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(world, b"data")

    assert world.read_bytes() == before
    assert entries(world.parent) == ["world.json"]


def test_an_interruption_leaves_what_was_there(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.read_bytes()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(world, b"data")

    assert world.read_bytes() == before
    assert entries(world.parent) == ["world.json"]


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path, b"data")


def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(OSError, match="Not a regular file"):
        write_atomically(tmp_path / "pipe", b"data")

    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_file_that_may_not_be_written_is_not_replaced(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Asked of the system rather than tried out: the superuser may write everything.
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)

    with pytest.raises(PermissionError):
        write_atomically(world, b"data")

    assert entries(world.parent) == ["world.json"]


def test_a_missing_folder_is_no_place_to_write(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "world.json", b"data")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device that never ends")
def test_an_endless_file_is_read_up_to_the_limit() -> None:
    with pytest.raises(CodecError) as caught:
        plain.read_world("/dev/zero")

    assert caught.value.code == "too_large"


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("w" * 250 + ".json")

    write_atomically(path, b"data")

    assert path.read_bytes() == b"data"


@pytest.fixture(params=["folder", "beside"])
def lock_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both kinds of lock: that of the system, and the one for systems without."""
    if request.param == "beside":
        monkeypatch.setattr(files, "fcntl", None)
    return request.param


def test_a_second_writer_waits_for_the_first(world: Path, lock_kind: str) -> None:
    order = []
    inside = threading.Event()

    def first() -> None:
        with only_writer(world):
            inside.set()
            order.append("first begins")
            waiting.wait(10)
            order.append("first ends")

    waiting = threading.Event()
    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    with pytest.raises(FileBusyError) as caught, only_writer(world, wait_seconds=0.05):
        order.append("never")
    waiting.set()
    with only_writer(world, wait_seconds=10):
        order.append("second")
    thread.join()

    assert order == ["first begins", "first ends", "second"]
    assert caught.value.code == "busy_file"
    assert "is being written by somebody else" in str(caught.value)
    assert entries(world.parent) == ["world.json"]


def test_an_error_inside_lets_the_next_writer_in(world: Path, lock_kind: str) -> None:
    with pytest.raises(ZeroDivisionError), only_writer(world):
        _ = 1 // 0

    with only_writer(world, wait_seconds=0):
        assert world.exists()


def test_a_folder_that_is_missing_cannot_be_locked(tmp_path: Path, lock_kind: str) -> None:
    with pytest.raises(FileNotFoundError), only_writer(tmp_path / "missing" / "world.json"):
        pass

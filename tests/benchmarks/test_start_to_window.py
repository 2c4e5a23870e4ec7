import os
import subprocess

import pytest

from tests.benchmarks.start_to_window import Start, from_source, measure, table
from tests.benchmarks.x_display import DisplayError, Watcher, has_x_server, x_server

needs_x = pytest.mark.skipif(not has_x_server(), reason="Xvfb is not installed")


@needs_x
@pytest.mark.window
def test_a_window_is_seen_when_it_is_painted() -> None:
    bare = {name: program for name, program in from_source().items() if name.startswith("bare")}
    ((start,),) = measure(bare, runs=1).values()
    assert 0 < start.mapped_s <= start.painted_s


@needs_x
@pytest.mark.window
def test_a_window_that_does_not_come_is_said() -> None:
    with (
        x_server() as display,
        Watcher(display) as watcher,
        pytest.raises(DisplayError, match="no such window"),
    ):
        watcher.wait_for("nothing", 0.05)


@needs_x
@pytest.mark.window
def test_a_key_that_is_pressed_at_the_first_picture_shows_in_the_server_field() -> None:
    own = {name: program for name, program in from_source().items() if program.takes_keys}
    ((start,),) = measure(own, runs=1).values()
    assert start.painted_s <= start.usable_s


@needs_x
@pytest.mark.window
def test_a_key_that_is_lost_is_said() -> None:
    (bare,) = (program for name, program in from_source().items() if name.startswith("bare"))
    with (
        x_server() as display,
        Watcher(display) as watcher,
        subprocess.Popen(
            bare.command, env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        ) as process,
    ):
        window = watcher.wait_for(bare.title, 30.0).window
        with pytest.raises(DisplayError, match="does not show"):
            watcher.type_into(window, 0.2)
        process.kill()


def test_the_second_of_a_pair_has_a_ratio() -> None:
    lines = table(
        {
            "bare": [Start(0.1, 0.2, 0.2)] * 3,
            "app": [Start(0.2, 0.2, 0.3)] * 3,
            "bare source": [Start(0.1, 0.1, 0.1)],
        }
    )
    assert [line.endswith("1.50 x") for line in lines.splitlines()] == [False, True, False]

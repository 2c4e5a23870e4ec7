"""Scripts that set an address in variables."""

from __future__ import annotations

import time

import pytest

from fmsdiag.model import Transport
from fmsdiag.shell_variables import with_values
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError
from tests.growth import grows_too_fast
from tests.systems import ON_WINDOWS


@pytest.mark.parametrize(
    ("script", "plain"),
    [
        ("URL=rtmp://h/live\nffmpeg -f flv $URL/k", "ffmpeg -f flv rtmp://h/live/k"),
        ('export URL="rtmp://h/live" KEY=a1\nffmpeg "${URL}/${KEY}"', 'ffmpeg "rtmp://h/live/a1"'),
        ('@echo off\nset "URL=rtmp://h/live"\nffmpeg %URL%', "@echo off\n\nffmpeg rtmp://h/live"),
        ("$env:URL = 'rtmp://h/live'\nffmpeg $env:URL", "ffmpeg rtmp://h/live"),
        ("HOST=h\nURL=rtmp://$HOST/live\nffmpeg $URL", "ffmpeg rtmp://h/live"),
        ("Environment=URL=rtmp://h/live\nExecStart=ffmpeg ${URL}", "ExecStart=ffmpeg rtmp://h/live"),
        ('ENV URL="rtmp://h/live"\nCMD ffmpeg $URL', "CMD ffmpeg rtmp://h/live"),
        ("docker run -e URL=rtmp://h/live img $URL", "docker run  img rtmp://h/live"),
        ("ffmpeg -f flv $URL", "ffmpeg -f flv $URL"),
        ("rtmp://h/live?key=a%20b%2fc", "rtmp://h/live?key=a%20b%2fc"),
        ("rtmp://h/live?URL=$URL", "rtmp://h/live?URL=$URL"),
    ],
)
def test_values_take_the_place_of_variables(script: str, plain: str) -> None:
    assert with_values(script).strip() == plain


def test_a_script_is_read_like_the_command_that_it_runs() -> None:
    script = """#!/bin/bash
        RATE="2500k"  # of the picture
        INGEST="rtmp://fms.example.com:1936/live"
        CAMERA="udp://239.255.139.0:1234"
        STREAM_KEY='tulip-9f3a-77c1'
        ffmpeg -i "$CAMERA" -b:v $RATE -f flv "$INGEST/$STREAM_KEY"
        """
    target = parse_target(script)
    assert (target.transport, target.host, target.port) == (Transport.RTMP, "fms.example.com", 1936)
    assert (target.application, target.stream) == ("live", "tulip-9f3a-77c1")
    assert target.left_out == ()


@pytest.mark.parametrize("variable", ["$STREAM_KEY", "${STREAM_KEY}", "$key", "$env:KEY", "%KEY%", "$YT_KEY"])
def test_a_variable_without_a_value_is_asked_for(variable: str) -> None:
    with pytest.raises(TargetError) as error:
        parse_target(f'URL=rtmp://fms.example.com/live\nffmpeg -i a -f flv "$URL/{variable}"')
    assert variable in str(error.value)


def test_values_that_name_each_other_do_not_grow_without_end() -> None:
    lines = ["A0=" + "x" * 100, *(f"A{n}=" + f"$A{n - 1}" * 10 for n in range(1, 30)), "echo $A29"]
    started = time.process_time()
    assert len(with_values("\n".join(lines))) < 20_000
    assert time.process_time() - started < 1


@pytest.mark.skipif(ON_WINDOWS, reason="the processor's time comes in steps of 15.6 ms there")
@pytest.mark.parametrize("piece", ["$A", "A=$A\n", 'A="', "set ", "$env:", "%A%", "A=%A%;", "${A}"])
def test_time_grows_with_the_length_only(piece: str) -> None:
    count = 8_000 // len(piece)
    assert not grows_too_fast(with_values, piece * count, piece * (2 * count))

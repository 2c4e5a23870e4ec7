from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import fmsdiag.diagnosis.rules
from fmsdiag import __version__
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Answer, Rule
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.log import open_log
from fmsdiag.model import (
    Cause,
    Credentials,
    Event,
    NotApplicable,
    Options,
    ProxySource,
    Report,
    UdpFacts,
    VerdictStatus,
)
from fmsdiag.probe.proxy.settings import settings_from
from fmsdiag.run import diagnose
from fmsdiag.run_log import describe_attempt
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target import parse_target
from tests.probe.fake_computer import FakeComputer
from tests.report import samples

ROOT = Path(__file__).resolve().parent.parent
STREAM, QUERY = "K3y-0f-Str3am", "Qu3ry-V4lue"
PASSWORD, PROXY_PASSWORD = "Pa55-0f-S3rver", "Pa55-0f-Pr0xy"
SYSTEM_PASSWORD = "Pa55-0f-Syst3m"
SECRETS = (STREAM, QUERY, PASSWORD, PROXY_PASSWORD, SYSTEM_PASSWORD)
CREDENTIALS = Credentials(("publisher", PASSWORD), ("proxyuser", PROXY_PASSWORD))
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z \d+ (INFO|WARNING|ERROR) (.+)|    .*")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    log = open_log(tmp_path / "run.log")
    assert log is not None
    yield log.path
    log.close()


async def run_against(*faults: str) -> Report:
    options = ServerOptions(rtmp=0, faults=tuple(parse_fault(fault) for fault in faults))
    events: list[Event] = []
    async with Server(options) as server:
        target = parse_target(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live/{STREAM}?token={QUERY}")
        return await diagnose(
            target,
            Options(checks=(), timeout_s=1.0, tcp_timeout_s=1.0),
            events.append,
            credentials=CREDENTIALS,
            proxies=settings_from(
                {"http": f"http://sysuser:{SYSTEM_PASSWORD}@127.0.0.1:9"}, ProxySource.SYSTEM
            ),
            computer=FakeComputer(),
        )


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def lines_of(path: Path) -> list[str]:
    lines = text_of(path).splitlines()
    assert all(LINE.fullmatch(line) for line in lines)
    return [found[2] for line in lines if (found := LINE.fullmatch(line)) and found[2]]


async def test_a_run_is_told_from_start_to_end(path: Path) -> None:
    report = await run_against()
    first, start, *attempts, end = lines_of(path)
    assert first.startswith(f"fmsdiag {__version__}, Python 3.")
    assert start == f"run started: plan {report.plan.name}, 1 attempts at 127.0.0.1, application live"
    assert attempts == [describe_attempt(attempt) for attempt in report.attempts]
    assert re.fullmatch(r"attempt 1 tcp/\d+/rtmp: connected, \d+\.\d{3} s", attempts[0])
    assert re.fullmatch(
        rf"run ended after \d+\.\d+ s: report {report.report_id}, connected, cause none, findings: none", end
    )


async def test_failures_and_experiments_are_told(path: Path) -> None:
    report = await run_against("silence")
    told = lines_of(path)
    assert any(re.fullmatch(r"attempt 1 tcp/\d+/rtmp: failed, timed-out at \S+, \d+\.\d+ s", x) for x in told)
    asked = [a for a in report.attempts if a.experiment is not None]
    assert asked
    for attempt in asked:
        assert any(f"experiment {attempt.experiment.value} asked by" in line for line in told)  # type: ignore[union-attr]
    assert f"cause {report.verdict.cause}, findings: {report.findings[0].cause}" in told[-1]


def crash(view: RunView) -> Answer:
    told = f"{view.target.stream} {view.target.query} {PASSWORD} {PROXY_PASSWORD} {SYSTEM_PASSWORD}"
    raise KeyError(told)


async def test_a_rule_that_crashes_is_logged_once_with_its_traceback_and_no_secret(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fmsdiag.diagnosis.rules, "RULES", (*RULES, Rule(Cause.SERVER_DOWN, crash)))
    report = await run_against("auth-adobe:publisher:other")
    text = text_of(path)
    assert [error.cause for error in report.rule_errors] == [Cause.SERVER_DOWN]
    assert re.fullmatch(r"diagnosis/engine\.py:\d+", report.rule_errors[0].where)
    assert text.count("WARNING rule server-down failed\n    Traceback (most recent call last):") == 1
    assert "in crash\n" in text
    assert "KeyError: '***" in text
    for secret in SECRETS:
        assert secret not in text


async def test_no_secret_of_a_whole_run_is_in_the_log(tmp_path: Path) -> None:
    """From the command line to the file, with everything that can be secret: password, stream, query, proxy."""
    log = tmp_path / "whole.log"
    faults = (parse_fault(f"auth-adobe:publisher:{PASSWORD}"),)
    async with Server(ServerOptions(rtmp=0, rtmpt=0, faults=faults)) as server:
        command = [sys.executable, "-m", "fmsdiag", "test"]
        command.append(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live/{STREAM}?token={QUERY}")
        command += ["--proxy", f"http://proxyuser:{PROXY_PASSWORD}@127.0.0.1:{server.ports['rtmpt']}"]
        command += [
            "--user",
            "publisher",
            "--timeout",
            "1",
            "--play",
            f"{STREAM}?token={QUERY}",
            "--i-own-this-stream",
            "--log",
            str(log),
        ]
        done = await in_thread(command, os.environ | {"FMSDIAG_PASSWORD": PASSWORD})
    assert b"Traceback" not in done.stderr
    text = text_of(log)
    assert "run started" in text
    assert "run ended" in text
    assert "attempt 1 tcp/" in text
    assert "/proxy: " in text
    for secret in SECRETS:
        assert secret not in text
    assert "?" not in text


async def in_thread(command: list[str], surroundings: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    return await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=surroundings, capture_output=True, timeout=60
    )


async def test_an_unwritable_log_does_not_stop_a_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    log = open_log(tmp_path / "file" / "run.log")
    assert log is not None
    try:
        report = await run_against()
    finally:
        log.close()
    assert report.verdict.status is VerdictStatus.CONNECTED
    assert log.error


async def test_without_a_log_a_run_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (await run_against()).verdict.status is VerdictStatus.CONNECTED
    assert os.listdir(tmp_path) == []


def test_an_attempt_that_was_not_made_has_no_time() -> None:
    report = samples.stopped()
    never = [a for a in report.attempts if a.started_s is None]
    assert never
    assert all(not describe_attempt(attempt).endswith(" s") for attempt in never)


def test_a_redirect_that_is_not_followed_is_logged() -> None:
    first = samples.port_blocked().attempts[0]
    facts = UdpFacts(not_followed={"10.0.0.7:19350": "redirect-private"})
    seen = msgspec.structs.replace(first.observations[-1], facts=facts)
    by_udp = msgspec.structs.replace(first, observations=(seen,))
    assert "redirect not followed: redirect-private" in describe_attempt(by_udp)
    skipped = msgspec.structs.replace(first, not_applicable=NotApplicable.REDIRECT_OTHER_SERVICE)
    assert "redirect-other-service" in describe_attempt(skipped)

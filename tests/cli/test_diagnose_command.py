import json as plain_json
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from fmsdiag.cli import diagnose_command, running
from fmsdiag.cli.main import main
from fmsdiag.cli.options import PlannedRun, describe_run
from fmsdiag.model import Plan, Report, Verdict, VerdictStatus
from fmsdiag.report.json import decode
from fmsdiag.target import parse_ports
from tests.cli.replays import Replay
from tests.report import samples

Install = Callable[[Report], Replay]
URL = f"rtmp://{samples.HOST}/live"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (samples.healthy, 0),
        (samples.port_blocked, 1),
        (samples.rejected, 2),
        (samples.unreachable, 2),
        (samples.stopped, 3),
    ],
)
def test_the_verdict_is_the_exit_code(
    make: Callable[[], Report], code: int, replay: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    replay(make())
    assert main(["test", URL]) == code
    out, err = capsys.readouterr()
    assert make().verdict.headline in out
    assert err == ""


def test_inconclusive_is_3(replay: Install) -> None:
    verdict = Verdict(VerdictStatus.INCONCLUSIVE, "What was seen does not tell")
    replay(msgspec.structs.replace(samples.unreachable(), verdict=verdict))
    assert main(["test", URL]) == 3


def test_the_options_reach_diagnose(replay: Install) -> None:
    made = replay(samples.healthy())
    main(["test", URL, "--ports", "1935,80", "--interval-ms", "7", "--all", "-4", "--timeout", "3"])
    assert made.target is not None
    assert (made.target.host, made.target.application) == (samples.HOST, "live")
    assert made.options is not None
    assert made.options.ports == parse_ports("1935,80")
    assert (made.options.interval_ms, made.options.all_checks) == (7, True)
    assert made.options.control is None  # conftest's FMSDIAG_CONTROL=none


def test_the_plan_that_is_announced_runs(
    replay: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made, announced = replay(samples.healthy()), list[Plan]()

    def describe(planned: PlannedRun) -> list[str]:
        announced.append(planned.plan)
        return describe_run(planned)

    monkeypatch.setattr(diagnose_command, "describe_run", describe)
    monkeypatch.setenv("http_proxy", "http://cache.example:3128")
    main(["test", URL])
    assert announced == [made.plan]
    assert announced[0] is made.plan
    assert made.proxies is not None
    assert [proxy.url for proxy in made.proxies.proxies] == ["http://cache.example:3128"]


def test_json_on_standard_output_is_pure(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.port_blocked())
    assert main(["test", URL, "--json", "-"]) == 1
    out, err = capsys.readouterr()
    assert plain_json.loads(out)["verdict"]["status"] == "connected-by-fallback"
    assert "RTMP, port 80: ✓ Connected" in err
    assert "Who does what" in err


def test_markdown_on_standard_output_is_pure(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.port_blocked())
    main(["test", URL, "--markdown", "-"])
    out, err = capsys.readouterr()
    assert out.startswith("## fmsdiag: Port 1935")
    assert "Testing media.example.com" in err


def test_files_are_redacted_and_their_paths_said(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.port_blocked())
    main(["test", URL, "--json", "r.json", "--markdown", "r.md"])
    assert "192.168." not in Path("r.json").read_text(encoding="utf-8")
    assert "lan-1" in Path("r.json").read_text(encoding="utf-8")
    assert "Report written: r.md" in capsys.readouterr().out


def test_sensitive_data_only_on_demand(replay: Install) -> None:
    replay(samples.port_blocked())
    main(["test", URL, "--json", "r.json", "--include-sensitive"])
    assert "192.168.1.23" in Path("r.json").read_text(encoding="utf-8")


def test_quiet_is_one_line(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.port_blocked())
    assert main(["test", URL, "--quiet"]) == 1
    assert capsys.readouterr() == (
        "▲ Connected by fallback: Port 1935 gives no answer, but port 80 connects\n",
        "",
    )


def test_an_unwritable_path_is_said_before_the_run(
    replay: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    made = replay(samples.healthy())
    assert main(["test", URL, "--json", "missing/r.json"]) == 3
    assert made.target is None
    assert capsys.readouterr().err == (
        "fmsdiag: --json: cannot write missing/r.json: No such file or directory\n"
    )


def test_a_path_that_breaks_during_the_run_costs_the_exit_code_not_the_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("there").mkdir()

    class Breaking(Replay):
        async def __call__(self, *arguments: object, **more: object) -> Report:
            os.rmdir("there")
            return self.report

    monkeypatch.setattr(running, "diagnose", Breaking(samples.healthy()))
    assert main(["test", URL, "--json", "there/r.json"]) == 3
    err = capsys.readouterr().err
    kept = Path(err.split("the report is in ")[1].split(" instead")[0])
    assert decode(kept.read_bytes()).verdict == samples.healthy().verdict


def test_a_stopped_run_still_writes_its_report(replay: Install) -> None:
    replay(samples.stopped())
    assert main(["test", URL, "--json", "r.json"]) == 3
    assert decode(Path("r.json").read_bytes()).verdict.status is VerdictStatus.STOPPED

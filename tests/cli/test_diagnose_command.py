import json as plain_json
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from fmsdiag.cli import diagnose_command, running
from fmsdiag.cli.main import main
from fmsdiag.cli.options import PlannedRun, announced
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import say, use_language
from fmsdiag.model import Plan, Report, Verdict, VerdictStatus
from fmsdiag.port_list import parse_ports
from fmsdiag.report.json import decode
from fmsdiag.report.view import ReportView, ViewTexts
from tests.cli.pseudo_locales import unmarked
from tests.cli.replays import Replay
from tests.diagnosis.findings import plain
from tests.report import samples
from tests.report.packets.pcapng_reader import read
from tests.systems import needs_devices

Install = Callable[[Report], Replay]
URL = f"rtmp://{samples.HOST}/live"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (samples.healthy, 0),
        (samples.port_blocked, 1),
        (samples.rejected, 2),
        (lambda: samples.recorded("hotel"), 2),
        (samples.stopped, 3),
    ],
)
def test_the_verdict_is_the_exit_code(
    make: Callable[[], Report], code: int, replay: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    replay(make())
    assert main(["test", URL]) == code
    out, err = capsys.readouterr()
    assert ReportView(make()).headline in " ".join(out.split())
    assert err == ""


@pytest.mark.parametrize(
    ("status", "code"), [(VerdictStatus.INCONCLUSIVE, 3), (VerdictStatus.CONNECTED_THROUGH_PROXY, 1)]
)
def test_other_verdicts(status: VerdictStatus, code: int, replay: Install) -> None:
    verdict = Verdict(status, plain("A headline."), plain("An explanation."))
    replay(msgspec.structs.replace(samples.unreachable(), verdict=verdict))
    assert main(["test", URL]) == code


def test_what_works_only_through_a_proxy_is_1(replay: Install) -> None:
    replay(samples.recorded("proxy-required"))
    assert main(["test", URL, "--quiet"]) == 1


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
    made, shown = replay(samples.healthy()), list[Plan]()

    def announce(planned: PlannedRun, signs_in: bool = False) -> list[str]:
        shown.append(planned.plan)
        return announced(planned, signs_in)

    monkeypatch.setattr(diagnose_command, "announced", announce)
    monkeypatch.setenv("http_proxy", "http://cache.example:3128")
    main(["test", URL])
    assert shown == [made.plan]
    assert shown[0] is made.plan
    assert made.proxies is not None
    assert [proxy.url for proxy in made.proxies.proxies] == ["http://cache.example:3128"]


def test_json_on_standard_output_is_pure(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.port_blocked())
    assert main(["test", URL, "--json", "-"]) == 1
    out, err = capsys.readouterr()
    assert plain_json.loads(out)["verdict"]["status"] == "connected-by-fallback"
    assert "RTMP on port 80: ✓ Connected" in err
    assert say(ViewTexts.WHO_DOES_WHAT) in err


def test_markdown_on_standard_output_is_pure(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.port_blocked())
    main(["test", URL, "--markdown", "-"])
    out, err = capsys.readouterr()
    assert out.startswith("## fmsdiag: ")
    assert "Connects to media.example.com: " in err


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
    out, err = capsys.readouterr()
    assert (out.count("\n"), err) == (1, "")
    assert out.startswith("▲ Connected using a fallback. ")
    assert ReportView(samples.port_blocked()).headline in out


@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
def test_secrets_are_masked_from_the_first_line_on_and_the_persons_own_address_is_shown(
    quiet: tuple[str, ...], replay: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    report = samples.port_blocked()
    said = plain(f"Asked for {samples.STREAM_KEY}?token=s3cr3t from 192.168.1.23 at http://bob:pw@proxy/.")
    told = msgspec.structs.replace(
        report,
        target=msgspec.structs.replace(report.target, stream=samples.STREAM_KEY, query=samples.QUERY),
        verdict=msgspec.structs.replace(report.verdict, headline=said),
    )
    replay(told)
    main(["test", f"rtmp://user:pw@{samples.HOST}/live/{samples.STREAM_KEY}?{samples.QUERY}", *quiet])
    out, err = capsys.readouterr()
    for secret in (samples.STREAM_KEY, "s3cr3t", "bob", "user:", ":pw", samples.QUERY):
        assert secret not in out + err
    assert "192.168.1.23" in out


def test_whole_runs_are_translated(
    replay: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FMSDIAG_LANGUAGE", "en-XA")
    monkeypatch.setenv("COLUMNS", "3000")
    replay(samples.recorded("port-dropped"))
    try:
        main(["test", URL, "--deep", "--json", "r.json"])
        out, err = capsys.readouterr()
    finally:
        use_language(ENGLISH)
    assert err == ""
    assert unmarked(out) == []


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
    assert decode(kept.read_bytes()).verdict.status is samples.healthy().verdict.status


def test_a_stopped_run_still_writes_its_report(replay: Install) -> None:
    replay(samples.stopped())
    assert main(["test", URL, "--json", "r.json"]) == 3
    assert decode(Path("r.json").read_bytes()).verdict.status is VerdictStatus.STOPPED


def test_packets_of_a_run_without_traffic_are_a_file(
    replay: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    made = replay(samples.port_blocked())
    assert main(["test", URL, "--pcapng", "p.pcapng"]) == 1
    assert made.recorder is not None
    found = read(Path("p.pcapng").read_bytes())
    assert found.packets == []
    assert any("asterisks" in comment for comment in found.comments)
    assert "Packets written: p.pcapng" in capsys.readouterr().out


def test_packets_with_sensitive_data_say_so(replay: Install) -> None:
    replay(samples.port_blocked())
    main(["test", URL, "--pcapng", "p.pcapng", "--include-sensitive", "--quiet"])
    assert any(
        "Sensitive data is included" in comment for comment in read(Path("p.pcapng").read_bytes()).comments
    )


def test_nothing_is_recorded_unless_packets_are_asked_for(replay: Install) -> None:
    made = replay(samples.healthy())
    main(["test", URL, "--json", "r.json"])
    assert made.recorder is None


@needs_devices
def test_a_full_disk_loses_neither_report_nor_verdict(
    replay: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    replay(samples.port_blocked())
    assert main(["test", URL, "--json", "r.json", "--pcapng", "/dev/full"]) == 3
    assert decode(Path("r.json").read_bytes()).verdict.status is VerdictStatus.CONNECTED_BY_FALLBACK
    out, err = capsys.readouterr()
    assert "Report written: r.json" in out
    assert "cannot write /dev/full: " in err
    Path(err.split("the packets are in ")[1].split(" instead")[0].replace("\n", "")).unlink()


def test_a_path_for_packets_that_cannot_be_written_is_said_before_the_run(
    replay: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    made = replay(samples.healthy())
    assert main(["test", URL, "--pcapng", "missing/p.pcapng"]) == 3
    assert made.target is None
    assert "--pcapng: cannot write missing/p.pcapng" in capsys.readouterr().err

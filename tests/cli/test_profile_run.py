"""`fmsdiag test --profile` runs exactly what the profile says, after saying so, and its report names the profile."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fmsdiag.cli.main import main
from fmsdiag.model import PlanName, ProfileField, Redaction, Report
from fmsdiag.profile.link import make_link
from fmsdiag.profile.profile_file import encode
from tests.cli.replays import Replay
from tests.profile.samples import URL, profile, whole_profile
from tests.report import samples

Install = Callable[[Report], Replay]
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def path(tmp_path: Path) -> str:
    made = profile(plan=PlanName.FLASH_PLAYER, fields=(ProfileField("Ticket number", True),))
    (tmp_path / "a.fmsdiag").write_bytes(encode(made))
    return str(tmp_path / "a.fmsdiag")


def test_it_says_who_asks_and_what_is_tested_and_the_report_names_it(
    path: str, replay: Install, capsys: Captured
) -> None:
    made = replay(samples.healthy())
    command = ["test", "--profile", path, "--field", "Ticket number=4711"]
    assert main([*command, "--json", "r.json", "--markdown", "r.md", "--html", "r.html"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    line = "Prepared by Example Streaming (Ticket number: 4711)"
    assert said.startswith(f"{line} Connects to {samples.HOST}")
    assert made.options is not None
    assert made.options.plan is PlanName.FLASH_PLAYER
    assert json.loads(Path("r.json").read_bytes())["prepared"]["profile_id"] == "0123456789abcdef"
    for face in ("r.md", "r.html"):
        assert line in Path(face).read_text(encoding="utf-8")
    assert main(["show", "r.json"]) == 0
    assert line in capsys.readouterr().out


def test_a_link_runs_as_well(replay: Install) -> None:
    made = replay(samples.healthy())
    assert main(["test", "--profile", make_link(profile()), "--quiet"]) == 0
    assert made.target is not None
    assert made.target.host == samples.HOST


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Required: Ticket number"),
        (["--field", "4711"], "write it as “Ticket number=…”"),
        (["--field", "Ticket=4711"], "no field “Ticket”"),
        (["--field", "Ticket number=1", "--ports", "80"], "--ports cannot be used with --profile"),
        (["--field", "Ticket number=1", "--deep"], "--deep cannot be used with --profile"),
        (["--field", "Ticket number=1", "--publish", "x"], "--publish cannot be used with --profile"),
    ],
)
def test_what_would_make_it_another_test_is_refused(
    options: list[str], said: str, path: str, replay: Install, capsys: Captured
) -> None:
    made = replay(samples.healthy())
    assert main(["test", "--profile", path, *options]) == 3
    assert said in capsys.readouterr().err
    assert made.target is None


def test_a_field_without_a_profile_is_refused(replay: Install, capsys: Captured) -> None:
    replay(samples.healthy())
    assert main(["test", URL, "--field", "Ticket number=1"]) == 3
    assert "--field belongs to --profile" in capsys.readouterr().err


def test_several_servers_have_reports_of_their_own(tmp_path: Path, replay: Install, capsys: Captured) -> None:
    replay(samples.port_blocked())
    (tmp_path / "b.fmsdiag").write_bytes(encode(profile(targets=(URL, "rtmp://192.0.2.7/live"))))
    assert main(["test", "--profile", "b.fmsdiag", "--json", "r.json", "--pcapng", "r.pcapng"]) == 1
    assert {"r-1.json", "r-2.json", "r-1.pcapng", "r-2.pcapng"} <= {p.name for p in tmp_path.iterdir()}
    assert "Connects to 192.0.2.7" in " ".join(capsys.readouterr().out.split())
    assert main(["test", "--profile", "b.fmsdiag", "--json", "-"]) == 3
    assert "several servers" in capsys.readouterr().err


def test_a_strict_profile_lets_no_packets_out(tmp_path: Path, replay: Install, capsys: Captured) -> None:
    made = replay(samples.healthy())
    (tmp_path / "b.fmsdiag").write_bytes(encode(profile(redaction=Redaction.STRICT)))
    assert main(["test", "--profile", "b.fmsdiag", "--pcapng", "p.pcapng"]) == 3
    assert "leaves out what the connections carry" in " ".join(capsys.readouterr().err.split())
    assert made.target is None


def test_one_stop_stops_all_of_it(tmp_path: Path, replay: Install) -> None:
    replay(samples.stopped())
    (tmp_path / "b.fmsdiag").write_bytes(encode(profile(targets=(URL, "rtmp://192.0.2.7/live"))))
    assert main(["test", "--profile", "b.fmsdiag", "--json", "r.json"]) == 3
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".json"] == ["r-1.json"]


def test_a_server_of_this_network_is_tested_only_where_that_is_shown(
    tmp_path: Path, replay: Install, capsys: Captured
) -> None:
    replay(samples.healthy())
    (tmp_path / "b.fmsdiag").write_bytes(encode(profile(targets=("rtmp://10.0.0.1/live",))))
    assert main(["test", "--profile", "b.fmsdiag", "--quiet"]) == 3
    assert "10.0.0.1, which is in your own network" in capsys.readouterr().err
    assert main(["test", "--profile", "b.fmsdiag"]) == 0
    assert "10.0.0.1" in capsys.readouterr().out


def test_the_reference_run_goes_with_its_server(tmp_path: Path, replay: Install) -> None:
    made = replay(samples.healthy())
    (tmp_path / "b.fmsdiag").write_bytes(encode(whole_profile()))
    main(["test", "--profile", "b.fmsdiag", "--field", "Ticket number=1"])
    assert made.assignment is not None
    assert made.assignment.reference is None  # of the second server, which has none
    assert made.assignment.prepared.sender == "Example Streaming"

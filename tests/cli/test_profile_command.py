"""`fmsdiag profile`: what is made can be opened, shown whole and run; what is not allowed is not written."""

from pathlib import Path

import pytest

from fmsdiag.cli.main import main
from fmsdiag.model import PlanName, ProfileField, Redaction
from fmsdiag.profile.link import read_link
from fmsdiag.profile.profile_file import open_profile
from fmsdiag.report.json import encode as encode_report
from tests.profile.samples import URL, chunk, png
from tests.report import samples

LEAST = ["profile", "create", "--server", URL, "--from", "Example Streaming"]
Captured = pytest.CaptureFixture[str]


def test_everything_goes_into_the_file(tmp_path: Path, capsys: Captured) -> None:
    logo, reference = tmp_path / "logo.png", tmp_path / "ref.json"
    logo.write_bytes(png(4, 4, chunk(b"tEXt", b"Author\0Alice")))
    reference.write_bytes(encode_report(samples.healthy()))
    options = [
        "--message", "Hello,\\nplease start it.", "--plan", "flash-player", "--check", "rtmps:443", "--check", "rtmfp:1935",
        "--control", "c.example", "--reference", str(reference), "--field", "Ticket number!", "--field", "Name", "--send-to",
        "help@example.com", "--redaction", "strict", "--logo", str(logo), "--output", str(tmp_path / "made"),
    ]  # fmt: skip
    assert main([*LEAST, *options]) == 0
    assert capsys.readouterr().err == f"Profile written: {tmp_path / 'made.fmsdiag'}\n"
    made = open_profile(tmp_path / "made.fmsdiag").profile
    assert made.targets == (URL,)
    assert made.message == "Hello,\nplease start it."
    assert made.plan is PlanName.FLASH_PLAYER
    assert [check.port for check in made.checks or ()] == [443, 1935]
    assert made.control == "c.example"
    assert made.references[0].host == samples.HOST
    assert made.fields == (ProfileField("Ticket number", True), ProfileField("Name"))
    assert made.redaction is Redaction.STRICT
    assert made.logo == png()


def test_a_link_is_printed_alone(capsys: Captured) -> None:
    assert main([*LEAST, "--check", "none", "--link"]) == 0
    out, err = capsys.readouterr()
    assert read_link(out.strip()).profile.checks == ()
    assert err == ""


def test_two_profiles_are_never_the_same(capsys: Captured) -> None:
    ids = set()
    for _ in range(2):
        main([*LEAST, "--link"])
        ids.add(read_link(capsys.readouterr().out.strip()).profile.profile_id)
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--message", "password=hunter2secret"], "Message: the text seems to contain a password"),
        (
            ["--server", f"rtmp://a.example/live/{samples.STREAM_KEY}"],
            "The address of a.example has a user name",
        ),
        (["--ports", "x"], "--ports: "),
        (["--control", "a b"], "--control: "),
        (["--logo", "missing.png"], "--logo: cannot read missing.png"),
        (["--reference", "missing.json"], "missing.json: "),
        (["--field", "!"], "A field has no label"),
        (["--send-to", "/etc/passwd"], "neither an email address nor a web page"),
    ],
)
def test_what_is_not_allowed_is_not_written(
    options: list[str], said: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "x.fmsdiag"
    assert main([*LEAST, *options, "--output", str(path)]) == 3
    err = capsys.readouterr().err
    assert said in err
    assert samples.STREAM_KEY not in err
    assert not path.exists()


def test_a_path_that_cannot_be_written_is_said(tmp_path: Path, capsys: Captured) -> None:
    assert main([*LEAST, "--output", str(tmp_path / "no" / "x")]) == 3
    assert "--output: cannot write" in capsys.readouterr().err


def test_show_says_it_whole_and_starts_nothing(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "x.fmsdiag"
    main([*LEAST, "--field", "Ticket number!", "--message", "Hello.", "--output", str(path)])
    assert main(["profile", "show", str(path)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Prepared by Example Streaming Hello.")
    for part in (
        "Hello.",
        f"Connects to {samples.HOST}",
        "Ticket number (required)",
        "Leaves out stream keys",
    ):
        assert part in said
    assert "Nothing has been tested. To run this test: fmsdiag test --profile" in said


def test_show_takes_a_link(capsys: Captured) -> None:
    main([*LEAST, "--link"])
    assert main(["profile", "show", capsys.readouterr().out.strip()]) == 0
    assert "fmsdiag test --profile 'LINK'" in " ".join(capsys.readouterr().out.split())

"""Which commands sign a package, and that nothing is signed and nothing fails without a certificate; none of them is run."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.packaging.packaging_modules import load
from tests.systems import needs_posix_shell

signing = load("signing")
CERTIFICATE = base64.b64encode(b"PKCS #12").decode("ascii")
WINDOWS = {"WINDOWS_CERTIFICATE": CERTIFICATE, "WINDOWS_CERTIFICATE_PASSWORD": "secret"}
MACOS = {
    "MACOS_CERTIFICATE": CERTIFICATE,
    "MACOS_CERTIFICATE_PASSWORD": "secret",
    "MACOS_IDENTITY": "Developer ID Application: Example",
}
NOTARY = {"APPLE_ID": "a@example.com", "APPLE_TEAM_ID": "TEAM", "APPLE_APP_PASSWORD": "secret"}


class Commands:
    """What would have been run."""

    def __init__(self, dist: Path) -> None:
        self.ran: list[list[str]] = []
        self._dist = dist

    def __call__(self, command: Sequence[str]) -> None:
        self.ran.append(list(command))
        if command[-1].endswith("installer.py"):
            (self._dist / "fmsdiag-0.1.0-setup.exe").write_bytes(b"MZ")

    @property
    def names(self) -> list[str]:
        return [" ".join(command[:2]) for command in self.ran]


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    installer = tmp_path / "installer.py"
    installer.write_text("", encoding="utf-8")
    monkeypatch.setattr(signing, "DIST", tmp_path)
    monkeypatch.setattr(signing, "INSTALLER", installer)
    found = Commands(tmp_path)
    monkeypatch.setattr(signing.build, "archive", lambda _: found.ran.append(["packed", "again"]))
    return found


@pytest.mark.parametrize(
    ("platform", "environment"),
    [
        ("darwin", {}),
        ("darwin", MACOS | {"MACOS_IDENTITY": ""}),
        ("linux", WINDOWS | MACOS),
    ],
)
def test_without_a_certificate_nothing_is_signed(
    platform: str, environment: dict[str, str], commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signing.main(platform, environment, commands) == 0
    assert commands.ran == []
    assert capsys.readouterr().out.startswith("::notice::")


def test_without_a_certificate_there_is_an_installer_all_the_same(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signing.main("win32", {"WINDOWS_CERTIFICATE": ""}, commands) == 0
    assert [command[-1] for command in commands.ran] == [str(signing.INSTALLER)]
    assert "WINDOWS_CERTIFICATE, WINDOWS_CERTIFICATE_PASSWORD not set" in capsys.readouterr().out


def test_windows_programs_are_signed_before_they_are_packed(commands: Commands, tmp_path: Path) -> None:
    signing.main("win32", WINDOWS, commands)
    programs, packed, installer, setup = commands.ran
    assert programs[:2] == setup[:2] == ["signtool", "sign"]
    assert [Path(path).name for path in programs[-2:]] == ["fmsdiag.exe", "fmsdiag-cli.exe"]
    assert packed == ["packed", "again"]
    assert installer[-1] == str(signing.INSTALLER)
    assert setup[-1] == str(tmp_path / "fmsdiag-0.1.0-setup.exe")
    assert not Path(programs[programs.index("/f") + 1]).exists(), "the certificate is gone"


def test_a_macos_application_is_signed_from_the_inside_out(commands: Commands, tmp_path: Path) -> None:
    contents = tmp_path / "fmsdiag.app" / "Contents"
    library, program = contents / "Frameworks" / "Qt" / "QtCore", contents / "MacOS" / "fmsdiag"
    for path, data in (
        (library, b"\xcf\xfa\xed\xfe"),
        (program, b"\xca\xfe\xba\xbe"),
        (contents / "Info.plist", b"<"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (contents / "link").symlink_to(program)
    signing.main("darwin", MACOS | NOTARY, commands)
    signed = [command[-1] for command in commands.ran if command[:2] == ["codesign", "--force"]]
    assert signed == [str(library), str(program), str(tmp_path / "fmsdiag.app")]
    assert commands.names[-6:] == [
        "security delete-keychain",
        "codesign --verify",
        "ditto -c",
        "xcrun notarytool",
        "xcrun stapler",
        "packed again",
    ]


def test_what_is_signed_but_not_notarized_says_so(
    commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    signing.main("darwin", MACOS, commands)
    assert "not notarized" in capsys.readouterr().out
    assert commands.names[-1] == "packed again"


def test_the_keychain_goes_where_signing_fails(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(identity: str, path: Path) -> list[str]:
        raise SystemExit("codesign failed")

    monkeypatch.setattr(signing, "codesign", fails)
    with pytest.raises(SystemExit):
        signing.main("darwin", MACOS, commands)
    assert commands.names[-1] == "security delete-keychain"


@needs_posix_shell
def test_a_failure_does_not_show_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as failed:
        signing._run(["false", "sign", "secret"])
    assert "secret" not in str(failed.value)

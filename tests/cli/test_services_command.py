"""`fmsdiag services` lists every address unbroken, whatever the width, and contacts nothing."""

import pytest

from fmsdiag.cli.main import main
from fmsdiag.services import SERVICES


def test_every_service_is_listed_with_its_addresses(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "45")
    assert main(["services"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for service in SERVICES:
        assert all(f"  {address}" in lines for address in service.addresses)
        assert any(line.startswith(f"{service.name} (as of ") for line in lines)
    assert "Twitch (as of 2026; at most 6,000 kbit/s)" in lines
    assert any("assigns an address" in line for line in lines)

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography import x509

from fmsdiag.server.certificate import self_signed_pem, tls_context
from tests.server.clients import HOST, connect_over


def test_a_certificate_names_hosts_and_addresses() -> None:
    certificate = x509.load_pem_x509_certificate(self_signed_pem(("media.test", "127.0.0.1", "::1")))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert certificate.subject == certificate.issuer
    assert names.get_values_for_type(x509.DNSName) == ["media.test"]
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


async def test_files_are_presented_instead_when_given(tmp_path: Path) -> None:
    from fmsdiag.server.service import Server, ServerOptions

    path = tmp_path / "both.pem"
    path.write_bytes(self_signed_pem((HOST, "given.test")))
    trusted = ssl.create_default_context(cafile=path)
    async with Server(ServerOptions(rtmps=0, certificate_file=path)) as server:
        assert (await connect_over(server.ports["rtmps"], trusted)).accepted


def test_an_unreadable_file_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_bytes(b"")
    with pytest.raises(OSError):
        tls_context((), tmp_path / "empty.pem")
    with pytest.raises(FileNotFoundError):
        tls_context((), tmp_path / "none.pem")

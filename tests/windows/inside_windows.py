"""Runs a module in Windows' Python as it would run on a computer of the tests' network.

    winpy tests/windows/inside_windows.py [--trust AUTHORITY.pem] [--resolvers] MODULE [ARGUMENT…] [--then MODULE …]

--trust: this user's store of root certificates holds that one meanwhile. --resolvers: the registry, where Windows keeps them,
names those of /etc/resolv.conf, of which Wine tells the registry nothing. --then: another run in the same process, whatever
became of the one before, since the start of a process takes longer than most runs.
"""

from __future__ import annotations

import contextlib
import ctypes
import runpy
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ENCODING = 0x00010001  # X509_ASN_ENCODING | PKCS_7_ASN_ENCODING
_REPLACE_EXISTING = 3
_SYSTEM_STORE, _CURRENT_USER = 10, 0x00010000
_TCPIP = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"


@contextlib.contextmanager
def trusted(authority: Path) -> Iterator[None]:
    """Keep the certificate in the user's ROOT store meanwhile (CertAddEncodedCertificateToStore, wincrypt.h)."""
    der = ssl.PEM_cert_to_DER_cert(authority.read_text(encoding="ascii"))
    library: Any = ctypes
    crypt = library.WinDLL("crypt32", use_last_error=True)
    crypt.CertOpenStore.restype = ctypes.c_void_p
    store = ctypes.c_void_p(
        crypt.CertOpenStore(ctypes.c_void_p(_SYSTEM_STORE), 0, None, _CURRENT_USER, ctypes.c_wchar_p("ROOT"))
    )
    added = ctypes.c_void_p()
    if not crypt.CertAddEncodedCertificateToStore(
        store, _ENCODING, der, len(der), _REPLACE_EXISTING, ctypes.byref(added)
    ):
        raise OSError(f"the store takes no certificate: {library.get_last_error():#x}")
    try:
        yield
    finally:
        crypt.CertDeleteCertificateFromStore(added)
        crypt.CertCloseStore(store, 0)


def name_resolvers(text: str) -> None:
    """Write the name servers and the domain of a resolv.conf into the registry."""
    import winreg

    registry: Any = winreg
    rows = [line.split() for line in text.splitlines() if line.strip()]
    servers = " ".join(row[1] for row in rows if row[0] == "nameserver" and len(row) > 1)
    domain = next((row[1] for row in rows if row[0] in ("search", "domain") and len(row) > 1), "")
    with registry.CreateKey(registry.HKEY_LOCAL_MACHINE, _TCPIP) as key:
        registry.SetValueEx(key, "NameServer", 0, registry.REG_SZ, servers)
        registry.SetValueEx(key, "Domain", 0, registry.REG_SZ, domain)


def run(arguments: list[str]) -> None:
    """Run a module as the program."""
    sys.argv = arguments
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def main(arguments: list[str]) -> None:
    with contextlib.ExitStack() as stack:
        while arguments[0].startswith("--"):
            if arguments.pop(0) == "--trust":
                stack.enter_context(trusted(Path(arguments.pop(0))))
            else:
                name_resolvers(Path(r"Z:\etc\resolv.conf").read_text(encoding="utf-8"))
        while "--then" in arguments:
            at = arguments.index("--then")
            with contextlib.suppress(SystemExit):
                run(arguments[:at])
            arguments = arguments[at + 1 :]
        run(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])

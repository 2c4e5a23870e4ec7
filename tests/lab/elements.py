"""What stands in the lab's networks: name servers, media servers, proxies, portals, certificates.

Real programs where there are any.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from fmsdiag.server.certificate import self_signed_pem
from tests.lab.world import NAME, REFERENCE, REFERENCE_NAME, RESOLVER, ROUTER, SERVER, World

_MODULES = "/usr/lib/nginx/modules"
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Authority:
    """The certificate authority that the client trusts, and what it has signed, good and bad."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.public, self.stranger, self.inspector = (
            trustme.CA(),
            trustme.CA(),
            trustme.CA(organization_name="Example School Web Inspection"),
        )
        self._issued: dict[tuple[str, ...], bytes] = {}
        self.file = folder / "authority.pem"
        self.public.cert_pem.write_to_path(self.file)

    def certificate(self, kind: str = "good", *names: str) -> Path:
        """A PEM file with key and chain. Kinds: good, short-lived, expired, not-yet-valid, wrong-host, untrusted, self-signed,
        chain-incomplete, inspected."""
        names = names or (NAME,)
        path = self._folder / f"{kind}.pem"
        known = self._issued.get((kind, *names))
        if known is None:
            known = self._issue(kind, names, path).read_bytes()
        self._issued[(kind, *names)] = known
        path.write_bytes(known)  # a server that is started again has the certificate that it had
        return path

    def _issue(self, kind: str, names: tuple[str, ...], path: Path) -> Path:
        now, day = datetime.now(UTC), timedelta(days=1)
        if kind == "chain-incomplete":
            issuing = trustme.CA(
                parent_cert=self.public, organization_name="Example Trust Issuing CA", path_length=0
            )
            leaf = issuing.issue_cert(*names)
            path.write_bytes(leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
            return path
        if kind == "self-signed":
            path.write_bytes(self_signed_pem(names))
            return path
        issued = {
            "good": lambda: self.public.issue_cert(*names),
            "expired": lambda: self.public.issue_cert(
                *names, not_before=now - 90 * day, not_after=now - 2 * day
            ),
            "short-lived": lambda: self.public.issue_cert(
                *names, not_before=now - 9 * day, not_after=now + 81 * day
            ),
            "not-yet-valid": lambda: self.public.issue_cert(
                *names, not_before=now + 2 * day, not_after=now + 90 * day
            ),
            "wrong-host": lambda: self.public.issue_cert("other.example.net"),
            "untrusted": lambda: self.stranger.issue_cert(*names),
            "inspected": lambda: self.inspector.issue_cert(*names),
        }[kind]()
        issued.private_key_and_cert_chain_pem.write_to_path(path)
        return path


@dataclass
class MediaServer:
    """What the media server offers: ports by listener (none: not offered), faults as for `fmsdiag serve`."""

    ports: dict[str, int] = field(
        default_factory=lambda: {
            "rtmp": 1935,
            "rtmpt": 80,
            "rtmps": 443,
            "http": 8134,
            "admin": 1111,
        }
    )
    faults: Sequence[str] = ()
    certificate: str = "good"
    applications: Sequence[str] = ("live",)
    addresses: Sequence[str] = (SERVER,)

    def without(self, *names: str) -> MediaServer:
        """The same, less some listeners."""
        kept = {name: port for name, port in self.ports.items() if name not in names}
        return MediaServer(kept, self.faults, self.certificate, self.applications, self.addresses)


def start_media_server(world: World, server: MediaServer, authority: Authority, name: str = "media") -> None:
    """Run fmsdiag's own server in the server's namespace."""
    words = {
        "ports": server.ports,
        "faults": list(server.faults),
        "certificate": str(authority.certificate(server.certificate)),
        "applications": list(server.applications),
        "addresses": list(server.addresses),
    }
    refused = {f.split("=")[0] for f in server.faults if f.endswith("=refuse")}
    ready = [
        f"tcp {port}"
        for listener, port in server.ports.items()
        if listener != "rtmfp" and listener not in refused
    ]
    world.start(name, "server", [sys.executable, "-m", "tests.lab.media_server", json.dumps(words)], ready)


def start_name_server(world: World, namespace: str, address: str, options: Sequence[str]) -> None:
    """dnsmasq on one address, with these options and nothing of the machine's own configuration."""
    argv = [
        "dnsmasq",
        "-k",
        "-C",
        "/dev/null",
        "-u",
        "root",
        "-x",
        str(world.folder / f"{namespace}.pid"),
        "-R",
        "-h",
        "-z",
        "-a",
        address,
    ]
    world.start(f"dns-{namespace}", namespace, [*argv, *options], ["udp 53"])


def public_records(*of_server: str) -> list[str]:
    """What the public name server knows: the media server's addresses and the reference host."""
    ours = [f"--local=/{domain}/" for domain in ("example.net", "example.org", "example")]  # else REFUSED
    known = [f"--host-record={NAME},{','.join(of_server)}"] if of_server else []
    return [*ours, *known, f"--host-record={REFERENCE_NAME},{REFERENCE}", "--auth-ttl=60"]


FORWARDING = (f"--server={RESOLVER}",)


def start_nginx(world: World, name: str, namespace: str, body: str, *ready: str) -> None:
    """nginx with RTMP and stream modules; `body` is what stands beside `events`."""
    folders = " ".join(f"{kind}_temp_path {world.folder}/{name}-{kind};" for kind in _TEMPORARY)
    configuration = world.write(
        f"{name}.conf",
        f"load_module {_MODULES}/ngx_rtmp_module.so; load_module {_MODULES}/ngx_stream_module.so;\n"
        f"daemon off; master_process off; user root; pid {world.folder}/{name}.pid; error_log stderr warn; events {{}}\n"
        + body.replace("http {", f"http {{ access_log off; {folders}", 1),
    )
    world.start(name, namespace, ["nginx", "-e", "stderr", "-c", str(configuration)], ready)


def start_reference(world: World, authority: Authority) -> None:
    """The host that is known to work: a web server with the well-known empty page, TLS, RTMP on 1935."""
    pem = authority.certificate("good", REFERENCE_NAME).rename(world.folder / "reference.pem")
    page = "location = /generate_204 { return 204; } location / { return 404; }"
    start_nginx(
        world,
        "reference",
        "public",
        f"rtmp {{ server {{ listen {REFERENCE}:1935; application live {{ live on; }} }} }}\n"
        f"http {{ server {{ listen {REFERENCE}:80; {page} }}\n"
        f"server {{ listen {REFERENCE}:443 ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; {page} }} }}\n",
        "tcp 80",
        "tcp 443",
        "tcp 1935",
    )


def start_squid(world: World, lines: str, *, port: int = 3128) -> None:
    """squid on the router; `lines` are its ports and access rules."""
    log = world.write("squid-cache.log", "")
    log.chmod(0o666)
    world.folder.chmod(0o777)
    configuration = world.write(
        "squid.conf",
        f"pid_filename {world.folder}/squid.pid\ncache_log stdio:{log}\naccess_log none\ncache deny all\n"
        f"coredump_dir {world.folder}\nvisible_hostname proxy.school.example\nshutdown_lifetime 0 seconds\n"
        f"pinger_enable off\nicp_port 0\nlogfile_rotate 0\ndns_nameservers {ROUTER}\nnetdb_filename none\n"
        f"cache_mem 8 MB\nvia on\nconnect_timeout 4 seconds\n{lines}\n",
    )
    world.start("squid", "router", ["squid", "-N", "-f", str(configuration)], [f"tcp {port}"])


def start_tinyproxy(world: World, lines: str = "") -> None:
    """tinyproxy on the router's port 8888."""
    configuration = world.write(
        "tinyproxy.conf",
        f"User root\nGroup root\nPort 8888\nListen {ROUTER}\nTimeout 60\nMaxClients 50\nLogLevel Error\n{lines}\n",
    )
    world.start("tinyproxy", "router", ["tinyproxy", "-d", "-c", str(configuration)], ["tcp 8888"])


def start_dante(world: World, port: int = 1080) -> None:
    """A SOCKS5 proxy on the router, open to everybody on its network."""
    configuration = world.write(
        "danted.conf",
        f"logoutput: stderr\ninternal: {ROUTER} port = {port}\nexternal: wan\nclientmethod: none\nsocksmethod: none\n"
        "user.privileged: root\nuser.unprivileged: root\n"
        "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\nsocks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n",
    )
    world.start("dante", "router", ["danted", "-f", str(configuration)], [f"tcp {port}"])


def start_peer(world: World, namespace: str, behaviour: str, *arguments: str, ready: Sequence[str]) -> None:
    """A server that behaves badly, of peers_of_no_name.py."""
    argv = [sys.executable, "-m", "tests.lab.odd_peers", behaviour, *arguments]
    world.start(
        f"{behaviour}-{namespace}-{'-'.join(arguments)}"[:60].replace("/", "_"), namespace, argv, ready
    )

"""A small internet in network namespaces: a customer's network, a provider, a media server and a reference host.

    client 172.19.8.20 ── 172.19.8.1 router 192.0.2.130 ── 192.0.2.129 provider 198.51.100.1 ── 198.51.100.20 server
                                                                       └─ 203.0.113.1 ── 203.0.113.53, .80 public

A longer world has one more router, an internet exchange (198.18.7.2), between provider and server.

The router translates addresses, filters and resolves names, as the box of a school or a hotel does. `public` is a second
resolver (.53) and a host that is known to work (.80). IPv6: 2001:db8:8::20 for the client, 2001:db8:20::20 for the
server. Names: media.example.net is the server, reference.example.org the known host, the customer's domain is
school.example.

Everything lives in one private network, process and mount namespace, made by `unshare` around inside.py, so nothing of it is
left on the machine when that process ends, however it ends. Needs root and Linux.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

CLIENT, CLIENT6 = "172.19.8.20", "2001:db8:8::20"
ROUTER, ROUTER_WAN = "172.19.8.1", "192.0.2.130"
PROVIDER = "192.0.2.129"
SERVER, SERVER_TWO, SERVER6 = "198.51.100.20", "198.51.100.21", "2001:db8:20::20"
RESOLVER, REFERENCE = "203.0.113.53", "203.0.113.80"
NAME, REFERENCE_NAME, DOMAIN = "media.example.net", "reference.example.org", "school.example"
EXCHANGE = "198.18.7.2"
NAMESPACES = ("client", "router", "provider", "exchange", "server", "public")
READY_S = 10.0

# (namespace, device, its addresses) of both ends of each link
_LINKS = (
    (
        ("client", "eth0", (f"{CLIENT}/24", f"{CLIENT6}/64")),
        ("router", "lan", (f"{ROUTER}/24", "2001:db8:8::1/64")),
    ),
    (
        ("router", "wan", (f"{ROUTER_WAN}/30", "2001:db8:9::2/64")),
        ("provider", "customer", (f"{PROVIDER}/30", "2001:db8:9::1/64")),
    ),
    (("provider", "peering", ("203.0.113.1/24",)), ("public", "eth0", (f"{RESOLVER}/24", f"{REFERENCE}/24"))),
)
_SERVERS_END = ("server", "eth0", (f"{SERVER}/24", f"{SERVER_TWO}/24", f"{SERVER6}/64"))
_HOSTING = ("198.51.100.1/24", "2001:db8:20::1/64")
_SHORT = ((("provider", "hosting", _HOSTING), _SERVERS_END),)
_LONG = (
    (
        ("provider", "hosting", ("198.18.7.1/30", "2001:db8:7::1/64")),
        ("exchange", "upstream", (f"{EXCHANGE}/30", "2001:db8:7::2/64")),
    ),
    (("exchange", "hosting", _HOSTING), _SERVERS_END),
)
_LONG_ROUTES = {
    "provider": (f"198.51.100.0/24 via {EXCHANGE}", "2001:db8:20::/64 via 2001:db8:7::2"),
    "exchange": ("default via 198.18.7.1", "default via 2001:db8:7::1"),
}
_ROUTES = {
    "client": (f"default via {ROUTER}", "default via 2001:db8:8::1"),
    "router": (f"default via {PROVIDER}", "default via 2001:db8:9::1"),
    "provider": ("2001:db8:8::/64 via 2001:db8:9::2",),
    "server": ("default via 198.51.100.1", "default via 2001:db8:20::1"),
    "public": ("default via 203.0.113.1",),
}
_KERNEL = {"net.ipv4.icmp_ratelimit": "0", "net.ipv6.icmp.ratelimit": "0", "net.ipv4.ip_nonlocal_bind": "1"}
_FORWARDING = {"net.ipv4.ip_forward": "1", "net.ipv6.conf.all.forwarding": "1"}
_ROUTERS = ("router", "provider", "exchange")


class World:
    """The namespaces while they exist; its methods are what scenarios are made of."""

    def __init__(self, folder: Path, *, far: bool = False) -> None:
        self.folder = folder
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}
        self._tables: list[tuple[str, str]] = []  # namespace, name of the table of filters
        for name in NAMESPACES:
            run("ip", "netns", "add", name)
            self.ip(name, "link set lo up")
            self.sysctl(name, {**_KERNEL, **(_FORWARDING if name in _ROUTERS else {})})
        for one, other in (*_LINKS, *(_LONG if far else _SHORT)):
            run(
                *f"ip link add {one[1]} netns {one[0]} type veth peer name {other[1]} netns {other[0]}".split()
            )
            for namespace, device, addresses in (one, other):
                for address in addresses:
                    self.ip(
                        namespace, f"addr add {address} dev {device}" + (" nodad" if ":" in address else "")
                    )
                self.ip(namespace, f"link set {device} up")
        self._routes(_ROUTES)
        if far:
            self._routes(_LONG_ROUTES)
        # a provider gives up on a host that does not answer within a second, not after three
        self.sysctl(
            "provider",
            {"net.ipv4.neigh.hosting.mcast_solicit": "1", "net.ipv4.neigh.hosting.retrans_time_ms": "300"},
        )
        self.filter("router", "chain nat { type nat hook postrouting priority 100; oifname wan masquerade; }")

    def _routes(self, wanted: Mapping[str, Sequence[str]]) -> None:
        for namespace, routes in wanted.items():
            for route in routes:
                self.ip(namespace, f"-6 route add {route}" if "2001" in route else f"route add {route}")

    # ---- what a scenario does to it
    def ip(self, namespace: str, command: str) -> None:
        """`ip COMMAND` in a namespace."""
        family = ["-6"] if command.startswith("-6 ") else []
        run("ip", "-n", namespace, *family, *command.removeprefix("-6 ").split())

    def filter(self, namespace: str, rules: str) -> None:
        """Add nftables chains to a namespace, in a table of their own."""
        number = len(list(self.folder.glob("*.nft")))
        file = self.folder / f"{number}.nft"
        file.write_text(f"table inet t{number} {{\n{rules}\n}}\n", encoding="utf-8")
        self.run_in(namespace, "nft", "-f", str(file))
        self._tables.append((namespace, f"t{number}"))

    def forward(self, rules: str, namespace: str = "router") -> None:
        """Rules for what passes through the router, or through another namespace; without a verdict a packet passes."""
        self.filter(namespace, f"chain passing {{ type filter hook forward priority 0; {rules} }}")

    def redirect(self, rules: str) -> None:
        """Rules of the router for where new connections from its network go."""
        self.filter("router", f"chain turning {{ type nat hook prerouting priority -100; {rules} }}")

    def sysctl(self, namespace: str, values: Mapping[str, str]) -> None:
        self.run_in(namespace, "sysctl", "-q", "-w", *(f"{name}={value}" for name, value in values.items()))

    def run_in(self, namespace: str, *argv: str) -> str:
        return run(*inside(namespace), *argv)

    def start(
        self,
        name: str,
        namespace: str,
        argv: Sequence[str],
        ready: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start a server that stays in the foreground; `ready` are its sockets: "tcp 1935", "udp 53"."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*inside(namespace), *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(environment or {})},
            )
        self._daemons[name] = process
        deadline = time.monotonic() + READY_S
        while not all(_listens(process.pid, *entry.split()) for entry in ready):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"{name} did not start: {log.read_text(errors='replace', encoding='utf-8')[-800:]}"
                )
            time.sleep(0.01)  # noqa: TID251 - no loop runs here, and /proc cannot be waited for

    def freeze(self, name: str) -> None:
        """Stop a server's process without ending it, as one that hangs."""
        run("kill", "-STOP", str(self._daemons[name].pid))

    def end(self, name: str) -> None:
        process = self._daemons.pop(name)
        process.kill()
        process.wait()

    @contextlib.contextmanager
    def changed(self, *, ends_servers: bool) -> Iterator[None]:
        """What is filtered within is let through afterwards; `ends_servers`: what is started within has ended as well."""
        tables, daemons = list(self._tables), list(self._daemons.values())
        yield
        for namespace, table in self._tables[len(tables) :]:
            self.run_in(namespace, "nft", "delete", "table", "inet", table)
        self._tables = tables
        for name in [name for name, process in self._daemons.items() if process not in daemons]:
            if ends_servers:
                self.end(name)

    def write(self, name: str, text: str) -> Path:
        """A file of the lab's own."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


def inside(namespace: str) -> list[str]:
    """The beginning of a command line that runs the rest in that namespace."""
    return ["nsenter", f"--net=/run/netns/{namespace}"]


def run(*argv: str) -> str:
    """Run to the end. Raises RuntimeError with what the program said when it fails."""
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(
            f"{shlex.join(argv)}: {done.returncode}: {(done.stderr or done.stdout).strip()[-800:]}"
        )
    return done.stdout


def _listens(pid: int, protocol: str, port: str) -> bool:
    """Whether a socket of that process's namespace is bound to the port (proc(5), net/tcp and net/udp)."""
    wanted = f":{int(port):04X}"
    for version in ("", "6"):
        try:
            lines = Path(f"/proc/{pid}/net/{protocol}{version}").read_text(encoding="utf-8").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[1].endswith(wanted) and (protocol == "udp" or fields[3] == "0A"):
                return True
    return False


def unavailable(*programs: str) -> str:
    """Why the lab cannot run here, or an empty string; `programs` are those that a scenario needs."""
    if sys.platform != "linux":
        return "the lab needs Linux"
    if os.geteuid():
        return "the lab needs root"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [
        p
        for p in ("ip", "nft", "unshare", "nsenter", "sysctl", *programs)
        if not (Path(p).exists() if p.startswith("/") else shutil.which(p, path=path))
    ]
    if missing:
        return f"the lab needs {', '.join(missing)}"
    return _refusal(path)


@functools.cache
def _refusal(path: str) -> str:
    """What keeps this system from making a world, found out by making the beginning of one."""
    first = "mount --make-rprivate /; mkdir -p /run/netns; mount -t tmpfs netns /run/netns; ip netns add try"
    second = "ip link add near netns try type veth peer name far; nft list tables"
    wrapped = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc"]
    tried = subprocess.run(
        [*wrapped, "sh", "-ec", f"{first}; {second}"],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
    )
    said = tried.stderr.strip().splitlines()
    return (
        f"no networks can be made here: {said[-1] if said else tried.returncode}" if tried.returncode else ""
    )

"""Servers that fail in ways, and with programs, for which nobody wrote a rule; the cause must be named nevertheless."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.lab.breaks import in_order
from tests.lab.elements import (
    Authority,
    MediaServer,
    public_records,
    start_media_server,
    start_nginx,
    start_peer,
)
from tests.lab.scenario import Break, Scenario
from tests.lab.scenarios_unseen_healthy import python_server, start_relay, start_website
from tests.lab.world import NAME, ROUTER_WAN, SERVER, SERVER6, SERVER_TWO, World
from tests.peers.install import PYTHON_PATH
from tests.peers.python_server import RTMPLITE

_INGEST = MediaServer(ports={"rtmp": 1935})
_ALONE = ("--control", "none", "--resolver", "none")
_RTMPLITE = () if (PYTHON_PATH / "rtmplite3").exists() else (str(PYTHON_PATH / "rtmplite3"),)


def _says(*faults: str) -> MediaServer:
    return MediaServer(ports={"rtmp": 1935}, faults=faults)


def _nginx(body: str, *ready: str) -> Break:
    return lambda world, authority: start_nginx(world, "odd", "server", body, *ready)


def _on_input(rules: str) -> Break:
    return lambda world, authority: world.filter(
        "server", f"chain filtered {{ type filter hook input priority 0; {rules} }}"
    )


def _behind(behaviour: str, *arguments: object) -> Break:
    def breaks(world: World, authority: Authority) -> None:
        start_media_server(world, MediaServer(ports={"rtmp": 11935}, addresses=("127.0.0.1",)), authority)
        start_relay(world, "server", behaviour, 1935, 11935, *arguments, ready="tcp 1935")

    return breaks


def _resets_later(world: World, authority: Authority) -> None:
    start_relay(world, "server", "hangup_later", 1935, 0.3, ready="tcp 1935")


def _tls(body: str) -> Break:
    """nginx that ends TLS on 443 in some way, a good media server behind it, and plain RTMP on 1935."""

    def breaks(world: World, authority: Authority) -> None:
        pem = authority.certificate()
        keys = f"ssl_certificate {pem}; ssl_certificate_key {pem};"
        text = f"stream {{ server {{ listen {SERVER}:443 ssl; {keys} {body} proxy_pass {SERVER}:1935; }} }}"
        start_nginx(world, "tls", "server", text, "tcp 443")

    return breaks


def _demands_a_certificate(world: World, authority: Authority) -> None:
    start_relay(world, "server", "mutual_tls", 443, authority.certificate(), authority.file, ready="tcp 443")


def _knows_no_such_name(world: World, authority: Authority) -> None:
    text = f"listen {SERVER}:443 ssl; ssl_reject_handshake on;"
    start_nginx(world, "strict", "server", f"http {{ server {{ {text} }} }}", "tcp 443")


def _self_signed(world: World, authority: Authority) -> None:
    """What a router or a camera makes for itself: its own issuer, for a name of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "encoder")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=900)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + made.public_bytes(serialization.Encoding.PEM)
    _tls_with(world, pem)


def _expired_intermediate(world: World, authority: Authority) -> None:
    """The server's own certificate is good; the one between it and the authority is out of date, and is sent."""
    now, key, root = datetime.now(UTC), ec.generate_private_key(ec.SECP256R1()), authority.public
    issuer = x509.load_pem_x509_certificate(root.cert_pem.bytes())
    middle_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Issuing CA 3")])
    middle = (
        x509.CertificateBuilder().subject_name(middle_name).issuer_name(issuer.subject).public_key(key.public_key())
        .serial_number(8).not_valid_before(now - timedelta(days=400)).not_valid_after(now - timedelta(days=3))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(root._private_key, hashes.SHA256())
    )  # fmt: skip
    between = trustme.CA.from_pem(
        middle.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ),
    )
    leaf = between.issue_cert(NAME)
    _tls_with(
        world,
        leaf.private_key_pem.bytes()
        + leaf.cert_chain_pems[0].bytes()
        + middle.public_bytes(serialization.Encoding.PEM),
    )


def _tls_with(world: World, pem: bytes) -> None:
    path = world.folder / "own.pem"
    path.write_bytes(pem)
    text = f"listen {SERVER}:443 ssl; ssl_certificate {path}; ssl_certificate_key {path}; proxy_pass {SERVER}:1935;"
    start_nginx(world, "tls", "server", f"stream {{ server {{ {text} }} }}", "tcp 443")


def _secure_site_on_1935(world: World, authority: Authority) -> None:
    pem = authority.certificate()
    text = f"listen {SERVER}:1935 ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; return 200 'hello';"
    start_nginx(world, "odd", "server", f"http {{ server {{ {text} }} }}", "tcp 1935")


def _mail(world: World, authority: Authority) -> None:
    start_peer(world, "server", "banner", "1935", "220 mail.example.net ESMTP Postfix", ready=["tcp 1935"])


UNSEEN_SERVERS: tuple[Scenario, ...] = (
    # ---- it closes
    Scenario(
        "stream-deny",
        "server-closes-connection",
        "nginx has an access list, and this address is on it",
        _nginx(
            f"stream {{ server {{ listen {SERVER}:1935; deny all; proxy_pass 127.0.0.1:1; }} }}", "tcp 1935"
        ),
        server=None,
    ),
    Scenario(
        "resets-later",
        "server-closes-connection",
        "a load balancer holds every connection for a moment, finds nobody behind it and resets",
        _resets_later,
        server=None,
        arguments=_ALONE,
    ),
    Scenario(
        "cut-at-connect",
        "server-closes-connection",
        "the handshake passes, and whoever asks for an application is reset",
        _behind("cut_after", 3073),
        also=("app-not-found", "rejected-by-server"),
        server=None,
    ),
    # ---- it hangs
    Scenario("no-s2", "server-hung", "S0 and S1 come, S2 never does", server=_says("cut-s2:1537")),
    Scenario(
        "mute-behind-site",
        "server-hung",
        "the website answers, RTMP accepts and says nothing",
        start_website,
        server=_says("silence"),
    ),
    # ---- not there, or elsewhere
    Scenario(
        "site-503",
        "rtmp-service-stopped",
        "port 80 says 503, nothing is behind the others",
        _nginx(f"http {{ server {{ listen {SERVER}:80; return 503; }} }}", "tcp 80"),
        also=("server-not-listening", "wrong-service-on-port"),
        server=None,
    ),
    Scenario(
        "site-to-https",
        "rtmp-service-stopped",
        "a website that sends everybody to 443, and no RTMP",
        start_website,
        also=("server-not-listening", "wrong-service-on-port"),
        server=None,
    ),
    Scenario(
        "site-to-https-alone",
        "rtmp-service-stopped",
        "the same, and nobody to compare with",
        start_website,
        also=("server-not-listening", "wrong-service-on-port"),
        server=None,
        arguments=_ALONE,
    ),
    Scenario(
        "web-ports-of-rtmp",
        "server-on-other-port",
        "RTMP on 80 and 443, 1935 refused",
        lambda world, authority: start_media_server(
            world, MediaServer(ports={"rtmp": 443}), authority, "second"
        ),
        also=("none",),
        server=MediaServer(ports={"rtmpt": 80}),
    ),
    Scenario(
        "on-8080",
        "rtmp-service-stopped",
        "RTMP on 8080 alone",
        also=("server-on-other-port", "server-not-listening"),
        server=MediaServer(ports={"rtmp": 8080}),
    ),
    Scenario("mail-on-1935", "wrong-service-on-port", "a mail server answers on 1935", _mail, server=None),
    Scenario(
        "secure-site-on-1935",
        "wrong-service-on-port",
        "a secure website answers on 1935",
        _secure_site_on_1935,
        also=("rtmps-expected",),
        server=None,
    ),
    Scenario(
        "rejects-us-by-icmp",
        "server-firewall",
        "the server's own firewall prohibits 1935 to this customer, its website is open to all",
        in_order(
            _on_input(f"ip saddr {ROUTER_WAN} tcp dport 1935 reject with icmp type admin-prohibited;"),
            start_website,
        ),
        server=_INGEST,
    ),
    Scenario(
        "unreachable-by-icmp",
        "server-firewall",
        "the server's own firewall says that port 1935 is unreachable",
        in_order(_on_input("tcp dport 1935 reject with icmp type port-unreachable;"), start_website),
        also=("server-not-listening", "rtmp-service-stopped"),
        server=_INGEST,
    ),
    # ---- addresses
    Scenario(
        "six-not-served",
        "ipv6-broken",
        "the name has an IPv6 address on which nothing listens",
        also=("one-address-dead",),
        server=_INGEST,
        public=tuple(public_records(SERVER, SERVER6)),
    ),
    Scenario(
        "six-dropped-there",
        "ipv6-broken",
        "the server's firewall drops IPv6",
        lambda world, authority: world.filter(
            "server",
            "chain six { type filter hook input priority 0; meta nfproto ipv6 meta l4proto tcp drop; }",
        ),
        also=("one-address-dead",),
        server=MediaServer(addresses=(SERVER, SERVER6)),
        public=tuple(public_records(SERVER, SERVER6)),
    ),
    Scenario(
        "second-address-refuses",
        "one-address-dead",
        "one of two addresses refuses",
        server=MediaServer(ports={"rtmp": 1935}, addresses=(SERVER,)),
        public=(f"--host-record={NAME},{SERVER}", f"--host-record={NAME},{SERVER_TWO}", *public_records()),
    ),
    # ---- TLS
    Scenario(
        "tls-13",
        "none",
        "TLS 1.3 alone",
        _tls("ssl_protocols TLSv1.3;"),
        server=_INGEST,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "tls-odd-protocols",
        "none",
        "TLS 1.3 alone, and only unusual protocols inside are announced",
        _tls("ssl_protocols TLSv1.3; ssl_alpn rtmp/1 imap;"),
        server=_INGEST,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "wants-certificate",
        "client-certificate-required",
        "TLS demands a certificate of the client",
        _demands_a_certificate,
        server=None,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "unknown-name",
        "tls-refused-by-server",
        "TLS is refused for this name (unrecognized_name)",
        _knows_no_such_name,
        server=None,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "self-signed-address",
        "certificate-self-signed",
        "a device's own certificate, asked for by address",
        _self_signed,
        server=_INGEST,
        url=f"rtmps://{SERVER}/live",
    ),
    Scenario(
        "expired-intermediate",
        "certificate-expired",
        "the intermediate certificate has expired",
        _expired_intermediate,
        also=("certificate-untrusted",),
        server=_INGEST,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "defective-rtmps",
        "certificate-wrong-host",
        "RTMP is well, RTMPS beside it has another name's certificate",
        server=MediaServer(ports={"rtmp": 1935, "rtmps": 443}, certificate="wrong-host"),
    ),
    Scenario(
        "site-for-rtmps",
        "wrong-service-on-port",
        "the URL says rtmps, and a website answers there",
        start_website,
        also=("rtmps-not-offered",),
        server=_INGEST,
        url=f"rtmps://{NAME}/live",
    ),
    # ---- refused
    Scenario(
        "no-virtual-host",
        "rejected-by-server",
        "AMS has no virtual host of this name",
        server=_says("reject:Rejected:[ Server.Reject ] : Virtual host media.example.net is not available."),
    ),
    Scenario(
        "licence-says-no",
        "server-full",
        "AMS's licence is used up",
        server=_says("reject:Rejected:[ License.Limit.Exceeded ] : License limit exceeded."),
        arguments=_ALONE,
    ),
    Scenario(
        "folder-missing",
        "app-not-found",
        "Wowza has no such application",
        server=_says(
            "reject:Rejected:Connection failed: Application folder ([install-location]/applications/live) is missing"
        ),
        also=("rejected-by-server",),
    ),
    Scenario(
        "no-scope",
        "app-not-found",
        "Red5 has no such application",
        server=_says("reject:InvalidApp:No scope 'live' on this server."),
    ),
    Scenario(
        "in-circles",
        "redirected",
        "the server redirects to itself",
        server=_says(f"redirect:rtmp://{NAME}/live"),
    ),
    Scenario(
        "rtmplite-refuses",
        "rejected-by-server",
        "rtmplite3's application refuses",
        python_server(RTMPLITE, "rtmp://x/live"),
        server=None,
        url=f"rtmp://{NAME}/shut",
        needs=_RTMPLITE,
    ),
    Scenario(
        "rtmplite-unknown",
        "app-not-found",
        "rtmplite3 has no such application",
        python_server(RTMPLITE, "rtmp://x/live"),
        also=("rejected-by-server",),
        server=None,
        url=f"rtmp://{NAME}/nothere",
        needs=_RTMPLITE,
    ),
    Scenario(
        "rtmplite-moves",
        "redirected",
        "rtmplite3 sends its clients elsewhere",
        python_server(RTMPLITE, f"rtmp://{SERVER_TWO}:1936/live"),
        server=None,
        url=f"rtmp://{NAME}/moved",
        needs=_RTMPLITE,
    ),
)

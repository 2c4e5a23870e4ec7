"""What stands before a media server: TLS that refuses, balancers that want a PROXY header, web servers before a tunnel."""

from __future__ import annotations

from tests.lab.elements import Authority, MediaServer, start_media_server, start_nginx
from tests.lab.scenario import Break, Scenario
from tests.lab.scenarios_unseen_healthy import start_relay
from tests.lab.world import NAME, SERVER, World

_INGEST = MediaServer(ports={"rtmp": 1935})
_BEHIND = MediaServer(ports={"rtmp": 11935, "rtmpt": 18080}, addresses=("127.0.0.1",))
_TIMES = "timeout connect 3s\n timeout client 20s\n timeout server 20s"


def _nginx(body: str, *ready: str) -> Break:
    """nginx before a media server that only this machine reaches; KEYS in `body` are a good certificate's."""

    def breaks(world: World, authority: Authority) -> None:
        start_media_server(world, _BEHIND, authority)
        pem = authority.certificate()
        keys = f"ssl_certificate {pem}; ssl_certificate_key {pem}; ssl_client_certificate {authority.file};"
        start_nginx(world, "front", "server", body.replace("KEYS", keys), *ready)

    return breaks


def _haproxy(body: str, *ready: str) -> Break:
    """HAProxy before the same; PEM and AUTHORITY in `body` are files."""

    def breaks(world: World, authority: Authority) -> None:
        start_media_server(world, _BEHIND, authority)
        text = body.replace("PEM", str(authority.certificate())).replace("AUTHORITY", str(authority.file))
        configuration = world.write("haproxy.cfg", f"defaults\n {_TIMES}\n{text}")
        world.start("haproxy", "server", ["haproxy", "-db", "-f", str(configuration)], ready)

    return breaks


def _caddy(site: str, *ready: str) -> Break:
    """Caddy before the same; KEYS in `site` are a good certificate's."""

    def breaks(world: World, authority: Authority) -> None:
        start_media_server(world, _BEHIND, authority)
        text = site.replace("KEYS", f"tls {authority.certificate()} {authority.certificate()}")
        general = f"{{\n admin off\n auto_https off\n storage file_system {world.folder}\n}}\n"
        configuration = world.write("Caddyfile", general + text)
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(configuration)]
        world.start("caddy", "server", command, ready, {"HOME": str(world.folder)})

    return breaks


def _stream(listen: str, extra: str = "") -> str:
    return f"stream {{ server {{ listen {SERVER}:{listen}; {extra} proxy_pass 127.0.0.1:11935; }} }}"


def _web(rules: str, listen: str = "80") -> str:
    location = f"location / {{ {rules} proxy_pass http://127.0.0.1:18080; }}"
    return f"http {{ server {{ listen {SERVER}:{listen}; {location} }} }}"


def _balancer(mode: str, bind: str, rules: str = "") -> str:
    port = 11935 if mode == "tcp" else 18080
    return f"listen front\n mode {mode}\n bind {SERVER}:{bind}\n {rules}\n server one 127.0.0.1:{port}\n"


def _alert(number: int) -> Break:
    return lambda world, authority: start_relay(world, "server", "tls_alert", 443, number, ready="tcp 443")


def _no_certificate(world: World, authority: Authority) -> None:
    command = ["openssl", "s_server", "-accept", "443", "-nocert", "-quiet", "-naccept", "99"]
    world.start("nocert", "server", command, ["tcp 443"])


FRONTS: tuple[Scenario, ...] = (
    # ---- TLS that refuses
    Scenario(
        "tls-no-certificate",
        "tls-refused-by-server",
        "no certificate is configured",
        _no_certificate,
        server=_INGEST,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "tls-internal-error",
        "tls-refused-by-server",
        "TLS ends with internal_error",
        _alert(80),
        server=_INGEST,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "tls-access-denied",
        "tls-refused-by-server",
        "TLS ends with access_denied",
        _alert(49),
        server=None,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "tls-unknown-alert",
        "tls-refused-by-server",
        "TLS ends with an alert of no known number",
        _alert(150),
        server=None,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "client-certificate-alert",
        "client-certificate-required",
        "HAProxy demands a certificate of the client",
        _haproxy(_balancer("tcp", "443 ssl crt PEM verify required ca-file AUTHORITY"), "tcp 443"),
        server=None,
        url=f"rtmps://{NAME}/live",
        needs=("haproxy",),
    ),
    Scenario(
        "client-certificate-closed",
        "client-certificate-required",
        "nginx demands a certificate of the client, and closes without one",
        _nginx(_stream("443 ssl", "KEYS ssl_verify_client on; ssl_protocols TLSv1.2;"), "tcp 443"),
        server=None,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "client-certificate-tunnel",
        "client-certificate-required",
        "nginx demands a certificate of RTMPTS's clients, and says so on a page",
        _nginx(_web("", "443 ssl; KEYS ssl_verify_client on"), "tcp 443"),
        server=None,
        url=f"rtmpts://{NAME}/live",
    ),
    Scenario(
        "client-certificate-optional",
        "none",
        "nginx asks for a certificate of the client and does without",
        _nginx(_stream("443 ssl", "KEYS ssl_verify_client optional;"), "tcp 443"),
        server=None,
        url=f"rtmps://{NAME}/live",
    ),
    # ---- a PROXY header
    Scenario(
        "proxy-header-nginx",
        "proxy-protocol-expected",
        "nginx wants a PROXY header before RTMP",
        _nginx(_stream("1935 proxy_protocol"), "tcp 1935"),
        server=None,
    ),
    Scenario(
        "proxy-header-haproxy",
        "proxy-protocol-expected",
        "HAProxy wants a PROXY header before RTMP",
        _haproxy(_balancer("tcp", "1935 accept-proxy"), "tcp 1935"),
        server=None,
        needs=("haproxy",),
    ),
    Scenario(
        "proxy-header-tls",
        "proxy-protocol-expected",
        "nginx wants a PROXY header before TLS",
        _nginx(_stream("443 ssl proxy_protocol", "KEYS"), "tcp 443"),
        server=None,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "proxy-header-tunnel",
        "proxy-protocol-expected",
        "HAProxy wants a PROXY header before RTMPT",
        _haproxy(_balancer("http", "80 accept-proxy"), "tcp 80"),
        server=None,
        url=f"rtmpt://{NAME}/live",
        needs=("haproxy",),
    ),
    Scenario(
        "no-server-behind",
        "server-closes-connection",
        "HAProxy has no server behind it: no PROXY header would help",
        _haproxy(f"listen front\n mode tcp\n bind {SERVER}:1935\n", "tcp 1935"),
        server=None,
        needs=("haproxy",),
    ),
    # ---- a web server before a tunnel
    Scenario(
        "tunnel-too-large",
        "tunnel-cut-by-web-server",
        "nginx takes no bodies of more than 1 kB",
        _nginx(_web("client_max_body_size 1k;"), "tcp 80"),
        server=None,
        url=f"rtmpt://{NAME}/live",
    ),
    Scenario(
        "tunnel-forbidden",
        "tunnel-cut-by-web-server",
        "HAProxy forbids /send",
        _haproxy(_balancer("http", "80", "http-request deny if { path_beg /send }"), "tcp 80"),
        server=None,
        url=f"rtmpt://{NAME}/live",
        needs=("haproxy",),
    ),
    Scenario(
        "tunnel-sign-in",
        "tunnel-cut-by-web-server",
        "nginx wants a user name for all but /open",
        _nginx(_web("if ($uri ~ ^/(send|idle)) { return 401; }"), "tcp 80"),
        server=None,
        url=f"rtmpt://{NAME}/live",
    ),
    Scenario(
        "tunnel-methods-inside-tls",
        "tunnel-cut-by-web-server",
        "nginx takes POST at /open alone, inside TLS",
        _nginx(_web("if ($uri ~ ^/send) { return 405; }", "443 ssl; KEYS ssl_verify_client off"), "tcp 443"),
        server=None,
        url=f"rtmpts://{NAME}/live",
    ),
    Scenario(
        "tunnel-behind-nginx",
        "none",
        "RTMPT behind nginx",
        _nginx(_web(""), "tcp 80"),
        server=None,
        url=f"rtmpt://{NAME}/live",
    ),
    Scenario(
        "tunnel-behind-caddy",
        "none",
        "RTMPT behind Caddy",
        _caddy(f"http://{NAME}:80 {{\n reverse_proxy 127.0.0.1:18080\n}}\n", "tcp 80"),
        server=None,
        url=f"rtmpt://{NAME}/live",
        needs=("caddy",),
    ),
    Scenario(
        "secure-tunnel-behind-caddy",
        "none",
        "RTMPTS behind Caddy",
        _caddy(f"https://{NAME}:443 {{\n KEYS\n reverse_proxy 127.0.0.1:18080\n}}\n", "tcp 443"),
        server=None,
        url=f"rtmpts://{NAME}/live",
        needs=("caddy",),
    ),
    Scenario(
        "secure-tunnel-behind-nginx",
        "none",
        "RTMPTS behind nginx",
        _nginx(_web("", "443 ssl; KEYS ssl_verify_client off"), "tcp 443"),
        server=None,
        url=f"rtmpts://{NAME}/live",
    ),
    Scenario(
        "tunnel-forbidden-by-caddy",
        "tunnel-cut-by-web-server",
        "Caddy answers /send with 403",
        _caddy(f"http://{NAME}:80 {{\n respond /send/* 403\n reverse_proxy 127.0.0.1:18080\n}}\n", "tcp 80"),
        server=None,
        url=f"rtmpt://{NAME}/live",
        needs=("caddy",),
    ),
    Scenario(
        "tunnel-idle-forbidden",
        "tunnel-cut-by-web-server",
        "nginx passes on all but /idle, which comes after the acceptance",
        _nginx(_web("if ($uri ~ ^/idle) { return 403; }"), "tcp 80"),
        server=None,
        url=f"rtmpt://{NAME}/live",
    ),
    Scenario(
        "tunnel-behind-haproxy",
        "none",
        "RTMPT behind HAProxy",
        _haproxy(_balancer("http", "80"), "tcp 80"),
        server=None,
        url=f"rtmpt://{NAME}/live",
        needs=("haproxy",),
    ),
)

"""What stands behind labels beside an address."""

from __future__ import annotations

import pytest

from fmsdiag.found_address import UNCLEAR_PORT
from fmsdiag.labels_beside import Beside, port_in_brackets, ports_in_words, read_beside
from fmsdiag.messages.text import Text
from fmsdiag.model import Transport
from fmsdiag.target import login_of_url, parse_target
from fmsdiag.target_texts import TargetError, TargetTexts

RTMPS = frozenset({"rtmps"})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Port: 1936", Beside("", ("1936",))),
        ("key=abcd port=1936", Beside("key=abcd ", ("1936",))),
        ("Key: abcd Port: 1936", Beside("Key: abcd ", ("1936",))),
        ("Port 1936\r\nmore", Beside("\r\nmore", ("1936",))),
        ("Port: 1935 or 443", Beside(" or 443", ("",))),
        ("User: bob Pass: s3cret", Beside(" ", (), "bob", "s3cret")),
        ("'user' => 'bob', 'pass' => 's3cret, x'", Beside("', '", (), "bob", "s3cret, x")),
        ("Stream user: bob\nStream password:\ns3cret", Beside("\n", (), "bob", "s3cret")),
        ("My user: bob, my password: s3cret", Beside("My , my ", (), "bob", "s3cret")),
        ("Login:\nUser: bob", Beside("Login:\n", (), "bob")),
        ("Port: 1936 (RTMPS)\nKey: x", Beside("\nKey: x", ("1936",), protocols=RTMPS)),
        ("port=443 [over TLS]", Beside("", ("443",), protocols=RTMPS)),
        ("RTMPS port: 443", Beside("", ("443",), protocols=RTMPS)),
        (
            "Port: 80\r\nProtocol: RTMPT\r\nKey: x",
            Beside("\r\n\nKey: x", ("80",), protocols=frozenset({"rtmpt"})),
        ),
        ("* Transport = 'rtmps' (encrypted)", Beside("", protocols=RTMPS)),
        ("Proxy: 10.1.1.1\nPort: 8080", Beside("Proxy: 10.1.1.1\n", (UNCLEAR_PORT,))),
        ("RTSP: 127.0.0.1, Port: 554", Beside("RTSP: 127.0.0.1, ", (UNCLEAR_PORT,))),
        ("Camera IP: 192.168.1.20\n\nPort: 554", Beside("Camera IP: 192.168.1.20\n\n", (UNCLEAR_PORT,))),
        ("SSH: root@nas\nPort: 2222", Beside("SSH: root@nas\n", (UNCLEAR_PORT,))),
        ("Notes: udp://x\nPort: 1234", Beside("Notes: udp://x\n", (UNCLEAR_PORT,))),
        ("Proxy: none\nRTMP port: 1936", Beside("Proxy: none\n", ("1936",))),
        ("Channel: web radio\nPort: 1936", Beside("Channel: web radio\n", ("1936",))),
        ("User:\nPassword:\nBackup Server URL", Beside("User:\nPassword:\nBackup Server URL")),
        ("Password:\nThanks, Tom", Beside("Password:\nThanks, Tom")),
        ("Account: bob\nPassword: s3cret", Beside("\n", (), "bob", "s3cret")),
        ("Password: not needed\nKey: x", Beside("\nKey: x")),
        ("User: none, Password: none", Beside("")),
        ("User: (see below)\nPass: n/a", Beside("\n")),
        ("User: nobody\nPass: none-of-yours", Beside("\n", (), "nobody", "none-of-yours")),
        ("Port: 443 (if 1935 is blocked)", Beside(" (if 1935 is blocked)", ("443",))),
        ("RTMP port: 1935\nProtocol: RTMP", Beside("\nProtocol: RTMP", ("1935",))),
    ],
)
def test_labels_are_read_and_taken_out(text: str, read: Beside) -> None:
    assert read_beside(text) == read


@pytest.mark.parametrize(
    "text",
    ["Proxy port: 3128", "Our port: 1936", "HTTP port=80", "proxy_user: bob", "The port 1935 is blocked",
     "Password:\nKey: abcd", "pass-through: x", "passport: 12", "--port=1936"],
)  # fmt: skip
def test_what_belongs_to_something_else_is_left(text: str) -> None:
    assert read_beside(text) == Beside(text)


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("on port 19801 with key x", {19801}),
        ("the port is 19801, not 1935", {19801, 1935}),
        ("Our port: 19801", {19801}),
        ("TCP port 19801 is used, UDP 19801 as well", {19801}),
        ("TCP 19801", {19801}),
        ("puerto 19801", {19801}),
        ("端口 19801", {19801}),
        ("地址端口19801", {19801}),
        ("порт 19801", {19801}),
        ("open 19801/tcp", {19801}),
        ("-port 19801", {19801}),
        ("port 1935 or 443", {1935, 443}),
        ("through our proxy on port 3128", set()),
        ("HTTP port 80", set()),
        ("a report 19801", set()),
        ("port of 10.0.0.1", set()),
        ("--proxy-port 3128", set()),
    ],
)
def test_ports_in_sentences(text: str, ports: set[int]) -> None:
    assert ports_in_words(text) == ports


@pytest.mark.parametrize("text", ["a (port 1936) b", "a （端口 1936） b", "a [TCP port: 1936/tcp] b"])
def test_a_port_in_brackets_is_taken_out(text: str) -> None:
    assert port_in_brackets(text) == ("a  b", ("1936",))


@pytest.mark.parametrize(
    ("typed", "transport", "port"),
    [
        ("Servername: h.example\nProtokoll: RTMPS\nPort: 4443", Transport.RTMPS, 4443),
        ("Protocole : RTMPS\nServeur : h.example", Transport.RTMPS, None),
        ("Protocolo: RTMPS\nServidor: h.example\nPuerto: 8443", Transport.RTMPS, 8443),
        ("Type: RTMPT\nServer: h.example\nPort: 8080", Transport.RTMPT, 8080),
        ("Server: h.example\nEncryption: TLS\nPort: 443", Transport.RTMPS, 443),
        ("Please connect with RTMPS only.\nServer: h.example", Transport.RTMPS, None),
        ("Server: h.example\nPlease use RTMPS.", Transport.RTMPS, None),
        ("Server: h.example\nIt speaks RTMP and RTMPS.", None, None),
        ("rtmp://h.example/live\nBackup: SRT", Transport.RTMP, None),
        ("الخادم: rtmp://h.example/live\nالمنفذ: 1940", Transport.RTMP, 1940),
        ("Διακομιστής: rtmp://h.example/live\nΘύρα: 1940", Transport.RTMP, 1940),
        ("it works with RTMPS but not with rtmp://h.example/live", Transport.RTMP, None),
    ],
)
def test_the_protocol_beside_a_server_is_read(
    typed: str, transport: Transport | None, port: int | None
) -> None:
    target = parse_target(typed)
    assert target.host == "h.example"
    assert (target.transport, target.port) == (transport, port)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Server: h.example\nProtokoll: SRT\nPort: 9998", TargetTexts.UNKNOWN_SCHEME),
        ("Please connect with SRT.\nServer: h.example", TargetTexts.UNKNOWN_SCHEME),
        ("Use rtmps instead of rtmp: rtmp://h.example/live", TargetTexts.OTHER_PROTOCOL),
        ("rtmp://h.example/live (RTMPS only)", TargetTexts.OTHER_PROTOCOL),
        ("Protokoll: RTMPS\nServer: rtmp://h.example/live", TargetTexts.OTHER_PROTOCOL),
        ("推流地址：rtmp://h.example/live\n备注：端口改为 1940", TargetTexts.PORT_BESIDE),
        ("サーバーURL：rtmp://h.example/live\n※ポートは1940です", TargetTexts.PORT_BESIDE),
        ("rtmp://h.example/live\nпорт изменён на 1940", TargetTexts.PORT_BESIDE),
    ],
)  # fmt: skip
def test_a_protocol_or_a_port_that_is_not_the_addresss_is_asked_about(typed: str, said: Text) -> None:
    with pytest.raises(TargetError) as raised:
        parse_target(typed)
    assert raised.value.said is said


@pytest.mark.parametrize(
    ("around", "protocols"),
    [
        ("Protocol: RTMP over TLS", {"rtmps"}),
        ("Protocol: RTMP+SSL\n", {"rtmps"}),
        ("Protokoll: RTMP über TLS", {"rtmps"}),
        ("TLS: yes", {"rtmps"}),
        ("Use SSL = true", {"rtmps"}),
        ("Verschlüsselung: aktiviert", {"rtmps"}),
        ("Protocol: RTMPT\nTLS: on", {"rtmpt"}),
        ("TLS: no", set()),
        ("TLS: 1.2", set()),
    ],
)
def test_encryption_is_told_in_many_ways(around: str, protocols: set[str]) -> None:
    assert read_beside(around).protocols == protocols


@pytest.mark.parametrize(
    ("around", "password"),
    [
        ("(user: bob, password: x1)", "x1"),
        ("user: bob\npassword: x1)", "x1)"),
        ("(user: bob, password: x(1))", "x(1))"),
    ],
)
def test_a_bracket_that_was_opened_before_the_label_is_none_of_its_value(around: str, password: str) -> None:
    assert read_beside(around).password == password


def test_a_port_of_the_host_is_the_servers() -> None:
    assert parse_target("Host name: h.example\nHost port: 1936\nApplication: live").port == 1936


def test_a_name_and_a_password_in_quotation_marks_need_no_colon() -> None:
    typed = 'Publish to rtmp://h.example/live (username "bob", password "p@ss/w")'
    assert login_of_url(typed) == ("bob", "p@ss/w")
    assert login_of_url("rtmp://h.example/live, user: bob, pw: x77y") == ("bob", "x77y")


@pytest.mark.parametrize("kind", ["TCP", "(TCP)", "tcp only", "(RTMP)", "/TCP", "(default)"])
@pytest.mark.parametrize("server", ["h.example", "rtmp://h.example/live"])
def test_what_follows_a_port_is_no_name(server: str, kind: str) -> None:
    target = parse_target(f"Server: {server}\nPort: 1936 {kind}")
    assert (target.port, target.stream) == (1936, None)
    assert target.application in ("", "live")

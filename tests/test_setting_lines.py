"""Settings, forms, links and calls of programs, as people paste them."""

from __future__ import annotations

import msgspec
import pytest

from fmsdiag.model import LeftOut, Transport
from fmsdiag.pasted import take_address
from fmsdiag.setting_lines import of_settings, with_colons, without_mail_encoding, without_remarks
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError, TargetTexts

ADDRESS = "rtmp://a.example.com/live"


@pytest.mark.parametrize(
    ("text", "address", "application", "stream"),
    [
        ("RTMP_HOST=a.example.com\nRTMP_PORT=1936\nRTMP_APP=live\nRTMP_KEY=abc-1", "a.example.com:1936", "live", "abc-1"),
        ("rtmp_host: a.example.com\nrtmp_app: live\n", "a.example.com", "live", ""),
        (f"RTMP_URL={ADDRESS}\nRTMP_KEY=abcd-1234 # of today", ADDRESS, "", "abcd-1234"),
        (f'export STREAM_URL="{ADDRESS}"\nexport STREAM_KEY="abcd 1234"', ADDRESS, "", "abcd 1234"),
        (f'[rtmp]\nurl = "{ADDRESS}"\nuser =\nkey =\nlatency = 2000', ADDRESS, "", ""),
        (f"OutputURL={ADDRESS}\nOutputKey=abcd-1234", ADDRESS, "", "abcd-1234"),
        ("# main\nMEDIA_SERVER=a.example.com\nPROXY_HOST=10.0.0.1\nPROXY_PORT=31\nMEDIA_APP=live", "a.example.com", "live", ""),
        (f"$env:LIVE_URL = '{ADDRESS}'\n$env:LIVE_KEY = 'abcd-1234'", ADDRESS, "", "abcd-1234"),
    ],
)  # fmt: skip
def test_settings_are_read_by_the_ends_of_their_names(
    text: str, address: str, application: str, stream: str
) -> None:
    told = take_address(text)
    assert (told.address, told.application, told.stream) == (address, application, stream)
    assert (told.doubt, told.others) == (None, ())


@pytest.mark.parametrize(
    "text",
    [
        "RTMP_HOST=a.example.com",
        "RTMP_HOST=a.example.com\nplease test this",
        "server: a.example.com\nkey: abcd",  # labels: read elsewhere
        "PROXY_HOST=a.example.com\nPROXY_PORT=3128",
        "",
    ],
)
def test_other_text_is_none(text: str) -> None:
    assert of_settings(text) is None


@pytest.mark.parametrize(
    "labels",
    [
        ("Server", "Stream Key", "Username", "Password"),
        ("Serveur", "Clé de stream", "Nom d'utilisateur", "Mot de passe"),
        ("Server", "Streamschlüssel", "Benutzername", "Passwort"),
        ("Servidor", "Clave de retransmisión", "Nombre de usuario", "Contraseña"),
        ("Servidor", "Chave de transmissão", "Nome de usuário", "Senha"),
    ],
)
def test_a_copied_screen_is_read_label_by_label(labels: tuple[str, ...]) -> None:
    server, key, user, password = labels
    text = f"Service\n…\n{server}\n{ADDRESS}\n{key}\nabcd-1234\n☑\n{user}\nmarie\n{password}\npw!9"
    told = take_address(text)
    assert (told.address, told.stream, told.login) == (ADDRESS, "abcd-1234", ("marie", "pw!9"))


def test_a_label_without_a_value_below_it_stays_as_it_is() -> None:
    assert with_colons("Password\nUsername\nbob") == "Password\nuser: bob"
    assert with_colons("Password\nis not what I typed") == "Password\nis not what I typed"


def test_calls_of_a_program_name_the_stream_and_what_was_not_used() -> None:
    told = take_address(f'nc.connect("{ADDRESS}", "bob", "pw55"); ns.publish("abcd-1234", "live");')
    assert (told.address, told.stream, told.unused) == (ADDRESS, "abcd-1234", (LeftOut.ARGUMENTS,))
    target = parse_target(f"nc.connect('{ADDRESS}', 'bob', 'pw55')")
    assert target.left_out == (LeftOut.ARGUMENTS,)
    assert take_address(f"var url = '{ADDRESS}';\nns.play('camera');").stream == "camera"


@pytest.mark.parametrize(
    ("label", "below"),
    [
        *(
            (label, below)
            for label in ("User", "Password", "Stream key")
            for below in ("latency = 2000", "Latency : 2000")
        ),
        ("User", "latency=2000"),  # a key may have that shape
    ],
)
def test_an_empty_label_does_not_take_the_next_lines_label(label: str, below: str) -> None:
    told = take_address(f"Server: {ADDRESS}\n{label}:\n{below}\nthat is all")
    assert (told.address, told.stream, told.login) == (ADDRESS, "", None)


def test_a_programs_own_link_holds_address_and_sign_in() -> None:
    link = "larix://set/v1?conn[][url]=rtmp%3A%2F%2Fa.example.com%2Flive&conn[][user]=bob&conn[][pass]=pw"
    told = take_address(link)
    assert (told.address, told.login) == (ADDRESS, ("bob", "pw"))


def test_a_mails_soft_line_break_takes_no_key_away() -> None:
    text = f'<a href=3D"{ADDRESS}">{ADDRESS}</a><br>Stream key: =\nabcd-1234 (keep it secret)'
    told = take_address(text)
    assert (told.address, told.stream) == (ADDRESS, "abcd-1234")
    assert without_mail_encoding("a=\nb") == "a=\nb"


NGINX = (
    "rtmp {\n  server {\n    listen 1935;\n    application live {\n      live on;\n      %s\n    }\n  }\n}"
)


@pytest.mark.parametrize(
    "text",
    [
        NGINX % "push rtmp://a.example.com/live2/abcd-1234;",
        NGINX % "pull rtmp://a.example.com/live2/abcd-1234 name=x;",
        NGINX % "push rtmp://a.example.com/live2/abcd-1234;\n      push rtmp://b.example.com/app/efgh-5678;",
        NGINX % "exec ffmpeg -i rtmp://localhost/live/$name -f flv rtmp://a.example.com/live2/abcd-1234;",
        "application live { live on; push rtmp://a.example.com/live2/abcd-1234; }",
        "vhost v.example.com {\n  forward {\n    destination rtmp://a.example.com/live/abcd-1234;\n  }\n}",
        "paths:\n  cam:\n    source: rtmp://a.example.com/live/cam",
    ],
)
def test_where_a_server_sends_streams_is_not_taken_for_the_server(text: str) -> None:
    with pytest.raises(TargetError) as raised:
        parse_target(text)
    assert raised.value.said is TargetTexts.SERVER_SETTINGS
    assert "abcd-1234" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "push rtmp://a.example.com/live;",
        "rtmp://a.example.com/live\nthe paths: all, server { is closed",
        "source: rtmp://a.example.com/live",
    ],
)
def test_an_address_without_the_settings_around_it_is_taken(text: str) -> None:
    assert (parse_target(text).host, parse_target(text).application) == ("a.example.com", "live")


@pytest.mark.parametrize(
    ("text", "port", "application", "stream"),
    [
        ("A.example.com\nRTMPS port: 443", 443, "", None),
        ("a.example.com\nApp: live\nKey: abcd-1234", None, "live", "abcd-1234"),
        ("a.example.com\nPort = 1936\nApplication = live\nStream key = abcd-1234\nContact: x", 1936, "live", "abcd-1234"),
    ],
)  # fmt: skip
def test_labels_below_a_server_are_read(
    text: str, port: int | None, application: str, stream: str | None
) -> None:
    target = parse_target(text)
    assert (target.host, target.port, target.application, target.stream) == (
        "a.example.com",
        port,
        application,
        stream,
    )


@pytest.mark.parametrize(
    ("text", "transport", "port", "application", "stream"),
    [
        (
            "VidiU Go\nServer-Adresse       rtmp://a.example.com\nPort                 1936\nAnwendung            kanal\n"
            "Stream               abcd-1234\nBenutzername         rathaus\nStatus               Verbindung fehlgeschlagen",
            "rtmp", 1936, "kanal", "abcd-1234",
        ),
        ("Server   a.example.com\nPort     1936\nApplication   live\nStream key   abcd-1234", None, 1936, "live", "abcd-1234"),
        ("Host\ta.example.com\nPort\t1936", None, 1936, "", None),
        ("URL      rtmp://a.example.com/live\nKey      abcd-1234\nName   Studio 1", "rtmp", None, "live", "abcd-1234"),
        ("rtmp://a.example.com/live   is what we use\nsee  you", "rtmp", None, "live", None),
    ],
)  # fmt: skip
def test_values_in_a_column_are_read_by_their_labels(
    text: str, transport: str | None, port: int | None, application: str, stream: str | None
) -> None:
    target = parse_target(text)
    assert target.host == "a.example.com"
    assert (target.transport, target.port, target.application, target.stream) == (
        transport,
        port,
        application,
        stream,
    )


@pytest.mark.parametrize(
    ("block", "address"),
    [
        ("output:\n  host: h.example\n  port: 2935", "rtmp://h.example:2935"),
        (
            "data:\n  RTMP_PROTOCOL: rtmps\n  RTMP_HOST: h.example\n  RTMP_PORT: '2935'",
            "rtmps://h.example:2935",
        ),
        ("protocol=rtmps\nhost=h.example\nport=2935", "rtmps://h.example:2935"),
        ("RTMP_SCHEME=tls\nRTMP_HOST=h.example\nRTMP_APP=events", "rtmps://h.example/events"),
        ("STREAM_TLS=true\nSTREAM_HOST=h.example", "rtmps://h.example"),
        ("rtmp\nserver: h.example\nport: 2935", "rtmp://h.example:2935"),
        ("output:\nserver: h.example\nport: 2935", "rtmp://h.example:2935"),
    ],
)
def test_no_name_of_a_block_and_no_protocol_is_an_application(block: str, address: str) -> None:
    assert parse_target(block) == msgspec.structs.replace(
        parse_target(address), transport=parse_target(block).transport
    )
    assert (parse_target(block).transport or Transport.RTMP) is parse_target(address).transport


@pytest.mark.parametrize(
    "remark", ["# Zugangsdaten Stream", "// what the provider sent, 3.5.2026", "; note: new", "-- live"]
)
@pytest.mark.parametrize(
    "address", ["rtmp.studio.example:1940", "rtmp://h.example/live", '{"host":"h.example"}']
)
def test_a_remark_above_an_address_is_skipped(remark: str, address: str) -> None:
    assert parse_target(f"{remark}\n{address}") == parse_target(address)


@pytest.mark.parametrize(
    "remark", ["# Server: h.example", "# rtmp://old.example/live", "# key: tulip-9f3a-77c1"]
)
def test_a_remark_with_a_value_is_not(remark: str) -> None:
    assert without_remarks(f"{remark}\nrtmp://new.example/live").startswith("#")


@pytest.mark.parametrize(
    "table",
    [
        "| Server | h.example |\n| Port | 1940 |\n| Stream key | hanabi-2k9xq7w3 |",
        "| Setting | Value |\n|---|:---:|\n| **Server** | `h.example` |\n| Port | 1940 |\n| Stream key | hanabi-2k9xq7w3 |",
        "| Servidor | h.example |\n| Puerto | 1940 |\n| Clave de transmisión | hanabi-2k9xq7w3 |",
    ],
)
def test_a_table_of_two_columns_is_a_list_of_labels(table: str) -> None:
    target = parse_target(table)
    assert (target.host, target.port, target.stream) == ("h.example", 1940, "hanabi-2k9xq7w3")


@pytest.mark.parametrize("other", ["INPUT_PORT=8080", "LISTEN_PORT=8080", "METRICS_PORT=9100"])
def test_the_port_of_something_else_is_none_of_the_servers(other: str) -> None:
    assert parse_target(f"{other}\nRTMP_SERVER=h.example\nRTMP_SERVER_PORT=1944").port == 1944
    assert parse_target(f"RTMP_SERVER=rtmp://h.example/tv\n{other}").port is None


def test_two_ports_of_one_server_are_asked_about() -> None:
    with pytest.raises(TargetError) as error:
        parse_target("RTMP_SERVER=h.example\nRTMP_PORT=1944\nSTREAM_PORT=1945")
    assert error.value.said is TargetTexts.OTHER_PORT


def test_a_word_that_only_contains_such_a_name_is_no_other_service() -> None:
    assert parse_target("RAPID_RTMP_HOST=h.example\nRAPID_RTMP_PORT=1944").port == 1944

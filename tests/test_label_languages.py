"""Labels of European languages, in English."""

from __future__ import annotations

import pytest

from fmsdiag.label_languages import in_english
from fmsdiag.model import Transport
from fmsdiag.target import login_of_url, parse_target


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Streamschlüssel: abcd", "stream key: abcd"),
        ("und der Schlüssel lautet ‚abcd‘", 'stream key: "abcd"'),
        ("la clé de flux est « abcd »", 'stream key: "abcd"'),
        ("la clave de transmisión es abcd-1234", "stream key: abcd-1234"),
        ("Chiave di streaming:abcd", "stream key: abcd"),
        ("Mein Benutzer: anna", "user: anna"),
        ("Nom d’utilisateur : anna", "user: anna"),
        ("Palavra-passe: x", "password: x"),
        ("Aplicação: live", "app: live"),
        ("Porta: 1936", "port: 1936"),
        ("Servidor: h.example", "Server: h.example"),
        ("Adresse du serveur : h.example", "Server: h.example"),
        ("Key: `abcd`", 'Key: "abcd"'),
    ],
)
def test_labels_are_put_into_english(text: str, english: str) -> None:
    assert in_english(text) == english


@pytest.mark.parametrize(
    "text",
    [
        "Das Passwort ist falsch", "la clé est mauvaise", "rtmp://h.example/live?clave=1&senha:2", "rtmp://u:senha:x@h.example/a",
        "Schlüssel: rtmp://h.example/live", "API-Schlüssel: 12", "Stream key: abcd", "key: «rtmp://h.example/live»",
    ],
)  # fmt: skip
def test_sentences_and_addresses_stay(text: str) -> None:
    assert in_english(text) == text


@pytest.mark.parametrize(
    "mail",
    [
        "Hallo, URL ist „rtmp://h.example/live“ und der Streamschlüssel lautet ‚geheim-Xy77‘. Mein Benutzer: anna / "
        "Passwort: Sommer#26",
        "L'adresse est « rtmp://h.example/live », la clé de flux est « geheim-Xy77 ». Utilisateur : anna, mot de passe : "
        "Sommer#26",
        "La URL es rtmp://h.example/live y la clave de emisión es geheim-Xy77. Usuario: anna Contraseña: Sommer#26",
        "L'URL è rtmp://h.example/live, la chiave di streaming: geheim-Xy77. Nome utente: anna, Password: Sommer#26",
        "Servidor: rtmp://h.example/live\nChave de transmissão: geheim-Xy77\nUtilizador: anna\nSenha: Sommer#26",
    ],
)
def test_a_mail_is_read_whole(mail: str) -> None:
    target = parse_target(mail)
    assert (target.host, target.application, target.stream) == ("h.example", "live", "geheim-Xy77")
    assert login_of_url(mail) == ("anna", "Sommer#26")


@pytest.mark.parametrize("label", ["Порт", "ポート番号", "端口", "포트", "πόρτα", "المنفذ"])
def test_a_port_in_another_script_is_one(label: str) -> None:
    assert parse_target(f"Server: h.example\n{label}: 1936\nApplication: live").port == 1936
    assert parse_target(f"rtmp://h.example/live\n{label}：1936").port == 1936


@pytest.mark.parametrize(
    "label",
    ["Yayın anahtarı", "Strömnyckel", "Streamnøgle", "Strømnøkkel", "Suoratoistoavain", "Klíč streamu", "Cheie de stream",
     "Kunci streaming", "Khóa luồng", "Stream kulcs".replace(" ", "")],
)  # fmt: skip
def test_a_key_in_more_languages_is_one(label: str) -> None:
    assert parse_target(f"rtmp://h.example/live\n{label}: abc-123").stream == "abc-123"


@pytest.mark.parametrize(
    ("text", "key", "login"),
    [
        ("Clave: abc-123", "abc-123", None),
        ("Usuario: ana\nClave: secreta1", None, ("ana", "secreta1")),
        ("*Clave:* abc-123\nUsuario: ana\nContraseña: secreta1", "abc-123", ("ana", "secreta1")),
    ],
)
def test_a_clave_is_a_key_or_a_password(text: str, key: str | None, login: tuple[str, str] | None) -> None:
    typed = f"Servidor: rtmp://h.example/live\n{text}"
    assert (parse_target(typed).stream, login_of_url(typed)) == (key, login)


@pytest.mark.parametrize(
    "typed",
    [
        "Server:          h.example\nPort:            1936 (RTMPS)\nAnwendung:       live\nStreamschlüssel: de-77-abc",
        "Server: h.example\nPort: 1936 RTMPS\nAnwendungsname: live\nKey: de-77-abc",
        "Serveur\th.example\nPort\t1936 (RTMPS)\nPoint de publication\tlive\nNom du flux\tde-77-abc",
        "Servidor: h.example\nPuerto: 1936 (RTMPS)\nPunto de publicación: live\nClave: de-77-abc",
        "Server: h.example\nPort: 1936 (RTMPS)\nNom de l’application : live\nKey: de-77-abc",
    ],
)
def test_a_form_is_read_to_its_last_value(typed: str) -> None:
    target = parse_target(typed)
    assert (target.host, target.port, target.transport) == ("h.example", 1936, Transport.RTMPS)
    assert (target.application, target.stream) == ("live", "de-77-abc")

"""The port, the name and the password that stand behind labels beside an address, as in `Port: 1936`. Pure.

What is read is not checked, and linear in the length of the text. Name and password are secrets.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from fmsdiag.found_address import OTHER_PROTOCOLS, UNCLEAR_PORT
from fmsdiag.stream_path import without_bracket

_BESIDE = re.compile(
    r"""(?xi)
    (?<![\w-])
    (?P<of> (?:(?P<scheme>rtmps)|rtmp[a-z]?|server|host|stream(?:ing)?|media|publish(?:ing)?|auth(?:entication)?)
        [ \t_-]{1,4} )?
    (?: (?P<port>ports?(?:[ _-]?number)?) | (?P<user>user(?:[ _-]?(?:name|id))?|login(?:[ _-]?name)?|account(?:[ _-]?name)?)
    | (?P<password>pass(?:word|wd|phrase)?|pwd?) )
    ["'”]? [ \t]{0,4} (?: [:=]>? [ \t]{0,4} (?:\r?\n[ \t]{0,4}(?=\S{1,512}[ \t]{0,16}\r?$)(?![\w-]{1,40}[:=]))?
    | (?<=[Pp]ort) [ \t]{1,4} (?=[0-9]{1,6}[ \t]{0,16}\r?$) | [ \t]{1,4}(?=["'“]) | \t{1,4} )
    (?: "(?P<quoted>[^"\n]{0,256})" | '(?P<single>[^'\n]{0,256})' | “(?P<curly>[^”\n]{0,256})”
    | (?P<plain>(?![\w-]{1,40}:(?:\s|\Z))\S{1,512}?)(?=[,;]{1,2}[ \t]|\s|</?[A-Za-z]|\Z) )
    """,
    re.MULTILINE,
)
"""A port, a name or a password that stands beside an address behind its label."""
_OF_SOMETHING_ELSE = re.compile(r"(?:\A|[\s,;|(])[^\W\d_]+[ \t_]{0,4}\Z")
_OF_A_PERSON = re.compile(r"(?i)(?:\A|[\s,;|(])(?:my|your|our|his|her|their|the|and|with|as)[ \t]{1,4}\Z")
"""Before a user name or a password, not before a port: "our port" may be another than that of the address."""
_VALUE_BEFORE = re.compile(
    r"(?i)(?:key|app(?:lication)?|stream|host|server|url|name|playpath)[ \t]{0,4}[:=][ \t]{0,4}\S+[ \t]{0,4}\Z"
)
_NO_VALUE = re.compile(
    r"(?i)(?:\(|(?:not?|none|n/?a|nothing|never|optional|empty|blank|leave|unset|unused|see|tba|tbd|same|as|unchanged|kein(?:e|s)?"
    r"|nicht|aucune?|ninguna?|nessuna?|-{1,3}|–|—|\*{1,9}|•{1,40})(?![^\s.,;)]))"
)
"""How it is said behind a label that there is no value, or that it stands elsewhere; a value of one letter more is one."""
_OTHER_MACHINE = re.compile(
    r"""(?xi)
    ^[^\w\n]{0,8} (?:
      [\w /-]{0,24}\b (?:proxy|vpn|gateway|camera|kamera|webcam|cctv|nvr|dvr|rtsp|ssh|s?ftp|smtp|imap|pop3?|e?-?mail|srt|rist
        |ndi|hls|https?|web(?:site|server)?|admin\w{0,12}|panel|dashboard|rdp|remote|mysql|postgres\w{0,4}|database|redis|dns|ntp|sip
        |voip|pbx|mqtt|router|firewall|printer|socks[45]?h?|udp) [\w -]{0,24} [:=]
      | [\w /-]{1,40} [:=] [ \t]{0,4} (?: [a-z][a-z0-9+.-]{1,20}:// | [\w.-]{1,64}@[\w-] | [0-9]{1,3}(?:\.[0-9]{1,3}){3}\b )
    )
    """,
    re.MULTILINE,
)
"""A line in front of a port that names a service of its own, or a machine."""
_MORE_PORTS = re.compile(r"[ \t]{0,8}(?:[,;/|&–-]|or\b|and\b)[ \t]{0,8}[0-9]")
_WORDS_FOR_PORT = (
    r"(?:ports?(?:[ _-]?number)?|puertos?|portas?|poort(?:en)?|порт\w{0,2}|θύρα|θυρα|πόρτα|πορτα|المنفذ|منفذ|بورت"
    r"|פורט|पोर्ट|พอร์ต|cổng|portti\w{0,3}|端口号?|端口號?|埠號?|連接埠|ポート(?:番号)?|포트)"
)
_PORT_IN_WORDS = re.compile(
    rf"""(?xi)
    (?: (?<![\w-]) -{{0,2}} (?: {_WORDS_FOR_PORT} (?!\w) [^\w\n]{{0,6}} (?: [^\W\d_]{{1,12}} [^\w\n]{{1,4}} ){{0,3}}
        | tcp [ \t:/]{{1,3}} (?: {_WORDS_FOR_PORT} [^\w\n]{{1,4}} )? )
      | (?<=[端埠ポ포]) [口号號ート트番]{{1,5}} (?: [^\W\d_a-zA-Z]{{0,8}} [^\w\n]{{0,4}} ){{1,2}}
      | (?<=พอร์ต) [^\w\n]{{0,4}} )
    ([0-9]{{2,5}}) (?![0-9]) (?! [.:] [0-9] )
    | (?<![\w.:-]) ([0-9]{{2,5}}) [ \t]? (?: /[ \t]?tcp\b | 番?ポート | 端口 )
    """
)
"""A port that is told in a sentence rather than behind a label."""
_OTHER_NUMBERS = re.compile(
    r"(?i)(?:[ \t]{0,4}(?:[,;/|&–-]|(?:or|and|not|to|but|use|oder|und|nicht)(?![^\W\d_]))){1,4}[ \t]{0,4}([0-9]{2,5})(?![\w.])"
)
_PATH_LABELED = re.compile(r"url path: [\"'“]?([^\s\"'”]{1,512})[\"'”]?")
_IN_BRACKETS = re.compile(
    rf"""(?xi)
    [(（\[] [ \t]? (?:(?:tcp|rtmp)[ \t-])? {_WORDS_FOR_PORT} [ \t]{{0,3}} [:：=]? [ \t]{{0,3}} ([0-9]{{2,5}}) (?:/tcp)?
    [ \t]? [)）\]]
    """
)
_OTHER_SERVICES = re.compile(
    r"(?i)(?:proxy|https?|web|ssh|s?ftp|srt|rtsp|hls|admin\w{0,12}|socks[45]?h?|udp|local|source|smtp|vpn|panel|dashboard)\b"
)


_PROTOCOL = r"rtmp(?:e|s|te|ts|t)|rtmfp"
"""Schemes that a text names on purpose: "RTMP" alone often stands for all of them."""
_OTHER_PROTOCOL = "|".join(sorted(OTHER_PROTOCOLS))
_PROTOCOL_BEHIND = re.compile(
    rf"(?i)[ \t]{{0,4}}(?:(?P<open>[(（\[])[ \t]?|(?<=[ \t])|/)(?:over[ \t]|with[ \t]|uses?[ \t])?"
    rf"(?:(?P<kind>{_PROTOCOL}|ssl|tls|ssl/tls|tls/ssl)|(?:tcp(?:/ip)?|udp|rtmp|default|standard|open|outgoing)(?:[ \t]only)?)"
    rf"(?(open)[ \t]?[)）\]]|(?=[ \t]{{0,8}}(?:[.,;|]|\r?$|\Z)))",
    re.MULTILINE,
)
"""What follows a port: its protocol, which counts where it is a kind of RTMP, or encryption."""
_RTMP_WITH_TLS = (
    r"(?:ssl|tls|ssl/tls|tls/ssl|rtmp[ ]?(?:over|via|with|mit|über|sobre|con|avec|sur|par|\+|/|-)[ ]?(?:ssl|tls)"
    r"|rtmp[ ]?\((?:ssl|tls|secure|ssl/tls)\)|(?:secure|encrypted)[ ]rtmp)"
)
_LABEL_OF_PROTOCOL = (
    r"(?:(?:connection|stream(?:ing)?|transport|server|output|service|destination)[ _-])?"
    r"(?:protocol|transport|scheme|proto|type|mode|encryption|security)"
    r"|(?:verbindungs|übertragungs|stream)?(?:protokoll?|typ|art)|verschlüsselung|protocole|protocolo|protocollo|protok[oó][łl]"
    r"|protokol(?:l|la|ü)?|тип|протокол|协议|協議|協定|プロトコル|프로토콜|πρωτόκολλο|البروتوكول|بروتوكول|פרוטוקול"
    r"|giao[ \t]thức|tipo(?:[ \t]de[ \t]conexi[oó]n)?|type[ \t]de[ \t]connexion|cifrado|chiffrement|crittografia"
)
_PROTOCOL_LABELED = re.compile(
    rf"(?im)^[^\w\n]{{0,8}}(?:{_LABEL_OF_PROTOCOL})[ \t]{{0,4}}[:：=][ \t]{{0,4}}[\"'“]?"
    rf"(?:(?P<kind>{_PROTOCOL})|(?P<tls>{_RTMP_WITH_TLS})|(?P<other>{_OTHER_PROTOCOL}))[\"'”]?"
    rf"[ \t]{{0,8}}(?:\([^()\n]{{0,40}}\)[ \t]{{0,8}})?[.,;]?\r?$"
)
_TLS_IN_BRACKETS = re.compile(
    r"(?i)(?<!\S)[(（\[][ \t]?(?:(?:over|with|via)[ \t])?(?:rtmps|ssl|tls|ssl/tls|tls/ssl|secure|encrypted)[ \t]?[)）\]]"
)
_TLS_IS_ON = re.compile(
    r"(?im)^[^\w\n]{0,8}(?:(?:use|enable|require)[ _-])?(?:tls|ssl|ssl/tls|tls/ssl|encryption|encrypted|verschlüsselung|secure"
    r"|chiffrement|cifrado|crittografia)(?:[ _-](?:connection|enabled))?[ \t]{0,4}[:：=][ \t]{0,4}[\"'“]?"
    r"(?:yes|on|true|1|enabled|required|ja|an|aktiviert|oui|activ[ée]e?|s[ií]|sim|✓|☑|✔)[\"'”]?[ \t]{0,8}[.,;]?\r?$"
)
_PROTOCOL_WANTED = re.compile(
    rf"""(?xi)
    (?<![\w/.-]) (?:
      (?: only|just|nur|must[ ]use|requires?|required:?|verlangt|uniquement|seulement|solo|s[óo]lo|apenas
        | instead[ ]of[ ]rtmp,? )
      [ \t]{{1,3}} (?: (?:with|via|over|by|use|mit|über|avec|en|par|con|por|com) [ \t]{{1,3}} )?
      (?P<behind>{_PROTOCOL}|{_OTHER_PROTOCOL})
      | (?P<before>{_PROTOCOL}|{_OTHER_PROTOCOL})
        [ \t]{{1,3}} (?:only|is[ ]required|required|instead|nur|uniquement|seulement|solo|s[óo]lo|apenas)
    ) (?![\w:/-])
    """
)
"""A protocol without which it does not work, as a sentence says it."""
_PROTOCOL_ADVISED = re.compile(
    rf"(?i)(?<![\w/.-])(?:with|via|over|use|using|mit|über|per|avec|con|por|com)[ \t]{{1,3}}"
    rf"(?P<kind>{_PROTOCOL}|{_OTHER_PROTOCOL})(?![\w:/-])"
)
_ANY_RTMP = re.compile(r"(?i)(?<![\w/.-])rtmp(?![\w:/-])")


class Beside(NamedTuple):
    """What stands beside an address behind labels, and the text without it."""

    rest: str
    ports: tuple[str, ...] = ()
    user: str = ""
    password: str = ""
    protocols: frozenset[str] = frozenset()
    """Schemes, such as "rtmps", that a label or the brackets behind a port name; and "srt" and the like behind a label."""


def read_beside(around: str) -> Beside:
    """Ports, a name and a password behind labels of their own; those of something else, such as a proxy, are none.

    A label that is followed by several ports yields "" for one, and one that may be another machine's UNCLEAR_PORT. Raises
    nothing.
    """
    rest: list[str] = []
    protocols = {
        "rtmps" if match["tls"] else (match["kind"] or match["other"]).lower()
        for match in _PROTOCOL_LABELED.finditer(around)
    }
    if _TLS_IS_ON.search(around):
        protocols = {"rtmps"} if protocols <= {"rtmp", "rtmps"} else protocols
    around = _TLS_IS_ON.sub("", _PROTOCOL_LABELED.sub("", around))
    end = 0
    found: dict[str, list[str]] = {"port": [], "user": [], "password": []}
    for match in _BESIDE.finditer(around):
        kind = next(name for name in found if match[name])
        value = next(
            match[name] for name in ("quoted", "single", "curly", "plain") if match[name] is not None
        )
        if match["plain"] is not None:
            value = without_bracket(value, around[max(0, match.start() - 200) : match.start()])
        before = around[max(end, match.start() - 64) : match.start()]
        of_person = kind != "port" and _OF_A_PERSON.search(before)
        is_other = _OF_SOMETHING_ELSE.search(before) and not _VALUE_BEFORE.search(before)
        if not value or (is_other and not of_person):
            continue
        if kind != "port" and match["plain"] is not None and _NO_VALUE.match(around, match.start("plain")):
            line_end = around.find("\n", match.end())
            rest.append(around[end : match.start()])
            end = len(around) if line_end < 0 else line_end
            continue
        behind = around[match.end() : match.end() + 24]
        if kind == "port" and _MORE_PORTS.match(behind):
            value = ""
        elif kind == "port" and not match["of"] and _is_of_other_machine(around, match.start()):
            value = UNCLEAR_PORT
        found[kind].append(value)
        rest.append(around[end : match.start()])
        end = match.end()
        named = _PROTOCOL_BEHIND.match(around, end) if kind == "port" else None
        if match["scheme"] and kind == "port":
            protocols.add("rtmps")
        if named is not None:
            if named["kind"]:
                protocols.add(named["kind"].lower() if named["kind"].lower().startswith("rtm") else "rtmps")
            end = named.end()
    user, password = (found[kind][0] if found[kind] else "" for kind in ("user", "password"))
    return Beside("".join(rest) + around[end:], tuple(found["port"]), user, password, frozenset(protocols))


def protocols_in_words(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The protocols that sentences demand, and those that they advise where none speaks of plain RTMP; in lower case."""
    demanded = {(match["behind"] or match["before"]).lower() for match in _PROTOCOL_WANTED.finditer(text)}
    if _TLS_IN_BRACKETS.search(text):
        demanded.add("rtmps")
    advised = {match["kind"].lower() for match in _PROTOCOL_ADVISED.finditer(text)}
    return frozenset(demanded), frozenset() if _ANY_RTMP.search(text) else frozenset(advised)


def _is_of_other_machine(around: str, start: int) -> bool:
    """Whether what stands on the line in front of the label there, or on the line above it, is of another machine."""
    above, _, line = around[max(0, start - 400) : start].rpartition("\n")
    if any(map(str.isalnum, line)):
        return _OTHER_MACHINE.search(line) is not None
    return _OTHER_MACHINE.search(above.rstrip().rpartition("\n")[2]) is not None


def path_beside(text: str) -> tuple[str, str]:
    """The text without `url path: /live/cam1`, as label_languages.py writes that label, and the path, without outer slashes."""
    found = _PATH_LABELED.search(text)
    if found is None:
        return text, ""
    return text[: found.start()] + text[found.end() :], found[1].strip("/")


def port_in_brackets(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without `(port 1936)`, and that port."""
    found = tuple(match[1] for match in _IN_BRACKETS.finditer(text))
    return (_IN_BRACKETS.sub("", text), found) if found else (text, ())


def ports_in_words(text: str) -> frozenset[int]:
    """Ports that a text speaks of, but those of something else, such as a proxy."""
    found: set[int] = set()
    for match in _PORT_IN_WORDS.finditer(text):
        line = text[max(0, match.start() - 80) : match.start()].rpartition("\n")[2]
        if _OTHER_SERVICES.search(line):
            continue
        found.add(int(match[1] or match[2]))
        end = match.end()
        while (another := _OTHER_NUMBERS.match(text, end)) is not None:
            found.add(int(another[1]))
            end = another.end()
    return frozenset(number for number in found if 1 <= number <= 65535)

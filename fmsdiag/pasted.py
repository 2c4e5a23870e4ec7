"""The one address inside what was pasted: quoted, labeled, in JSON, in two lines, or in a command line. Pure.

Addresses are found by their scheme; a server's name alone is one where nothing else stands, or behind a label.
Everything is linear in the length of what was pasted. What is found is not checked: that is for target.py. What cannot
be told, whether a line is a stream or a greeting for instance, is never guessed at a key's expense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from fmsdiag.address_end import (
    MARK,
    OF_LIBRTMP,
    USUAL_APPLICATIONS,
    Unclear,
    application_behind_space,
    end_of_quotes,
    goes_on_as_title,
    is_mark,
    may_go_on,
    rest_in_quotes,
    separated,
    with_application_behind_slash,
)
from fmsdiag.address_mistakes import (
    goes_on_behind_space,
    is_cut_at_line_end,
    servers_of_mistyped,
    with_slashes,
)
from fmsdiag.command_options import (
    application_and_stream,
    cut_by_librtmp,
    has_application_of_librtmp,
    has_options,
    of_this_command,
    place_of_command,
    with_place,
    without_other_outputs,
)
from fmsdiag.found_address import (
    MEDIA,
    PORT_AT_END,
    RTMP_SCHEMES,
    SCHEMES_FIRST,
    Doubt,
    Pasted,
    cleaned,
    path_of,
    with_port,
    with_protocol,
)
from fmsdiag.label_languages import in_english
from fmsdiag.labels_beside import (
    path_beside,
    port_in_brackets,
    ports_in_words,
    protocols_in_words,
    read_beside,
)
from fmsdiag.markup import without_decoration, without_links, without_pages, without_references
from fmsdiag.model import LeftOut, Transport
from fmsdiag.named_values import of_json, of_pairs, of_table, of_xml
from fmsdiag.plain_characters import in_plain_characters
from fmsdiag.setting_lines import (
    has_arguments_of_connect,
    has_destinations_of_server,
    of_link,
    of_settings,
    stream_of_call,
    with_colons,
    without_borders,
    without_mail_encoding,
    without_remarks,
)
from fmsdiag.shell_variables import with_values
from fmsdiag.stream_labels import (
    APP_NAMES,
    KEY_NAMES,
    has_unread_key,
    read_labeled,
    with_spaces,
    without_sources,
)
from fmsdiag.stream_path import cut_path, looks_like_key

_URL = re.compile(rf"(?i)(?<![a-z0-9+./-]){MEDIA}[^\s<>\"`“”„«»（）【】]+")
_NEXT_ADDRESS = re.compile(rf"(?i)(?<![,;|])[,;|]*+(?={MEDIA})")
_PARTNERS = {
    "'": "'",
    "‘": "’",
    "‚": "‘",
    "(": ")",
    "[": "]",
    "{": "}",
    "‹": "›",
    "「": "」",
    "『": "』",
    "＂": "＂",
}
_WRAPPING = "\"'`“”„‟«»‹›‘’‚‛<>＂＇「」『』,"
_WHOLLY_ENCODED = re.compile(r"(?i)(?<![a-z])(?:rtmp(?:e|s|te|ts|t)?|rtmfp|https?)%3a%2f%2f\S*")
_END_OF_SENTENCE = ".,;:!?。，、；：！？"
_HOST_ALONE = re.compile(
    r"(?i)\A(?:localhost(?::[0-9]+)?|[a-z0-9-]+:[0-9]+|[\w-]+(?:\.[\w-]+)+\.?(?::[0-9]*)?)(?:/\S*)?"
)
_WORD_BEFORE = re.compile(r"[^\W\d_][ \t]\Z")
_LINE_GOES_ON = re.compile(r"[\\^][ \t]{0,8}\r?\n")
_LABEL = re.compile(
    r"(?i)(?:rtmp[ _-]?)?(?:server|url|host|address|link|ingest)(?:[ _-]?(?:url|name|address))?\s*([:=])\s*"
)
_OF_SERVER = re.compile(r"(?i)(?:rtmp[ _-]?)?(?:server|host|ingest)")
_FEW_LINES = 8
_NEXT_COMMAND = re.compile(r"[ \t]{1,8}(?:!|&&|\|\||2>)(?=\s|[&\w])")
"""Of a shell, or the next element of GStreamer's pipeline."""
_PIPELINE = re.compile(r"(?<!\S)gst-launch|\w(?:sink|src|mux)(?![\w])[^!\n]{0,512}[ \t]![ \t]")
_REST_OF_CALL = re.compile(r"\A[\"']\s{0,8},[^)\n]{0,2048}\)?;?")
_VALUE_OPENS = re.compile(r"[\w)\]][ \t]{0,2}[=(,][ \t]{0,2}[\"'`]\Z")
_ASIDE = re.compile(r"[ \t]\(([^()\n]{0,200})\)")
_ONLY_LABEL = re.compile(rf"(?i){KEY_NAMES}|{APP_NAMES}|url|server|host|port|user(?:name)?|password")
_LABELED_LINE = re.compile(r"[^\W\d][\w /()-]{0,40}?[ \t]{0,4}[:=][ \t]{0,8}+\S{1,512}+[ \t]{0,8}+\Z")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,100}>")
_LABELED_TC_URL = re.compile(r"(?:\A|(?<=\s))(?:-t|--tcUrl)[\s=]+[^\s]+")
_FOREIGN_QUERY = re.compile(
    rf"(?i)(?<![a-z0-9+.-])((?!{MEDIA})[a-z][a-z0-9+.-]{{1,20}}://[^\s<>\"'`?#]{{0,2048}})[?#][^\s<>\"'`]*+"
)
_NEAR = 1024  # characters
_PEOPLE = re.compile(
    r"(?<![\w:/@.+-])(?:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|@\w{2,64})(?![\w:/@-])"
)
"""Addresses of mail, and nicknames of messengers."""
_LABEL_OF_KEY_AT_END = re.compile(
    rf"(?i)(?<![\w-])(?:{KEY_NAMES})[\"'”]?[ \t]{{0,4}}[:=]>?\s{{0,4}}[\"'“<]?\Z"
)


def take_address(typed: str) -> Pasted:
    """The address in `typed`, and what was told beside it. Raises nothing; without an address, all of it is the address."""
    typed = with_values(without_borders(without_remarks(without_mail_encoding(cleaned(typed))))).strip()
    typed = in_plain_characters(typed)
    if (told := of_link(typed)) is not None:
        return told
    typed = _without_pages(with_slashes(typed))
    if "://" not in typed:
        typed = _WHOLLY_ENCODED.sub(lambda match: unquote(match[0]), typed)
    if ":\\/\\/" in typed:
        typed = typed.replace("\\/", "/")
    if (
        told := of_json(typed) or of_xml(typed) or of_table(typed) or of_settings(in_english(typed))
    ) is not None:
        return told
    decoded = without_references(typed)
    told = (of_json(decoded) or of_xml(decoded)) if decoded != typed else None
    if told is None:
        told = _of_text(decoded)
        # a mail's signature has an @ as an address with a user name has
        if told.doubt is None and re.search(r"\s", told.address.strip()):
            without = _PEOPLE.sub("", decoded)
            told = told if without == decoded else _of_text(without)
    return told


def _without_pages(typed: str) -> str:
    """Pages and players in whose source `&` is written as `&amp;` as well."""
    decoded = without_references(typed)
    plain = without_pages(decoded)
    return plain if plain != decoded else typed


def _of_text(typed: str) -> Pasted:
    typed = with_application_behind_slash(without_other_outputs(typed))
    typed, unclear = separated(
        in_english(with_colons(without_decoration(without_links(without_sources(with_spaces(typed))))))
    )
    if unclear is not None:
        return Pasted(typed, doubt=Doubt.END if unclear is Unclear.END else Doubt.KEY_BEHIND_MARK)
    if any(
        is_cut_at_line_end(match[0], typed[match.end() : match.end() + _NEAR])
        for match in _URL.finditer(typed)
    ):
        return Pasted(_URL.findall(typed)[0], doubt=Doubt.LINE_BREAK)
    spans = list(_addresses(typed))
    if has_destinations_of_server(typed, (start for _, start, _ in spans)):
        return Pasted(spans[0][0], doubt=Doubt.SERVER_SETTINGS)
    if not spans and not place_of_command(typed).host:
        spans = list(_addresses(typed, of_connect=True))
    if not spans:
        return _of_host_option(typed) or _of_other_command(typed) or of_pairs(typed) or _without_scheme(typed)
    for span in spans:
        if _is_shortened(span, typed, spans):
            return _of_text(f"{typed[: span[1]]} {typed[span[2] :].lstrip('.…')}")
    distinct: dict[str, str] = {}
    for each, _, _ in spans:
        distinct.setdefault(each.rstrip("/"), each)
    address, start, end = spans[0]
    outside = " ".join(
        typed[left:right] for left, right in _between([(0, 0), *((b, e) for _, b, e in spans)], len(typed))
    )
    known = {PORT_AT_END.sub("", _authority(each)) for each in distinct}
    for server in servers_of_mistyped(outside):
        if server not in known:
            distinct.setdefault(f"rtmp://{server}", f"rtmp://{server}")
    if len(distinct) > 1:
        return Pasted(address, others=tuple(distinct.values())[1:])
    in_command = has_options(typed)
    if goes_on_behind_space(address, typed[end : end + _NEAR], in_command=in_command):
        return Pasted(address, doubt=Doubt.SPACES)
    behind = "".join(
        typed[left:right]
        for left, right in _between([(end, end), *((b, e) for _, b, e in spans[1:])], len(typed))
    )
    called = stream_of_call(behind)
    if has_arguments_of_connect(typed):
        behind = _REST_OF_CALL.sub("", behind, count=1)
    before = typed[:start]
    if in_command or _PIPELINE.search(typed):
        before, behind = of_this_command(before, behind)
    of_call = _with_other_stream(address, path_of(address), called) if called else None
    pasted = of_call or _with_surroundings(address, before, behind)
    if pasted.stream and not pasted.application and f"/{pasted.stream}?" in pasted.address:
        pasted = pasted._replace(stream="")  # the address has it with its parameters
    if pasted.stream and not pasted.application:
        pasted = pasted._replace(address=cut_by_librtmp(pasted.address, f"{before}\n{behind}"))
    if has_arguments_of_connect(typed):
        pasted = pasted._replace(unused=(*pasted.unused, LeftOut.ARGUMENTS))
    rest = rest_in_quotes(typed, start, end)
    if in_command and rest and pasted.doubt is None and not pasted.stream and not pasted.application:
        told = _with_word(pasted.address, "", rest)
        return told._replace(login=pasted.login)
    return pasted


def _is_shortened(span: tuple[str, int, int], typed: str, spans: Sequence[tuple[str, int, int]]) -> bool:
    """Whether it is another address, cut off as programs show long links: `rtmp://ingest.exam...`."""
    address, _, end = span
    cut = typed.startswith("..", end)
    return cut and any(other != address and other.startswith(address.rstrip(".…")) for other, _, _ in spans)


def _of_other_command(typed: str) -> Pasted | None:
    """A doubt about a command whose addresses are of other protocols; its lines may end with a mark of the shell."""
    is_command = has_options(typed) and ("://" in typed or _LINE_GOES_ON.search(typed))
    return Pasted(typed, doubt=Doubt.NO_ADDRESS) if is_command and re.search(r"\s", typed) else None


def _between(spans: list[tuple[int, int]], end: int) -> Iterator[tuple[int, int]]:
    """Where there is none of the spans, up to `end`."""
    starts = [start for start, _ in spans[1:]] + [end]
    return ((left, right) for (_, left), right in zip(spans, starts, strict=True))


def _addresses(typed: str, *, of_connect: bool = False) -> Iterator[tuple[str, int, int]]:
    """Each address with its scheme, and where it stands; connect's own tcUrl counts only where `of_connect`."""
    is_sentence = not has_options(typed)
    for match in _URL.finditer(typed):
        prefix = re.split(r"[<>\"“”«»]", typed[_start_of_word(typed, match.start()) : match.start()])[-1]
        is_tc_url = prefix.lower().endswith("tcurl=")
        if "?" in prefix or "/" in prefix or (is_tc_url and not of_connect):
            continue  # it belongs to another address
        if not of_connect and re.search(
            r"(?:\A|\s)(?:-t|--tcUrl|-rtmp_tcurl)\s+[\"']?\Z",
            typed[max(0, match.start() - 20) : match.start()],
        ):
            continue
        whole = match[0]
        partner = _PARTNERS.get(typed[match.start() - 1]) if match.start() else None
        if partner and partner in whole:
            whole = whole[: whole.index(partner)]
        elif is_sentence and (_stands_among_words(typed, match) or "/" not in path_of(match[0])):
            whole = _without_end_of_sentence(whole)
        if partner is None or partner not in match[0]:
            whole += application_behind_space(match[0], rest_in_quotes(typed, match.start(), match.end()))
        for piece in _pieces(whole):
            yield piece, match.start(), match.start() + len(whole)


def _stands_among_words(typed: str, match: re.Match[str]) -> bool:
    """Whether there is more than the address, and it is in no quotes of its own."""
    start, end = match.span()
    if (start, end) == (0, len(typed)):
        return False
    return (not start or typed[start - 1].isspace()) and (end == len(typed) or typed[end].isspace())


def _without_end_of_sentence(address: str) -> str:
    trimmed = _trimmed(address.rstrip(_END_OF_SENTENCE))
    while trimmed != address:
        address, trimmed = trimmed, _trimmed(trimmed.rstrip(_END_OF_SENTENCE))
    return trimmed


def _start_of_word(typed: str, end: int) -> int:
    start = end
    while start and end - start < 300 and not typed[start - 1].isspace():
        start -= 1
    return start


def _pieces(whole: str) -> Iterator[str]:
    """Addresses that were written one behind the other; those in a query are none."""
    lead = SCHEMES_FIRST.match(whole)
    begin, position = 0, lead.end() if lead else 0
    query = whole.find("?")
    for found in _NEXT_ADDRESS.finditer(whole, position):
        if query < 0 or found.start() < query or found.end() > found.start():
            yield _trimmed(whole[begin : found.start()])
            begin = found.end()
            if 0 <= query < begin:
                query = whole.find("?", begin)
    yield _trimmed(whole[begin:])


def _trimmed(address: str) -> str:
    address = address.rstrip("'’,;＂＇")
    for opening, closing in ("()", "[]", "{}"):
        if address.endswith(closing) and opening not in address:
            address = address[:-1]
    return address


def _without_scheme(typed: str) -> Pasted:
    """A server's name alone, quoted, or behind a label."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    for line in lines:
        label = _LABEL.match(line.strip(_WRAPPING))
        if label is not None:
            value = line.strip(_WRAPPING)[label.end() :].strip(_WRAPPING + " ")
            spaced = label[1] == "=" or label[0][-1].isspace()
            if value and (spaced or not value[0].isdigit()) and not re.search(r"\s", value):
                if _is_cut(value, line, typed):
                    return Pasted(value, doubt=Doubt.LINE_BREAK)
                return _with_surroundings(value, "", "\n".join(other for other in lines if other is not line))
    if lines and _HOST_ALONE.fullmatch(lines[0].rstrip(".")) and _is_cut(lines[0], lines[0], typed):
        return Pasted(lines[0], doubt=Doubt.LINE_BREAK)
    if 2 <= len(lines) <= _FEW_LINES and _HOST_ALONE.fullmatch(lines[0]) and _are_values(lines[1:]):
        return _with_surroundings(lines[0], "", "\n" + "\n".join(lines[1:]))
    bare = typed.strip(_WRAPPING)
    first, *rest = bare.split(maxsplit=1)[:2] or [bare]
    if rest and (plain := first.rstrip(",;")) and _HOST_ALONE.fullmatch(plain) and "/" in plain.rstrip("/"):
        mark = first[len(plain) :]
        return _with_surroundings(plain, "", mark + ("\n" if "\n" in bare else " ") + rest[0])
    return Pasted(bare)


def _are_values(lines: list[str]) -> bool:
    """Whether each line has a label in front, or there are no more than two words."""
    return all(_LABELED_LINE.match(line) for line in lines) or (
        len(lines) <= 2 and not re.search(r"[ \t]", "".join(lines))
    )


def _is_cut(address: str, line: str, typed: str) -> bool:
    """Whether the address at the end of that line goes on below."""
    return line.endswith(address) and is_cut_at_line_end(address, typed[typed.index(line) + len(line) :])


def _with_surroundings(address: str, before: str, after: str) -> Pasted:
    """The address with what is told before and behind it: by labels, by a command's options, or by a word alone."""
    if has_application_of_librtmp(after) and path_of(address):
        scheme, mark, rest = address.partition("://")
        address = f"{scheme}{mark}{rest.partition('/')[0]}"  # what librtmp is told goes before what it reads of the path
    if has_options(f"{before}\n{after}"):
        return _without_other_port(_with_labels(address, before, after), f"{before}\n{after}")
    before, path_before = path_beside(before)
    after, path_after = path_beside(after)
    if (path := path_before or path_after) and not path_of(address):
        address = f"{address.rstrip('/')}/{path}"
    before, ports_before = port_in_brackets(before)
    after, ports_after = port_in_brackets(after)
    above, below = read_beside(before), read_beside(after)
    if _LABEL_OF_KEY_AT_END.search(above.rest):
        if _value_of_server_label(f"{above.rest}\n{below.rest}", _LABEL):
            return Pasted(address, doubt=Doubt.SWAPPED)
    elif (other := _value_of_server_label(f"{above.rest}\n{below.rest}")) and _HOST_ALONE.fullmatch(other):
        host, other_host = _authority(address), _authority(other)
        if other_host not in (host, PORT_AT_END.sub("", host)):
            is_port = PORT_AT_END.sub("", other_host) == PORT_AT_END.sub("", host)
            has_port = PORT_AT_END.search(host) is not None
            beside = Doubt.OTHER_PORT_BESIDE if has_port else Doubt.PORT_BESIDE
            return Pasted(address, doubt=beside) if is_port else Pasted(address, others=(other,))
    pasted = _with_labels(address, _without_foreign_queries(above.rest), _without_foreign_queries(below.rest))
    user, password = above.user or below.user, above.password or below.password
    if user and pasted.login is None:
        pasted = pasted._replace(login=(user, password))
    elif password and pasted.login is None:
        pasted = pasted._replace(unused=(LeftOut.PASSWORD,))
    if not pasted.stream and has_unread_key(f"{above.rest}\n{below.rest}"):
        pasted = pasted._replace(unused=(*pasted.unused, LeftOut.KEY))
    pasted = with_port(pasted, ports_before + above.ports + below.ports + ports_after)
    pasted = _with_protocol_told(pasted, above.protocols | below.protocols, f"{above.rest}\n{below.rest}")
    return _without_other_port(pasted, f"{above.rest}\n{below.rest}")


def _with_protocol_told(pasted: Pasted, labeled: frozenset[str], around: str) -> Pasted:
    """With the protocol behind a label, else the one that the sentences around the address speak of."""
    if labeled:
        return with_protocol(pasted, labeled)
    demanded, advised = protocols_in_words(around)
    return with_protocol(pasted, demanded) if demanded else with_protocol(pasted, advised, told=False)


def _without_foreign_queries(around: str) -> str:
    """`around` without the parameters of addresses that are not RTMP's: their names are no labels."""
    return _FOREIGN_QUERY.sub(r"\1", around) if "://" in around else around


def _authority(address: str) -> str:
    """Server and port of an address, with a scheme or without."""
    place = address.partition("://")[2] if "://" in address else address
    return place.partition("/")[0].rpartition("@")[2].lower().removesuffix(".").removesuffix(":")


def _value_of_server_label(around: str, label_of: re.Pattern[str] = _OF_SERVER) -> str:
    """What stands behind the label of a server on a line of its own."""
    for line in around.splitlines():
        plain = line.strip(_WRAPPING + " ")
        label = _LABEL.match(plain)
        if (
            label is not None
            and label_of.match(plain)
            and (value := plain[label.end() :].strip(_WRAPPING + " "))
        ):
            return value
    return ""


def _without_other_port(pasted: Pasted, around: str) -> Pasted:
    """A doubt where a port is told in words that the address does not have, nor its protocol by default."""
    if pasted.doubt is not None:
        return pasted
    scheme, mark, rest = pasted.address.partition("://")
    authority = (rest if mark else scheme).partition("/")[0]
    named = PORT_AT_END.search(authority)
    by_default = {transport.value: transport.default_port for transport in Transport}
    known = int(named[1]) if named else by_default.get(scheme.lower() if mark else "rtmp", 1935)
    if ports_in_words(around) - {known}:
        return pasted._replace(doubt=Doubt.PORT_BESIDE if named is None else Doubt.OTHER_PORT_BESIDE)
    return pasted


def _with_labels(address: str, before: str, after: str) -> Pasted:
    around = f"{before}\n{after}"
    application, stream, login = read_labeled(around)
    if has_options(around):
        place = place_of_command(around)
        if place.host or place.port or place.scheme:
            address = with_place(address, place)
        return Pasted(address, *application_and_stream(around, application, stream), login)
    if not stream and not application:
        return _with_word(address, before, after)._replace(login=login)
    if stream and not application and _is_application(stream, path_of(address)):
        return Pasted(address, doubt=Doubt.KEY_IN_ADDRESS)  # the two fields are exchanged
    return Pasted(address, application, stream, login)


def _of_host_option(typed: str) -> Pasted | None:
    """rtmpdump's way of naming a server without a URL: `-n HOST -c PORT -a APP -y PLAYPATH`."""
    place = place_of_command(typed)
    if not place.host:
        return None
    around = _LABELED_TC_URL.sub(" ", typed)  # what else it holds is another server's, or the same again
    return _with_surroundings(with_place("", place), "", around)


def _with_word(address: str, before: str, after: str) -> Pasted:
    """A single word beside an address: a stream key behind a space, or on a line of its own."""
    line, *others = _TAG.sub(" ", after).split("\n")
    if line.rstrip().endswith(":") and not line[:1].isspace():
        line = ""  # the name of what follows
    if line[:1] in (" ", "\t") and re.match("[:/](?!/)", line.lstrip(" \t")):
        return Pasted(address, doubt=Doubt.SPACES)
    if _NEXT_COMMAND.match(line):
        return Pasted(address)
    if goes_on_as_title(line):
        return Pasted(address, doubt=Doubt.SPACES)
    line = _in_quotes(before, line, has_stream="/" in path_of(address))
    line = _ASIDE.sub(lambda aside: f" {aside[1]} " if looks_like_key(aside[1]) else " ", line)
    words = [
        w
        for w in line.strip(f"{_WRAPPING} )]}}{_END_OF_SENTENCE}").split()
        if not OF_LIBRTMP.match(w) and "<" not in w and any(map(str.isalnum, w))
    ]
    path = path_of(address)
    first = line.lstrip(" \t")[:1]
    if first == MARK or (first and is_mark(first) and first not in _WRAPPING):
        return _with_text(address, path, words)
    if len(words) == 1 and not words[0].endswith(":"):
        word = words[0].strip(_WRAPPING)
        is_prose = line[:1] in _END_OF_SENTENCE or _WORD_BEFORE.search(before[-80:]) is not None
        if (is_prose or looks_like_key(cut_path(path).stream)) and not looks_like_key(word):
            return Pasted(address)
        if line[:1] in (" ", "\t") and may_go_on(path, word):
            return Pasted(address, doubt=Doubt.SPACE)
        if _ONLY_LABEL.fullmatch(word):
            return Pasted(address)
        if path.count("/") > 0 or (not path and ("/" in word or "." in word)):
            return Pasted(f"{address} {word}")  # a space in the stream's or the server's name
        return _with_part(address, path, word)
    if len(words) == 2 and not path and "://" in address and looks_like_key(words[1]):
        return Pasted(address, words[0].strip(_WRAPPING), words[1].strip(_WRAPPING))
    below = [other.strip(_WRAPPING + " ") for other in others if any(map(str.isalnum, other))]
    if not words and below and not any(re.search(r"[\s:]", other) for other in below):
        return _with_lines(address, path, below)
    above = [other.strip(_WRAPPING + " ") for other in before.split("\n")[:-1] if other.strip()]
    if (
        len(above) == 1
        and above[0].isascii()
        and looks_like_key(above[0])
        and not re.search(r"[\s:.]", above[0])
    ):
        return _with_other_stream(address, path, above[0])
    return Pasted(address)


def _in_quotes(before: str, line: str, *, has_stream: bool) -> str:
    """What stands in the same quotation marks as the address; all of the line where it stands in none.

    A word behind them may still be the stream's name, `"rtmp://host/app" key`, but not where the address has one, nor behind
    a program's value, `url="rtmp://…", next`.
    """
    end = end_of_quotes(before[-1:], line)
    return line[:end] if end >= 0 and (has_stream or _VALUE_OPENS.search(before)) else line


def _with_text(address: str, path: str, words: list[str]) -> Pasted:
    """What follows on a mark of another script: a stream key, or a sentence."""
    plain = ("".join(" " if is_mark(c) else c for c in word).strip(f" {_WRAPPING}") for word in words)
    word = next((word for word in plain if word and not _ONLY_LABEL.fullmatch(word)), "")
    if not word.isascii() or not looks_like_key(word):
        return Pasted(address)
    return _with_other_stream(address, path, word)


def _with_lines(address: str, path: str, below: list[str]) -> Pasted:
    """Words on lines of their own: application and stream, or a stream."""
    if len(below) == 2 and not path:
        return Pasted(address, below[0].strip("/"), below[1].lstrip("/"))
    if len(below) > 1:
        return Pasted(address)
    word = below[0]
    if any(is_mark(character) for character in word):
        return Pasted(address)  # a sentence
    if "/" in word.strip("/") or (not path and "?" in word):
        return Pasted(address, doubt=Doubt.LINE_BREAK)
    if cut_path(path).stream:
        return _with_other_stream(address, path, word) if looks_like_key(word) else Pasted(address)
    return Pasted(address) if word.endswith((".", "!", "?")) else _with_part(address, path, word)


def _with_part(address: str, path: str, word: str) -> Pasted:
    """The word as the part that the path lacks: its application, or its stream."""
    if word.lower() in RTMP_SCHEMES:
        return Pasted(address)
    if not path:
        return Pasted(address, stream=word) if looks_like_key(word) else Pasted(address, word)
    if not looks_like_key(word) and (looks_like_key(path) or word.lower() in USUAL_APPLICATIONS):
        return Pasted(address, doubt=Doubt.KEY_IN_ADDRESS)
    return Pasted(address, stream=word)


def _is_application(word: str, path: str) -> bool:
    """Whether what stands in the field of the key is an application, and the key is in the path's place of one."""
    return word.lower() in USUAL_APPLICATIONS and looks_like_key(path)


def _with_other_stream(address: str, path: str, stream: str) -> Pasted:
    named = cut_path(path).stream
    if named and named != stream:
        return Pasted(address, doubt=Doubt.OTHER_STREAM)
    return Pasted(address, stream=stream)

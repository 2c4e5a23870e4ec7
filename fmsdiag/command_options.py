"""What the options of a pasted command line say: those of rtmpdump, and ffmpeg's for its RTMP. Pure, linear, checks nothing."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from fmsdiag.found_address import MEDIA, RTMP_SCHEMES, path_of
from fmsdiag.stream_path import looks_like_key

_ONLY_OF_RTMPDUMP = ("-a", "--app", "-y", "--playpath", "--host", "--tcUrl", "-t")
_PROTOCOLS = {
    "0": "rtmp",
    "1": "rtmpt",
    "2": "rtmpe",
    "3": "rtmpte",
    "4": "rtmps",
    "5": "rtmpts",
    "8": "rtmfp",
}
"""The numbers of rtmpdump's --protocol, which are librtmp's RTMP_PROTOCOL_*; a name is meant, though it takes none."""
_OPTION_OF_COMMAND = re.compile(r"(?:\A|\s)-{1,2}[A-Za-z][\w:-]*(?=\s|=|\Z)")
_WORD_OF_COMMAND = re.compile(r"""(?<!\S)"[^"\n]{0,512}"(?!\S)|(?<!\S)'[^'\n]{0,512}'(?!\S)|\S+""")
"""As a shell has them: one in quotation marks may have spaces."""
_OF_LAVF = re.compile(r"[=,]rtmp_(app|playpath)=")
"""ffmpeg's options as mpv is given them: `--demuxer-lavf-o=rtmp_app=live`."""
_PORT_AT_END = re.compile(r":([0-9]{1,6})\Z")

_TEE = re.compile(r"(?<!\S)-f[ \t]{1,8}[\"']?tee(?!\w)")
_PLAYPATH = re.compile(r"(?i)(?<=[ \t])playpath=|(?<!\S)(?:-y|--playpath|-rtmp_playpath)[\s=]")
_BY_NGINX = re.compile(r"(?m)(?<![^\s;{])(?:push|pull)[ \t]{1,8}$")
_OUTPUTS = re.compile(r"(?<![^\s\"'])[^\s\"']++")
_OPTIONS_OF_OUTPUT = re.compile(r"\A\[[^\]\s]{0,512}\]")
_MEDIA = re.compile(f"(?i){MEDIA}")
_NEXT_COMMAND = re.compile(r"(?<!\S)(?:!|&&|\|\|?|2>)(?=\s)")


class Place(NamedTuple):
    """What options of rtmpdump say in place of a URL, or of a part of one."""

    scheme: str = ""
    host: str = ""
    port: str = ""


def has_options(text: str) -> bool:
    """Whether any word in it is written as an option is."""
    return _OPTION_OF_COMMAND.search(text) is not None


def without_other_outputs(text: str) -> str:
    """ffmpeg's tee, `"[f=flv]rtmp://…|[f=mpegts]udp://…"`, with its outputs over RTMP alone; other text as it is."""
    return _OUTPUTS.sub(_media_outputs, text) if _TEE.search(text) else text


def _media_outputs(match: re.Match[str]) -> str:
    outputs = [_OPTIONS_OF_OUTPUT.sub("", output) for output in match[0].split("|")]
    media = [output for output in outputs if _MEDIA.match(output)]
    return "|".join(media) if media else match[0]


def of_this_command(before: str, behind: str) -> tuple[str, str]:
    """What stands around an address, up to the shell's next command and the next element of GStreamer's pipeline."""
    first = _NEXT_COMMAND.search(behind)
    starts = [match.end() for match in _NEXT_COMMAND.finditer(before)]
    return before[starts[-1] if starts else 0 :], behind[: first.start()] if first else behind


def place_of_command(around: str) -> Place:
    """Scheme, host and port among the options of rtmpdump, which go before those of its URL."""
    words, short = _words_of_command(around)
    named = any(_is_rtmpdump(word) for word in words[:3])
    if not named and not (short and any(word in _ONLY_OF_RTMPDUMP for word in words)):
        return Place()
    found = Place()
    for option, value in pairwise(words):
        if value.startswith("-"):
            continue
        if option in ("-n", "--host"):
            found = found._replace(host=value)
        elif option in ("-c", "--port"):
            found = found._replace(port=value)
        elif option in ("-l", "--protocol"):
            by_name = value.lower() if value.lower() in RTMP_SCHEMES else ""
            found = found._replace(scheme=_PROTOCOLS.get(value, by_name))
    return found


def _is_rtmpdump(word: str) -> bool:
    return bool(re.search(r"(?i)(?:\A|[/\\])rtmpdump(?:\.exe)?\Z", word))


def with_place(address: str, place: Place) -> str:
    """`address` with what `place` names; without an address, all of it."""
    scheme, _, rest = address.partition("://") if "://" in address else ("", "", address)
    authority, slash, path = rest.partition("/")
    host, port = authority, ""
    if (number := _PORT_AT_END.search(authority)) is not None:
        host, port = authority[: number.start()], number[1]
    if place.host:
        host = f"[{place.host}]" if place.host.count(":") > 1 and "[" not in place.host else place.host
    port = place.port or port
    return f"{place.scheme or scheme or 'rtmp'}://{host}{':' if port else ''}{port}{slash}{path}"


def _words_of_command(around: str) -> tuple[list[str], bool]:
    """The words, and whether short options may be rtmpdump's."""
    spaced = re.sub(r"(--(?:app|playpath|host|port|protocol))=", r"\1 ", around)
    words = [word.strip("\"'") for word in _WORD_OF_COMMAND.findall(spaced)]
    return words, not any(word in ("-i", "-f") or word.endswith("ffmpeg") for word in words)


_LIBRTMP = (
    r"(?:app|tcUrl|pageUrl|swfUrl|swfVfy|swfAge|flashVer|conn|playpath|playlist|live|subscribe|start|stop|buffer|timeout|token"
    r"|jtv|socks|pubUser|pubPasswd)"
)
_OPTIONS_OF_LIBRTMP = re.compile(rf"(?i)(?:[ \t]{{1,8}}{_LIBRTMP}=[^\s\"']{{0,512}}){{2,20}}")


def has_application_of_librtmp(behind: str) -> bool:
    """Whether options of librtmp follow an address, and name the application: what they say goes before the path."""
    found = _OPTIONS_OF_LIBRTMP.match(behind)
    return found is not None and re.search(r"(?i)[ \t]app=[^\s\"']", found[0]) is not None


def cut_by_librtmp(address: str, around: str) -> str:
    """`address` up to the application, where options of librtmp, rtmpdump or nginx-rtmp name the stream beside it.

    librtmp takes two segments of three or more for the application, else one; nginx-rtmp always one. The rest would be the
    stream's name, in whose place the option stands.
    """
    scheme, mark, rest = address.partition("://")
    segments = path_of(address).split("/")
    kept = 1 if len(segments) == 2 or _BY_NGINX.search(around) else 2
    if (
        not _PLAYPATH.search(around)
        or len(segments) <= kept
        or segments[kept] == "_definst_"
        or "?" in rest
        or any(map(looks_like_key, segments[kept:]))  # that is asked about
    ):
        return address
    return f"{scheme}{mark}{rest.partition('/')[0]}/{'/'.join(segments[:kept])}"


def application_and_stream(around: str, application: str, stream: str) -> tuple[str, str]:
    """Application and stream among the options of rtmpdump and ffmpeg."""
    words, short = _words_of_command(_OF_LAVF.sub(r" -rtmp_\1 ", around))
    for option, value in pairwise(words):
        if option in ("-rtmp_app", "--app") or (short and option == "-a"):
            application = value
        elif option in ("-rtmp_playpath", "--playpath") or (short and option == "-y"):
            stream = value
    return application, stream

"""What the house allows, where import-linter (pyproject.toml) cannot say it.

Each check is a function from source text or paths to a list of complaints, so that it is tested itself:
a check that can no longer fail would be worth nothing.
"""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.each import each_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "fmsdiag"
SOURCES = sorted(path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py"))
OTHERS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("tests", "packaging")
    for path in (ROOT / folder).rglob("*.py")
)

# Third-party and standard modules that are at home in a few places only. A place is a file, or a folder
# when it ends in "/".
ONLY_IN = {
    "PySide6": ("fmsdiag/gui/", "fmsdiag/report/pdf.py"),
    "shiboken6": ("fmsdiag/gui/",),
    "qasync": ("fmsdiag/gui/event_loop.py",),
    "rich": ("fmsdiag/cli/",),
}

# Rooms that are pure: same input, same output. They get neither network, nor clock, nor files.
PURE = (
    "fmsdiag/model/",
    "fmsdiag/target.py",
    "fmsdiag/target_texts.py",
    "fmsdiag/target_url.py",
    "fmsdiag/port_list.py",
    "fmsdiag/typed_proxy.py",
    "fmsdiag/server_place.py",
    "fmsdiag/private_addresses.py",
    "fmsdiag/pasted.py",
    "fmsdiag/plain_characters.py",
    "fmsdiag/shell_variables.py",
    "fmsdiag/found_address.py",
    "fmsdiag/named_values.py",
    "fmsdiag/labels_beside.py",
    "fmsdiag/stream_labels.py",
    "fmsdiag/label_languages.py",
    "fmsdiag/command_options.py",
    "fmsdiag/stream_path.py",
    "fmsdiag/players.py",
    "fmsdiag/protocol/",
    "fmsdiag/diagnosis/",
    "fmsdiag/probe/plan.py",
)
IMPURE_MODULES = {
    "asyncio",
    "select",
    "selectors",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
}

# The only packages that open sockets.
NETWORK = ("fmsdiag/probe/sockets/", "fmsdiag/server/")

# Calls that open a connection or a listening port or ask a resolver, on whatever object they are made.
OPENING_CALLS = {
    "open_connection",
    "open_unix_connection",
    "start_server",
    "create_connection",
    "create_datagram_endpoint",
    "create_server",
    "getaddrinfo",
    "sock_connect",
    "sock_sendto",
}

# The only files of the prober that look at this computer: its files, environment, interfaces and settings.
PROBER = ("fmsdiag/probe/", "fmsdiag/diagnosis/", "fmsdiag/run.py")
THIS_COMPUTER = (
    "fmsdiag/probe/computer.py",
    "fmsdiag/probe/proxy/system.py",
    "fmsdiag/probe/macos_settings.py",
    "fmsdiag/probe/system_commands.py",
    "fmsdiag/probe/sleep_clock.py",
    "fmsdiag/probe/sockets/windows_tcp_info.py",
    "fmsdiag/probe/windows_adapters.py",
    "fmsdiag/probe/windows_settings.py",
)
LOOKING_MODULES = {"ctypes", "io", "psutil", "resource", "subprocess", "winreg"}
LOOKING_NAMES = {
    "environ",
    "getenv",
    "getnode",
    "getproxies",
    "getproxies_environment",
    "has_ipv6_route",
    "own_address",
    "read_bytes",
    "read_computer",
    "read_system_proxies",
    "read_text",
    "search_domains_of",
    "uname",
    "Resolver",
}
# Where else one of these names may stand: the sockets that tell a route without sending, and what hands it on.
LOOKING_ELSEWHERE = {
    "fmsdiag/probe/sockets/network.py": {"has_ipv6_route", "own_address"},
    "fmsdiag/probe/sockets/recording.py": {"own_address"},  # of a UDP socket that has none of its own
    "fmsdiag/probe/experiments/path.py": {"own_address"},  # Computer's
    "fmsdiag/run.py": {"own_address"},  # likewise
}

# Who turns text into targets, ports and proxies: where a user types, and where the system or the network names one.
PARSERS = ("fmsdiag.target", "fmsdiag.port_list", "fmsdiag.typed_proxy")
PARSING = (
    "fmsdiag/cli/",
    "fmsdiag/gui/form/",
    "fmsdiag/obs/",  # what a user typed into OBS
    "fmsdiag/profile/",  # what another person wrote into a file
    "fmsdiag/probe/proxy/settings.py",  # what this computer is set to
    "fmsdiag/probe/proxy/wpad.py",  # what the network's script says
    "fmsdiag/probe/redirects.py",  # where a server sends its clients
)

# What any file may take from the socket module, beside its constants in capitals.
OPENS_NOTHING = {"AddressFamily", "gaierror", "gethostname", "herror", "inet_ntop", "inet_pton"}

# Fields of the model whose words are a closed vocabulary: code compares them with its members.
OF_A_VOCABULARY = {
    "busy_outcome", "carrier", "command", "experiment", "idle_outcome", "kind", "outcome", "protocol",
    "purpose", "rcode", "scheme", "server_digest", "source", "status", "step", "transport", "value",
}  # fmt: skip
COMPARES_FACTS = ("fmsdiag/diagnosis/", "fmsdiag/report/", "fmsdiag/run.py")

NOTHING_TELLING = {"core", "util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"}


def is_at(path: str, places: tuple[str, ...]) -> bool:
    """A place ending in .py or / is exact; one that does not is the beginning of file names."""
    return any(path == place if place.endswith(".py") else path.startswith(place) for place in places)


def imports(source: str) -> list[tuple[str, tuple[str, ...]]]:
    """(top-level module, names taken from it) of every import, also inside functions and TYPE_CHECKING."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Import):
            found += [(alias.name.partition(".")[0], ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = tuple(alias.name for alias in node.names)
            found.append((node.module.partition(".")[0], names))
    return found


def full_imports(source: str) -> list[tuple[str, tuple[str, ...]]]:
    """(module with its packages, names taken from it) of every `from … import …`, and of what is used as an attribute."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.module, tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.Attribute):
            found.append((f"fmsdiag.{ast.unparse(node.value).removeprefix('fmsdiag.')}", (node.attr,)))
    return found


def opens_sockets(name: str) -> bool:
    """Whether this name of the socket module does anything."""
    return not name.isupper() and name not in OPENS_NOTHING


def misplaced_imports(path: str, source: str) -> list[str]:
    """Imports that belong into another file."""
    return [
        f"{path} imports {module}, which is for {', '.join(ONLY_IN[module])}"
        for module, _ in imports(source)
        if module in ONLY_IN and not is_at(path, ONLY_IN[module])
    ]


def impurities(path: str, source: str) -> list[str]:
    """Imports by which a pure room would get hold of the network, a clock or a process."""
    if not is_at(path, PURE):
        return []
    return [
        f"{path} imports {module}, but this room is pure"
        for module, _ in imports(source)
        if module in IMPURE_MODULES
    ]


def opened_connections(path: str, source: str) -> list[str]:
    """Calls and names that open sockets outside the network layer."""
    if is_at(path, NETWORK):
        return []
    opening = [
        f"socket.{name}"
        for module, names in imports(source)
        for name in names
        if module == "socket" and opens_sockets(name)
    ]
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "socket":
            opening += [f"socket.{node.attr}"] if opens_sockets(node.attr) else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            opening += [f"{node.func.attr}()"] if node.func.attr in OPENING_CALLS else []
    return [f"{path} uses {name}, which is for {', '.join(NETWORK)}" for name in opening]


def _names_in(node: ast.AST) -> set[str]:
    """The names that are used, imported or defined here."""
    if isinstance(node, ast.Attribute):
        return {node.attr}
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.ImportFrom):
        return {alias.name for alias in node.names}
    return {node.name} if isinstance(node, ast.FunctionDef) else set()


def _system_paths(arguments: list[ast.expr]) -> set[str]:
    """The paths of the system among what a call is given."""
    texts = {str(a.value) for a in arguments if isinstance(a, ast.Constant)}
    return {text for text in texts if text.startswith(("/proc", "/etc/", "/sys/", "/usr/"))}


def looks_at_this_computer(path: str, source: str) -> list[str]:
    """Where the prober reads the computer that it runs on past `Computer`."""
    if not is_at(path, PROBER) or path in THIS_COMPUTER:
        return []
    found = {module for module, _ in imports(source) if module in LOOKING_MODULES}
    for node in ast.walk(parsed(source)):
        found |= _names_in(node) & (LOOKING_NAMES - LOOKING_ELSEWHERE.get(path, set()))
        if isinstance(node, ast.Call):
            called = node.func
            found |= {"open()"} if isinstance(called, ast.Name) and called.id == "open" else set()
            found |= _system_paths(node.args)
    return [f"{path} uses {name}, which is for {', '.join(THIS_COMPUTER)}" for name in sorted(found)]


def parsed_again(path: str, source: str) -> list[str]:
    """Parsing of what users typed behind the edge where it is typed."""
    if is_at(path, PARSING):
        return []
    return [
        f"{path} takes {name} from {module}, which is for {', '.join(PARSING)}"
        for module, names in full_imports(source)
        for name in names
        if module in PARSERS and name.startswith("parse_")
    ]


def bare_words(path: str, source: str) -> list[str]:
    """Where a field of the model is compared with a string in place of a member of its vocabulary."""
    if not is_at(path, COMPARES_FACTS):
        return []
    compared = (node for node in ast.walk(parsed(source)) if isinstance(node, ast.Compare))
    return [
        f"{path}:{node.lineno} compares {ast.unparse(node)}: name the member of the vocabulary"
        for node in compared
        if any(isinstance(side, ast.Attribute) and side.attr in OF_A_VOCABULARY for side in _sides(node))
        and any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in _sides(node))
    ]


def unencoded(path: str, source: str) -> list[str]:
    """Files of text that are read or written in the encoding of whatever system it is."""
    calls = (node for node in ast.walk(parsed(source)) if isinstance(node, ast.Call))
    return [
        f"{path}:{call.lineno} names no encoding"
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("read_text", "write_text")
        and not any(keyword.arg in ("encoding", None) for keyword in call.keywords)
        and not (call.func.attr == "read_text" and call.args)
    ]


def _sides(node: ast.Compare) -> Iterator[ast.expr]:
    """What is compared, with the members of a list or tuple each for itself."""
    for side in (node.left, *node.comparators):
        yield from side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else (side,)


def only_declares(source: str) -> bool:
    """Whether a file has only a docstring, imports and assigned names: nothing that could be tested."""
    declarations = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    return all(
        isinstance(node, declarations)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in parsed(source).body
    )


def expected_tests(path: str) -> list[str]:
    """Where the test of a source file may be; the first is the usual one.

    fmsdiag/a/b.py has tests/a/test_b.py. A rule may have a table of cases instead:
    fmsdiag/diagnosis/rules/family/x.py has tests/diagnosis/rules/family/x.toml.
    """
    relative = Path(path).relative_to("fmsdiag")
    folder = Path("tests") / relative.parent
    expected = [(folder / f"test_{relative.stem.strip('_')}.py").as_posix()]
    if relative.parent.parent.as_posix() == "diagnosis/rules":
        expected.append((folder / f"{relative.stem}.toml").as_posix())
    return expected


def untested(sources: dict[str, str], files: set[str]) -> list[str]:
    """Source files that have neither a test file nor anything to test in them."""
    return [
        f"{path} has no test: {' or '.join(expected_tests(path))}"
        for path, source in sources.items()
        if not files.intersection(expected_tests(path))
        and not (Path(path).name.startswith("__") and only_declares(source))
    ]


def telling_nothing(paths: list[str]) -> list[str]:
    """Folders and files whose name does not tell what is in them."""
    return [path for path in paths if NOTHING_TELLING.intersection(Path(path).with_suffix("").parts)]


def import_cycle(imported: Mapping[str, Iterable[str]]) -> list[str]:
    """The first cycle of imports, if there is one; `imported` is by importing module."""
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        return [f"import cycle: {' imports '.join(reversed(error.args[1]))}"]
    return []


@cache
def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def parsed(source: str) -> ast.Module:
    """Each file is looked at by many checks."""
    return ast.parse(source)


def complain(complaints: list[str]) -> None:
    """Fails with one complaint a line, none cut short."""
    if complaints:
        raise AssertionError("\n".join(complaints))


every_source = each_of((path, path) for path in SOURCES)


@every_source
def test_every_import_is_at_home(path: str) -> None:
    complain(misplaced_imports(path, read(path)))


@every_source
def test_pure_rooms_stay_pure(path: str) -> None:
    complain(impurities(path, read(path)))


@every_source
def test_connections_are_opened_by_the_network_layer_only(path: str) -> None:
    complain(opened_connections(path, read(path)))


@every_source
def test_the_prober_looks_at_its_computer_in_one_place(path: str) -> None:
    complain(looks_at_this_computer(path, read(path)))


@every_source
def test_input_is_parsed_at_the_edge(path: str) -> None:
    complain(parsed_again(path, read(path)))


@every_source
def test_words_of_a_vocabulary_are_named(path: str) -> None:
    complain(bare_words(path, read(path)))


@each_of((path, path) for path in (*SOURCES, *OTHERS))
def test_files_of_text_name_their_encoding(path: str) -> None:
    complain(unencoded(path, read(path)))


def test_each_source_file_has_a_test() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*") if path.is_file()}
    complain(untested({path: read(path) for path in SOURCES}, files))


def test_there_is_no_import_cycle() -> None:
    """Also counts what is imported inside functions and for type checking alone."""
    graph = grimp.build_graph("fmsdiag", exclude_type_checking_imports=False, cache_dir=None)
    complain(import_cycle({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}))


def test_names_tell_what_is_inside() -> None:
    tests = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py")]
    complain(telling_nothing(SOURCES + tests))


@pytest.mark.parametrize(
    ("path", "source", "allowed"),
    [
        ("fmsdiag/gui/main_window.py", "from PySide6.QtWidgets import QWidget", True),
        ("fmsdiag/report/pdf.py", "from PySide6.QtGui import QPdfWriter", True),
        ("fmsdiag/report/html.py", "def f():\n    import PySide6.QtGui", False),
        ("fmsdiag/gui/main_window.py", "import qasync", False),
        ("fmsdiag/gui/socket.py", "from fmsdiag.gui import qasync", True),
    ],
)
def test_misplaced_imports_are_seen(path: str, source: str, allowed: bool) -> None:
    assert (misplaced_imports(path, source) == []) is allowed


@pytest.mark.parametrize(
    ("path", "source", "allowed"),
    [
        ("fmsdiag/protocol/chunk.py", "import struct", True),
        ("fmsdiag/protocol/session.py", "from time import monotonic", False),
        ("fmsdiag/probe/plan.py", "import asyncio", False),
        ("fmsdiag/probe/prober.py", "import asyncio", True),
    ],
)
def test_impurities_are_seen(path: str, source: str, allowed: bool) -> None:
    assert (impurities(path, source) == []) is allowed


@pytest.mark.parametrize(
    ("path", "source", "allowed"),
    [
        ("fmsdiag/probe/rtmp.py", "reader, writer = asyncio.open_connection(h, p)", False),
        ("fmsdiag/probe/sockets/network.py", "loop.create_connection(f, h, p)", True),
        ("fmsdiag/probe/rtmp.py", "network.connect(h, p)", True),
        ("fmsdiag/probe/sockets/icmp.py", "s = socket.socket()", True),
        ("fmsdiag/probe/failure.py", "isinstance(e, socket.gaierror) and socket.AF_INET", True),
        ("fmsdiag/probe/failure.py", "from socket import AF_INET, gaierror", True),
        ("fmsdiag/probe/failure.py", "from socket import AF_INET, create_connection", False),
        ("fmsdiag/probe/failure.py", "with socket.socket() as s: ...", False),
    ],
)
def test_opened_connections_are_seen(path: str, source: str, allowed: bool) -> None:
    assert (opened_connections(path, source) == []) is allowed


@pytest.mark.parametrize(
    ("path", "source", "allowed"),
    [
        ("fmsdiag/probe/computer.py", "import psutil\nPath('/proc/net/arp').read_text()", True),
        ("fmsdiag/probe/prober.py", "import psutil", False),
        ("fmsdiag/probe/prober.py", "Path('/proc/net/arp')", False),
        ("fmsdiag/probe/prober.py", "with open(name) as file: ...", False),
        ("fmsdiag/probe/prober.py", "await way.open(addresses)", True),
        ("fmsdiag/probe/contacts.py", "import os\nos.environ.get('X')", False),
        ("fmsdiag/probe/contacts.py", "from os import getenv", False),
        ("fmsdiag/probe/transports/names.py", "dns.resolver.Resolver(configure=True)", False),
        ("fmsdiag/probe/experiments/path.py", "from fmsdiag.probe.computer import read_computer", False),
        ("fmsdiag/probe/experiments/path.py", "context.computer.own_address(address)", True),
        ("fmsdiag/run.py", "from fmsdiag.probe.proxy.system import read_system_proxies", False),
        ("fmsdiag/diagnosis/rules/local/hosts_file_override.py", "name = 'the file /etc/hosts'", True),
        ("fmsdiag/cli/options.py", "read_system_proxies()", True),
    ],
)
def test_looks_at_this_computer_are_seen(path: str, source: str, allowed: bool) -> None:
    assert (looks_at_this_computer(path, source) == []) is allowed


@pytest.mark.parametrize(
    ("path", "source", "allowed"),
    [
        ("fmsdiag/cli/options.py", "from fmsdiag.port_list import parse_ports", True),
        ("fmsdiag/gui/form/form_input.py", "from fmsdiag.port_list import parse_ports", True),
        ("fmsdiag/gui/run_session.py", "from fmsdiag.port_list import parse_ports", False),
        ("fmsdiag/probe/plan.py", "from fmsdiag.port_list import write_ports", True),
        (
            "fmsdiag/probe/plan.py",
            "def f():\n    from fmsdiag.port_list import MAX_PORTS, parse_ports",
            False,
        ),
        ("fmsdiag/report/redact.py", "from fmsdiag import typed_proxy\ntyped_proxy.parse_proxy('p')", False),
        ("fmsdiag/run.py", "import fmsdiag.typed_proxy\nfmsdiag.typed_proxy.parse_proxy('p')", False),
        ("fmsdiag/run.py", "parse_ports = 1", True),
    ],
)
def test_parsing_behind_the_edge_is_seen(path: str, source: str, allowed: bool) -> None:
    assert (parsed_again(path, source) == []) is allowed


@pytest.mark.parametrize(
    ("path", "source", "files", "complaints"),
    [
        ("fmsdiag/run.py", "x = 1", {"tests/test_run.py"}, 0),
        ("fmsdiag/run.py", "x = 1", {"tests/probe/test_run.py"}, 1),
        ("fmsdiag/probe/__init__.py", '"""Doc."""\nfrom a import b\nALL = [b]', set(), 0),
        ("fmsdiag/probe/__init__.py", "def f(): ...", set(), 1),
        ("fmsdiag/__main__.py", "def main(): ...", {"tests/test_main.py"}, 0),
        (
            "fmsdiag/diagnosis/rules/firewall/port_blocked.py",
            "x = 1",
            {"tests/diagnosis/rules/firewall/port_blocked.toml"},
            0,
        ),
        ("fmsdiag/diagnosis/engine.py", "x = 1", {"tests/diagnosis/engine.toml"}, 1),
    ],
)
def test_missing_tests_are_seen(path: str, source: str, files: set[str], complaints: int) -> None:
    assert len(untested({path: source}, files)) == complaints


@pytest.mark.parametrize(
    ("imported", "complaints"),
    [
        ({"a": ["b", "c"], "b": ["c"], "c": []}, []),
        ({"a": ["b"], "b": ["a"]}, ["import cycle: a imports b imports a"]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ["import cycle: b imports c imports b"]),
    ],
)
def test_import_cycles_are_seen(imported: dict[str, list[str]], complaints: list[str]) -> None:
    assert import_cycle(imported) == complaints


def test_names_that_tell_nothing_are_seen() -> None:
    assert telling_nothing(["fmsdiag/utils/x.py", "fmsdiag/core.py", "fmsdiag/probe/core_dump.py"]) == [
        "fmsdiag/utils/x.py",
        "fmsdiag/core.py",
    ]


def test_qt_keeps_its_hands_off_the_references_to_none() -> None:
    """PySide6 6.12.0 drops a reference to None in each call without a result.

    Below Python 3.12 that kills the process after some thousand calls, so another process does it.
    """
    program = (
        "import sys\n"
        "from PySide6.QtCore import QObject\n"
        "thing = QObject()\n"
        "before = sys.getrefcount(None)\n"
        "for _ in range(1000): thing.setObjectName('name')\n"
        "print(sys.getrefcount(None) - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) > -100


@pytest.mark.parametrize(
    ("path", "source", "allowed"),
    [
        ("fmsdiag/diagnosis/evidence/paths.py", "hop.outcome == HopOutcome.OPEN", True),
        ("fmsdiag/diagnosis/evidence/paths.py", "hop.responder == 'localhost'", True),
        ("fmsdiag/diagnosis/evidence/paths.py", "hop.outcome == 'open'", False),
        ("fmsdiag/diagnosis/evidence/paths.py", "hop.outcome in ('open', HopOutcome.REFUSED)", False),
        ("fmsdiag/report/sections.py", "'check' == planned.purpose.value", False),
        ("fmsdiag/protocol/rtmpt.py", "answer.status == 'ok'", True),
    ],
)
def test_bare_words_are_seen(path: str, source: str, allowed: bool) -> None:
    assert (bare_words(path, source) == []) is allowed


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        ("path.read_text(encoding='utf-8')", True),
        ("path.read_text()", False),
        ("path.write_text('x')", False),
        ("path.write_text('x', **how)", True),
        ("response.read_text(3)", True),
    ],
)
def test_a_missing_encoding_is_seen(source: str, allowed: bool) -> None:
    assert (unencoded("tests/test_x.py", source) == []) is allowed

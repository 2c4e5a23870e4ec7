"""The words of `--help`, of the man page and of usage errors."""

from __future__ import annotations

from fmsdiag.messages.text import Table, text


class HelpTexts(Table, of="help"):
    """The frame of every help text, and its end."""

    DESCRIPTION = text(
        "Finds out why an RTMP player cannot connect to its media server. Without a command, the window opens; "
        "with a report file instead of a command, the window shows that report."
    )
    USAGE = text("usage:")
    POSITIONAL = text("positional arguments")
    OPTIONS = text("options")
    HELP = text("show this help and exit")
    VERSION = text("show the version and exit")
    PLANS = text("plans:")
    FAULTS = text("faults:")
    # translators: LISTENER and FAULT are typed as they are
    FAULTS_OF_SERVE = text("faults (LISTENER[,LISTENER]=FAULT for certain listeners only):")
    EXIT_CODES = text(
        "exit codes: 0 connected, 1 connected with a caveat, such as a fallback or a proxy, 2 rejected or unreachable, 3 "
        "inconclusive, stopped, wrong usage, or an internal error"
    )
    EXIT_CODES_OF_DEMO = text("exit codes: 0 the diagnosis was completed, 3 it was not")
    EXIT_CODES_OF_COMPARE = text(
        "exit codes: 0 the reports were compared, whatever comes of it, 3 one could not be opened or the result not written"
    )
    EXIT_CODES_OF_REJUDGE = text(
        "exit codes: 0 the report was judged, whatever the verdict is, 3 it could not be opened or written"
    )


class CommandTexts(Table, of="help.commands"):
    """What each command does, in the list of commands; its own help begins with the same words and a capital letter."""

    TEST = text("test a server and find the cause")
    TEST_TITLE = text("Test a server and find the cause.")
    DEMO = text("diagnose a network with a known fault, entirely on this computer")
    DEMO_TITLE = text("Diagnose a network with a known fault, entirely on this computer.")
    SERVE = text("run only the test server, until Ctrl-C")
    SERVE_TITLE = text("Run only the test server, until Ctrl-C.")
    SHOW = text("print a saved report")
    SHOW_TITLE = text("Print a saved report.")
    CONVERT = text("write a saved report in another format")
    CONVERT_TITLE = text("Write a saved report in another format.")
    CODE = text("print a report's code for the telephone, or what such a code says")
    CODE_TITLE = text("Print a report's code for the telephone, or what such a code says.")
    COMPARE = text("compare two saved reports, and name the side they point to")
    COMPARE_TITLE = text("Compare two saved reports, and name the side they point to.")
    REJUDGE = text("judge a saved report again by the rules of this version")
    REJUDGE_TITLE = text("Judge a saved report again by the rules of this version.")
    EXPLAIN = text("explain a cause: how it shows, and who does what")
    EXPLAIN_TITLE = text("Explain a cause: how it shows, and who does what.")
    PROFILE = text("prepare a test for a customer, or show one")
    PROFILE_TITLE = text("Prepare a test for a customer, or show one.")
    PROFILE_CREATE = text("write a profile: a test that a customer opens and runs")
    PROFILE_CREATE_TITLE = text("Write a profile: a test that a customer opens and runs.")
    PROFILE_SHOW = text("say what a profile tests, whom that contacts, and what its report will hold")
    PROFILE_SHOW_TITLE = text("Say what a profile tests, whom that contacts, and what its report will hold.")
    HISTORY = text("list the last 200 tests on this computer; show or delete one")
    HISTORY_TITLE = text("List the last 200 tests on this computer; show or delete one.")
    HISTORY_SHOW = text("print the report of a test")
    HISTORY_SHOW_TITLE = text("Print the report of a test.")
    HISTORY_DELETE = text("delete a test from the history")
    HISTORY_DELETE_TITLE = text("Delete a test from the history.")
    PSEUDONYMS = text("list what the names in strict reports stand for; read an answer back")
    PSEUDONYMS_TITLE = text("List what the names in strict reports stand for; read an answer back.")
    PSEUDONYMS_READ = text("print a text with every pseudonym replaced by what it stands for")
    PSEUDONYMS_READ_TITLE = text("Print a text with every pseudonym replaced by what it stands for.")
    PSEUDONYMS_DELETE = text("delete all pseudonyms; their numbers are not used again")
    PSEUDONYMS_DELETE_TITLE = text("Delete all pseudonyms; their numbers are not used again.")
    HISTORY_ON = text("keep tests in the history")
    HISTORY_ON_TITLE = text("Keep tests in the history.")
    HISTORY_OFF = text("keep no more tests, neither from the command line nor from the window")
    HISTORY_OFF_TITLE = text("Keep no more tests, neither from the command line nor from the window.")
    OBS = text("list the servers in OBS Studio's profiles and its last failed connections")
    OBS_TITLE = text("List the servers in OBS Studio's profiles and its last failed connections.")
    SERVICES = text("list well-known streaming services, their addresses and advised bit rates")
    SERVICES_TITLE = text("List well-known streaming services, their addresses and advised bit rates.")


class TestOptionTexts(Table, of="help.test"):
    """The options of `fmsdiag test`."""

    __test__ = False  # not a class of tests

    SERVER = text("rtmp://host[:port]/app, or the server's name")
    PROFILE = text("run exactly the test of this profile, a .fmsdiag file or an fmsdiag:// link in quotes")
    OBS = text("the server of an OBS Studio profile; without a name, of the one chosen in OBS")
    FIELD = text("a field that the profile asks for, such as “Ticket number=4711” (can be repeated)")
    APP = text("the application, if the address has none")
    TIMEOUT = text("seconds for one attempt (default: 10)")
    IPV4 = text("IPv4 only")
    IPV6 = text("IPv6 only")
    JSON = text("write the report as JSON; - is standard output")
    MARKDOWN = text("write the report for a ticket; - is standard output")
    HTML = text("write the report as a web page; - is standard output")
    PCAPNG = text(
        "write the test's own traffic as packets for Wireshark, with secrets masked; - is standard output"
    )
    SUPPORT = text(
        "write the report for support: a .zip with page, PDF, text, and data, which fmsdiag opens; - is standard output"
    )
    LEVEL = text(
        "what the reports leave out: standard, or strict, which also leaves out network settings and contents, and shows this "
        "network's addresses and names as pseudonyms (default: standard, or strict if the profile asks for it)"
    )
    INCLUDE_SENSITIVE = text(
        "keep local addresses in the reports and in the packets of --pcapng; stream keys and passwords are always masked"
    )
    SINCE_LAST = text("say what changed since the last test of this server on this computer")
    QUIET = text("print only the result, on one line")
    PLAN = text("a fallback order (see the list of plans below)")
    PORTS = text("your own order, such as 1935,80,rtmpt:80,rtmps:443")
    INTERVAL = text(
        "milliseconds between the starts of two attempts, {least:name} to {most:name} (default: 200)"
    )
    SEQUENTIAL = text("start each attempt only after the one before has failed")
    DEEP = text("deep tests: extra connections and an upload, which are listed before the run")
    IDLE = text("seconds for which the deep tests leave a connection idle, 1 to 330 (default: 10)")
    ALL = text("also check ports 8134 (HTTP) and 1111 (administration)")
    PROXY = text(
        "http://[user[:password]@]host:port or socks5://…, tried after the direct route; the password can be in "
        "FMSDIAG_PROXY_PASSWORD instead (default: system, this computer's proxy)"
    )
    PROXY_TYPE = text("use the proxy like Flash's NetConnection.proxyType")
    USER = text(
        "sign in with this user name if the server asks (Adobe's and Limelight's schemes); the password is read from "
        "FMSDIAG_PASSWORD, or you are asked for it"
    )
    PUBLISH = text("also publish to your own stream, for 3 seconds")
    PLAY = text("also play your own stream, until its first picture or sound")
    CONSENT = text("required for --publish and --play; publishing can interrupt a live stream")
    CONTROL = text("a reference server, contacted only if the cause is not clear")
    RESOLVER = text("a second DNS server, asked only if the cause is not clear")
    NO_COLOR = text("plain lines without color (also: NO_COLOR=1)")
    LOG = text(
        "the log file, which never contains passwords, stream names, or query strings; none turns the log off "
        "(also: FMSDIAG_LOG; default: {file:name} in this system's log folder)"
    )


class PseudonymOptionTexts(Table, of="help.pseudonyms"):
    """The options of `fmsdiag pseudonyms`."""

    FILE = text("the text, such as an answer from support (default: -, standard input)")


class HistoryOptionTexts(Table, of="help.history"):
    """The options of `fmsdiag history`."""

    NUMBER = text("the test's number in the list")
    ALL = text("all of them")


class ProfileOptionTexts(Table, of="help.profile"):
    """The options of `fmsdiag profile`."""

    SERVER = text("rtmp://host[:port]/app, without a stream key or a password (up to 5 times)")
    SENDER = text("who asks for the test, as the customer knows you")
    MESSAGE = text("your words to the customer; \\n begins a new line")
    CHECK = text("what else to check, such as rtmps:443,rtmfp:1935 (default: as without a profile)")
    CONTROL = text("a reference server (default: fmsdiag's own; with --reference, none)")
    REFERENCE = text(
        "a report of a test that you made beside the server; the customer's result is compared with it, in place of third "
        "parties"
    )
    FIELD = text(
        "what the customer fills in, such as “Ticket number”; an ! at its end makes it required (up to 6 times)"
    )
    SEND_TO = text("where the customer sends the report: an email address or an https:// page; only shown")
    REDACTION = text(
        "what the report leaves out; strict also leaves out network settings and contents, and shows addresses and names as "
        "pseudonyms (default: standard)"
    )
    LOGO = text("your logo: a PNG picture of at most 512 x 512 pixels and 64 kB")
    OUTPUT = text("the file to write; it gets the ending .fmsdiag")
    LINK = text("print the profile as an fmsdiag:// link; only small ones fit")
    SOURCE = text("a .fmsdiag file, or an fmsdiag:// link in quotes")


class OtherOptionTexts(Table, of="help.options"):
    """The options of the other commands."""

    FAULT_OF_DEMO = text("default: {fault:name}")
    OUTPUT_OF_DEMO = text("the folder for the reports (default: {folder:name})")
    ANY_PORT = text("0: any free port")
    CARRIES_RTMPE = text("0: any free port; also for RTMPE")
    CARRIES_RTMPTS = text("0: any free port; also for RTMPTS")
    CARRIES_TUNNELS = text("0: any free port; also for RTMPTE and RTMP")
    CARRIES_RTMPS = text("0: any free port; also for RTMPS")
    BY_UDP = text("0: any free port (UDP)")
    APP_OF_SERVE = text("an application to offer (default: live)")
    ENHANCED = text(
        "name the codecs and capabilities of Enhanced RTMP in the answer to connect (not over RTMFP)"
    )
    FAULT_OF_SERVE = text("a fault to simulate (see the list of faults below)")
    LISTEN = text("default: 127.0.0.1, this computer only")
    QUIET_OF_SERVE = text("do not print what clients do")
    FILE = text("a report in JSON or HTML, or a .zip for support")
    LAST = text(
        "the last test on this computer, even if it was interrupted; fmsdiag keeps a record of each test, without passwords, "
        "stream names, or query strings (FMSDIAG_JOURNAL names another folder; none turns the record off)"
    )
    TO = text(
        "the format (default: what the suffix of --output names); pdf and png have the first two pages, txt is for 80 columns, "
        "zip has page, PDF, text, and data for support"
    )
    LEVEL_OF_CONVERT = text(
        "leave out as much as that level does; strict shows the network's addresses and names as pseudonyms of this computer "
        "(default: what the report hides stays hidden, and nothing else is hidden)"
    )
    OUTPUT_OF_CONVERT = text("default: -, standard output")
    FILE_OR_CODE = text(
        "a report in JSON or HTML or a .zip for support, a code such as 44RB-R0R-H60-008C (with or without spaces and "
        "hyphens), or the text of a report's QR code"
    )
    QR = text(
        "also draw a QR code that holds the whole result of the report; the name ends with .png or .svg"
    )
    FIRST_OF_COMPARE = text("the customer's report")
    SECOND_OF_COMPARE = text("the report to compare it with, such as your own test of the same server")
    BEFORE_AFTER = text("both reports are one customer's, A before a change and B after it")
    JSON_OF_COMPARE = text("write the comparison as JSON; - is standard output")
    MARKDOWN_OF_COMPARE = text("write the comparison for a ticket; - is standard output")
    HTML_OF_COMPARE = text("write the comparison as a web page; - is standard output")
    JSON_OF_REJUDGE = text(
        "write the report with the new conclusions as JSON, the first verdict beside them; - is standard output"
    )
    CAUSE = text("a cause as reports name it, such as port-blocked; without one, all are listed")


class UsageTexts(Table, of="usage"):
    """What is wrong with what was typed."""

    MISSING = text("required: {arguments:name}")
    ONE_IS_MISSING = text("required: one of {arguments:names}")
    NOT_A_CHOICE = text("{argument:name}: {value:quote} is not one of {choices:names}")
    NOT_WHOLE = text("{argument:name}: {value:quote} is not a whole number")
    NOT_TOGETHER = text("{argument:name} and {other:name} cannot be used together")
    NO_VALUE = text("{argument:name} needs a value")
    UNKNOWN = text("unknown: {arguments:name}")
    SURPLUS = text(
        "there are more arguments than this command takes; put quotes around an address with spaces"
    )
    ONE_OF = text("{argument:name}: enter one of {choices:names}")
    TAKES_NO_VALUE = text("{argument:name} takes no value")
    # translators: {reason} is one of the two below
    BAD_VALUE = text("{argument:name}: {reason:name}")
    NOT_SECONDS = text("{value:quote} is not a number of seconds from {least:name} to {most:name}")
    NOT_A_PORT = text("{value:quote} is not a port from 0 to 65535")

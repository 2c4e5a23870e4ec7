"""What is wrong with an address, a port list or a proxy that a user typed, and how to fix it."""

from __future__ import annotations

from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.text import Table, Text, text


class TargetTexts(Table, of="target"):
    """What is wrong with a field, and how to fix it."""

    NO_SERVER = text("Enter the name of the server, such as live.example.com")
    TOO_LONG = text("The address is too long; at most {most:count} characters are allowed")
    EARLY_QUESTION_MARK = text("The address has a question mark before the application; check the address")
    UNREADABLE = text("The address cannot be read; in a password, write / as %2F, # as %23, and ? as %3F")
    INVISIBLE = text("The address contains invisible characters; type it again")
    # translators: {scheme} is "http" or the like
    WEB_ADDRESS = text(
        "This is a web address ({scheme:name}://); enter the server's rtmp:// address or its name"
    )
    UNKNOWN_SCHEME = text("{scheme:quote} addresses cannot be tested; use {known:list}")
    # translators: the name of a protocol in a list, such as "rtmp"
    PROTOCOL = text("{protocol:name}")
    TWO_SLASHES = text(
        "Write “://” between {scheme:quote} and the server name, as in rtmp://live.example.com/app"
    )
    IPV6_BRACKETS = text("The IPv6 address in brackets is not complete; write it like [2001:db8::1]:1935")
    NO_IPV6_IN_BRACKETS = text(
        "Only an IPv6 address stands in brackets; enter the server's name or address without them, as in live.example.com:1935"
    )
    # translators: {example} is an address with brackets, such as rtmp://[::1]:1935/live
    IPV6_NO_BRACKETS = text("Write an IPv6 address in brackets: {example:name}")
    NO_NAME = text("The address has no server name; write it like rtmp://live.example.com/app")
    COLON_BEFORE_PORT = text("Write a colon before the port, as in live.example.com:1935")
    # translators: {example} is an address with its port in the right place, such as rtmp://live.example.com:1935/live
    PORT_PLACE = text("The port belongs right after the server's name: {example:name}")
    LOOKALIKES = text(
        "The server name contains letters from another alphabet that look like Latin ones; type it again"
    )
    SCHEME_LOOKALIKES = text(
        "The protocol in front of :// contains letters from another alphabet that look like Latin ones; type it again"
    )
    TWO_PORTS = text(
        "A second colon stands behind the server's name; write one port, as in live.example.com:1935"
    )
    SLASH_BEHIND_PORT = text(
        "A colon stands behind the port; write a slash there, as in rtmp://live.example.com:1935/live"
    )
    # translators: {number} is such as 19850; {as_port} and {as_application} are addresses
    NUMBER_IN_PATH = text(
        "{number:name} may be a port or an application; if it is the port, write {as_port:name}; if it is the application, "
        "write {as_application:name}"
    )
    PORT_BESIDE = text(
        "The text names a port beside the address; write it right after the server's name, as in live.example.com:1935"
    )
    OTHER_PORT_BESIDE = text(
        "The text beside the address names another port; enter only the address, with the right port, as in "
        "rtmp://live.example.com:1935/live"
    )
    SWAPPED = text(
        "The address is labeled as the stream key, and another text as the server; if your encoder has them like that, swap "
        "them there; enter only the address here"
    )
    PORT_UNREADABLE = text("What stands after the colon is not a port; a port is a number from 1 to 65535")
    OTHER_PORT = text(
        "It is not clear which port to use; write one right after the server's name, as in live.example.com:1935"
    )
    OTHER_PROTOCOL = text(
        "The text beside the address names another protocol; write the right one before the server's name, as in "
        "rtmps://live.example.com"
    )
    KEY_AS_SERVER = text(
        "This looks like a stream key, not a server; enter an address such as rtmp://live.example.com/app"
    )
    KEY_AS_APPLICATION = text("This looks like a stream key; the application is missing")
    SLASH_BEFORE_KEY = text("Write a slash between the application and the stream key")
    QUESTION_MARK_BEFORE_PARAMETERS = text(
        "Write ? instead of & between the application and what follows it, as in live?name=value"
    )
    # translators: other text, such as the words of a sentence, follows on the address without a space
    UNCLEAR_END = text(
        "It is not clear where the address ends; write a space behind it, or enter the address only"
    )
    NO_RTMP_ADDRESS = text(
        "The command has no RTMP address; enter the server's address, such as rtmp://live.example.com/app"
    )
    SERVER_SETTINGS = text(
        "These are a server's settings; the addresses in them are where it sends or gets streams; enter only the address to "
        "test"
    )
    # translators: {placeholder} is taken from a manual, such as <stream key>
    PLACEHOLDER = text("Replace {placeholder:name} with what you were given")
    BRACKETS = text(
        "The address has a placeholder in brackets; replace it and the brackets with what you were given"
    )
    LINE_BREAK = text("The address has a line break; enter it on one line")
    SPACES = text("Enter only the server's address, without spaces, such as rtmp://live.example.com/app")
    SPACE_IN_PATH = text(
        "The address has a space behind the application; if a stream key follows, write a slash instead; if the application's "
        "name goes on, put the application in quotation marks in its own field"
    )
    NO_ZONE = text("Enter the name of a network interface after the % of the address")
    NO_SERVER_ADDRESS = text("{address} is not the address of a server")
    NO_SERVER_NAME = text("{typed:quote} is not a server name; check it for typing mistakes")
    INCOMPLETE_ADDRESS = text("{typed:quote} is not a complete address; it needs four numbers from 0 to 255")
    NUMBER_AS_ADDRESS = text(
        "An IP address cannot be a single number; write it as four numbers, such as 192.0.2.10"
    )
    APPLICATION_INVISIBLE = text("The application contains invisible characters; type it again")
    APPLICATION_LINE_BREAK = text("The application has a line break; enter it on one line")
    SPACE_IN_APPLICATION = text(
        'The application has a space; if that is part of its name, put the name in quotation marks, as in "my app"; if a '
        "stream key follows, write a slash before it"
    )
    APPLICATION_TOO_LONG = text("The application name is too long")
    TWO_APPLICATIONS = text(
        "The address names the application {application:quote}, and another one stands beside it; enter only the right one"
    )
    # translators: {scheme} is "rtmp" or the like
    SCHEME_AS_SERVER = text(
        "“{scheme:name}” is a protocol, not a server name; write “://” between the two, as in rtmp://live.example.com/app"
    )
    TWO_SCHEMES = text(
        "The address has two protocols, {first:name}:// and {second:name}://; keep the right one"
    )
    BACKSLASHES = text("The address has backslashes; write slashes, as in rtmp://live.example.com/app")
    AT_SIGN = text(
        "The address has an @ after the first slash; in a password, write / as %2F and @ as %40; in a stream name, write "
        "@ as %40"
    )
    SEVERAL_ADDRESSES = text("The text has several addresses ({hosts:names}); enter the one to test")
    # translators: {host} is the name of a server
    SEVERAL_PATHS = text("The text has several addresses of {host:name} that differ; enter the one to test")
    ADDRESS_AS_APPLICATION = text("This is a whole address; enter it in the server field")
    HIDDEN_PARTS = text("Parts of the address are hidden (***); enter the whole address")
    STREAM_UNUSABLE = text("The stream name is empty, too long, or has invisible characters")
    SEVERAL_STREAMS = text(
        "The text names several applications or streams of this server; enter only the one to test"
    )
    TWO_STREAMS = text("The address already names another stream; enter the name only once")
    UNKNOWN_PROTOCOL = text("{typed:quote} is not a protocol that can be tested; use {known:list}")
    TOO_MANY_PORTS = text("Enter at most {most:count} ports; you entered {given:count}")
    NO_PORT = text("{typed:quote} is not a port; a port is a number from 1 to 65535")
    PROXY_UNREADABLE = text(
        "The proxy's address cannot be read; write it like http://proxy.example:3128 or socks5://proxy.example:1080"
    )
    SOCKS4 = text("SOCKS4 proxies are not supported; use a SOCKS5 proxy")


class TargetError(ValueError):
    """Input that cannot be used: which form field ("server", "application", "ports" …), what is said of it, with its values.

    Faces say it in the reader's language; as a string it is English.
    """

    def __init__(self, field: str, said: Text, **values: object) -> None:
        super().__init__(field, said.id)
        self.field = field
        self.said = said
        self.values = values

    def __str__(self) -> str:
        return ENGLISH.say(self.said, self.values)

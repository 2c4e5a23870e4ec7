"""A private X server and the moments at which windows appear on it, told by the server itself.

A few requests of the X11 protocol (https://www.x.org/releases/current/doc/xproto/x11protocol.html) are spoken here
directly: events arrive when they happen, where xdotool would look every half second and load the machine by looking.
"""

from __future__ import annotations

import os
import select
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

_MAP_NOTIFY, _SUBSTRUCTURE_NOTIFY = 19, 0x80000
_KEY_PRESS, _KEY_RELEASE = 2, 3
_LETTER_M = 58
"""The key of the letter m, which has many black points, on the keyboard of Xvfb."""
_LETTERS_IN = (60, 36, 160, 30)
"""x, y, width and height of where the first letters of the Server field appear."""
_DARK = 80
"""Letters that were typed, and the cursor, are darker than this in every color; a placeholder and a frame are not."""
_DARK_POINTS = 20
"""A letter and the cursor behind it have 25 of them, the cursor alone has 14."""
_Z_PIXMAP = 2
_STRIP = (4, 12, 100, 1)
"""x, y, width and height of what is watched: the menu bar or the ground, with more than black letters in it."""
LOOK_EVERY_S = 0.001


class DisplayError(Exception):
    """The X server ended, refused a request, or showed no such window in time."""


@dataclass(frozen=True)
class Appearance:
    """When a window was there (perf_counter): put on the screen, and its first picture painted."""

    title: str
    window: int
    mapped: float
    painted: float
    strays: int
    """Windows that were put on the screen before it and vanished unpainted, which is a fault: they flash."""


def has_x_server() -> bool:
    """Whether Xvfb is installed."""
    return shutil.which("Xvfb") is not None


@contextmanager
def x_server(size: str = "1280x1024x24") -> Iterator[str]:
    """Start Xvfb on a display number that it chooses; gives the value for DISPLAY."""
    read, write = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-ac", "-noreset"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        ready, _, _ = select.select([read], [], [], 10.0)
        number = os.read(read, 16).decode().strip() if ready else ""
        if not number:
            raise DisplayError("Xvfb did not start")
        yield f":{number}"
    finally:
        os.close(read)
        process.terminate()
        process.wait(10)


class Watcher:
    """A connection to one display that waits for windows with a title."""

    def __init__(self, display: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(f"/tmp/.X11-unix/X{display.removeprefix(':')}")
        self._buffer = b""
        self._events: list[tuple[float, bytes]] = []
        self._root = self._greet()
        self._atoms = {name: self._atom(name) for name in ("_NET_WM_NAME", "WM_NAME")}
        self._xtest = self._extension("XTEST")
        self._send(2, 0, struct.pack("<III", self._root, 1 << 11, _SUBSTRUCTURE_NOTIFY))

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def wait_for(self, title: str, timeout_s: float) -> Appearance:
        """The next window that is put on the screen with this in its title, once it is painted. Raises DisplayError."""
        deadline = perf_counter() + timeout_s
        strays = 0
        while True:
            mapped, window = self._next_mapped(deadline)
            name = self._title(window)
            painted = self._painted(window, deadline) if title in name else None
            if painted is not None:
                return Appearance(name, window, mapped, painted, strays)
            strays += 1

    def type_into(self, window: int, timeout_s: float) -> float:
        """Press a key in that window, as its user would; when the letter was on the screen. Raises DisplayError.

        The key is pressed once: where it is lost, nothing ever shows.
        """
        deadline = perf_counter() + timeout_s
        self._send(42, 1, struct.pack("<II", window, 0))  # SetInputFocus, now
        for event in (_KEY_PRESS, _KEY_RELEASE):
            # XTestFakeInput: type, key, time (now), root, and what only pointers need
            self._send(self._xtest, 2, struct.pack("<BB2xII20x", event, _LETTER_M, 0, 0))
        while perf_counter() < deadline:
            if self._dark_points(window) >= _DARK_POINTS:
                return perf_counter()
            select.select([], [], [], LOOK_EVERY_S)
        raise DisplayError("what was typed does not show")

    def _dark_points(self, window: int) -> int:
        image = self._image(window, _LETTERS_IN) or b""
        points = (image[i : i + 3] for i in range(0, len(image), 4))
        return sum(max(point) < _DARK for point in points)

    def _painted(self, window: int, deadline: float) -> float | None:
        """When a picture was there: until then the black of the empty screen shows. None when the window vanished."""
        while (strip := self._strip(window)) is not None:
            if any(strip):
                return perf_counter()
            if perf_counter() > deadline:
                raise DisplayError("the window stayed black")
            select.select([], [], [], LOOK_EVERY_S)
        return None

    def _next_mapped(self, deadline: float) -> tuple[float, int]:
        while True:
            while self._events:
                at, event = self._events.pop(0)
                if event[0] & 0x7F == _MAP_NOTIFY:
                    return at, int(struct.unpack_from("<I", event, 8)[0])
            packet = self._packet(deadline)
            self._events.append((perf_counter(), packet))

    def _title(self, window: int) -> str:
        for name in ("_NET_WM_NAME", "WM_NAME"):
            reply = self._ask(20, 0, struct.pack("<IIIII", window, self._atoms[name], 0, 0, 64))
            if reply is not None and reply[1]:
                length = struct.unpack_from("<I", reply, 16)[0] * (reply[1] // 8)
                return reply[32 : 32 + length].decode("utf-8", "replace")
        return ""

    def _strip(self, window: int) -> bytes | None:
        """The colors of a short line near the top left; None when the window is gone, hidden or smaller than that."""
        return self._image(window, _STRIP)

    def _image(self, window: int, place: tuple[int, int, int, int]) -> bytes | None:
        reply = self._ask(73, _Z_PIXMAP, struct.pack("<IhhHHI", window, *place, 0xFFFFFF))
        return None if reply is None else reply[32:]

    def _extension(self, name: str) -> int:
        """The opcode of an extension of the server."""
        text = name.encode()
        reply = self._ask(98, 0, struct.pack("<HH", len(text), 0) + text + bytes(-len(text) % 4))
        if reply is None or not reply[8]:
            raise DisplayError(f"the X server has no {name}")
        return reply[9]

    def _atom(self, name: str) -> int:
        text = name.encode()
        reply = self._ask(16, 0, struct.pack("<HH", len(text), 0) + text + bytes(-len(text) % 4))
        if reply is None:
            raise DisplayError(f"the X server knows no {name}")
        return int(struct.unpack_from("<I", reply, 8)[0])

    def _greet(self) -> int:
        """Open the connection; gives the root window of the first screen."""
        self._socket.sendall(struct.pack("<BBHHHHH", ord("l"), 0, 11, 0, 0, 0, 0))
        head = self._exactly(8, perf_counter() + 10)
        body = self._exactly(4 * struct.unpack_from("<H", head, 6)[0], perf_counter() + 10)
        if head[0] != 1:
            raise DisplayError("the X server refused the connection")
        vendor_length, formats = struct.unpack_from("<H", body, 16)[0], body[21]
        return int(struct.unpack_from("<I", body, 32 + vendor_length + -vendor_length % 4 + 8 * formats)[0])

    def _send(self, opcode: int, data: int, body: bytes) -> None:
        self._socket.sendall(struct.pack("<BBH", opcode, data, 1 + len(body) // 4) + body)

    def _ask(self, opcode: int, data: int, body: bytes) -> bytes | None:
        """The reply to a request, None when the server answered with an error; events meanwhile are kept."""
        self._send(opcode, data, body)
        while True:
            packet = self._packet(perf_counter() + 10)
            if packet[0] == 1:
                return packet
            if packet[0] == 0:
                return None
            self._events.append((perf_counter(), packet))

    def _packet(self, deadline: float) -> bytes:
        packet = self._exactly(32, deadline)
        more = 4 * struct.unpack_from("<I", packet, 4)[0] if packet[0] == 1 else 0
        return packet + self._exactly(more, deadline)

    def _exactly(self, count: int, deadline: float) -> bytes:
        while len(self._buffer) < count:
            ready, _, _ = select.select([self._socket], [], [], max(0.0, deadline - perf_counter()))
            data = self._socket.recv(65536) if ready else b""
            if not data:
                raise DisplayError("no such window appeared" if not ready else "the X server ended")
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

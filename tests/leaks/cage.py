"""A cage for canaries: every place where processes of ours could let one out, watched while tests run and searched
after each. Whoever starts the real daemon is in it (tests/conftest.py), without doing anything for it.

The places: what any library logs at DEBUG, what goes to standard error and to systemd, arguments and environment of
every child, core files, and files that others can read. The canaries: any CANARY, the words and passwords of each
configuration that a process was started with, the secrets of links that reached somebody, and what a test hides.
"""

from __future__ import annotations

import os
import re
import stat
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

LOOK_S = 0.05
SHORTEST = 8
"""Fewer characters tell nothing: they may stand anywhere."""

LOUD = """
import fcntl, logging, os
try:
    low = os.open({folder!r} + "/" + str(os.getpid()), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    kept = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 100)  # far from what a daemon with closed streams may open
    os.close(low)
    logging.raiseExceptions = False
    logging.basicConfig(level=logging.DEBUG, stream=os.fdopen(kept, "a"))
except OSError:
    pass
"""
"""How each Python process begins: all that any library has to say is written down."""

WORDS = re.compile(r'^\s*message\s*=\s*"(.*)"\s*$', re.MULTILINE)
PASSWORD = re.compile(r"://[^\s/@\"]*:([^\s/@\"${}]+)@")
LINK = re.compile(r"/(?:r|in|cal)/([A-Za-z0-9_-]{22})")
OPTION = re.compile(rb"--(config|state)\0([^\0]+)")
WRITTEN_BY_PEOPLE = (".toml", ".py")


@dataclass
class Cage:
    """What is hidden, and what was seen and heard since the last search. `folder` is where libraries are loud."""

    folder: Path
    hidden: set[str] = field(default_factory=lambda: {"CANARY"})
    heard: list[str] = field(default_factory=list)
    seen: dict[tuple[int, bytes], bytes] = field(default_factory=dict)
    logs: set[Path] = field(default_factory=set)
    configs: set[Path] = field(default_factory=set)
    states: set[Path] = field(default_factory=set)
    worked_in: set[Path] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        (self.folder / "sitecustomize.py").write_text(LOUD.format(folder=str(self.folder)))

    def hide(self, *words: str) -> None:
        """From now on none of these may be seen outside."""
        self.hidden.update(each for each in words if len(each) >= SHORTEST)

    # ── looking on ──

    def watch(self) -> None:
        """Look again and again until the end."""
        while not self._over.wait(LOOK_S):
            self.look()

    def open(self) -> None:
        """Nobody needs to watch any more."""
        self._over.set()

    def look(self) -> None:
        """One look at every process below this one."""
        with self._lock:
            for pid, parent, words in family(os.getpid(), read(f"/proc/{os.getpid()}/cmdline")):
                if (pid, words) not in self.seen:
                    # What a test itself hands to the processes it starts is its own affair.
                    theirs = b"" if parent == os.getpid() else words + b"\0" + read(f"/proc/{pid}/environ")
                    self.seen[pid, words] = theirs
                    self._learn(pid, words)

    def _learn(self, pid: int, words: bytes) -> None:
        """Where this process works, writes and reads its configuration."""
        with suppress(OSError):
            self.worked_in.add(Path(os.readlink(f"/proc/{pid}/cwd")))
            error = Path(os.readlink(f"/proc/{pid}/fd/2"))
            if error.is_file():
                self.logs.add(error)
        for option, name in OPTION.findall(words):
            path = Path(os.fsdecode(name))
            (self.configs if option == b"config" else self.states).add(path)
            self._hide_configured(path)

    def _hide_configured(self, path: Path) -> None:
        text = read(path).decode("utf-8", "replace")
        for words in WORDS.findall(text):
            self.hide(*(part.strip(" ,.:;?") for part in re.split(r"\{.*?\}", words)))
        self.hide(*PASSWORD.findall(text))

    # ── searching ──

    def escaped(self) -> list[str]:
        """Each canary that is outside, and where. Afterwards only what is hidden is remembered."""
        self.look()
        with self._lock:
            for path in self.configs:
                self._hide_configured(path)
            forms = {form: word for word in tuple(self.hidden) for form in forms_of(word)}
            found = {
                f"{word} is in {where}"
                for where, text in self._places()
                for form, word in forms.items()
                if form in text
            }
            found |= {f"{path} is a core file" for path in self._cores()}
            self._forget()
        return sorted(found)

    def _places(self) -> Iterator[tuple[str, bytes]]:
        """Where a canary could have come out, with what is there."""
        for path in self.folder.glob("[0-9]*"):
            yield f"what a library logged, {path.name}", read(path)
        for path in self.logs:
            yield f"the log {path}", read(path)
        for text in self.heard:
            yield f"what was said aloud: {text:.200}", text.encode()
        for (pid, words), text in self.seen.items():
            yield f"arguments or environment of {pid}, {words!r:.200}", text
        for path in self._open_to_others():
            yield f"{path}, which others can read", read(path)

    def _open_to_others(self) -> Iterator[Path]:
        for folder in {*self.states, *(path.parent for path in self.configs)}:
            for path in folder.rglob("*"):
                if path.suffix not in WRITTEN_BY_PEOPLE and path not in self.logs and is_open_to_others(path):
                    yield path

    def _cores(self) -> Iterator[Path]:
        for folder in {*self.worked_in, *self.states}:
            yield from (path for name in ("core", "core.*") for path in folder.glob(name) if path.is_file())

    def _forget(self) -> None:
        for each in (self.heard, self.seen, self.logs, self.configs, self.states, self.worked_in):
            each.clear()
        for path in self.folder.glob("[0-9]*"):
            os.truncate(path, 0)


def family(pid: int, words: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Every process below one, apart from what a peer starts: its number, its parent's, and its command line. One that
    is still a copy of its parent is none yet."""
    for child in children(pid) if pid not in _peers else ():
        own = read(f"/proc/{child}/cmdline")
        if own and own != words:
            yield child, pid, own
        yield from family(child, own)


def children(pid: int) -> Iterator[int]:
    """The processes that any thread of this one started."""
    with suppress(OSError):  # it ended meanwhile
        for task in os.listdir(f"/proc/{pid}/task"):
            yield from map(int, read(f"/proc/{pid}/task/{task}/children").split())


def read(path: Path | str) -> bytes:
    """What is in a file, and nothing where there is none (any more)."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def is_open_to_others(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & 0o077)


def forms_of(word: str) -> set[bytes]:
    """A word as it is, and as an address, a header or a dump would hold it."""
    plain = word.encode()
    return {plain, quote(word, safe="").encode(), plain.hex().encode(), *(_in_base64(plain, at) for at in range(3))}


def _in_base64(plain: bytes, at: int) -> bytes:
    """What base64 makes of these bytes where `at` others stand before them, without what depends on its neighbours."""
    coded = b64encode(bytes(at) + plain).rstrip(b"=")
    return coded[(at * 8 + 5) // 6 : len(coded) - bool((at + len(plain)) % 3)]


# ── the cage that is open now ──────────────────────────────────────────────────────────────────────

_open: list[Cage] = []
_peers: set[int] = set()


@contextmanager
def peer(pid: int) -> Iterator[None]:
    """Meanwhile this process is a server of others, to which letters are handed: what it tells the programs that it
    starts is its own affair."""
    _peers.add(pid)
    try:
        yield
    finally:
        _peers.remove(pid)


@contextmanager
def caged(folder: Path) -> Iterator[Cage]:
    """Watch every process that is started from here. `folder` is an empty one."""
    cage, path = Cage(folder), os.environ.get("PYTHONPATH")
    watching = threading.Thread(target=cage.watch, name="cage", daemon=True)
    watching.start()
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), *([path] if path else [])])
    _open.append(cage)
    try:
        yield cage
        assert watching.is_alive(), "nobody was watching any more"
    finally:
        _open.remove(cage)
        del os.environ["PYTHONPATH"]
        if path is not None:
            os.environ["PYTHONPATH"] = path
        cage.open()
        watching.join()


def hide(*words: str) -> None:
    """None of these may be seen outside of the cage that is open now, if one is."""
    for cage in _open:
        cage.hide(*words)


def hide_links(text: str) -> None:
    """Somebody received this: the secrets of the links in it are theirs."""
    hide(*LINK.findall(text.replace("\\/", "/")))


def listen(text: str) -> None:
    """This came out of a process where anybody may hear it."""
    for cage in _open:
        cage.heard.append(text)


def loud() -> list[str]:
    """What stands first in the PYTHONPATH of a process whose libraries are to be heard."""
    return [str(cage.folder) for cage in _open]

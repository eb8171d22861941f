"""Where `${name}` comes from: systemd credentials, files, the environment. Values are handed on, never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from ritualsd.config.files import Unreadable, read_bytes
from ritualsd.config.places import SECRETS
from ritualsd.model import Secret

_HOLE = re.compile(r"\$\{([^}]*)\}?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_CAP = 64 * 1024


class SecretProblem(Exception):
    """A secret that cannot be used: `what` is wrong and what `todo`. Never holds its value."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.what, self.todo = what, todo


class Secrets:
    """Looks secrets up by name, nearest to the machine first, each once."""

    def __init__(self, root: Path, env: Mapping[str, str]) -> None:
        self._env = env
        self._folders: list[tuple[Path, bool]] = []
        if env.get("CREDENTIALS_DIRECTORY"):
            self._folders.append((Path(env["CREDENTIALS_DIRECTORY"]), False))  # systemd guards these by other means
        if env.get("RITUALSD_SECRETS"):
            self._folders.append((Path(env["RITUALSD_SECRETS"]), True))
        self._folders.append((root / SECRETS, True))
        self._known: dict[str, str] = {}
        self._files: dict[str, Path] = {}

    def fill(self, text: str, *, in_url: bool) -> str:
        """`text` with every `${name}` replaced by its value, percent-encoded where it lands inside a URL.

        A text that is only `${name}` becomes the value as it is. Raises SecretProblem.
        """
        whole = _HOLE.fullmatch(text)
        if whole is not None:
            return self._value(whole)
        return _HOLE.sub(lambda hole: quote(self._value(hole), safe="") if in_url else self._value(hole), text)

    def used(self) -> tuple[Secret, ...]:
        """Every value that was filled in so far."""
        return tuple(Secret(value) for value in self._known.values())

    def file_of(self, text: str) -> str:
        """The file that a text like `${name}` was filled from; "" where it came from none."""
        return str(self._files.get(text[2:-1], ""))

    def _value(self, hole: re.Match[str]) -> str:
        name = hole.group(1)
        if not hole.group().endswith("}") or not _NAME.fullmatch(name):
            raise SecretProblem("a secret is written ${name}, with letters, digits, - _ and . in its name", "mend it")
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> str:
        for folder, private in self._folders:
            try:
                data = read_bytes(folder / name, _CAP, private=private)
            except Unreadable as error:
                if error.missing:
                    continue
                raise SecretProblem(f"the secret {name} in {folder}: {error.what}", error.todo) from None
            self._files[name] = folder / name
            return self._checked(name, _text(name, data))
        variable = "RITUALSD_SECRET_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
        if variable in self._env:
            return self._checked(name, self._env[variable])
        looked = ", ".join([*(str(folder) for folder, _ in self._folders), f"${variable}"])
        raise SecretProblem(f"the secret {name} was not found (looked in {looked})", f"write it to {self._best(name)}")

    def _best(self, name: str) -> str:
        return f"{self._folders[-1][0] / name}, readable by you alone"

    @staticmethod
    def _checked(name: str, value: str) -> str:
        if not value:
            raise SecretProblem(f"the secret {name} is empty", "write its value there")
        return value


def _text(name: str, data: bytes) -> str:
    """The value in a secret file: its text without the line end an editor leaves."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SecretProblem(f"the secret {name} is not UTF-8 text", "save it as plain text") from None
    if "\0" in text:
        raise SecretProblem(f"the secret {name} holds a NUL character", "save it as plain text")
    return text.rstrip("\r\n")

"""Surroundings of a process: a locale with commas; home, temporary folder, user, host, umask, environment variables."""

import atexit
import contextlib
import functools
import os
import platform
import socket
import subprocess
import sys
import tempfile
from typing import Any


@functools.cache
def commas():
    """Return the environment of a locale with commas in numbers and other names of months, made if there is none."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.split()
        if known := [name for name in listed if name.lower().replace("-", "") == "de_de.utf8"]:
            return {"LC_ALL": known[0]}
        folder = tempfile.TemporaryDirectory(prefix="locale-")
        atexit.register(folder.cleanup)
        made = ["localedef", "-i", "de_DE", "-f", "UTF-8", os.path.join(folder.name, "de_DE.UTF-8")]
        subprocess.run(made, capture_output=True, check=True)
        return {"LC_ALL": "de_DE.UTF-8", "LOCPATH": folder.name}
    return {"LC_ALL": "C.UTF-8"}


def move(folder, now):
    """Let home, temporary folder, user, host, umask and variables be as a scene says; the folder is new."""
    folder.mkdir()
    if "home" in now:
        os.environ["HOME"] = str(folder)
    if "temporary" in now:
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    if "user" in now:
        os.environ.update(dict.fromkeys(("LOGNAME", "USER", "LNAME", "USERNAME"), "somebody"))
        os.getlogin, socket.gethostname = (lambda: "somebody"), (lambda: "elsewhere")
        system, shown = os.uname(), platform.uname()._replace(node="elsewhere")
        named = os.uname_result((system.sysname, "elsewhere", *system[2:]))
        os.uname, platform.uname = (lambda: named), (lambda: shown)
    if "umask" in now:
        os.umask(0o077)
    if "variables" in now:
        os.environ.__class__ = Variables


class Variables(type(os.environ)):  # type: ignore[misc]
    """Environment variables: of those for which the study asks, what is there is not, and what is not there is "3"."""

    own: set[str] = set()  # what the study has set itself

    def __setitem__(self, key, value):
        """Set a variable."""
        self.own.add(key)
        super().__setitem__(key, value)

    def __getitem__(self, key):
        """Return the value of a variable."""
        if key in self.own:
            return super().__getitem__(key)
        frame: Any = sys._getframe(1)
        while frame and frame.f_globals.get("__name__") in ("os", "collections.abc", "_collections_abc"):
            frame = frame.f_back
        asks = frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "study"
        try:
            value = super().__getitem__(key)
        except KeyError:
            if asks:
                return "3"
            raise
        if asks:
            raise KeyError(key)
        return value

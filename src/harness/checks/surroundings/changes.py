"""What is changed that should not matter: clock, processors, listings, folder, zone, the seeds of all generators."""

import contextlib
import datetime
import itertools
import locale
import os
import random
import tempfile
import time
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

LATER_S = 34_567_891.25  # more than a year


class Like(type):
    """Metaclass of a class that stands for another: what is of that one counts as of this one."""

    def __instancecheck__(cls, one):
        """Ask the other."""
        return isinstance(one, cls.__mro__[1])


SALT = [0]


def salted(seed):
    """Return another seed if seeds are salted now; None stays None."""
    if isinstance(seed, int | np.integer) and SALT[0]:
        return (int(seed) + SALT[0]) % 2**32
    return [*map(salted, seed)] if isinstance(seed, list | tuple) and SALT[0] else seed


def generator(real):
    """Return a class of generators whose seeds are salted."""

    class Salted(real, metaclass=Like):
        def __init__(self, *seed, **more):
            more = {key: salted(value) if key in ("seed", "entropy") else value for key, value in more.items()}
            super().__init__(*map(salted, seed), **more)

    return Salted


def salt_everything():
    """Put generators whose seeds can be salted in the place of NumPy's and Python's."""
    for name in ("RandomState", "SeedSequence", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"):
        setattr(np.random, name, generator(getattr(np.random, name)))
    default_rng, seed_numpy, seed_python = np.random.default_rng, np.random.seed, random.seed
    np.random.default_rng = lambda seed=None: default_rng(salted(seed))
    np.random.seed = lambda seed=None: seed_numpy(salted(seed))
    random.seed = lambda a=None, version=2: seed_python(salted(a), version)
    random.Random = generator(random.Random)


class Listed(itertools.chain):
    """What os.scandir gives, in another order."""

    def __enter__(self):
        """Begin."""
        return self

    def __exit__(self, *_):
        """End."""

    close = __exit__


@contextlib.contextmanager
def listing(reverse):
    """List every folder in the order of its names, or in the reverse of it."""
    listdir, scandir = os.listdir, os.scandir

    def scanned(path="."):
        with scandir(path) as entries:
            return Listed(sorted(entries, key=lambda entry: os.fsdecode(entry.name), reverse=reverse))

    listed = mock.patch.object(os, "listdir", lambda path=".": sorted(listdir(path), reverse=reverse))
    with listed, mock.patch.object(os, "scandir", scanned):
        yield


@contextlib.contextmanager
def cpus(number):
    """Claim a number of CPUs."""
    with contextlib.ExitStack() as stack:
        for name in ("cpu_count", "process_cpu_count"):
            if hasattr(os, name):
                stack.enter_context(mock.patch.object(os, name, lambda: number))
        if hasattr(os, "sched_getaffinity"):
            stack.enter_context(mock.patch.object(os, "sched_getaffinity", lambda pid=0: set(range(number))))
        yield


@contextlib.contextmanager
def clock():
    """Put all clocks forward."""
    later = datetime.timedelta(seconds=LATER_S)

    class Date(datetime.date, metaclass=Like):
        @classmethod
        def today(cls):
            return Moment.now().date()

    class Moment(datetime.datetime, metaclass=Like):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + later

        @classmethod
        def today(cls):
            return cls.now()

        @classmethod
        def utcnow(cls):
            return cls.now(datetime.UTC).replace(tzinfo=None)

    def after(real):
        return lambda: real() + LATER_S

    def at_present(real):
        return lambda s=None: real(time.time() if s is None else s)

    strftime, moment = time.strftime, pd.Timestamp.now
    times = {name: after(getattr(time, name)) for name in ("time", "monotonic", "perf_counter")}
    times |= {name: at_present(getattr(time, name)) for name in ("localtime", "gmtime", "ctime")}
    times["time_ns"] = lambda: int(time.time() * 1e9)
    times["strftime"] = lambda how, told=None: strftime(how, time.localtime() if told is None else told)
    stamps = dict.fromkeys(("now", "today"), lambda tz=None: moment(tz) + later)
    with (
        mock.patch.multiple(time, **times),
        mock.patch.multiple(datetime, date=Date, datetime=Moment),
        mock.patch.multiple(pd.Timestamp, **stamps),
    ):
        yield


@contextlib.contextmanager
def folder():
    """Work in another folder."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        os.chdir(place)
        try:
            yield
        finally:
            os.chdir(before)


@contextlib.contextmanager
def zone():
    """Live elsewhere: another time zone, and a locale whose text is ASCII."""
    known = locale.setlocale(locale.LC_ALL)
    with mock.patch.dict(os.environ, {"TZ": "Pacific/Kiritimati"}):
        if hasattr(time, "tzset"):
            time.tzset()
        locale.setlocale(locale.LC_ALL, "C")
        try:
            yield
        finally:
            locale.setlocale(locale.LC_ALL, known)
    if hasattr(time, "tzset"):
        time.tzset()

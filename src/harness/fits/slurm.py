"""Workers that are jobs of Slurm: asked for, asked for again when they end, and cancelled at last."""

import contextlib
import functools
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import joblib

from harness.exceptions import StudyError
from harness.fits import pools

LOGS = "runs/.slurm"  # a file a job
EVERY_S = 5  # a question to the queue; a cluster has many who ask
VAIN = 3  # times that jobs may end before a worker of them has begun


def cpus() -> int:
    """Return how many CPUs this process may use: as its job of Slurm, its cgroup and its affinity say."""
    granted = os.environ.get("SLURM_CPUS_PER_TASK") or os.environ.get("SLURM_CPUS_ON_NODE")
    return min(joblib.cpu_count(), int(granted or sys.maxsize))


def here() -> str:
    """Return where this process runs: the machine, and under Slurm the job and its partition."""
    job, partition = (os.environ.get(f"SLURM_JOB_{part}") for part in ("ID", "PARTITION"))
    return socket.gethostname() + (f", Slurm job {job} in {partition}" if job else "")


def call(*argv: str, script: str = "", hint: str = "") -> str:
    """Return what a command of Slurm prints; raise StudyError if it refuses."""
    done = subprocess.run(argv, input=script, capture_output=True, text=True)
    if done.returncode:
        raise StudyError(f"run: {' '.join(done.stderr.split())}{hint}")
    return done.stdout


@contextlib.contextmanager
def jobs(submit: Callable[[int], str], wanted: int, begun: Callable[[], int]) -> Iterator[Callable[[], None]]:
    """
    Keep so many jobs in the queue; yield what has to be called again and again meanwhile.

    Parameters
    ----------
    submit : callable
        Submits an array of so many jobs, and returns its id.
    begun : callable
        Returns how many workers are there.

    Raises
    ------
    StudyError
        If Slurm refuses the first jobs, or if jobs end again and again before a worker has begun.
    """
    arrays, due, vain = [submit(wanted)], 0.0, 0
    print(f"Slurm has been asked for {wanted} workers (job {arrays[0]}). Their logs: {LOGS}", flush=True)

    def keep() -> None:
        nonlocal due, vain
        if begun():
            vain = 0
        if time.monotonic() < due:
            return
        due = time.monotonic() + EVERY_S
        try:
            queue = call("squeue", "--me", "--noheader", "--array", "--format=%F").split()
            if (ended := wanted - sum(queue.count(one) for one in arrays)) <= 0:
                return
            arrays.append(submit(ended))
        except StudyError as error:
            print(f"{error}. It is asked again in a minute", flush=True)  # Slurm may be down for a while
            due = time.monotonic() + 60
            return
        vain += not begun()
        if vain > VAIN:
            raise StudyError(f"run: jobs of Slurm end before a worker has begun. Their logs say why: {LOGS}")
        print(f"{ended} of {wanted} jobs have ended, and are asked for again. Their logs: {LOGS}", flush=True)

    try:
        yield keep
    finally:
        subprocess.run(["scancel", "--quiet", *arrays])


@contextlib.contextmanager
def pool(processes: int, options: Sequence[str], root: Path) -> Iterator[pools.Pool]:
    """
    Give a pool of so many jobs of Slurm, as the site's jobqueue.yaml and the options for sbatch say.

    Each is a worker of one thread. The scheduler is part of this process; workers speak to it by TLS, since others may
    reach its port.
    """
    jobqueue = pools.needed("--slurm", "dask_jobqueue", "cryptography")
    from dask import config
    from distributed import Client

    if shutil.which("sbatch") is None:
        raise StudyError("run: --slurm: no sbatch is on PATH. Run where Slurm is, or without --slurm")
    (root / LOGS).mkdir(parents=True, exist_ok=True)
    logs, site = os.path.relpath(root / LOGS), lambda name: config.get(f"jobqueue.slurm.{name}", None)
    # Of the site's, memory and cores are for many threads: without them a job gets Slurm's memory for one core.
    settings = {"cores": 1, "processes": 1, "memory": "1GiB", "job_cpu": 1, "nanny": False}
    # The job is the worker, and no shell that ends first: then Slurm kills one that hangs while it closes.
    settings["python"] = f"exec {sys.executable}"
    settings["job_directives_skip"] = [*(site("job-directives-skip") or []), "--mem=", "#SBATCH -e ", "#SBATCH -o "]
    named = ["--memory-limit", "0", "--no-dashboard", "--name", "$SLURM_JOB_ID"]
    settings["worker_extra_args"] = [*(site("worker-extra-args") or []), *named]
    settings["scheduler_options"] = {"dashboard_address": None} | (site("scheduler-options") or {})
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(
            jobqueue.SLURMCluster(n_workers=0, security=True, shared_temp_directory=logs, **settings)
        )
        script, begun = cluster.job_script(), lambda: len(cluster.scheduler.workers)
        outputs = [f"--output={logs}/%j.log", f"--error={logs}/%j.log"]

        def submit(count: int) -> str:
            array = ["sbatch", "--parsable", f"--array=1-{count}", *outputs, *options]
            hint = ". Its options stand after -- and in jobqueue.yaml"
            return call(*array, script=script, hint=hint).strip().partition(";")[0]

        keep = stack.enter_context(jobs(submit, processes, begun))

        def ready() -> None:
            while not begun():
                keep()
                time.sleep(pools.POLL_S)

        client = stack.enter_context(Client(cluster, set_as_default=False))
        link = pools.Link(client, root, f"run: the workers of Slurm are lost. Their logs: {LOGS}", ready, keep, LOGS)
        yield functools.partial(pools.gathered, link)

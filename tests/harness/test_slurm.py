"""Jobs of Slurm, without one: what is counted, asked for again, and given up; real ones are in tests/nightly."""

import os
import socket

import joblib
import pytest

from harness.exceptions import StudyError
from harness.fits import pools, slurm


@pytest.fixture
def queue(monkeypatch):
    """Put a queue in the place of Slurm's: the arrays' ids, one for each job in it, and what was cancelled."""
    jobs, cancelled = [], []
    monkeypatch.setattr(slurm, "EVERY_S", 0)
    monkeypatch.setattr(slurm, "call", lambda *argv: "\n".join(jobs))
    monkeypatch.setattr(slurm.subprocess, "run", lambda argv: cancelled.append(argv))
    return jobs, cancelled


def arrays(jobs):
    """Return what submits arrays into a queue: the first is 1."""
    made = []

    def submit(count):
        made.append(str(len(made) + 1))
        jobs.extend(count * made[-1:])
        return made[-1]

    return submit


def test_what_ends_is_asked_for_again_and_the_rest_is_cancelled(queue, capsys):
    jobs, cancelled = queue
    jobs += ["7"]  # another's
    with slurm.jobs(arrays(jobs), 3, lambda: 1) as keep:
        assert jobs == ["7", "1", "1", "1"]
        keep()
        del jobs[1:3]
        keep()
        assert jobs == ["7", "1", "2", "2"]
        del jobs[1:]
        keep()
        assert jobs == ["7", "3", "3", "3"]
    assert cancelled == [["scancel", "--quiet", "1", "2", "3"]]
    again = "of 3 jobs have ended, and are asked for again. Their logs: runs/.slurm"
    assert [f"{n} {again}" for n in (2, 3)] == capsys.readouterr().out.splitlines()[1:]


def test_jobs_that_end_before_a_worker_has_begun_are_given_up(queue):
    jobs, cancelled = queue
    begun = [0]
    with (
        pytest.raises(StudyError, match="end before a worker has begun"),
        slurm.jobs(arrays(jobs), 1, lambda: begun[0]) as keep,
    ):
        for _ in range(slurm.VAIN):
            jobs.clear()
            keep()
        begun[0] = 1  # then it may start anew
        keep()
        begun[0] = 0
        for _ in range(slurm.VAIN + 1):
            jobs.clear()
            keep()
    assert len(cancelled) == 1 and len(cancelled[0]) == 2 + 1 + 2 * slurm.VAIN + 1


def test_a_queue_that_does_not_answer_is_asked_later(queue, monkeypatch, capsys):
    jobs, _ = queue

    def refuse(*argv):
        raise StudyError("run: squeue: error: no")

    with slurm.jobs(arrays(jobs), 1, lambda: 1) as keep:
        monkeypatch.setattr(slurm, "call", refuse)
        jobs.clear()
        keep()
        keep()
    assert jobs == [] and capsys.readouterr().out.count("run: squeue: error: no. It is asked again") == 1


def test_a_command_that_refuses_says_why(tmp_path, monkeypatch):
    program = tmp_path / "sbatch"
    program.write_text("#!/bin/sh\necho sbatch: error: no such partition >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), os.pathsep)
    with pytest.raises(StudyError, match=r"^run: sbatch: error: no such partition\. Mend it$"):
        slurm.call("sbatch", hint=". Mend it")


@pytest.mark.parametrize(
    ("task", "node", "seen", "cpus"),
    [(None, None, 8, 8), ("3", None, 8, 3), ("3", "6", 8, 3), (None, "6", 8, 6), ("64", None, 8, 8)],
)
def test_workers_are_as_many_as_a_job_of_slurm_has_cpus_and_its_cgroup_allows(monkeypatch, task, node, seen, cpus):
    monkeypatch.setattr(joblib, "cpu_count", lambda: seen)  # which minds affinity and the quota of the cgroup
    for name, value in (("SLURM_CPUS_PER_TASK", task), ("SLURM_CPUS_ON_NODE", node)):
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)
    assert slurm.cpus() == cpus


def test_where_a_fit_runs(monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    assert slurm.here() == socket.gethostname()
    monkeypatch.setenv("SLURM_JOB_ID", "17")
    monkeypatch.setenv("SLURM_JOB_PARTITION", "short")
    assert slurm.here() == f"{socket.gethostname()}, Slurm job 17 in short"


def test_a_package_that_is_missing_is_named():
    assert pools.needed("--slurm", "json", "csv").__name__ == "json"
    with pytest.raises(StudyError, match=r"^run: --slurm needs json and no-such. Add .* then: make lock setup$"):
        pools.needed("--slurm", "json", "no_such")

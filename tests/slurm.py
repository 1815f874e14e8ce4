"""A Slurm of one machine, of this user and in a folder of its own: nothing of the system's is read or written."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo")
PATIENCE_S = 90  # Slurm kills what does not end within 30
CONF = """
ClusterName=test
SlurmctldHost={host}
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CredType=cred/munge
SlurmUser={user}
SlurmdUser={user}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
MailProg=/bin/true
KillWait=5
StateSaveLocation={folder}
SlurmdSpoolDir={folder}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmdParameters=config_overrides
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
NodeName={host} NodeAddr=127.0.0.1 CPUs=4
PartitionName=short Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def find(name):
    """Return the path of a program, also of those that are not for every user."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def missing():
    """Return the programs that are not installed."""
    return [name for name in PROGRAMS if find(name) is None]


def free_ports(count):
    """Return ports that nobody listens at."""
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]


@contextlib.contextmanager
def started(folder):
    """Start Slurm with a node of four CPUs, however many there are; yield the variables by which it is found."""
    folder.chmod(0o755)
    key, host = folder / "munge.key", socket.gethostname().partition(".")[0]
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    conf = folder / "slurm.conf"
    conf.write_text(CONF.format(folder=folder, host=host, user=getpass.getuser(), ports=free_ports(2)), "utf-8")
    files = [f"--{name}={folder}/munge.{end}" for name, end in (("socket", "sock"), ("pid-file", "pid"))]
    files += [f"--key-file={key}", f"--seed-file={folder}/munge.seed"]
    daemons = [
        ["munged", "--foreground", "--force", *files],
        ["slurmctld", "-D", "-f", conf],
        ["slurmd", "-D", "-f", conf, "-N", host],
    ]
    env = os.environ | {"SLURM_CONF": str(conf)}
    with contextlib.ExitStack() as stack:
        for argv in daemons:
            log = stack.enter_context((folder / f"{argv[0]}.log").open("w"))
            argv[0] = find(argv[0])
            stack.callback(stop, subprocess.Popen(argv, env=env, stdout=log, stderr=log))
            if "munged" in argv[0]:
                wait((folder / "munge.sock").exists, folder)
        wait(lambda: "idle" in told(env, "sinfo", "-h", "-o", "%T"), folder)
        yield env
        told(env, "scancel", "--user", getpass.getuser())
        wait(lambda: not told(env, "squeue", "--noheader"), folder)  # else what hangs while it ends would stay


def told(env, *argv):
    """Return what a command of Slurm prints, if it answers."""
    return subprocess.run(argv, env=env, capture_output=True, text=True).stdout


def wait(holds, folder):
    """Wait until something holds; else show what the daemons said."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, said(folder)
        time.sleep(0.1)


def stop(process):
    """End a daemon that was started here."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def said(folder):
    """Return the ends of the logs of the daemons."""
    return "".join(path.read_text()[-2000:] for path in folder.glob("*.log"))

"""The keys of run.json: one declaration is the validation, the JSON schema, the reference page and `runs why`."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

VERSION = 3  # of run.json
Text = Annotated[str, StringConstraints(min_length=1)]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40,64}$")]
Count = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(ge=0)]
Tables = Annotated[list[dict[str, Any]], Field(min_length=1)]
Status = Literal["running", "finished", "failed", "stopped", "killed"]
Verdict = Literal["supported", "not supported", "equivalent", "no conclusion"]
Git = Literal["on a branch", "detached head"] | Annotated[str, StringConstraints(pattern="^(there is no|git is not) ")]


class Facts(BaseModel):
    """A table of facts: no other keys, and no value that has to be converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Stage(Facts):
    """A part of a run."""

    name: Text = Field(description="What it does.")
    started: Moment = Field(description="UTC.")
    reads: dict[str, Sha256] = Field(description="What it read.")
    writes: dict[str, Sha256] = Field(description="What it wrote.")
    wall_s: Amount = Field(description="Seconds.")
    cpu_s: Amount = Field(description="CPU seconds.")
    memory_mb: Amount = Field(description="Peak of memory, in 10^6 bytes.")


class Start(Facts):
    """What is known of a run from its first second on."""

    version: Literal[3] = Field(description="Of these keys: a number that changes when one changes its meaning.")
    id: Text = Field(description="The run's name, and its folder in runs/.")
    status: Status = Field(description="How it ended; stopped: by Ctrl-C or SIGTERM; killed: without a word.")
    started: Moment = Field(description="UTC.")
    process: dict[Literal["pid", "born"], float] = Field(description="The process, by number and time of birth.")
    argv: list[str] = Field(min_length=3, description="The command, word by word.")
    command: Text = Field(description="The same as one line for a shell.")
    cwd: Text = Field(description="Working folder.")
    user: Text = Field(description="Name of the user on that machine.")
    name: Text = Field(description="Name that git knows for that user, else 'unknown'.")
    host: Text = Field(description="Name of the machine.")
    git: Git = Field(description="Whether there is a commit at all, else why not.")
    commit: Commit | None = Field(description="Null only where `git` says why.")
    branch: str | None = Field(description="Null where `git` says why.")
    committed: bool = Field(description="Whether the commit holds every file as it lay.")
    uncommitted: list[str] = Field(description="Files that the commit does not hold, or not as they lay.")
    sources: dict[str, Sha256] = Field(
        description="Everything that the run read: path -> SHA-256; the judge, or many files of one kind, as one."
    )
    plan_sha256: Sha256 = Field(description="Of study/plan.toml.")
    data_sha256: Sha256 = Field(description="Of data/MANIFEST.sha256, which lists the hash of every raw file.")
    lock_sha256: Sha256 = Field(description="Of requirements/harness.txt.")
    packages: dict[str, str] = Field(min_length=1, description="Installed packages: name -> version.")
    unlike_lock: list[str] = Field(description="Packages not installed as locked; a run refuses to start with any.")
    python: Text = Field(description="Version.")
    platform: Text = Field(description="Operating system and architecture.")
    processor: Text = Field(description="Name of the CPU.")
    cpus: Annotated[int, Field(ge=1)] = Field(description="Logical processors.")
    memory_gb: Amount = Field(description="Memory of the machine, in 10^9 bytes.")
    accelerators: list[str] = Field(description="GPUs, with their drivers; empty where there is none.")
    thread_pools: list[dict[str, Any]] = Field(description="BLAS and OpenMP: library, version, architecture, threads.")
    variables: dict[str, str] = Field(description="Environment variables of an allow-list: no secret is recorded.")
    stages: list[Stage] = Field(description="What each part used, wrote, read: a source, or of an earlier part.")
    wall_s: Amount = Field(description="Seconds, from the reading of the study on.")
    cpu_s: Amount = Field(description="CPU seconds of all its processes.")
    memory_mb: Amount = Field(description="Peak of the memory of all its processes together, in 10^6 bytes.")

    @model_validator(mode="after")
    def _git_says_why(self) -> Self:
        for key, states in {"commit": ("on a branch", "detached head"), "branch": ("on a branch",)}.items():
            if getattr(self, key) is None and self.git in states:
                raise ValueError(f"{key} is null, although git is {self.git!r}")
        return self


class Record(Start):
    """All of a finished run."""

    ended: Moment = Field(description="UTC; of a killed run the last sign of life.")
    error: Text = Field("", description="Why it failed, was stopped or killed; of no other run.")
    progress: str = Field("", description="How many fits were done; of a run that goes on, or was killed.")
    exploratory: bool = Field(False, description="Whether it was only a try: the roles, once; never accepted.")
    replay_of: Text = Field("", description="Id of the run that this one repeats; only of a repetition.")
    patch_sha256: Sha256 | None = Field(description="Of uncommitted.patch; null where there is nothing to put in it.")
    plan: dict[str, Any] = Field(description="study/plan.toml with its defaults.")
    metrics: list[str] = Field(min_length=1, description="Names, the primary one first.")
    task: Literal["classification", "regression"] = Field(description="What the candidate does.")
    opened: Count = Field(description="How often the sealed rows had been opened.")
    rows: dict[str, Any] = Field(description="How many rows went where, and why.")
    table_sha256: Sha256 = Field(description="Fingerprint of the table that tidy() returned: names, types and rows.")
    splits_sha256: Sha256 = Field(description="Of splits.csv.")
    scores_sha256: Sha256 = Field(description="Of scores.csv.")
    predictions_sha256: Sha256 = Field(description="Of predictions.csv.")
    torch: dict[str, Any] = Field(
        {}, description="What PyTorch computed with, and what was set; {} if it was not there."
    )
    seeds: dict[str, int] = Field(description="Every named seed that was drawn from the plan's: name -> seed.")
    fits: Count = Field(description="Rows of scores.csv.")
    kept: Count = Field(default=0, description="Those that were kept from earlier runs, whose seconds are not here.")
    machines: dict[str, Count] = Field(
        {}, description="How many fits were done where: machine, and job and partition of Slurm."
    )
    trials: Count = Field(description="Settings that searches tried within them.")
    outlook: str = Field(default="", description="Of a run without conclusion: what would bring one.")
    tried: dict[str, Count] = Field(default={}, description="Settings that each role tried in a fit, at most.")
    duplicates: list[list[Any]] = Field(description="Equal or nearly equal rows in different groups.")
    estimates: dict[Literal["role", "benchmark", "variant"], dict[str, Any]] = Field(
        min_length=2, description="Kind, name, metric -> value with its interval, over repeats and folds."
    )
    variants: dict[str, dict[str, Any]] = Field(
        default={}, description="Variant -> its parameters, and how many fits of the candidate chose it."
    )
    comparisons: Tables = Field(description="The candidate minus each other model: see verdict.judge.")
    verdict: Verdict = Field(description="By the rule in verdict.py.")
    reason: Text = Field(description="The row of the rule that decided.")
    budget: Tables = Field(description="Value, statistical and systematic uncertainty of each metric.")
    ablation_proofs: list[dict[str, Any]] = Field(description="That each ablation changed one thing.")


MEANING = {name: str(field.description) for name, field in Record.model_fields.items()}
START = set(Start.model_fields)
FINISHED = {name for name, field in Record.model_fields.items() if field.is_required()}
ENDED = {"running": START} | dict.fromkeys(("failed", "stopped", "killed"), START | {"ended", "error"})


def problems(run: dict[str, Any]) -> Iterator[str]:
    """Yield a message for each key of a record that is missing, unknown, or holds what it must not hold."""
    needed = ENDED.get(run.get("status", ""), FINISHED)
    yield from (f"{name} is missing" for name in MEANING if name in needed - run.keys())
    try:
        Record.model_validate(run)
    except ValidationError as error:
        for problem in error.errors():
            key = ".".join(map(str, problem["loc"]))
            if problem["type"] == "extra_forbidden":
                yield f"{key} is no key of a record"
            elif problem["type"] != "missing" or "." in key:
                yield f"{key}: {problem['msg']}".removeprefix(": Value error, ")

"""Jobs: every fit that the plan asks for, listed before the first is done; all models share the folds of a repeat."""

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from harness import seeds
from harness.exceptions import StudyError
from harness.method import inputs, splits, variation
from harness.method.inputs import Builder, Study
from harness.method.splits import Folds
from harness.method.variation import Treatments
from harness.plan.metrics import Scorers
from harness.study import Dataset

PLANTED = "planted_noise"  # a column of noise: what luck looks like
SHARES = (0.25, 0.5, 0.75)  # of the training rows, for the learning curve
NOWHERE = np.array([], int)


class Job(NamedTuple):
    """One fit: of which kind, which model, on which rows and columns, and what is varied in it."""

    kind: str
    name: str
    task: str
    data: str  # "development", "planted" (with a noise column) or "benchmark"
    build: Builder
    columns: list[str]
    model_seed: int
    repeat: int = 0
    seed: int = 0
    fold: int = 0
    train: np.ndarray = NOWHERE  # positions of rows
    test: np.ndarray = NOWHERE
    parameters: dict[str, Any] = {}  # set after building
    variants: dict[str, dict[str, Any]] = {}  # more parameters, of which the best are chosen; see `selection`
    variant: str = ""  # that was chosen
    scorers: Scorers = {}  # the one by which it is chosen
    treatments: Treatments = ()  # of the training rows
    wants: str = ""  # "outputs" or "explanation", beside the scores

    @property
    def stratify(self) -> bool:
        """Whether classes keep their shares."""
        return self.task == "classification"


def plant(X: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Add a column of standard normal noise, `PLANTED`: what the model makes of it shows what luck looks like."""
    if PLANTED in X:
        raise StudyError(f"study/plan.toml: [data] features: {PLANTED!r} is the harness's own: give yours another name")
    return X.assign(**{PLANTED: np.random.default_rng(seed).standard_normal(len(X))})


def plan_jobs(study: Study, looking: bool = True) -> tuple[dict[str, Dataset], list[Job]]:
    """Return the data sets by name, and all fits; those that look into the candidate only if ``looking``."""
    planted = plant(study.development.X, seeds.noted(study.plan.evaluation.seed, "planted"))
    data = {"development": study.development, "planted": study.development._replace(X=planted)}
    if study.plan.evaluation.benchmark:
        data["benchmark"] = inputs.benchmark(study)

    @functools.cache
    def cut(name: str, *drawn: object) -> Folds:
        return folds(study, data[name], *drawn)

    fits = [job for job in compared(study, data, cut) if looking or job.kind != "variant"]
    return data, [*fits, *nuisances(study, cut), *(looks(study, cut) if looking else ())]


def folds(study: Study, dataset: Dataset, *name: object) -> Folds:
    """Cut a data set into folds, by the seed of this name."""
    evaluation, stratify = study.plan.evaluation, study.task == "classification"
    return splits.folds(dataset, evaluation.folds, seeds.noted(evaluation.seed, "split", *name), stratify)


def cuts(study: Study) -> list[Folds]:
    """Cut the development rows into folds, once for each repeat."""
    return [folds(study, study.development, repeat) for repeat in range(study.plan.evaluation.repeats)]


def in_folds(job: Job, cuts: Folds) -> Iterator[Job]:
    """Make one job of each fold."""
    for fold, (train, test) in enumerate(cuts):
        yield job._replace(fold=fold, train=train, test=test)


def model_seed(study: Study, repeat: int = 0, seed: int = 0) -> int:
    """Seed of all models in a repeat."""
    return seeds.noted(study.plan.evaluation.seed, "model", repeat, seed)


def of_role(study: Study, role: str, dataset: Dataset, **more: Any) -> Job:
    """Make the job of a role, in the first repeat, its fold still open."""
    first = Job("role", role, study.task, "development", study.models[role], list(dataset.X.columns), model_seed(study))
    if role == "candidate":
        (primary, scorer), *_ = study.scorers.items()
        first = first._replace(variants=variation.variants(study.plan, first.build(0)), scorers={primary: scorer})
    return first._replace(**more)


def final(study: Study, dataset: Dataset, **more: Any) -> Job:
    """
    Make the job of the one candidate that leaves the house: fitted on all development rows.

    It is scored on the sealed rows (`test_set.score`) and exported (`publish.export.export`): one model, by one seed.
    """
    train = splits.before_gap(study.development)
    seed = seeds.noted(study.plan.evaluation.seed, "model", "final")
    return of_role(study, "candidate", dataset, train=train, model_seed=seed, **more)


def compared(study: Study, data: dict[str, Dataset], cut: Callable[..., Folds]) -> Iterator[Job]:
    """List the fits that are compared, roles, ablations and the benchmark: repeats x seeds x folds of each."""
    plan, development = study.plan, study.development
    fits = [of_role(study, role, development) for role in study.models]
    candidate = of_role(study, "candidate", development, kind="ablation")
    for name, change in plan.ablations.items():
        kept = [column for column in candidate.columns if column not in (change.columns or [])]
        setting = variation.parameters(f"[ablations] {name}", change, candidate.build(0))
        fits.append(candidate._replace(name=name, columns=kept, parameters=setting))
    for name, setting in candidate.variants.items():
        fits.append(candidate._replace(kind="variant", name=name, parameters=setting, variants={}))
    if "benchmark" in data:
        place = {"kind": "benchmark", "data": "benchmark"}
        roles = [role for role in study.models if role != "domain"]  # which is a rule of this field alone
        fits += [of_role(study, role, data["benchmark"], **place) for role in roles]
    for repeat in range(plan.evaluation.repeats):
        cuts = {name: cut(name, repeat) for name in sorted({job.data for job in fits})}
        for seed in range(plan.evaluation.seeds):
            for job in fits:
                wants = "outputs" if (job.kind, repeat, seed) == ("role", 0, 0) else ""
                random = model_seed(study, repeat, seed)
                fit = job._replace(repeat=repeat, seed=seed, model_seed=random, wants=wants)
                yield from in_folds(fit, cuts[job.data])


def nuisances(study: Study, cut: Callable[..., Folds]) -> Iterator[Job]:
    """List the fits of the error budget: each nuisance alone, then all together, else as in the first repeat."""
    plan, root, kinds = study.plan, study.plan.evaluation.seed, study.plan.nuisance_names()
    base = of_role(study, "candidate", study.development)
    amounts = {"row_order": 1.0, "label_noise": plan.nuisances.label_noise, "outlier_cut": plan.nuisances.outlier_cut}
    settings = {
        name: variation.parameters(f"[nuisances.choices] {name}", change, base.build(0))
        for name, change in plan.nuisances.choices.items()
    }

    def varied(kind: str, name: str, draw: int, names: list[str]) -> Iterator[Job]:
        """List the fits in which the nuisances of these names are varied."""
        job = base._replace(kind=kind, name=name, repeat=draw)
        if "initialisation" in names:
            job = job._replace(model_seed=seeds.noted(root, "model", name, draw))
        treated = tuple(
            (treatment, amount, seeds.noted(root, treatment, name, draw))
            for treatment, amount in amounts.items()
            if amount and treatment in names
        )
        changed = {key: value for choice in settings if choice in names for key, value in settings[choice].items()}
        cuts = cut("development", *((name, draw) if "split" in names else (0,)))
        return in_folds(job._replace(treatments=treated, parameters=changed), cuts)

    for name, effect in kinds.items():
        for draw in range(plan.evaluation.draws if effect == "random" else 1):
            yield from varied("nuisance", name, draw, [name])
    rng, draws = np.random.default_rng(seeds.noted(root, "joint")), plan.evaluation.draws
    halves = {name: rng.permutation(draws) % 2 == 0 for name in kinds}  # each choice is made in half of the draws
    for draw in range(draws if kinds else 0):
        drawn = [name for name, effect in kinds.items() if effect == "random" or halves[name][draw]]
        yield from varied("joint", "all", draw, drawn)


def looks(study: Study, cut: Callable[..., Folds]) -> Iterator[Job]:
    """List the fits that look into the candidate: its learning curve, and its explanation beside a planted column."""
    base, cuts = of_role(study, "candidate", study.development), cut("development", 0)
    for amount in SHARES:
        treatment = ("share", amount, seeds.noted(study.plan.evaluation.seed, "share"))
        yield from in_folds(base._replace(kind="learning", name=str(amount), treatments=(treatment,)), cuts)
    columns = [*base.columns, PLANTED]
    planted = base._replace(kind="planted", name=PLANTED, data="planted", columns=columns)
    yield from in_folds(planted._replace(wants="explanation"), cuts)


def split_table(study: Study, folds_of_repeats: list[Folds] | None = None) -> pd.DataFrame:
    """
    Return for each row, the index, its ``part``, and for each repeat the fold in which it is tested, if it is.

    ``folds_of_repeats`` is what `cuts` gives, if it was asked already.
    """
    parts = {"development": study.development, "sealed": study.sealed, "canary": study.canaries}
    table = pd.concat([pd.DataFrame({"part": part}, index=rows.y.index) for part, rows in parts.items()])
    for repeat, folds_of_one in enumerate(folds_of_repeats or cuts(study)):
        place = pd.Series(pd.NA, table.index, "Int64")
        for fold, (_, test) in enumerate(folds_of_one):
            place.iloc[test] = fold  # development rows come first
        table[f"repeat {repeat}"] = place
    return table.rename_axis("row")

"""The plan: study/plan.toml, typed. What it does not know, it refuses by name."""

import difflib
import tomllib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from . import StudyError

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]


class Section(BaseModel):
    """A table of the plan: no unknown keys, no silent conversions, no change after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Question(Section):
    """What is claimed, and which difference would be worth having, in units of the metric."""

    claim: Sentence
    metric: str
    why: Sentence
    margin: float = Field(gt=0)
    further_metrics: list[str] = []


class Models(Section):
    """Role -> name of a function in study/models.py."""

    floor: str
    linear: str
    rival: str
    candidate: str


class Evaluation(Section):
    """How the models are compared; ``sealed`` is a share of the groups."""

    seed: int = Field(ge=0)
    folds: int = Field(ge=2)
    repeats: int = Field(ge=1)
    sealed: float = Field(gt=0, lt=1)


class Plan(Section):
    """The whole plan; an ablation names the columns that it takes away from the candidate."""

    question: Question
    models: Models
    evaluation: Evaluation
    ablations: dict[str, list[str]] = {}

    @property
    def metrics(self):
        """The primary metric first, each once."""
        return list(dict.fromkeys([self.question.metric, *self.question.further_metrics]))


KEYS = [key for section in (Plan, Question, Models, Evaluation) for key in section.model_fields]


def refusal(path, key, wrong, what, allowed):
    """
    Say that a name does not exist, and which one was probably meant.

    Examples
    --------
    >>> refusal("plan.toml", "[models] rival", "forrest", "a model", ["forest", "linear"])
    "plan.toml: [models] rival: 'forrest' is not a model; did you mean 'forest'?"
    """
    close = difflib.get_close_matches(wrong, allowed, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(sorted(allowed))}"
    return f"{path}: {key}: {wrong!r} is not {what}; {hint}"


def read(path):
    """Read a plan; raise StudyError with one line for each key that is unknown, missing or of the wrong type."""
    shown = f"{path.parent.name}/{path.name}"
    try:
        return Plan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StudyError(f"{shown}: cannot be read: {error}") from None
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            *table, key = map(str, problem["loc"])
            where = f"[{'.'.join(table)}] {key}" if table else key
            unknown = problem["type"] == "extra_forbidden"
            says = f"{shown}: {where}: {problem['msg']}"
            says += "" if problem["type"] == "missing" else f" (it says {problem['input']!r})"
            lines.append(refusal(shown, where, key, "a key of the plan", KEYS) if unknown else says)
        raise StudyError("\n".join(lines)) from None


def resolve(plan, path, models, columns):
    """Check each name in the plan against the models, the columns and scikit-learn's scorers, or raise StudyError."""
    from sklearn.metrics import get_scorer_names

    function = "a function of a seed in study/models.py"
    named = [(f"[models] {role}", name, function, models) for role, name in plan.models]
    named += [("[question] metric", name, "a scikit-learn scorer", get_scorer_names()) for name in plan.metrics]
    for ablation, removed in plan.ablations.items():
        named += [(f"[ablations] {ablation}", name, "in FEATURES of study/data.py", columns) for name in removed]
    wrong = [refusal(path, *one) for one in named if one[1] not in one[3]]
    if plan.models.candidate == plan.models.rival:
        wrong.append(f"{path}: [models] candidate: it is the rival too, so there is nothing to compare")
    if wrong:
        raise StudyError("\n".join(wrong))

"""The tables of the plan: keys, typed, with their defaults; what contradicts itself within one. See `rows` too."""

import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.plan.falsifiable import Decided, Sentence

Share = Annotated[float, Field(gt=0, lt=1)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Value = bool | int | float | str
Setting = Value | list[Value]
Alternatives = Value | list[Setting]  # of one parameter
Range = Annotated[list[float], Field(min_length=2, max_length=2)]
ROLES = ["floor", "linear", "domain", "rival", "candidate"]
RANDOM = ["split", "initialisation", "row_order"]


class Section(BaseModel):
    """A table of the plan: no unknown keys, no silent conversions, no change after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Question(Section):
    """What is claimed, what would refute it, and which difference is worth having, in units of the metric."""

    claim: Decided = Field(description="What is claimed: the candidate beats the rival by more than the margin.")
    falsified_by: Decided = Field(description="Which outcome would refute it.")
    metric: str = Field(description="A scorer of scikit-learn, or a function of `study/metrics.py`.")
    why: Decided = Field(description="Why this metric.")
    margin: float = Field(
        gt=0, description="The smallest difference worth having, in units of the metric: 2 per cent are 0.02."
    )
    agreed_with: Decided = Field(description="Who agreed on metric and margin.")
    direction: Literal["better", "worse"] = Field(
        default="better", description="`worse`: the candidate is expected to be worse than the rival."
    )
    further_metrics: list[str] = Field(default=[], description="Shown beside it; they decide nothing.")
    family: list[Literal["floor", "linear", "domain", "rival"]] = Field(
        default=["rival"], description="Confirmatory comparisons, corrected by Holm."
    )
    alpha: float = Field(default=0.05, gt=0, lt=0.5, description="Intervals are those of 1 - alpha.")

    @model_validator(mode="after")
    def _rival_is_confirmatory(self) -> Self:
        if "rival" not in self.family:
            raise ValueError("family: the claim is about the rival, so the family must hold it")
        return self


class Metric(Section):
    """How a metric is shown; of a function of study/metrics.py also what is known of it."""

    label: str = Field(default="", description="What readers call it; by default its name, in words.")
    unit: str = Field(default="", description="Unit of the metric, and of the margin.")
    greater_is_better: bool | None = Field(default=None, description="Required of a function of `study/metrics.py`.")
    low: Finite | None = Field(default=None, description="The lowest value that it can have, if there is one.")
    high: Finite | None = Field(default=None, description="The highest value that it can have, if there is one.")
    response_method: Literal["predict", "predict_proba", "decision_function"] = Field(
        default="predict", description="What it is given beside the truth, as `make_scorer` has it."
    )

    @model_validator(mode="after")
    def _range_has_two_ends(self) -> Self:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low: {self.low:g} is not below high, {self.high:g}")
        return self


class Models(Section):
    """Role -> name of a function in study/models.py. The floor comes with the harness."""

    @model_validator(mode="before")
    @classmethod
    def _floor_is_no_choice(cls, stated: Any) -> Any:
        if isinstance(stated, dict) and "floor" in stated:
            raise ValueError("floor: it is a dummy that comes with the harness, and no choice. Delete the line")
        return stated

    linear: str = Field(default="", description="The simplest thing that could work. It may be left out.")
    domain: str = Field(default="", description="A published rule of the field. It may be left out.")
    rival: str = Field(description="What the field would use today.")
    candidate: str = Field(description="What the claim is about.")

    @property
    def named(self) -> dict[str, str]:
        """The functions of the roles that are not left out."""
        return {role: name for role, name in self if name}


class Evaluation(Section):
    """How the models are compared: model seeds in each repeat, draws of each random nuisance, a second data set."""

    seed: int = Field(ge=0, description="The root of all randomness.")
    folds: int = Field(ge=2, description="Of the cross-validation.")
    repeats: int = Field(ge=1, description="Of the cross-validation; 1 with `time`.")
    seeds: int = Field(default=1, ge=1, description="Seeds of the models in each repeat.")
    draws: int = Field(default=5, ge=2, description="Of each random nuisance.")
    benchmark: str = Field(default="", description="A second data set: `load_...` of sklearn, or a module of `study/`.")


class Choice(Section):
    """Another value of one parameter of the candidate, as ``get_params`` names it."""

    parameter: str = Field(description="A parameter of the candidate, as `get_params` names it.")
    value: Setting = Field(description="Another value that you might as well have taken; a list is also a tuple.")


class Ablation(Section):
    """The one component that is taken away from the candidate: columns, a step, or what a parameter does."""

    columns: list[str] | None = Field(default=None, min_length=1, description="Columns that are taken away.")
    step: str | None = Field(default=None, description="A step that becomes `passthrough`.")
    parameter: str | None = Field(default=None, description="A parameter of the candidate, as `get_params` names it.")
    value: Setting | None = Field(default=None, description="What it becomes; a list is also a tuple.")
    changes_features: bool = Field(default=False, description="The step makes or chooses features.")

    @model_validator(mode="after")
    def _one_component(self) -> Self:
        if [self.columns, self.step, self.parameter].count(None) != 2:
            raise ValueError("an ablation names exactly one of columns, step and parameter")
        if (self.parameter is None) != (self.value is None):
            raise ValueError("parameter and value come together")
        return self


class Nuisances(Section):
    """What should not matter: varied alone, then all together."""

    random: list[Literal["split", "initialisation", "row_order"]] = Field(
        default=["split", "initialisation", "row_order"], description="What is drawn again and again."
    )
    label_noise: Share | None = Field(default=None, description="Share of the training targets that are exchanged.")
    outlier_cut: float | None = Field(default=None, gt=0, description="Interquartile ranges beyond which rows go.")
    choices: dict[str, Choice] = {}


class Replay(Section):
    """Up to which difference a score is still the same (provenance/tolerance.py); decided before the first replay."""

    rtol: float = Field(default=1e-6, ge=0, description="Tier 2: relative difference; 1e-4 suits float32 models.")
    sigmas: float = Field(default=2.0, ge=0, description="Tier 3: standard deviations over model seeds.")


class Waiver(Section):
    """Why a check may fail, and since when; every report shows it."""

    reason: Sentence = Field(description="Why the check of this code may fail.")
    date: datetime.date = Field(strict=False, description="Since when.")  # a record holds it as text

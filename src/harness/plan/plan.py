"""The plan: study/plan.toml, typed. Unknown names are refused; what the file leaves out has its default here."""

import math
import tomllib
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from harness.exceptions import StudyError, refusals
from harness.plan import sections
from harness.plan.falsifiable import senseless
from harness.plan.rows import Data, Rows
from harness.scales import Scale, scale


class Plan(sections.Section):
    """The whole plan."""

    question: sections.Question
    data: Data
    rows: Rows
    models: sections.Models
    evaluation: sections.Evaluation
    benchmark: Data | None = None
    metrics: dict[str, sections.Metric] = {}
    ablations: dict[str, sections.Ablation] = {}
    variants: dict[str, dict[str, sections.Alternatives]] = Field(
        default={},
        description="Settings of the candidate: a parameter, as `get_params` names it, and its value, or a list of "
        "values that are tried. Each fit chooses among all of them, inside its training rows.",
    )
    nuisances: sections.Nuisances = sections.Nuisances()
    replay: sections.Replay = sections.Replay()
    waivers: dict[str, sections.Waiver] = {}

    @model_validator(mode="after")
    def _time_has_one_order(self) -> Self:
        if self.rows.cut_once and self.evaluation.repeats > 1:
            raise ValueError("[evaluation] repeats: folds in the order of time are the same each time; it must be 1")
        return self

    @model_validator(mode="after")
    def _family_has_its_models(self) -> Self:
        for role in self.question.family:
            if role not in ["floor", *self.models.named]:
                raise ValueError(f"[question] family: {role!r} is not in [models]. Name its function there")
        return self

    @model_validator(mode="after")
    def _dependence_has_its_column(self) -> Self:
        dependence, panel = self.rows.dependence, self.rows.panel
        if self.data.group and self.data.time and dependence == "time" and not panel:
            raise ValueError(
                "[rows] panel: [data] names a group and a time. Write panel = 'known groups' if what is predicted are "
                "later rows of groups that were trained on, or 'new groups' if none of them was"
            )
        if panel and not self.data.group:
            raise ValueError(f"[data] group: [rows] panel is {panel!r}: name the column that tells it")
        needed = {"none": None, "group": "group", "space": "group", "time": "time"}[dependence]
        for key in ("group", "time"):
            name = getattr(self.data, key)
            if key == needed and not name:
                raise ValueError(f"[data] {key}: [rows] dependence is {dependence!r}: name the column that tells it")
            if key != needed and name and not panel:
                raise ValueError(f"[data] {key}: it is {name!r}, but [rows] dependence is {dependence!r}")
        return self

    @model_validator(mode="after")
    def _benchmark_has_its_columns(self) -> Self:
        own = bool(self.evaluation.benchmark) and not self.evaluation.benchmark.startswith("load_")
        if own != (self.benchmark is not None):
            raise ValueError("[benchmark]: it is [data] of the module of study/ that [evaluation] benchmark names")
        return self

    @model_validator(mode="after")
    def _metrics_are_asked(self) -> Self:
        if idle := self.metrics.keys() - {*self.metric_names}:
            raise ValueError(f"[metrics.{min(idle)}]: [question] names no such metric, nor do its further_metrics")
        return self

    @model_validator(mode="after")
    def _variants_are_alternatives(self) -> Self:
        values = [value for setting in self.variants.values() for value in setting.values()]
        if len(self.variants) == 1 and not any(isinstance(value, list) and len(value) > 1 for value in values):
            raise ValueError("[variants]: one alone leaves nothing to choose; name another, or a list of values")
        changes = {f"[ablations.{name}]": change.parameter or change.step for name, change in self.ablations.items()}
        changes |= {f"[nuisances.choices.{name}]": change.parameter for name, change in self.nuisances.choices.items()}
        chosen = {f"{key}__" for setting in self.variants.values() for key in setting}
        for where, part in changes.items():
            if part and any(f"{part}__".startswith(key) or key.startswith(f"{part}__") for key in chosen):
                raise ValueError(f"{where}: [variants] choose {part!r}, or a part of it. Take it out of one of them")
        return self

    @model_validator(mode="after")
    def _margin_can_be_exceeded(self) -> Self:
        name, margin, scale = self.question.metric, self.question.margin, self.scales[self.question.metric]
        low = scale.low if math.isfinite(scale.low) else 0  # below 0 an R2 is worth nothing
        if 0 < scale.high - low <= margin:
            message = f"{name} goes from {low:g} to {scale.high:g}, so {margin:g} is all of it; 2 per cent is 0.02"
            raise ValueError(f"[question] margin: {message}")
        return self

    def nuisance_names(self) -> dict[str, str]:
        """
        Every nuisance with its kind of effect: "random" (drawn again and again) or "choice" (of two).

        Folds that time alone decides cannot be drawn again.
        """
        declared, once = self.nuisances, self.rows.cut_once
        effects: dict[str, str] = {name: "random" for name in declared.random if not (once and name == "split")}
        if declared.label_noise:
            effects["label_noise"] = "random"
        if declared.outlier_cut:
            effects["outlier_cut"] = "choice"
        return effects | dict.fromkeys(declared.choices, "choice")

    def explored(self) -> Self:
        """Return the plan of a first look: its roles, once, and nothing beside them."""
        once = self.evaluation.model_copy(update={"repeats": 1, "seeds": 1, "benchmark": ""})
        rest: dict[str, Any] = {"benchmark": None, "ablations": {}, "nuisances": sections.Nuisances(random=[])}
        return self.model_copy(update={"evaluation": once, **rest})

    @property
    def metric_names(self) -> list[str]:
        """The primary metric first, each once."""
        return list(dict.fromkeys([self.question.metric, *self.question.further_metrics]))

    @property
    def scales(self) -> dict[str, Scale]:
        """The scale of each metric."""
        stated = {name: one.model_dump() for name, one in self.metrics.items()}
        return {name: scale(name, stated.get(name)) for name in self.metric_names}

    @property
    def confidence(self) -> float:
        """Of every interval."""
        return 1 - self.question.alpha


SECTIONS = sections.Section.__subclasses__()
KEYS = sorted({key for section in SECTIONS for key in section.model_fields})


def read(path: Path) -> Plan:
    """Read a plan; raise StudyError with one line for each key that is unknown, missing, wrong, or answers nothing."""
    shown = f"{path.parent.name}/{path.name}"
    try:
        planned = Plan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StudyError(f"{shown}: cannot be read: {error}") from None
    except ValidationError as error:
        raise StudyError(refusals(shown, error, "a key of the plan", KEYS)) from None
    if wrong := [f"{shown}: {reason}" for reason in senseless(planned)]:
        raise StudyError("\n".join(wrong))
    return planned

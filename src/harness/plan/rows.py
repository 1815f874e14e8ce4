"""The tables [data] and [rows] of the plan: what the columns are, and how rows depend on each other."""

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from harness.plan.falsifiable import Sentence
from harness.plan.sections import Range, Section, Value


class Data(Section):
    """What the columns of the table are, and which rows any sound model is right about."""

    target: str | Annotated[list[str], Field(min_length=2)] = Field(
        description="The answer, a column of the table that `tidy` makes; or several: numbers, or labels of 0 and 1."
    )
    features: list[str] = Field(min_length=1, description="What the models are given.")
    group: str = Field(default="", description="Whose rows depend on each other; for `space`: the block.")
    time: str = Field(default="", description="What says when: a number or a date.")
    weight: str = Field(default="", description="How much a row counts, in fits and in scores.")
    unit: str = Field(default="", description="Column of what `read` gives: raw rows that make one row.")
    canaries: dict[str, Value | Range] = Field(default={}, description="Row -> target or `[low, high]`; not fitted on.")

    @model_validator(mode="after")
    def _target_is_no_feature(self) -> Self:
        if given := {*self.targets} & {*self.features, self.group, self.time, self.weight}:
            raise ValueError(
                f"target: {min(given)!r} is also a feature, the group, the time or the weight: "
                "it would give the answer away"
            )
        if len({*self.targets}) < len(self.targets):
            raise ValueError("target: a column is named twice")
        if self.canaries and len(self.targets) > 1:
            raise ValueError("canaries: they are not made for several targets. Leave them out")
        return self

    @property
    def targets(self) -> list[str]:
        """The target, or the several of them."""
        return [self.target] if isinstance(self.target, str) else self.target

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Every column of the table that is named, with the key that names it."""
        single = [("group", self.group), ("time", self.time), ("weight", self.weight)]
        many = [(key, name) for key, names in (("features", self.features), ("target", self.targets)) for name in names]
        return many + [(key, name) for key, name in single if name]


class Rows(Section):
    """How rows depend on each other, which of them are sealed, and for whom scores are given apart."""

    dependence: Literal["none", "group", "time", "space"] = Field(description="What rows depend on each other by.")
    reason: Sentence = Field(description="How you know.")
    sealed: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="Share of the groups that no run looks at; 0 where rows are too few; not for `time` alone.",
    )
    sealed_from: int | float | str | datetime.date | None = Field(
        default=None, description="For `time`: sealed from then on."
    )
    panel: Literal["", "known groups", "new groups"] = Field(
        default="", description="For `time` with a group: whether the groups that are tested were trained on, or none."
    )
    gap: int = Field(default=0, ge=0, description="For `time`: times between training and test that neither has.")
    subgroups: list[str] = Field(default=[], description="Columns by which scores are told apart.")

    @model_validator(mode="after")
    def _one_seal(self) -> Self:
        if self.panel and self.dependence != "time":
            raise ValueError("panel: it is for groups that are seen again and again: dependence = 'time'")
        if self.panel == "new groups":
            if not self.sealed or self.sealed_from is None:
                raise ValueError(
                    "with panel = 'new groups' the newest rows of some groups are sealed: it takes sealed, a share of "
                    "the groups, and sealed_from, the first time that is sealed"
                )
        elif self.dependence == "time" and (self.sealed is not None or self.sealed_from is None):
            raise ValueError(
                "with dependence = 'time' the newest rows are sealed: sealed_from = the first time that is sealed "
                "(a share would move old rows when new ones come)"
            )
        if self.dependence != "time" and self.sealed_from is not None:
            raise ValueError("it takes sealed = a share of the groups; sealed_from is for dependence = 'time'")
        if self.dependence != "time" and self.gap:
            raise ValueError(f"gap: it is {self.gap}, but without dependence = 'time' no row comes after another")
        if self.dependence != "time" and self.sealed is None:
            raise ValueError("sealed is missing: write sealed = 0.2, a share of the rows (or of the groups)")
        return self

    @property
    def cut_once(self) -> bool:
        """Whether folds are the same each time: those that time alone decides."""
        return self.dependence == "time" and self.panel != "new groups"

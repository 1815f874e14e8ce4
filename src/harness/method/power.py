"""Power: can this study answer? Told by floor and rival alone, before anybody has seen the candidate."""

import math
from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, stats

from harness.exceptions import StudyError
from harness.method import statistics
from harness.method.statistics import Estimate
from harness.plan.plan import Plan
from harness.plan.sections import Question

GOAL, HOPELESS = (
    0.8,
    0.2,
)  # chances to support a difference of two margins: one that would do, one that no plan is worth
ALIKE, SAME = 0.4, 0.1  # spread of the difference over the rival's, of models that are alike: docs/why/statistics.md
MOST = 10**6  # repeats; what these do not do, none do
QUANTILES = (np.arange(200) + 0.5) / 200


class Design(NamedTuple):
    """How often, and how, a difference is measured; ``ratio`` is test rows over training rows."""

    folds: int
    repeats: int
    ratio: float
    alpha: float = 0.05

    @property
    def reach(self) -> float:
        """Half-width of the interval over the standard deviation of the differences (Nadeau and Bengio 2003)."""
        n = self.folds * self.repeats
        return float(stats.t.isf(self.alpha / 2, n - 1) * math.sqrt(1 / n + self.ratio))


class Known(NamedTuple):
    """
    What floor and rival tell of a plan: ``gain`` is the rival minus the floor, ``spread`` how its score varies by fold.

    Differences of candidate and rival vary as much if both do and half of what makes a fold hard is hard for both:
    2 (1 - 1/2) = 1. Chances depend on 1 / spread, which a standard deviation of n scores makes too large by
    3 / (4 (n - 1)); it is raised by that.
    """

    design: Design
    spread: float
    gain: Estimate


def chances(design: Design, spread: float, margin: float, effect: float, floor: float = math.inf) -> dict[str, float]:
    """
    Return the chance of each verdict where the true difference, in the direction of the claim, is ``effect``.

    Parameters
    ----------
    spread : float
        Standard deviation, over the folds, of the differences of candidate and rival.
    floor : float
        Lower bound of the interval of candidate minus floor, as if it were known.

    Notes
    -----
    The mean of n differences is taken for normal about the effect, with variance spread^2 / folds: repeats test the
    same rows again, and add next to nothing (Bouckaert 2003, ICML; Bengio and Grandvalet 2004, JMLR 5, 1089-1105). The
    spread that is seen has n - 1 degrees of freedom; integrated over it, the chances are noncentral t distributions.
    Holm's correction is taken to cost nothing, as if all others of the family were easier to tell apart.

    Examples
    --------
    >>> found = chances(Design(5, 5, 1 / 4), spread=0.02, margin=0.02, effect=0.04)
    >>> {verdict: round(chance, 3) for verdict, chance in found.items()}
    {'supported': 0.417, 'equivalent': 0.0, 'not supported': 0.0, 'no conclusion': 0.583}
    """
    n = design.folds * design.repeats
    half = design.reach * spread * np.sqrt(stats.chi2.ppf(QUANTILES, n - 1) / (n - 1))
    below = partial(stats.norm.cdf, loc=effect, scale=spread / math.sqrt(design.folds))
    supported = float(1 - below(margin + half).mean())
    equivalent = float(np.maximum(below(margin - half) - below(half - margin), 0).mean())
    beyond = float(below(margin - half).mean()) - equivalent
    found = {"supported": supported, "equivalent": equivalent * (floor > margin), "not supported": beyond}
    found = found if floor > 0 else dict.fromkeys(found, 0.0)
    return found | {"no conclusion": 1 - sum(found.values())}


def fewest(design: Design, enough: Callable[[Design], bool]) -> int | None:
    """Return the smallest number of repeats that is enough; None if none is, since n_test/n_train stays."""
    repeats = bisect_left(range(1, MOST + 1), True, key=lambda tried: enough(design._replace(repeats=tried))) + 1
    return repeats if repeats <= MOST else None


def needed(design: Design, spread: float, margin: float) -> tuple[float, int | None]:
    """
    Return how many times the rows, or how many repeats, support two margins with a chance of `GOAL`.

    The variance of a fold's score is taken to fall as 1/n_test.
    """

    def short(scale: float, tried: Design = design) -> float:
        return GOAL - chances(tried, math.exp(scale), 1, 2)["supported"]

    relative = math.log(spread / margin)
    scale = float(optimize.brentq(short, -9, 9))
    return math.exp(2 * (relative - scale)), fewest(design, lambda tried: short(relative, tried) <= 0)


def told(plan: Plan, scores: pd.DataFrame) -> Known:
    """Read off the scores of floor and rival what they tell of a plan."""
    means = scores.pivot_table(plan.metric_names[0], ["repeat", "fold"], "name")
    own, ratio = means["rival"].to_numpy(), float((scores["n_test"] / scores["n_train"]).mean())
    gain = statistics.corrected_interval(own - means["floor"].to_numpy(), ratio, plan.confidence)
    if not statistics.varies(own) or gain.low is None:
        problem = f"it scores alike in each of {len(own)} folds, so that no spread is known"
        raise StudyError(f"study/plan.toml: [models] rival: {problem}. Look at rival and metric.")
    design = Design(plan.evaluation.folds, plan.evaluation.repeats, ratio, plan.question.alpha)
    gained = own - means["floor"].to_numpy()
    gain = gain._replace(low=float(gained.mean() - design.reach * gained.std(ddof=1)))  # with all folds of the plan
    return Known(design, float(own.std(ddof=1)) * (1 + 3 / (4 * (len(own) - 1))), gain)


def expected(question: Question, known: Known, margins: float, like: float = 1.0) -> dict[str, float]:
    """Return the chance of each verdict at a true difference of so many margins, ``like`` times the spread known."""
    effect = margins * question.margin
    floor = (known.gain.low or 0.0) + (effect if question.direction == "better" else -effect)
    return chances(known.design, like * known.spread, question.margin, effect, floor)

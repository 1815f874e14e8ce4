"""Whether a study can answer: chances against Student's noncentral t and against the rule itself, and what is said."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness import files
from harness.checks import engine, history
from harness.cli import plan as command
from harness.exceptions import StudyError
from harness.fits import keys, pilot
from harness.method import inputs, jobs, outlook, power, statistics, verdict
from harness.method.power import Design, Known
from harness.provenance import machine

FIVE = Design(5, 5, 1 / 4)
FITTED = [("role", "floor"), ("role", "rival")]
RUN = {
    "verdict": "no conclusion",
    "plan": {
        "question": {"margin": 0.02, "direction": "better", "alpha": 0.05},
        "evaluation": {"folds": 5, "repeats": 2},
        "rows": {"dependence": "none"},
    },
    "rows": {"development": 200, "groups": 200},
}


def test_the_half_width_is_that_of_the_interval():
    """By hand: t of 24 degrees is 2.063899, and sqrt(1/25 + 1/4) = 0.538516; 25 differences have just that interval."""
    assert FIVE.reach == pytest.approx(2.063899 * 0.538516, abs=1e-6)
    values = np.random.default_rng(0).normal(size=25)
    found = statistics.corrected_interval(values, 1 / 4)
    assert FIVE.reach * values.std(ddof=1) == pytest.approx(found.high - found.value)


@pytest.mark.parametrize("effect", [0.0, 0.02, 0.04, -0.04])
def test_chances_are_those_of_the_noncentral_t(effect):
    """A mean of variance s^2 / 5 clears the margin by 1.111443 s' with a chance that scipy knows, too."""
    found = power.chances(FIVE, 0.02, 0.02, effect)
    root = math.sqrt(5)
    beyond, shift = 1.111443 * root, (effect - 0.02) / 0.02 * root
    assert found["supported"] == pytest.approx(stats.nct.sf(beyond, 24, shift), abs=3e-4)
    below = found["not supported"] + found["equivalent"]
    assert below == pytest.approx(stats.nct.cdf(-beyond, 24, shift), abs=3e-4)
    assert sum(found.values()) == pytest.approx(1)


@pytest.mark.parametrize("direction", ["better", "worse"])
@pytest.mark.parametrize("low", [0.5, 0.01, -0.5])  # of the rival over the floor
@pytest.mark.parametrize("margins", [0, 1, 2])
def test_chances_are_those_of_the_rule(direction, low, margins):
    """20,000 means and spreads are drawn, and judged by `decide`."""
    question = SimpleNamespace(margin=0.02, direction=direction, alpha=0.05)
    sign, draws, spread = 1 if direction == "better" else -1, 20_000, 0.009
    known = Known(FIVE, spread, statistics.Estimate(low + 0.1, low, low + 0.2, 0.1, 0.5, 25))
    rng = np.random.default_rng([margins, int(100 * low) + 100])
    means = sign * margins * 0.02 + rng.normal(size=draws) * spread / math.sqrt(5)
    halves = FIVE.reach * spread * np.sqrt(rng.chisquare(24, draws) / 24)
    floor = statistics.Estimate(0.0, low + sign * margins * 0.02, 1.0, 0.1, 0.5, 25)
    said = [
        verdict.decide(statistics.Estimate(mean, mean - half, mean + half, 1, 1, 25), floor, 0.0, question)[0]
        for mean, half in zip(means.tolist(), halves.tolist(), strict=True)
    ]
    for word, chance in power.expected(question, known, margins).items():
        assert said.count(word) / draws == pytest.approx(chance, abs=0.012), word


def test_the_rows_that_are_named_do():
    factor, _ = power.needed(FIVE, 0.05, 0.02)
    assert factor == pytest.approx(14.05, abs=0.01)
    assert power.chances(FIVE, 0.05 / math.sqrt(factor), 0.02, 0.04)["supported"] == pytest.approx(0.8)


def test_the_fewest_repeats_that_do_are_named_or_that_none_do():
    """However many: 1.96 sqrt(1/4) spreads each way, and a mean that varies by spread / sqrt(5)."""

    def chance(spread, repeats):
        return power.chances(FIVE._replace(repeats=repeats), spread, 0.02, 0.04)["supported"]

    for spread in (0.01, 0.013, 0.0143):
        repeats = power.needed(FIVE, spread, 0.02)[1]
        assert chance(spread, repeats) >= 0.8 > (chance(spread, repeats - 1) if repeats > 1 else 0)
    for spread in (0.0145, 0.0149, 0.016):
        best = stats.norm.sf((1.959964 * 0.5 * spread - 0.02) / (spread / math.sqrt(5)))
        assert (power.needed(FIVE, spread, 0.02)[1] is None) == (best < 0.8), best


def floor_and_rival(gained):
    rows = [
        {"name": name, "repeat": n // 2, "fold": n % 2, "score": score, "n_test": 20, "n_train": 80}
        for n, gain in enumerate(gained)
        for name, score in (("floor", 0.5), ("rival", 0.5 + gain))
    ]
    evaluation = SimpleNamespace(folds=2, repeats=9)
    question = SimpleNamespace(alpha=0.1)
    return SimpleNamespace(metric_names=["score"], confidence=0.9, evaluation=evaluation, question=question), rows


def test_floor_and_rival_tell_the_spread():
    stated, rows = floor_and_rival([0.1, 0.2, 0.3, 0.4])
    found = power.told(stated, pd.DataFrame(rows))
    assert found.design == Design(2, 9, 0.25, 0.1)
    assert found.spread == pytest.approx(0.129099 * 1.25, abs=1e-6) and found.gain.value == pytest.approx(0.25)
    assert found.gain.low == pytest.approx(0.25 - found.design.reach * 0.129099, abs=1e-5)  # by all folds of the plan


@pytest.mark.parametrize("gained", [[0.2, 0.2, 0.2, 0.2], [0.1]])
def test_a_rival_that_does_not_vary_or_one_fold_is_told(gained):
    stated, rows = floor_and_rival(gained)
    with pytest.raises(StudyError, match=r"study/plan.toml: \[models\] rival: it scores alike in each"):
        power.told(stated, pd.DataFrame(rows))


def a_run(rival, floor=(0.2, 0.3), direction="better", **changed):
    """Make a record of 10 differences; half-widths are 2.262157 standard errors."""
    named = {"rival": rival, "floor": floor}
    compared = [
        {"kind": "role", "name": name, "value": (low + high) / 2, "low": low, "high": high, "n": 10}
        | {"error": (high - low) / 2 / 2.262157, "p_claim": 0.02, "p_holm": 0.02}
        for name, (low, high) in named.items()
    ]
    question = RUN["plan"]["question"] | {"direction": direction}
    return RUN | {"comparisons": compared, "plan": RUN["plan"] | {"question": question}} | changed


def test_what_would_have_brought_a_conclusion():
    """0.04 +- 0.025 has to come down to 0.02: (0.025 / 0.02)^2 = 1.5625 times the rows.

    By hand for repeats: t(5 r - 1) sqrt(1/(5 r) + 1/4) is 1.3383 for r = 2, and below 1.0706 first for r = 8 (1.0607).
    """
    said = outlook.after(a_run((0.015, 0.065)))
    assert "an interval of 0.0200 to each side, not 0.0250, keeps clear of the margin" in said
    assert "margin: supported. It takes about 313 rows (now 200), or 8 repeats (now 2). That is another plan" in said
    assert outlook.after(a_run((-0.065, -0.015), direction="worse")) == said
    assert "margin: not supported. It" in outlook.after(a_run((-0.015, 0.035)))
    groups = a_run((0.015, 0.065), rows={"development": 200, "groups": 50})
    assert "about 79 groups (now 50)" in outlook.after(groups)


def test_the_wall_of_the_correction_is_named():
    """At best 1.96 / 1.3383 x 0.5 = 0.732 of the half-width is left: 0.028 of 0.04 cannot be reached by repeats."""
    assert "n_test/n_train = 0.250 times the variance stays" in outlook.after(a_run((0.008, 0.088)))
    assert "no number of repeats" in outlook.after(a_run((0.008, 0.088)))
    assert "repeats (now 2)" in outlook.after(a_run((0.010, 0.090)))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (a_run((0.0, 0.05), verdict="supported"), ""),
        (a_run((0.0, 0.0402)), "the difference is as good as the margin"),
        (
            a_run((0.03, 0.05), floor=(-0.1, 0.3)),
            "an interval of 0.100 to each side, not 0.200, keeps clear of the floor",
        ),
        (
            a_run((0.03, 0.05), floor=(-0.3, 0.1)),
            "no number of rows or repeats helps a candidate that scores no better",
        ),
        (a_run((-0.01, 0.01), floor=(0.01, 0.3)), "plan a margin below what the candidate gains on the floor"),
    ],
)
def test_each_row_of_the_rule_without_conclusion_has_its_way_on(run, said):
    assert said in outlook.after(run) and bool(outlook.after(run)) == bool(said)


def test_holms_correction_asks_for_more():
    """Beyond the margin by t = 2.5 of 9 degrees, but three to the family: t of alpha / 3 is 2.933."""
    run = a_run((0.02 + 0.25e-2 - 0.001, 0.02 + 5e-2))
    (rival, floor) = run["comparisons"]
    rival |= {"p_claim": 0.034, "p_holm": 0.102}
    gap, half = rival["value"] - 0.02, stats.t.isf(0.05 / 3 / 2, 9) * rival["error"]
    assert f"about {math.ceil((half / gap) ** 2 * 200)} rows" in outlook.after(run)
    rival |= {"low": None}
    assert "do not vary" in outlook.after(run)


def test_time_knows_no_repeats():
    run = a_run((0.015, 0.065))
    run["plan"] = run["plan"] | {"rows": {"dependence": "time"}, "evaluation": {"folds": 10, "repeats": 1}}
    assert outlook.after(run).endswith("It takes about 313 rows (now 200). That is another plan, and another attempt.")


@pytest.fixture(scope="module")
def study_(root):
    return inputs.read(root)


def with_margin(study, margin, direction="better"):
    question = study.plan.question.model_copy(update={"margin": margin, "direction": direction})
    return study._replace(plan=study.plan.model_copy(update={"question": question}))


@pytest.mark.parametrize(("margin", "grave"), [(0.02, 0), (0.01, 0), (0.005, 1), (0.001, 2)])
def test_a_hopeless_plan_is_named(study_, root, margin, grave):
    subject = engine.Subject(root)
    subject.known[engine.Subject.read.__wrapped__] = (with_margin(study_, margin), None)
    found = list(history.plan_can_answer(subject))
    assert [type(one) for one in found] == [[], [engine.Note], [str]][grave]
    assert all("Hopeless" in one and "groups (now 129)" in one for one in found)


def test_a_rival_that_is_always_right_is_no_fault_of_the_plan(study_, root):
    study = with_margin(study_, 0.001)
    told = study.development.X.assign(bill_depth_mm=(study.development.y == "MALE") + 1.0)
    subject = engine.Subject(root)
    perfect = study._replace(development=study.development._replace(X=told))
    subject.known[engine.Subject.read.__wrapped__] = (perfect, None)
    status, (why,) = engine.run_check(engine.by_code("P6"), subject)
    assert status == "not exercised" and "it scores alike in each of 10 folds" in why


def test_the_candidate_is_never_asked(study_):
    def never(seed):
        raise AssertionError("the candidate was built")

    known = pilot.known(study_._replace(models=study_.models | {"candidate": never}), 1)
    assert known.gain.n == 5 and 0 < known.spread < 0.1


def test_what_would_do_is_told_by_the_command_and_a_run_fits_none_of_it_again(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "120")
    command.command(power=True)
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines() if "margins  " in line] == ["0", "1", "2"]
    assert "true difference   supported   equivalent   not supported   no conclusion" in said
    assert "groups (now 129)" in said and "no number of repeats would do" in said
    study, facts = inputs.read(root), machine.describe(root)
    of_data = keys.types(study.development, root), keys.row_hashes(study.development)
    at = keys.machine(facts, {})
    fits = [job for job in jobs.plan_jobs(study, looking=False)[1] if (job.kind, job.name) in FITTED]
    names = {keys.key(job, of_data, study.scorers, root, at) for job in fits}
    assert len(names) == 2 * 25 and names == {path.stem for path in (root / files.CACHE).glob("*/*.json")}
    monkeypatch.setattr(pilot.fit, "do", lambda *_: 1 / 0)
    command.command(power=True)
    assert capsys.readouterr().out == said

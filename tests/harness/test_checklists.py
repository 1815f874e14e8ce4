"""CHECKLISTS.md: no item lost, answers as the files are, and never a sentence of the author gone."""

import json

import pytest

from harness import files
from harness.checks import CHECKS, Subject, run_check
from harness.exceptions import StudyError
from harness.publish import checklists, in_step, made

ITEMS = [
    {"id": "A 1", "text": "Recorded?", "evidence": ["results/run.json#rows.sealed"]},
    {"id": "A 2", "text": "Said?", "evidence": ["CARD.md#Limits"]},
    {"id": "A 3", "text": "Why?", "author": "Say why."},
    {"id": "A 4", "text": "Public?", "evidence": ["LICENSE"], "online": "a DOI that resolves"},
    {"id": "A 5", "text": "Later?", "applies": ["plan.toml#rows.dependence", ["time"]], "evidence": ["LICENSE"]},
]
SENTENCES = [
    "Yes.",
    "No, for three reasons:\n\n- one\n- two\n\n```python\n# a comment\n\nx = 1\n```",
    "Not applicable: na\u00efve fa\u00e7ade \u7814\u7a76 \U0001f680\u2028still the same line",
    "## A heading\n\n> a quotation\n> > within another\n\n| a | table |\n|---|---|",
    "    indented\n\n\n\nfour lines below <b>**bold**</b> <!-- a remark -->",
    "**A 1.** as the item begins, and <!-- item: A 3 -->\n<!-- item: end -->",
    "Ends with two spaces  \nfor a break of the line",
]


@pytest.fixture
def asked(monkeypatch):
    """Lists to choose from a test; at first one, with every kind of item."""
    found = {"head": "# Head\n", "list": [{"title": "A", "source": "A book.", "items": ITEMS}]}
    monkeypatch.setattr(checklists, "read", lambda: found)
    return found


def write(root, name, text):
    """Write a file of the repository, and its folder."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, "utf-8", newline="\n")


def make(root):
    """Write CHECKLISTS.md; return how many items wait for the author."""
    text = checklists.page(Subject(root))
    files.write_text(root / checklists.PATH, text)
    return text.count(checklists.ASKED)


def statuses(root):
    """Status of each item, by its name."""
    text = checklists.page(Subject(root))
    found = {line.split(".**")[0][2:]: line.split("<br>**")[1] for line in text.split("\n") if line.startswith("**A")}
    return {name: line.split("**")[0] for name, line in found.items()}


def say(root, name, sentence):
    """Put a sentence below an item, as a quotation, as an author would."""
    lines = []
    for line in (root / checklists.PATH).read_text("utf-8").split("\n"):
        lines.append(line)
        if line.startswith(f"**{name}.**"):
            lines += ["", *(f"> {one}" for one in sentence.split("\n"))]
    write(root, checklists.PATH, "\n".join(lines))


def test_the_lists_are_whole():
    """As many items as their sources say: REFORMS 32, NeurIPS 16, Pineau 21, model info sheet 21; ACM 4."""
    found = checklists.read()["list"]
    assert [len(one["items"]) for one in found] == [32, 16, 21, 21, 4]
    items = [item for one in found for item in one["items"]]
    assert len({item["id"] for item in items}) == len(items)
    modules = [item["id"].split()[1] for item in found[0]["items"]]
    assert [sum(name[0] == module for name in modules) for module in "12345678"] == [3, 5, 7, 3, 6, 3, 3, 2]
    for item in items:
        assert ("author" in item) != bool(item.get("evidence")), item
        assert item.keys() <= {"id", "text", "evidence", "author", "online", "applies"}, item
    pointers = [pointer for item in items for pointer in item.get("evidence", ())]
    cited = {one.removeprefix(checklists.CHECK) for one in pointers if one.startswith(checklists.CHECK)}
    assert cited and cited <= {one.code for one in CHECKS}
    assert not [one for one in pointers if one.startswith("harness/")]  # the judge is no part of the study


def test_answers_are_what_the_files_say(asked, tmp_path):
    write(tmp_path, "plan.toml", '[rows]\ndependence = "group"\n')
    first = {"A 1": "not exercised", "A 2": "no", "A 3": "author must answer", "A 4": "no", "A 5": "not applicable"}
    assert statuses(tmp_path) == first
    assert make(tmp_path) == 1
    write(tmp_path, "results/run.json", json.dumps({"rows": {"sealed": 0}}))  # a number is an answer, even zero
    write(tmp_path, "LICENSE", "Do as you like.\n")
    write(tmp_path, "CARD.md", "# Card\n\n## Limits\n\n*What should nobody conclude?*\n\n## More\n\nMore.\n")
    assert statuses(tmp_path) == first | {"A 1": "yes", "A 4": "not exercised"}
    write(tmp_path, "CARD.md", "# Card\n\n## Limits\n\nAdult *birds* only.\n\n## More\n\n*What?*\n")
    write(tmp_path, "plan.toml", '[rows]\ndependence = "time"\n')
    found = {"A 1": "yes", "A 2": "yes", "A 3": "author must answer", "A 4": "not exercised", "A 5": "yes"}
    assert statuses(tmp_path) == found
    assert "[results/run.json: rows.sealed](results/run.json)" in checklists.page(Subject(tmp_path))
    assert "| A | 5 | 3 | 0 | 0 | 1 | 1 |" in checklists.page(Subject(tmp_path))
    write(tmp_path, "results/run.json", json.dumps({"rows": {}}))
    assert statuses(tmp_path) == found | {"A 1": "no"}


@pytest.mark.parametrize(
    ("file", "text", "key"),
    [
        ("a.json", '{"a": {"b": null}}', "a.b"),
        ("a.json", '{"a": {"b": ""}}', "a.b"),
        ("a.json", '{"a": []}', "a"),
        ("a.json", '{"a": "text"}', "a.b"),
        ("a.cff", "a: {}", "a"),
        ("a.md", "## Uses\n\n<!-- a remark -->\n\n## More\n\nMore.\n", "Uses"),
        ("a.md", "## Uses\n\nTo learn.\n\n*And what\nnot?*\n", "Uses"),
        ("a.md", "## Uses\n\n[More Information Needed]\n", "Uses"),
        ("a.md", "Uses\n", "Uses"),
        ("a.txt", " \n", ""),
    ],
)
def test_what_is_empty_or_a_placeholder_is_no_evidence(tmp_path, file, text, key):
    write(tmp_path, file, text)
    assert checklists.value_of(tmp_path, f"{file}#{key}" if key else file) is None


def test_a_section_is_what_stands_under_its_heading_and_those_below_it():
    text = "## Uses\n\nTo learn.\n\n### Not\n\nTo sell.\n\n## More\n\n*What?*"
    assert checklists.section(text, "uses") == "To learn.\n\nTo sell."


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    write(tmp_path, "a.json", "{")
    with pytest.raises(StudyError, match=r"a\.json cannot be read: "):
        checklists.value_of(tmp_path, "a.json#a")


@pytest.mark.parametrize(("status", "answer"), [("passed", "yes"), ("failed", "no"), ("not exercised",) * 2])
def test_a_check_is_evidence_as_it_comes_out(monkeypatch, tmp_path, status, answer):
    monkeypatch.setattr(checklists, "run_check", lambda one, subject: (status, [one.code]))
    assert checklists.exercised(Subject(tmp_path), "check L1.4") == (answer, "check L1.4")


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("name", ["A 1", "A 3", "A 5"])
def test_the_sentences_of_the_author_survive(asked, tmp_path, name, sentence):
    make(tmp_path)
    say(tmp_path, name, sentence)
    for _ in range(3):
        make(tmp_path)
        assert checklists.words((tmp_path / checklists.PATH).read_text("utf-8")) == {name: sentence}
    before = (tmp_path / checklists.PATH).read_bytes()
    asked["list"] = [{"title": "B", "source": "Another.", "items": [ITEMS[1], ITEMS[3] | {"text": "Open?"}]}]
    make(tmp_path)  # a template whose lists lost the item
    kept = (tmp_path / checklists.PATH).read_text("utf-8")
    assert checklists.KEPT in kept and checklists.words(kept) == {name: sentence}
    asked["list"] = [{"title": "A", "source": "A book.", "items": ITEMS}]
    make(tmp_path)  # and one that has it again
    assert (tmp_path / checklists.PATH).read_bytes() == before


def test_words_without_the_mark_of_a_quotation_and_doubled_items_are_kept(asked, tmp_path):
    make(tmp_path)
    text = (tmp_path / checklists.PATH).read_text("utf-8")
    text = text.replace("**A 3.**", "Before.\n**A 3.**").replace("Say why.\n", "Say why.\nYes, after.\n\n\n## Mine\n")
    write(tmp_path, checklists.PATH, text + "<!-- item: A 3 -->\n> Twice.\r\n")
    make(tmp_path)
    said = checklists.words((tmp_path / checklists.PATH).read_text("utf-8"))
    assert said == {"A 3": "Before.\nYes, after.\n\n\n## Mine\n\nTwice."}


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Yes, since 2007.", "yes"),
        ("**No**: we did not.", "no"),
        ("not applicable, there is no theorem", "not applicable"),
        ("Nobody asked.", "author must answer"),
        ("Non-linear, yes.", "author must answer"),
        ("No-one did.", "author must answer"),
    ],
)
def test_the_author_answers_what_only_the_author_can(asked, tmp_path, sentence, status):
    make(tmp_path)
    say(tmp_path, "A 3", sentence)
    assert make(tmp_path) == (status == "author must answer")
    assert statuses(tmp_path)["A 3"] == status


def test_a_sentence_never_makes_a_yes_of_a_no(asked, tmp_path):
    make(tmp_path)
    for name in ("A 1", "A 2", "A 4"):
        say(tmp_path, name, "Yes, believe me.")
    assert {statuses(tmp_path)[name] for name in ("A 1", "A 2", "A 4")} == {"no", "not exercised"}
    assert "**no**: because of what is said below; not there" in checklists.page(Subject(tmp_path))


@pytest.fixture
def in_steps(asked, monkeypatch):
    """Exercise N1 where CHECKLISTS.md is all that is made, and where other checks fail or do not."""
    monkeypatch.setattr(in_step, "fails", lambda code, subject: False)
    monkeypatch.setattr("harness.checks.engine.fails", lambda code, subject: False)
    monkeypatch.setattr(Subject, "plan", type("Plan", (), {"waivers": {}}))
    one_page = lambda subject: [(subject.root / checklists.PATH, lambda: checklists.page(subject))]  # noqa: E731
    monkeypatch.setattr(made, "made", one_page)
    (one,) = (one for one in CHECKS if one.code == "N1")
    return lambda root: run_check(one, Subject(root))


def test_the_check_sees_a_page_that_is_out_of_step(in_steps, tmp_path):
    assert in_steps(tmp_path) == ("not exercised", ["nothing is made yet (`harness card`, or accept)"])
    write(tmp_path, "results/run.json", json.dumps({"rows": {"sealed": 1}}))
    assert in_steps(tmp_path)[0] == "failed"  # no page, and a result
    make(tmp_path)
    assert in_steps(tmp_path) == ("passed", [])
    write(tmp_path, "LICENSE", "Do as you like.\n")
    status, (sentence,) = in_steps(tmp_path)
    assert status == "failed" and "`harness card`" in sentence
    make(tmp_path)
    say(tmp_path, "A 3", "Yes.")  # the status is not that of the sentence yet
    assert in_steps(tmp_path)[0] == "failed"


def test_the_page_waits_while_another_check_fails(in_steps, tmp_path, monkeypatch):
    write(tmp_path, "results/run.json", json.dumps({"rows": {"sealed": 1}}))
    monkeypatch.setattr(in_step, "fails", lambda code, subject: code == "D3")
    assert in_steps(tmp_path) == ("passed", [])
    monkeypatch.setattr(Subject, "plan", type("Plan", (), {"waivers": {"D3": "It errs here."}}))
    assert in_steps(tmp_path)[0] == "failed"

"""Write the pages in words: the question, what others found, what is not shown, years and sizes."""

BASE = "accepted"
WAITING = "*What should a reader not conclude?*"


def question_and_context(study):
    study.edit(
        "README.md",
        "## The result\n",
        "Does a random forest outperform the discriminant function? We ask whether it is better than the rule.\n"
        "Discriminant functions are the state of the art in sexing seabirds. Gorman et al. (2014) report an accuracy\n"
        "of 0.92 for them, and bills that differ significantly between the sexes.\n\n"
        "![Map of the colonies](docs/map.svg)\n\n## The result\n",
    )
    study.write("docs/map.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>\n")


def what_it_does_not_show(study):
    said = "The forest is not significantly better than the discriminant function, and no model outperforms the others."
    study.edit("MODEL_CARD.md", WAITING, f"{said}\nAn accuracy of 0.99 would be needed to replace a blood test.")
    study.harness("card")


def years_sizes_and_units(study):
    study.edit(
        "MODEL_CARD.md",
        WAITING,
        "Bills were measured from 2007 to 2009 with an accuracy of 0.1 mm, and 344 birds were weighed to 25.5 g.\n"
        "Intervals are those of 95 % confidence, in roc_auc as in log loss; versions: scikit-learn 1.9.1, Python 3.11.",
    )
    study.harness("card")


def equivalence_as_the_verdict_says_it(study):
    study.append("README.md", "\nForest and discriminant function are equivalent; the rest is exploratory.\n")

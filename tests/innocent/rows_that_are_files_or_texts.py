"""Make each row a picture, in a file of its own, or a text that somebody wrote."""

REFIT = True


def pictures(study):
    study.become("images", 300)


def texts(study):
    study.become("text")


def pictures_in_the_order_of_their_classes(study):
    study.become("images", 300)
    table = "data/raw/pictures.csv"
    head, *lines = study.read(table).splitlines()
    study.write(table, "\n".join([head, *sorted(lines, key=lambda line: line.split(",")[2])]) + "\n")
    study.harness("manifest")


def texts_with_a_number_in_each(study):
    """Invoices are named in what their writers say of them."""
    study.become("text")
    study.edit(
        "study/data.py",
        "return raw.set_index(",
        'raw = raw.assign(text=raw["text"] + " (room " + raw["guest"].astype(str) + ")")\n    return raw.set_index(',
    )

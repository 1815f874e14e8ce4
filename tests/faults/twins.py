"""Let one bird into the table twice, under two names, so that one copy can tell the answer of the other."""

CHECK = "L1.4"
RAW = "data/raw/penguins-raw.csv"


def _line(study, start):
    return next(line for line in study.read(RAW).splitlines() if line.startswith(start))


def a_row_pasted_again(study):
    study.append(RAW, _line(study, "PAL0708,1,").replace("N1A1", "N999A1") + "\n")
    study.harness("manifest")


def as_good_as_the_same(study):
    """Measured again, a hair's breadth off."""
    study.append(
        RAW, _line(study, "PAL0809,47,Gentoo").replace("45.5,13.9", "45.51,13.9").replace("N11A1", "N998A1") + "\n"
    )
    study.harness("manifest")


def two_tables_joined(study):
    """Last year's export holds some of this year's birds under new names."""
    lines = [line for line in study.read(RAW).splitlines() if line.startswith("PAL0910")][:6]
    study.write(
        "data/raw/more.csv",
        "\n".join([study.read(RAW).splitlines()[0], *(line.replace(",N", ",N77") for line in lines)]) + "\n",
    )
    study.edit(
        "study/data.py",
        "    return pd.read_csv(RAW)\n",
        '    return pd.concat([pd.read_csv(RAW), pd.read_csv(RAW.with_name("more.csv"))], ignore_index=True)\n',
    )
    study.append("data/DATASHEET.md", "\n`raw/more.csv` is last year's export.\n")
    study.harness("manifest")


def the_same_picture_twice(study):
    """A picture that was saved under two names."""
    study.become("images", 300)
    picture = study.path("data/raw/img/0004.png").read_bytes()
    study.path("data/raw/img/9999.png").write_bytes(picture)
    study.append("data/raw/pictures.csv", "img/9999.png,new,warp\n")
    study.harness("manifest")

"""Have one measurement in the table with two labels, and leave it to the model to choose."""

CHECK = "F5"
VARIANTS = {"a_picture_in_the_folders_of_two_classes": {"ALSO": {"L1.4"}}}  # it is there twice
RAW = "data/raw/penguins-raw.csv"


def noted_again_with_the_other_sex(study):
    """The same bird, handled twice, by two people."""
    line = next(line for line in study.read(RAW).splitlines() if line.startswith("PAL0708,5,Adelie"))
    study.append(RAW, line.replace("N3A1", "N3A3").replace("FEMALE", "MALE") + "\n")
    study.harness("manifest")


def other_sexes_in_a_second_file(study):
    """Sexed again in the laboratory; rows of both lists are kept."""
    head, *lines = study.read(RAW).splitlines()
    turned = [
        line.replace("FEMALE", "MALE").replace("A1,", "A7,") for line in lines if "A1," in line and "FEMALE" in line
    ]
    study.write("data/raw/laboratory.csv", "\n".join([head, *turned[:4]]) + "\n")
    study.edit(
        "study/data.py",
        "    return pd.read_csv(RAW)\n",
        '    return pd.concat([pd.read_csv(RAW), pd.read_csv(RAW.with_name("laboratory.csv"))], ignore_index=True)\n',
    )
    study.append("data/DATASHEET.md", "\n`raw/laboratory.csv` has the sexes by blood samples.\n")
    study.harness("manifest")


def a_picture_in_the_folders_of_two_classes(study):
    study.become("images", 300)
    head, *lines = study.read("data/raw/pictures.csv").splitlines()
    first = next(line for line in lines if line.endswith(",warp"))
    study.path("data/raw/img/copy.png").write_bytes(study.path(f"data/raw/{first.split(',')[0]}").read_bytes())
    study.append("data/raw/pictures.csv", "img/copy.png,new,weft\n")
    study.harness("manifest")

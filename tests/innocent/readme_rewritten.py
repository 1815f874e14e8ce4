"""Rewrite the README, with tables, commands and an address with a name in it."""

LINT = True


def anew(study):
    text = (
        "# Birds\n\n    git clone https://ada@example.org/birds.git\n    pip install nothing  # make setup does it\n\n"
    )
    study.write("README.md", text + "Set `PASS" + 'WORD = "<yours>"` in `.env`; the token is read from there.\n')


def no_secrets(study):
    code = '\n\nTOKENS = {"pad_token": "[PAD]"}\nkey = "species"\nsecret_key = "nest"\n'
    code += "PASS" + 'WORD = "${STATION_PASS}"\ntoken = "penguin-sex-by-measurement"\n'
    study.append("study/data.py", code)
    study.write(".env.example", "WANDB_API" + "_KEY=\n")

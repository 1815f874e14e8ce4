"""Commit a password, a token or a key."""

CHECK = "lint"
PLACE = ("hook id: secrets", "notebooks/track.ipynb:8", "GitHub Token")
VARIANTS = {
    "password_in_a_module": {"PLACE": ("hook id: secrets", "study/data.py:", "Secret Keyword")},
    "environment_file": {"PLACE": ("hook id: secret-files", ".env")},
    "private_key": {"PLACE": ("hook id: private-key", "data/id.pem")},
    "password_in_an_address": {"PLACE": ("hook id: secrets", "data/fetch.yml:1", "Basic Auth")},
}


def token_in_a_notebook(study):
    study.notebook("notebooks/track.ipynb", f'key = "{"gh" + "p_" + "a1B2" * 9}"\nprint(len(key))\n')


def password_in_a_module(study):
    study.append("study/data.py", "\nDB_PASS" + 'WORD = "hunter2-and-more"\n')


def environment_file(study):
    study.write(".env", "WANDB_API" + "_KEY=0123456789abcdef\n")
    study.git("add", "--force", ".env")


def private_key(study):
    study.write("data/id.pem", "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nabc\n")


def password_in_an_address(study):
    study.write("data/fetch.yml", "store: postgresql://ada:" + "s3cr3t-1815@db.example.org/birds\n")

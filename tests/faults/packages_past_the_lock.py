"""Install packages where they are needed, past the lock: in the image, in continuous integration, in a notebook."""

CHECK = "lint"
PLACE = ("hook id: installed-from-lock", "Dockerfile:", ":RUN pip install numpy")
VARIANTS = {
    "in_a_notebook": {"PLACE": ("hook id: installed-from-lock-in-code", "notebooks/look.ipynb:8:", "!pip install")},
    "by_a_magic_of_notebooks": {
        "PLACE": ("hook id: installed-from-lock-in-code", "notebooks/explore.ipynb:", "%conda")
    },
    "in_an_environment_without_versions": {
        "PLACE": ("hook id: environment-exact", "environment.yml:5:  - scikit-learn")
    },
    "in_continuous_integration": {"PLACE": ("hook id: installed-from-lock", ".gitlab-ci.yml:", "pip install tabulate")},
    "while_the_study_runs": {"PLACE": ("hook id: installed-from-lock-in-code", "study/data.py:", '"install", "xlrd"')},
}
LOCKED = "RUN python -m pip install --require-hashes --requirement /tmp/requirements/harness.txt"


def in_the_image(study):
    study.edit("Dockerfile", LOCKED, "RUN pip install numpy pandas pandera scikit-learn ipywidgets")


def in_a_notebook(study):
    study.notebook("notebooks/look.ipynb", "!pip install seaborn\n", "print('hello')\n")


def by_a_magic_of_notebooks(study):
    study.notebook("notebooks/explore.ipynb", "print(1)\n", "%conda install -y -c conda-forge umap-learn\n")


def in_an_environment_without_versions(study):
    """As environment.yml of the course that this template comes from."""
    listed = "name: study\nchannels: [conda-forge]\ndependencies:\n  - python=3.12\n  - scikit-learn\n  - pandas\n"
    study.write("environment.yml", listed + "  - pip:\n      - ipywidgets==8.1.5\n")


def in_continuous_integration(study):
    study.edit(".gitlab-ci.yml", "    - make setup\n", "    - make setup\n    - pip install tabulate\n")


def while_the_study_runs(study):
    study.append("study/data.py", '\n\ndef ready():\n    """Install what is missing."""\n    import subprocess\n\n')
    study.append("study/data.py", '    subprocess.run(["python", "-m", "pip", "install", "xlrd"], check=True)\n')

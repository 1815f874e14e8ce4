"""The site: Sphinx makes it of the Markdown pages here (`make docs`); generated.py adds what the code says itself."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import generated

project = "ml-science-template"
copyright = "the authors of ml-science-template, MIT"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_site"]
default_role = "code"
# No index of other projects is fetched.
nitpick_ignore_regex = [("py:.*", "(numpy|collections|pathlib)[.].*")]

autodoc_member_order = "bysource"
autodoc_mock_imports = ["skorch", "torch"]  # a study's
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
smartquotes = False

html_theme = "furo"
html_title = "ml-science-template"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = html_use_index = html_domain_indices = False
html_show_sphinx = False
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"


def add_report(app, error):
    """Lay the report of the shipped study beside the pages, if `make demo` has made one; say aloud if not."""
    report = generated.newest_report()
    if error is None and report:
        shutil.copy(report, Path(app.outdir, generated.REPORT))
        print(f"report of the shipped study: {report.relative_to(generated.ROOT)}")
    elif error is None:
        print("report of the shipped study: LEFT OUT, since demo/ holds no finished run; make demo, then make docs")


def setup(app):
    """Fill the pages as they are read, and add the report at the end."""
    app.connect("source-read", lambda app, name, source: source.insert(0, generated.fill(source.pop())))
    app.connect("build-finished", add_report)

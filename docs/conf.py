"""Settings of Sphinx for the documentation; `make docs` builds it."""

import sys
from pathlib import Path

import click
from sphinx.application import Sphinx

import nx_poincare.cli

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS.parent / "pipelines")]

(DOCS / "_generated" / "demos").mkdir(parents=True, exist_ok=True)  # Sphinx looks for it before it is filled

project = "nx_poincare"
author = "the nx_poincare developers"
copyright = author
release = version = nx_poincare.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "numpydoc",
    "myst_parser",
    "sphinx_click",
    "mathml",
]
templates_path = ["templates"]
exclude_patterns = ["_build", "_generated", "templates", "reliability_*.md"]  # the last in the page of reliability

html_theme = "furo"
html_title = f"nx_poincare {version}"
html_math_renderer = "mathml"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["_generated/demos"]
html_copy_source = html_show_sourcelink = False

myst_enable_extensions = ["attrs_inline", "dollarmath"]
myst_heading_anchors = 3

# A name between single backticks becomes a link where it is a full name of this package or stands beside what it names;
# other projects could only be linked with the network at hand.
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!nx_poincare\.).*")]
autodoc_typehints = "none"  # docstrings give the types
autodoc_member_order = "bysource"
autosummary_generate = True
numpydoc_show_class_members = False  # the templates list them


def draw_pictures(app: Sphinx) -> None:
    """Pictures of the ideas and of the recipes, drawn by the package that they explain."""
    import pictures

    pictures.draw_all(DOCS / "_generated", DOCS)


def write_demos(app: Sphinx) -> None:
    """Viewer pages, and the list of links to them."""
    import demos

    (DOCS / "_generated" / "demos.md").write_text(demos.write_demos(DOCS / "_generated" / "demos"), encoding="utf-8")


def show_defaults(group: click.Group) -> None:
    """Ask every option for its default: sphinx-click does not look into the settings of the group."""
    for command in group.commands.values():
        for option in command.params:
            if isinstance(option, click.Option) and option.show_default is None and not option.is_flag:
                option.show_default = isinstance(option.default, int | float | str)


def is_left_out(app: Sphinx, what: str, name: str, member: object, skip: bool, options: object) -> bool | None:
    """Leave out what matplotlib gives its subclasses, whose docstrings need its own extensions."""
    return True if str(getattr(member, "__module__", "")).startswith("matplotlib.") else None


def setup(app: Sphinx) -> None:
    show_defaults(nx_poincare.cli.main)
    app.connect("autodoc-skip-member", is_left_out)
    app.connect("builder-inited", draw_pictures)
    app.connect("builder-inited", write_demos)

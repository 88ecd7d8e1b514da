"""``python -m nx_poincare.cli``."""

from nx_poincare.cli import main

main(prog_name="nx-poincare")

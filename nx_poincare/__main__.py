"""``python -m nx_poincare``."""

from nx_poincare.cli.running import main

if __name__ == "__main__":
    main(prog_name="nx-poincare")

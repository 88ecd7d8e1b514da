"""The command line: data to standard output or files, progress and messages to standard error."""

from nx_poincare.cli import embed as embedding  # each adds its commands to `main`
from nx_poincare.cli import pictures
from nx_poincare.cli import query as queries
from nx_poincare.cli.running import main

__all__ = ["embedding", "main", "pictures", "queries"]

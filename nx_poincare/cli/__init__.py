"""The command line: data to standard output or files, progress and messages to standard error."""

from nx_poincare.cli import embedding, pictures, queries  # each adds its commands to `main`
from nx_poincare.cli.running import main

__all__ = ["embedding", "main", "pictures", "queries"]

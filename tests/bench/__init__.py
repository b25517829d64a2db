"""Figures of speed and memory, each beside a baseline measured in the same run."""

import optimizer  # noqa: F401 - first: it says how many threads numpy takes, once it is loaded

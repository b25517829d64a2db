"""Pure decisions: attendance forecasts, overbooking and the weekly rota; no web, no database."""

import os

# The matrices here are small and the cores shared: waiting for a second thread costs ten times
# what it saves.  Heeded only if numpy is not loaded yet; the operator's own setting wins.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

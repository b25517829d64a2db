"""A process apart that never answers: `python -m tests.sleeper`."""

import os
import time

from booking.rotas.apart import first_line, when_nobody_waits

if __name__ == "__main__":
    first_line(nicer=1)
    when_nobody_waits(lambda: os._exit(1))
    time.sleep(600)

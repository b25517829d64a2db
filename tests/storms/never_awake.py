"""A process apart that never gets as far as listening: `python -m tests.storms.never_awake`."""

import time

if __name__ == "__main__":
    time.sleep(600)

"""Property tests look at few examples in the fast suite, and at many with COACH_TEST_SCALE=full (`make soak`)."""

import os

from hypothesis import HealthCheck, settings

FULL = os.environ.get("COACH_TEST_SCALE") == "full"

settings.register_profile("fast", derandomize=True, deadline=None, max_examples=15, database=None)
settings.register_profile("full", deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("full" if FULL else "fast")

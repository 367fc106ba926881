"""The tests run what tools/services.sh built. What is not built fails them: nothing here is skipped."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))

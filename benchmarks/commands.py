"""Commands of nextword, as benchmarks run them."""

import json
import subprocess
import sys
from typing import Any


def nextword(*arguments: object, quiet: bool = True) -> dict[str, Any]:
    """Run a command and return what it answers."""
    print("nextword", *arguments, file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "nextword", *map(str, arguments), "--json", *["--quiet"] * quiet]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found

"""The command line under a locale that cannot write every character."""

import os
import subprocess
import sys


def test_a_character_that_the_locale_lacks_ends_no_command() -> None:
    plain = {**os.environ, "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    printing = "from contactable import cli; cli.app = lambda **_: print('Zo\\u00eb \\u00b7'); cli.main()"
    done = subprocess.run([sys.executable, "-c", printing], env=plain, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Zo? ?\n", "")

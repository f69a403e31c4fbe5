# SPDX-License-Identifier: Apache-2.0
"""The watch over tests: what hangs and what spins is ended, what works is not, however slowly."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import watch  # noqa: E402

AWAKE = "import time\nprint('awake', flush=True)\n"
SPIN = "while True:\n    pass\n"


def run(code, **limits):
    return watch.run([sys.executable, "-c", code], **limits)


def wait_for_the_end(pid):
    """Who was killed may take a moment, and stays as a zombie when nobody waits for it."""
    state = ""
    while state not in ("Z", "X", None):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                state = stat.read().rsplit(")", 1)[1].split()[0]
        except OSError:
            state = None


class Watch(unittest.TestCase):
    def test_what_hangs_is_ended_with_its_last_words(self):
        done = run(AWAKE + "time.sleep(3600)", idle=1)
        self.assertEqual(done.ended, "ended after 1 s without a word or work; last printed: awake")
        self.assertTrue(done.stdout.endswith(done.ended + "\n"))
        self.assertEqual(done.returncode, -9)

    def test_what_spins_is_ended_by_the_time_that_it_used(self):
        done = run(AWAKE + SPIN, cpu=1)
        self.assertRegex(done.ended, "^ended after 1 s of CPU time; last printed: awake$")

    def test_the_time_of_children_counts_living_and_ended_in_their_own_session_too(self):
        spin = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', %r], start_new_session=True)\n"
        done = run(spin % ("import os\nprint(os.getpid(), flush=True)\n" + SPIN), cpu=1)
        self.assertIn("of CPU time", done.ended)
        wait_for_the_end(int(done.lines[0][1]))
        short = "import time\nwhile time.process_time() < 0.3:\n    pass\n"
        self.assertIn("of CPU time", run("while True:\n" + "".join("    " + line + "\n" for line in (spin % short).splitlines()), cpu=1).ended)

    def test_what_works_slowly_and_silently_goes_on(self):
        done = run("import time\nfor turn in range(1, 25):\n    time.sleep(0.25)\n    while time.process_time() < 0.04 * turn:\n        pass\n", idle=3)
        self.assertEqual((done.ended, done.returncode), (None, 0))

    def test_what_only_speaks_goes_on(self):
        done = run("import time\nfor turn in range(12):\n    time.sleep(0.25)\n    print(turn, flush=True)\n", idle=2)
        self.assertEqual((done.ended, done.lines[-1][1]), (None, "11"))

    def test_what_it_left_behind_ends_with_it(self):
        done = run("import subprocess\nprint(subprocess.Popen(['sleep', '3600']).pid)")
        self.assertEqual((done.ended, done.returncode), (None, 0))
        wait_for_the_end(int(done.stdout))

    def test_as_a_command_it_says_and_exits_as_the_other_does(self):
        def command(code, *limits):
            return subprocess.run([watch.__file__, *limits, sys.executable, "-c", code], text=True, stdout=subprocess.PIPE)
        fine = command("print('said'); raise SystemExit(7)")
        self.assertEqual((fine.returncode, fine.stdout), (7, "said\n"))
        self.assertEqual(command("import os; os.abort()").returncode, 134)
        self.assertEqual(command(AWAKE + "time.sleep(3600)", "--idle", "1").returncode, 124)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""kill -9 under load, twenty times; `make torture` does it five hundred times."""
import unittest

from torture import Torture, gw

KILLS = 20


class Crash(unittest.TestCase):
    def test_what_was_acknowledged_survives_kill_9(self):
        folder = gw.Folder()
        self.addCleanup(folder.close)
        torture = Torture(gw.demo_store(folder), KILLS)
        torture.run()
        self.assertLess(torture.restart, 5.0, "seconds of CPU to start")
        for what in ("filed", "moved", "moved in a batch", "file"):
            self.assertGreater(torture.figures[what], KILLS, torture.figures)


if __name__ == "__main__":
    unittest.main()

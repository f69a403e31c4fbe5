# SPDX-License-Identifier: Apache-2.0
"""What is wrong with the demo's script is said by tools/check_demo.py, for the player takes the script at its word."""
import copy
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
import check_demo  # noqa: E402
import demo_yaml  # noqa: E402

PLAY = demo_yaml.load(check_demo.HERE + "play.yaml")
FACTS = (check_demo.codes_of("matter"), check_demo.codes_of("subject-kind"), check_demo.codes_of("hazard-category"),
         {"grid_member", "responsible_officer", "safety_officer"}, {r["code"] for r in check_demo.table("subjects.csv.gz")})


class Script(unittest.TestCase):
    def faults(self, spoil):
        play = copy.deepcopy(PLAY)
        spoil(play)
        check_demo.faults.clear()
        check_demo.check_play(play, *FACTS)
        return "\n".join(check_demo.faults)

    def test_the_shipped_one_has_no_fault(self):
        self.assertEqual(self.faults(lambda play: None), "")

    def test_an_unknown_key(self):
        self.assertIn("no key ['spam']", self.faults(lambda play: play.update(spam="32")))

    def test_a_key_that_is_missing(self):
        with self.assertRaisesRegex(SystemExit, "'span'"):
            self.faults(lambda play: play.pop("span"))

    def test_a_text_for_a_number(self):
        self.assertIn("many does not fit", self.faults(lambda play: play.update(span="many")))

    def test_a_step_that_there_is_not(self):
        self.assertIn("call-again", self.faults(lambda play: play["series"]["visits"]["paths"]["refused"].update(steps=["visit", "call-again"])))

    def test_a_path_whose_first_step_files_nothing(self):
        self.assertIn("refused: the first step", self.faults(lambda play: play["series"]["visits"]["paths"]["refused"].update(steps=["call-declined"])))

    def test_a_reaction_time_that_there_is_not(self):
        self.assertIn("wait is unknown", self.faults(lambda play: play["steps"]["pass"].update(wait="checks")))

    def test_shares_that_do_not_add_up(self):
        self.assertIn("fix does not add up", self.faults(lambda play: play["waits"]["fix"]["share"].update({"850-960": "299"})))

    def test_a_role_that_nobody_has(self):
        self.assertIn("grid_clerk", self.faults(lambda play: play["series"]["visits"].update(reporters={"grid_clerk": "1"})))

    def test_a_time_of_no_day(self):
        self.assertIn("7h40 does not fit", self.faults(lambda play: play["scenes"][0].update(time="7h40")))

    def test_a_way_through_a_step_that_files_nothing(self):
        self.assertIn("found: through", self.faults(lambda play: play["steps"]["found"].update(through="sign")))

    def test_a_scene_on_a_path_that_there_is_not(self):
        self.assertIn("no such path", self.faults(lambda play: play["scenes"][0].update(path="shut-never")))


if __name__ == "__main__":
    unittest.main()

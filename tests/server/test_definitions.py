# SPDX-License-Identifier: Apache-2.0
"""Changing a definition changes the product: a new state, move and required field of a shipped flow reach the API without
touching C; a running case keeps its version; a definition that fails is refused with its place."""
import glob
import os
import re
import unittest

import gw

POINT = (109.06, 34.32)


class Definitions(unittest.TestCase):
    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)
        self.store = gw.demo_store(self.folder)
        with open(os.path.join(gw.ROOT, "defs", "flows", "hazard.yaml"), encoding="utf-8") as text:
            self.hazard = text.read()

    def changed(self):
        """hazard with one more field, state and move: a hazard is looked at again two days after it was informed."""
        text = self.hazard.replace("states:\n", "states:\n  second_look:\n    title: {zh: 再看一次, en: Second look}\n"
                                   "    duty: [responsible_officer@area]\n    clock: 2 workdays\n", 1)
        text = text.replace("fields:\n", "fields:\n  witness: {kind: text, max: 40, title: {zh: 见证人, en: Witness}}\n", 1)
        text = re.sub(r"\n  send_back:\n", "\n  look_again:\n    title: {zh: 再看一次, en: Look again}\n    from: reported\n    to: second_look\n"
                      "    by: duty\n    ask: [witness!]\n  looked:\n    title: {zh: 看过, en: Looked}\n    from: second_look\n    to: reported\n"
                      "    by: duty\n  send_back:\n", text, count=1)
        return text

    def test_a_new_state_move_and_required_field_reach_the_api(self):
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        member = server.sign_in("member")
        old = member.file(POINT, {"category": "21", "description": "旧版"}).json
        server.stop()
        os.mkdir(self.folder.path + "/flows")
        self.folder.file("flows/hazard.yaml", self.changed())
        done = gw.run("defs", "apply", self.folder.path + "/flows", "--store", self.store)
        self.assertIn("published 1", done.stdout)
        server = gw.Server(self.store, now="2026-11-23T09:10:00+08:00")
        self.addCleanup(server.stop)
        member, officer = server.sign_in("member"), server.sign_in("officer")
        new = member.file(POINT, {"category": "21", "description": "新版"}).json
        self.assertEqual(new["flow_version"], old["flow_version"] + 1)
        flow = next(f for f in officer.get("/api/v1/flows").json["items"] if f["name"] == "hazard")["flow"]
        self.assertIn("second_look", str(flow["states"]))
        asked = next(m for m in officer.get(f"/api/v1/cases/{new['id']}/moves").json["items"] if m["move"] == "look_again")
        self.assertEqual([(a["name"], a["required"]) for a in asked["ask"]], [("witness", True)])
        lacking = officer.move(new, "look_again")
        self.assertEqual((lacking.status, lacking.codes()), (422, {"fields.witness": "required"}))
        moved = officer.move(new, "look_again", {"witness": "王某"})
        self.assertEqual((moved.status, moved.json["state"]), (200, "second_look"))
        kept = officer.case(old)
        self.assertEqual(kept["flow_version"], old["flow_version"], "a running case keeps its version")
        self.assertNotIn("look_again", [m["move"] for m in officer.get(f"/api/v1/cases/{old['id']}/moves").json["items"]])

    def test_a_definition_that_fails_is_refused_with_its_place_and_nothing_is_published(self):
        os.mkdir(self.folder.path + "/flows")
        self.folder.file("flows/hazard.yaml", self.hazard.replace("to: submitted", "to: nowhere", 1))
        done = gw.run("defs", "apply", self.folder.path + "/flows", "--store", self.store, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"hazard\.yaml:\d+:\d+: [\w-]+: .*nowhere")

    def test_each_fault_is_told_with_file_line_column_code_and_sentence_and_exit_1(self):
        golden = os.path.join(gw.ROOT, "tests", "def", "golden")
        names = sorted(n for n in os.listdir(golden) if n.endswith(".yaml"))
        self.assertGreater(len(names), 80)
        for i, name in enumerate(names):
            with open(os.path.join(golden, name[:-5] + ".err"), encoding="utf-8") as text:
                lines = text.read().splitlines()
            both = (("zh_CN.UTF-8", lines[:len(lines) // 2]), ("C", lines[len(lines) // 2:]))
            for lang, said in both if i % 8 == 0 else both[:1]:
                done = gw.run("flow", "check", name, check=False, cwd=golden, env=dict(os.environ, LC_ALL=lang))
                self.assertEqual((done.returncode, done.stdout.splitlines()), (1, said), name)

    def test_flow_check_called_wrongly_is_2_and_a_file_that_is_not_there_1(self):
        self.assertEqual(gw.run("flow", "check", check=False).returncode, 2)
        self.assertEqual(gw.run("flow", "check", "--nonsense", "x.yaml", check=False).returncode, 2)
        missing = gw.run("flow", "check", self.folder.path + "/nothing.yaml", check=False)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("nothing.yaml", missing.stderr + missing.stdout)

    def test_flow_check_needs_no_store_and_passes_what_is_shipped(self):
        shipped = sorted(glob.glob(os.path.join(gw.ROOT, "defs", "flows", "*.yaml")))
        done = gw.run("flow", "check", *shipped)
        self.assertEqual(done.stdout.count("ok:"), len(shipped))
        alone = self.hazard.replace("to: submitted", "to: nowhere", 1)
        done = gw.run("flow", "check", self.folder.file("alone.yaml", alone), check=False)  # visit, which opens it, is not to blame
        self.assertEqual({line.split(":")[0] for line in done.stdout.splitlines()}, {self.folder.path + "/alone.yaml"}, done.stdout)
        round_ = self.hazard.replace("    ask: [category!, description!, before, source]\n", "    open: {visit: {}}\n", 1)
        done = gw.run("flow", "check", self.folder.file("round.yaml", round_), shipped[-1], check=False)
        self.assertRegex(done.stdout, r"visit\.yaml:\d+:\d+: open-circle: ")
        quoted = self.folder.file("quoted.yaml", self.hazard.replace("flow: hazard", 'flow: "hazard" # in quotes'))
        done = gw.run("flow", "check", quoted, shipped[0], check=False)
        self.assertIn("quoted.yaml:1:1: double: ", done.stdout)
        bad = self.folder.file("bad.yaml", "flow: bad\ntitle: {zh: 坏, en: Bad}\nstates:\n  a: {title: {zh: 甲, en: A}}\n")
        done = gw.run("flow", "check", bad, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"bad\.yaml:\d+:\d+: ")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""The command line: help for everything and every family, exit 2 and one line for what is used wrongly, exit 1 for what is refused."""
import re
import socket
import subprocess
import unittest

import gw


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)

    def wrong(self, *args):
        done = gw.run(*args, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""), args)
        self.assertRegex(done.stderr, r"^gridward: [^\n]+\n$", args)
        return done.stderr

    def all(self):
        listed = re.findall(r"^  (\S+(?: \S+)?) {2,}\S", gw.run("--help").stdout, re.M)
        self.assertEqual(len(listed), len(set(listed)))
        return listed

    def test_each_command_and_each_family_tells_how_it_is_used(self):
        for name in self.all():
            for words in {name, name.split()[0]}:
                said = gw.run(*words.split(), "--help")
                self.assertTrue(said.stdout.startswith(f"usage: gridward {words}"), said.stdout)
                self.assertEqual(said.stderr, "")

    def test_what_is_used_wrongly_is_2_and_a_line(self):
        for name in self.all():
            self.wrong(*name.split(), "--nonsense")
            if "--store" in gw.run(*name.split(), "--help").stdout:
                words = re.match(r"usage: gridward " + name + r"((?: [A-Z]\S*)*) \[OPTIONS\]", gw.run(*name.split(), "--help").stdout).group(1).split()
                self.assertIn("say which store with --store", self.wrong(*name.split(), *words))
        for family in {n.split()[0] for n in self.all() if " " in n}:
            self.assertIn(f"{family} takes one of ", self.wrong(family))
            self.assertIn(f"{family} takes one of ", self.wrong(family, "castles"))
        self.assertIn("no command dance", self.wrong("dance", "--help"))
        self.wrong("user", "add", "bob", "--store", "x.db")
        self.wrong("serve", "--store", "x.db", "--now", "2026-11-22T09:00:00+08:00")
        self.wrong("check", "--store")

    def test_what_is_refused_is_1_and_a_line(self):
        for args in (("check",), ("rebuild",), ("export", "ledger"), ("serve",), ("defs", "apply", self.folder.path)):
            done = gw.run(*args, "--store", self.folder.store, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, ""), args)
            self.assertRegex(done.stderr, r"^gridward: [^\n]+\n$")

    def test_a_name_that_is_taken_opens_nobody(self):
        store = gw.demo_store(self.folder)
        before = gw.run("export", "ledger", "--store", store).stdout
        for name in ("member", "Member"):
            done = gw.run("user", "add", name, "--seat", "grid_member@610179401006002", "--store", store, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("in use", done.stderr)
        self.assertEqual(gw.run("export", "ledger", "--store", store).stdout, before)

    def test_bench_measures_and_changes_nothing(self):
        store = gw.demo_store(self.folder)
        before = gw.run("export", "ledger", "--store", store).stdout
        lines = gw.run("bench", "--store", store).stdout.splitlines()
        self.assertEqual([line.split(":")[0] for line in lines], ["disk", "check", "locate"])
        self.assertRegex(lines[1], r"^check: \d+ entries, \d{5,} rows in [\d.]+ s: \d+ rows/s$")
        self.assertRegex(lines[2], r"^locate: 200000 points, \d+ of them inside, in [\d.]+ s: \d+ points/s$")
        self.assertEqual(gw.run("export", "ledger", "--store", store).stdout, before)

    def test_a_taken_port_is_2(self):
        gw.run("init", "--store", self.folder.store)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.wrong("serve", "--store", self.folder.store, "--listen", f"127.0.0.1:{taken.getsockname()[1]}")

    def test_the_address_is_told_as_a_browser_wants_it(self):
        gw.run("init", "--store", self.folder.store)
        server = subprocess.Popen([gw.BINARY, "serve", "--store", self.folder.store, "--listen", "[::1]:0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = server.stdout.readline()
        server.terminate()
        server.communicate(timeout=gw.PATIENCE)
        self.assertRegex(line, r"^gridward listens on http://\[::1\]:\d+/$")


if __name__ == "__main__":
    unittest.main()

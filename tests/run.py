#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every test and counts: lints, the watch, unit tests under sanitizers, whole-server stories, the pages in a browser, crash, fuzz.

usage: tests/run.py [SUITE…]   suites: lint runner unit server ui crash fuzz; none: all of them
Each file of tests runs under tests/watch.py, which ends what hangs or spins. Before the last line stand the ten slowest tests; the last
line is "N passed, N failed".
"""
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import watch

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAN = os.path.join(ROOT, "build-san")
FUZZ = os.path.join(ROOT, "build-fuzz")
PLAIN = os.path.join(ROOT, "build")
AT_ONCE = max(2, os.cpu_count() or 2)
passed = 0
failures = []
took = []  # (seconds, test)


def note(name, ok, detail=""):
    global passed
    if ok:
        passed += 1
    else:
        failures.append((name, detail))
        print(f"FAILED {name}\n{detail}", flush=True)


def run(args, folder=ROOT, **more):
    """What is no test: it builds or installs, and may wait for a network."""
    return subprocess.run(args, cwd=folder, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def build(folder, *options):
    """True when the folder is built; a build that fails is one failed test."""
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        env = dict(os.environ, CC="clang") if folder == FUZZ else None
        done = run(["meson", "setup", folder, *options], env=env)
        if done.returncode:
            note("build " + os.path.basename(folder), False, done.stdout)
            return False
    done = run(["ninja", "-C", folder])
    warned = re.findall(r".*warning:.*", done.stdout)
    note("build " + os.path.basename(folder), done.returncode == 0 and not warned, done.stdout[-8000:])
    return done.returncode == 0


def lint():
    folder = os.path.join(ROOT, "tests", "lint")
    for name in sorted(os.listdir(folder)):
        if name.startswith("lint_"):
            done = watch.run([os.path.join(folder, name)])
            took.append((done.seconds, "lint/" + name))
            note("lint " + name, done.returncode == 0, done.stdout)


def unit():
    if not build(SAN, "-Db_sanitize=address,undefined", "-Db_lundef=false"):
        return
    run(["meson", "test", "-C", SAN, "--no-rebuild", "--print-errorlogs"])
    with open(os.path.join(SAN, "meson-logs", "testlog.json"), encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
            said = test.get("stdout", "") + test.get("stderr", "")
            took.append((test["duration"], "unit/" + test["name"].split(":", 1)[1].replace(" / ", "/")))
            fine = [n for n in re.findall(r"^\[       OK \] (\S+)", said, re.M)]
            bad = sorted(set(re.findall(r"^\[  FAILED  \] (?!tests|\d)(?:.*: )?(\S+)", said, re.M)))
            if test["result"] != "OK" and not bad:
                bad = [test["result"]]
            for _ in range(len(fine) or (1 if not bad else 0)):
                note(test["name"], True)
            for name in bad:
                note(f"{test['name']}: {name}", False, said[-6000:])


def python_file(folder, name):
    """One file of unittest, so that one that hangs or dies is one failure."""
    env = dict(os.environ, GRIDWARD=os.path.join(SAN, "gridward"), PYTHONDONTWRITEBYTECODE="1")
    done = watch.run([sys.executable, "-m", "unittest", "-v", name[:-3]], os.path.join(ROOT, "tests", folder), env)
    before = 0
    for at, line in done.lines:  # a line is whole when its test is over
        if found := re.match(r"(.*?)(?: \(.*\))? \.\.\. ", line):
            took.append((at - before, f"{folder}/{name}: {found[1]}"))
        before = at
    return done


def python_suite(folder):
    """Each file has servers and stores of its own: as many run at once as there are cores."""
    names = [n for n in sorted(os.listdir(os.path.join(ROOT, "tests", folder))) if re.fullmatch(r"test_.*\.py", n)]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        ends = list(pool.map(lambda name: python_file(folder, name), names))
    for name, done in zip(names, ends):
        bad = re.findall(r"^(?:FAIL|ERROR): (.*)$", done.stdout, re.M)
        for _ in range(sum(map(int, re.findall(r"^Ran (\d+) test", done.stdout, re.M))) - len(bad)):
            note(name, True)
        for test in bad or ([] if done.returncode == 0 else ["did not finish"]):
            note(f"{folder}/{name}: {test}", False, done.stdout[-8000:])


def runner():
    python_suite("runner")


def server():
    python_suite("server")


def crash():
    python_suite("crash")


def fuzz():
    if not build(FUZZ, "-Dfuzz=true", "-Dtests=false", "-Db_lundef=false", "-Db_sanitize=address,undefined"):
        return
    targets = json.loads(run(["meson", "introspect", FUZZ, "--targets"]).stdout)
    names = [t["filename"][0] for t in targets if t["type"] == "executable" and t["name"].startswith("fuzz_")]
    seconds = max(3, 60 // max(1, len(names)))

    def target(path):
        name = os.path.basename(path)
        corpus = os.path.join(ROOT, "tests", "fuzz", "corpus", name)
        found = os.path.join(FUZZ, "corpus-" + name)
        os.makedirs(found, exist_ok=True)
        args = [path, f"-max_total_time={seconds}", f"-timeout={watch.IDLE}", "-rss_limit_mb=2048", "-artifact_prefix=" + found + "/", found]
        return name, watch.run(args + ([corpus] if os.path.isdir(corpus) else []))

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, done in pool.map(target, sorted(names)):
            note("fuzz " + name, done.returncode == 0, done.stdout[-4000:])


def ui():
    """The pages in a browser: node's own test runner, a server and a browser for each file. They run on the binary that is shipped:
    what sanitizers see of the server they have seen by then, and a browser beside them takes several times as long."""
    made = run(["tools/setup.sh", "browser"])
    note("browser", made.returncode == 0, made.stdout)
    made = run(["tools/ui.sh"])
    note("build ui", made.returncode == 0, made.stdout)
    if made.returncode:
        return
    node = run(["tools/ui.sh", "node"]).stdout.strip()
    env = dict(os.environ, PATH=node + os.pathsep + os.environ["PATH"], GRIDWARD=os.path.join(PLAIN, "gridward"))
    done = run(["node", "ui/node_modules/vue-tsc/bin/vue-tsc.js", "--noEmit", "-p", "ui"], env=env)
    note("types of ui", done.returncode == 0, done.stdout)
    if not build(PLAIN, "-Dtests=false", "--buildtype=release", "-Db_lto=true"):  # the pages are compiled in
        return
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "demo.db")
        done = run([env["GRIDWARD"], "demo", "--store", store, "--days", "0", "--now", "2026-11-20T08:00:00+08:00"])
        note("ui demo", done.returncode == 0, done.stdout[-2000:])
        env["GRIDWARD_TEST_DEMO"] = store
        names = sorted(n for n in os.listdir(os.path.join(ROOT, "tests", "ui")) if n.endswith(".test.mjs"))
        node = ["node", "--test", "--test-reporter=tap"]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            ends = list(pool.map(lambda name: watch.run([*node, os.path.join("tests", "ui", name)], ROOT, env), names))
    for name, done in zip(names, ends):
        for _ in re.findall(r"^ok ", done.stdout, re.M):
            note("ui", True)
        for line in re.findall(r"^# (counted .*)$", done.stdout, re.M):
            print(line)
        for test, ms in re.findall(r"^(?:not )?ok \d+ - (.*)\n  ---\n  duration_ms: ([\d.]+)", done.stdout, re.M):
            took.append((float(ms) / 1000, f"ui/{name}: {test}"))
        bad = re.findall(r"^not ok \d+ - (.*)$", done.stdout, re.M)
        for test in bad or ([] if done.returncode == 0 else ["did not finish"]):
            note(f"ui/{name}: {test}", False, failed_part(done.stdout, test))


def failed_part(tap, test):
    """What one failed test said, of all that was said."""
    found = re.search(rf"^not ok \d+ - {re.escape(test)}$", tap, re.M)
    return tap[found.start() : found.start() + 4000] if found else tap[-6000:]


SUITES = {"lint": lint, "runner": runner, "unit": unit, "server": server, "ui": ui, "crash": crash, "fuzz": fuzz}


def stopped(number, _):
    watch.end_all()
    os._exit(128 + number)


def main():
    signal.signal(signal.SIGINT, stopped)
    signal.signal(signal.SIGTERM, stopped)
    wanted = sys.argv[1:] or list(SUITES)
    unknown = [w for w in wanted if w not in SUITES]
    if unknown:
        sys.exit(f"no suite {unknown[0]}; there are {' '.join(SUITES)}")
    if ("server" in wanted or "crash" in wanted) and "unit" not in wanted:
        build(SAN, "-Db_sanitize=address,undefined", "-Db_lundef=false")
    for name in wanted:
        began = time.monotonic()
        before = passed, len(failures)
        SUITES[name]()
        print(f"{name}: {passed - before[0]} passed, {len(failures) - before[1]} failed, {time.monotonic() - began:.0f} s", flush=True)
    for seconds, name in sorted(took, reverse=True)[:10]:
        print(f"slow: {seconds:6.1f} s  {name}")
    for name, _ in failures:
        print("FAILED", name)
    print(f"{passed} passed, {len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one file of tests and ends it when it hangs or spins, however busy the machine is.

A hang: for IDLE seconds it prints nothing and uses less than a hundredth of a core. A spin: it has used CPU seconds of CPU time. Both
are asked of its session and of all that descends from it, the children that those have waited for included. What works is never
ended by a clock on the wall.

usage: tests/watch.py [--idle SECONDS] [--cpu SECONDS] COMMAND…   exit: the command's, 124 when it was ended
"""
import argparse
import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time

IDLE, CPU = 120, 900
_alive = set()  # the sessions that are being watched


class Done:
    """How it went: returncode; seconds; stdout, with a last line when it was ended; ended, that line or None; lines, each with the
    seconds after the start at which it was whole."""

    def __init__(self, returncode, seconds, parts, ended):
        self.returncode, self.seconds, self.ended, self.lines = returncode, seconds, ended, []
        rest = b""
        for at, part in parts:
            *whole, rest = (rest + part).split(b"\n")
            self.lines += [(at, line.decode(errors="replace")) for line in whole]
        self.stdout = b"".join(part for _, part in parts).decode(errors="replace") + (f"\n{ended}\n" if ended else "")


def family(session):
    """The processes of the session and all that descend from it, with the CPU seconds of each."""
    seen, found = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stat:
            field = stat.read().rsplit(")", 1)[1].split()  # from the state on, which proc(5) counts as the third
            seen[int(name)] = int(field[1]), int(field[3]), sum(map(int, field[11:15])) / os.sysconf("SC_CLK_TCK")
    more = {pid: used for pid, (_, of, used) in seen.items() if of == session}
    while more:
        found.update(more)
        more = {pid: used for pid, (parent, _, used) in seen.items() if parent in found and pid not in found}
    return found


def last_line(parts):
    said = b"".join(part for _, part in parts[-20:]).decode(errors="replace").strip()
    return said.splitlines()[-1][-300:] if said else "nothing"


def end(session):
    for pid in family(session):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def end_all():
    for session in list(_alive):
        end(session)


def run(args, folder=None, env=None, idle=IDLE, cpu=CPU, hear=lambda part: None):
    """Runs it in a session of its own, which ends with it; hear gets what it prints, as it comes."""
    process = subprocess.Popen(args, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True)
    parts, ended, began = [], None, time.monotonic()
    _alive.add(process.pid)

    def listen():
        with process.stdout:
            for part in iter(lambda: process.stdout.read1(65536), b""):
                parts.append((time.monotonic() - began, part))
                hear(part)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    gone = os.pidfd_open(process.pid)
    moved, heard, used = began, 0, 0.0  # when it last did something; what it had said and used by then
    try:
        while not ended and not select.select([gone], [], [], min(1, idle / 10, cpu / 10))[0]:
            now, uses = time.monotonic(), sum(family(process.pid).values())
            if len(parts) > heard or abs(uses - used) > idle / 100:
                moved, heard, used = now, len(parts), uses
            if uses > cpu:
                ended = f"ended after {uses:.0f} s of CPU time"
            elif now - moved > idle:
                ended = f"ended after {idle:.0f} s without a word or work"
    finally:
        end(process.pid)  # not waited for yet, so that the number is still its own
        _alive.discard(process.pid)
        process.wait()
        os.close(gone)
    listener.join(1)  # whoever left the family may hold the pipe open
    return Done(process.returncode, time.monotonic() - began, parts, ended and f"{ended}; last printed: {last_line(parts)}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--idle", type=float, default=IDLE)
    options.add_argument("--cpu", type=float, default=CPU)
    options.add_argument("command", nargs=argparse.REMAINDER)
    given = options.parse_args()

    def stopped(number, _):
        print("the watch was told to end", flush=True)
        sys.exit(128 + number)

    def hear(part):
        sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()

    signal.signal(signal.SIGTERM, stopped)
    done = run(given.command, idle=given.idle, cpu=given.cpu, hear=hear)
    if done.ended:
        print("\n" + done.ended)
        sys.exit(124)
    sys.exit(done.returncode if done.returncode >= 0 else 128 - done.returncode)


if __name__ == "__main__":
    main()

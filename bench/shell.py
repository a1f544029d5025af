# SPDX-License-Identifier: Apache-2.0
"""Commands, long-running processes and the namespaces they run in."""
import json
import os
import pathlib
import signal
import subprocess
import time


class Failed(Exception):
    """A measurement or a step that could not be done; the text is for a person."""


def run(*command, timeout=60, stdin=None, env=None):
    """The command's output; Failed with its own words if it fails."""
    command = [str(word) for word in command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, input=stdin,
                              env=environment(env), check=False)
    except subprocess.TimeoutExpired as late:
        raise Failed(f"{' '.join(command)}: no end after {timeout} s") from late
    if done.returncode:
        words = (done.stderr or done.stdout).strip()
        raise Failed(f"{' '.join(command)}: {words or done.returncode}")
    return done.stdout


def run_json(*command, timeout=60):
    return json.loads(run(*command, timeout=timeout))


def environment(more):
    return {**os.environ, **more} if more else None


def inside(netns):
    """What to put before a command so that it runs in a namespace. Not `ip netns exec`: that hides
    the bpffs."""
    return ("nsenter", f"--net=/run/netns/{netns}")


def wait_for(condition, what, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(0.01)


class Process:
    """A process that runs until stop(); its words go to a file."""

    def __init__(self, *command, log, env=None):
        self.command = [str(word) for word in command]
        self.log = pathlib.Path(log)
        with self.log.open("a") as words:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=words,
                                            stderr=words, env=environment(env),
                                            start_new_session=True)
        self.pid = self.process.pid

    def alive(self):
        return self.process.poll() is None

    def expect(self, condition, what, seconds=10):
        """Waits for the condition, but not longer than the process lives."""
        wait_for(lambda: condition() or not self.alive(), what, seconds)
        if not self.alive():
            tail = self.log.read_text(errors="replace").strip().splitlines()[-3:]
            raise Failed(f"{what}: {self.command[0]} ended: {' / '.join(tail)}")

    def kill(self):
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=5):
        if self.alive():
            os.kill(self.pid, signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

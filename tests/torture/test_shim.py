"""What shim.c promises, seen by a small program of known calls."""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import shim

PROGRAM = """
import os, socket, sys
def do(call, *args):
    try:
        call(*args)
        print("ok", flush=True)
    except OSError as why:
        print(why.strerror, flush=True)
file = os.open(sys.argv[1] + "/file", os.O_RDWR | os.O_CREAT)
left, right = socket.socketpair()
do(os.write, file, b"0123456789")           # points 1, 2, 3; call 1
do(os.pwrite, file, b"abcdefghij", 10)      # points 4, 5, 6; call 2
do(os.fdatasync, file)                      # points 7, 8; call 3
do(left.send, b"0123456789")                # points 9, 10, 11
do(os.ftruncate, file, 4)                   # points 12, 13; call 4
do(os.rename, sys.argv[1] + "/file", sys.argv[1] + "/other")  # points 14, 15; call 5
do(os.fsync, file)                          # points 16, 17; call 6
do(os.unlink, sys.argv[1] + "/other")       # points 18, 19; call 7
pipe = os.pipe()
os.write(pipe[1], b"counts for nothing")
"""
CLOCK = "import time; print(time.time(), time.clock_gettime(time.CLOCK_MONOTONIC))"


@unittest.skipUnless(shim.SHIM, "HOOKLINE_SHIM is not set")
class Shim(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.state = shim.State(os.path.join(self.folder, "state"))

    def run_program(self, program=PROGRAM, **what):
        return subprocess.run([sys.executable, "-c", program, self.folder], check=False,
                              env={**os.environ, **self.state.environment(**what)},
                              capture_output=True, text=True)

    def size(self, name="file"):
        path = os.path.join(self.folder, name)
        return os.path.getsize(path) if os.path.exists(path) else None

    def crash(self, point):
        self.setUp()
        done = self.run_program(crash_at=point)
        self.assertEqual(done.returncode, -signal.SIGKILL)
        self.assertEqual(self.state.points, point)
        return done.stdout.count("ok")

    def test_counts(self):
        done = self.run_program()
        self.assertEqual(done.stdout, "ok\n" * 8)
        self.assertEqual((self.state.points, self.state.calls), (19, 7))

    def test_crashes_around_a_write(self):
        for point, size in ((1, 0), (2, 5), (3, 10), (4, 10), (5, 15), (6, 20)):
            done = self.crash(point)
            self.assertEqual((self.size(), done), (size, (point - 1) // 3))

    def test_crashes_at_every_other_point(self):
        for point in range(7, 20):
            self.crash(point)
        self.assertEqual((self.size(), self.size("other")), (None, None))

    def test_says_where(self):
        for point, site in ((8, "after fdatasync(/file)"), (10, "in the middle of send(socket:"),
                            (14, "before rename(/other)")):
            self.crash(point)
            self.assertIn(site, self.state.site.replace(self.folder, ""))
        self.setUp()
        self.run_program(fail_at="2:EIO")
        self.assertEqual(self.state.site.replace(self.folder, ""), "failed pwrite(/file)")

    def test_goes_on_counting(self):
        self.run_program()
        self.assertEqual(self.run_program(crash_at=20).returncode, -signal.SIGKILL)

    def test_fails_as_told(self):
        for call in range(1, 8):
            self.setUp()
            said = self.run_program(fail_at=f"{call}:ENOSPC").stdout.splitlines()
            place = call - 1 if call < 4 else call  # the send is none of the disk's
            self.assertEqual(said[place], "No space left on device")
            self.assertEqual(said.count("ok"), 7 - (call == 5))  # then there is no "other"

    def test_fails_for_a_while(self):
        said = self.run_program(fail_at="2:EIO:3").stdout.splitlines()
        self.assertEqual(said, ["ok", *["Input/output error"] * 2, "ok", "Input/output error",
                                *["ok"] * 3])

    def test_shifts_the_wall_clock_alone(self):
        for shift in (0, 36000.5, -36000.5, 0.999, -0.999):
            self.state.set_clock(shift)
            before = (time.time(), time.monotonic())
            wall, monotonic = map(float, self.run_program(CLOCK).stdout.split())
            after = (time.time(), time.monotonic())
            self.assertTrue(before[0] - 0.01 <= wall - shift <= after[0] + 0.01)
            self.assertTrue(before[1] <= monotonic <= after[1])


if __name__ == "__main__":
    unittest.main()

"""The test's end of shim.c: crash points, failing disks, and a wall clock that is off."""
import mmap
import os
import struct

_BUILT = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../../build/release/tests/libhookline_shim.so")
SHIM = os.environ.get("HOOKLINE_SHIM") or (_BUILT if os.path.exists(_BUILT) else "")
_SIZE = 1024
_POINTS, _CALLS, _CLOCK, _SITE = 0, 8, 16, 24


class State:
    """What a program under the shim and the test share; goes on over restarts."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.write(bytes(_SIZE))
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)

    def _word(self, offset):
        return struct.unpack_from("<q", self._map, offset)[0]

    @property
    def points(self):
        """Passed so far."""
        return self._word(_POINTS)

    @property
    def calls(self):
        """To the disk, so far."""
        return self._word(_CALLS)

    @property
    def site(self):
        """Where the crash or the first failure was, once there was one."""
        return self._map[_SITE:].split(b"\0", 1)[0].decode(errors="replace")

    def set_clock(self, seconds):
        """The program's wall clock is this far ahead from now on."""
        struct.pack_into("<q", self._map, _CLOCK, int(seconds * 1000))

    def environment(self, crash_at=None, fail_at=None):
        """`fail_at`: "N:EIO", "N:ENOSPC:3"."""
        env = {"LD_PRELOAD": SHIM, "HOOKLINE_SHIM_STATE": self.path}
        if crash_at:
            env["HOOKLINE_CRASH_AT"] = str(crash_at)
        if fail_at:
            env["HOOKLINE_FAIL_AT"] = fail_at
        return env

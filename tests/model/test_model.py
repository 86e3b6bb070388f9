"""The delivery protocol in docs/model holds, and each planted fault is found."""
import concurrent.futures
import importlib.machinery
import importlib.util
import pathlib
import re
import unittest

MODEL = pathlib.Path(__file__).resolve().parents[2] / "docs" / "model"
loader = importlib.machinery.SourceFileLoader("check", str(MODEL / "check"))
model = importlib.util.module_from_spec(importlib.util.spec_from_loader("check", loader))
loader.exec_module(model)

NOT_DURABLE = "inbox["  # of what the assertions in delivery.pml consist
NOT_ANSWERED = "(sender[x]!=1)"
LOST = "(sender[x]!=2)"
TWICE = "(rows[x]==1)"
ORDER = "place[x]<place[y]"
NO_BOT = "bot_got[x]"
HANDOVER = "(sender[0]!=1)&&(sender[1]!=1)"
CYCLE = "non-progress cycle"

PLANTS = {
    "102_BEFORE_JOURNAL": NOT_DURABLE,
    "ANSWER_BEFORE_INBOX": NOT_DURABLE,
    "LOST_LINK_IS_200": NOT_DURABLE,
    "LOST_LINK_IS_FORGOTTEN": NOT_ANSWERED,
    "REMOVE_BEFORE_102": ORDER + "|" + LOST,
    "NO_DEDUPLICATION": TWICE,
    "DIRECT_PAST_INBOX": ORDER,
    "IGNORE_OLD_LINK": ORDER,
    "IGNORE_PUT": ORDER,
    "INTAKE_SKIPS_TORN": ORDER,
    "NO_POISON": ORDER,
    "JOURNAL_TAKES_TOO_EARLY": ORDER,
    "WRITER_GOES_ON": ORDER,
    "NO_RESUME": CYCLE,
    "PENDING_IS_FORGOTTEN": NO_BOT,
    "HANDOVER_DOES_NOT_WAIT": HANDOVER,
}
FAULTS = {"JOURNAL_TAKES_TOO_EARLY": 3}  # how many it takes, if not one


HOLDS = {
    "three faults": ["-DFAULTS=3"],
    "three deliveries": ["-DN=3", "-DFAULTS=1"],
} | {f"{answer}, {offline}": [f"-DANSWER={answer}", f"-DOFFLINE={offline}"]
     for answer in ("GUARD", "NOW", "BOT") for offline in ("KEEP", "REFUSE")}


class Model(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Everything at once, the longest first."""
        pool = concurrent.futures.ThreadPoolExecutor(max_workers=2)
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        cls.holds = {name: pool.submit(model.check, defines) for name, defines in HOLDS.items()}
        cls.cycles = pool.submit(model.check, ["-DFAULTS=1"], cycles=True)
        cls.plants = {name: pool.submit(model.check,
                                        [f"-DPLANT_{name}", f"-DFAULTS={FAULTS.get(name, 1)}"],
                                        cycles=what == CYCLE)
                      for name, what in PLANTS.items()}

    def assert_holds(self, result):
        self.assertTrue(result.is_complete, result.output)
        self.assertEqual(result.errors, 0, "\n".join([result.error, *result.trail]))
        self.assertGreater(result.states, 10000)

    def test_holds(self):
        for name, search in self.holds.items():
            with self.subTest(name):
                self.assert_holds(search.result())

    def test_every_step_is_taken(self):
        self.assertEqual(self.holds["three faults"].result().unreached, [])

    def test_nothing_repeats_for_ever(self):
        self.assert_holds(self.cycles.result())

    def test_every_plant_is_here(self):
        named = set(re.findall(r"\bPLANT_(\w+)", (MODEL / "delivery.pml").read_text()))
        self.assertEqual(named, set(PLANTS))

    def test_the_code_that_it_stands_for_is_there(self):
        root = MODEL.parents[1]
        readme = (MODEL / "README.md").read_text()
        paths = set(re.findall(r"`((?:relay|tests)[\w-]*/[\w/.-]+)`", readme))
        self.assertGreater(len(paths), 5)
        self.assertEqual([path for path in paths if not (root / path).exists()], [])

    def test_planted_faults_are_found(self):
        for name, search in self.plants.items():
            with self.subTest(name):
                result = search.result()
                self.assertEqual(result.errors, 1, result.output)
                self.assertTrue(any(part in result.error for part in PLANTS[name].split("|")),
                                result.error)
                self.assertNotEqual(result.trail, [])


if __name__ == "__main__":
    unittest.main()

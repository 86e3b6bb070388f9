"""Schedules are what they promise, whatever the seed."""
import collections
import unittest

import schedule


class Schedule(unittest.TestCase):
    def test_a_seed_is_a_schedule(self):
        self.assertEqual(schedule.draw(7, 250, 220), schedule.draw(7, 250, 220))
        self.assertNotEqual(schedule.draw(7, 250, 220), schedule.draw(8, 250, 220))

    def test_as_many_as_asked_in_time(self):
        for seed in range(8):
            drawn = schedule.draw(seed, 250, 220)
            self.assertEqual(len(drawn), 220)
            self.assertLessEqual(drawn[-1].at + drawn[-1].seconds, 275)
            self.assertEqual(drawn, sorted(drawn, key=lambda fault: fault.at))

    def test_every_kind_comes_up(self):
        for seed in range(10):
            kinds = {fault.kind for fault in schedule.draw(seed, 250, 220)}
            self.assertEqual(kinds, set(schedule.KINDS))

    def test_one_at_a_time_in_a_lane(self):
        for seed in range(8):
            until = collections.defaultdict(float)
            for fault in schedule.draw(seed, 250, 220):
                for lane in fault.lanes:
                    self.assertLessEqual(until[lane], fault.at + 0.02)  # rounded
                    until[lane] = fault.at + fault.seconds

    def test_two_and_three_programs_at_once(self):
        several = {fault.lanes for seed in range(8) for fault in schedule.draw(seed, 250, 220)
                   if fault.kind == "kill several"}
        self.assertEqual(several, {("agent", "bot"), ("agent", "relay"), ("bot", "relay"),
                                   ("agent", "bot", "relay")})

    def test_no_three_agents_die_while_the_bot_is_out_of_order(self):
        for seed in range(8):
            killed, well_at = 0, 0
            for fault in schedule.draw(seed, 250, 220):
                killed = 0 if fault.at > well_at + schedule.WELL_S - 0.05 else killed
                killed += "agent" in fault.lanes
                self.assertLessEqual(killed, 2)
                if {"bot", "mood", "agent"} & set(fault.lanes):
                    well_at = max(well_at, fault.at + fault.seconds)

    def test_the_link_is_left_in_peace_between_storms(self):
        for seed in range(8):
            calm_until = 0
            for fault in schedule.draw(seed, 240, 220):
                if not schedule.BREAKERS & set(fault.lanes):
                    continue
                if not any(begin - 0.001 <= fault.at / 240 <= end + 0.001
                           for begin, end in schedule.STORMS):
                    self.assertLessEqual(calm_until, fault.at + 0.02)
                calm_until = max(calm_until, fault.at + fault.seconds + schedule.CALM_S)

    def test_what_the_machine_cannot_do_is_left_out(self):
        able = {"mounts"}
        left_out = schedule.left_out(able)
        self.assertIn("silence", left_out)
        self.assertNotIn("fill inbox's disk", left_out)
        drawn = schedule.draw(1, 250, 220, able)
        self.assertEqual({fault.kind for fault in drawn}, set(schedule.KINDS) - set(left_out))

    def test_some_outlast_the_heartbeat(self):
        for seed in range(10):
            long = {fault.kind for fault in schedule.draw(seed, 250, 220) if fault.seconds > 15}
            self.assertEqual(long, {"silence", "deafen agent", "deafen relay", "suspend agent"})


if __name__ == "__main__":
    unittest.main()

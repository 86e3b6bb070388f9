/* The whole examination: what it asks for, in which order, and how it ends.  thread-test */
#include "unit/check.h"
#include "unit/support/doctor_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/test_pki.h"

static void test_all_is_well(void)
{
    doctor_rig_open(NULL);
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_NAME, DOCTOR_WARN, "loopback_address");
    doctor_rig_expect(DOCTOR_RELAY_PORT, DOCTOR_WARN, "port_not_443");
    doctor_rig_expect(DOCTOR_RELAY_CHAIN, DOCTOR_WARN, "chain_private_ca");
    doctor_rig_expect(DOCTOR_RELAY_TLS, DOCTOR_PASS, "tls_good");
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_PASS, "http_answered");
    doctor_rig_expect(DOCTOR_LINK, DOCTOR_PASS, "linked");
    doctor_rig_expect(DOCTOR_CLOCK, DOCTOR_PASS, "clock_good");
    doctor_rig_expect(DOCTOR_INBOX, DOCTOR_PASS, "inbox_empty");
    doctor_rig_expect(DOCTOR_SECRET, DOCTOR_PASS, "secret_good");
    doctor_rig_expect(DOCTOR_BOT_LISTENS, DOCTOR_PASS, "listens");
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_PASS, "answered");
    doctor_rig_expect(DOCTOR_BOT_REFUSES, DOCTOR_PASS, "refused");
    for (size_t i = 0; i < DOCTOR_CHECKS; i++)
        CHECK_EQ(doctor_rig.told[i], 2);
    doctor_rig_close();
}

CHECK_MAIN(TEST(test_all_is_well))

#include "relay-client/doctor/doctor.h"

const char *doctor_id_text(enum doctor_id id)
{
    static const char *const texts[DOCTOR_CHECKS] = {
        [DOCTOR_RELAY_NAME] = "relay_name",
        [DOCTOR_RELAY_PORT] = "relay_port",
        [DOCTOR_RELAY_CHAIN] = "relay_chain",
        [DOCTOR_RELAY_TLS] = "relay_tls",
        [DOCTOR_RELAY_HTTP] = "relay_http",
        [DOCTOR_LINK] = "link",
        [DOCTOR_CLOCK] = "clock",
        [DOCTOR_INBOX] = "inbox",
        [DOCTOR_SECRET] = "secret",
        [DOCTOR_LINE_ACCOUNT] = "line_account",
        [DOCTOR_LINE_WEBHOOK] = "line_webhook",
        [DOCTOR_LINE_TEST] = "line_test",
        [DOCTOR_LINE_REDELIVERY] = "line_redelivery",
        [DOCTOR_BOT_LISTENS] = "bot_listens",
        [DOCTOR_BOT_ANSWERS] = "bot_answers",
        [DOCTOR_BOT_REFUSES] = "bot_refuses",
    };

    return texts[id];
}

const char *doctor_group_text(enum doctor_id id)
{
    if (id <= DOCTOR_RELAY_HTTP)
        return "relay";
    if (id <= DOCTOR_INBOX)
        return "link";
    return id <= DOCTOR_LINE_REDELIVERY ? "channel" : "bot";
}

const char *doctor_state_text(enum doctor_state s)
{
    static const char *const texts[] = {
        [DOCTOR_RUNNING] = "running", [DOCTOR_PASS] = "pass",       [DOCTOR_WARN] = "warn",
        [DOCTOR_FAIL] = "fail",       [DOCTOR_SKIPPED] = "skipped",
    };

    return texts[s];
}

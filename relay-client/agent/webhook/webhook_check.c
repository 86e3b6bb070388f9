#include "relay-client/agent/webhook/webhook_check.h"

enum err webhook_check_verify(struct recording *r)
{
    const struct agent_options *o = r->agent->options;
    enum err rc = signature_verify(&r->head, bytes_span(&r->body), o->secrets, o->secrets_len,
                                   r->received_ms, &r->check);

    if (rc == OK && r->check.verdict == VERDICT_VALID)
        secret_bots_learn(&r->agent->bots, r->check.matched, r->batch.destination);
    return rc;
}

/* A replay is somebody's explicit wish, and a timestamp that was signed yesterday is too old
 * today; a simulation with a wrong signature tries whether the bot refuses it. */
bool webhook_check_may_pass(const struct recording *r)
{
    enum verdict v = r->check.verdict;

    return v == VERDICT_VALID || v == VERDICT_UNCHECKED || r->replay_of != 0 ||
           r->is_simulated || r->agent->options->pass_invalid;
}

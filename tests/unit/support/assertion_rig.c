#include "unit/support/assertion_rig.h"

#include "relay-client/lineapi/emulate/token/assertion_keys.h"
#include "unit/check.h"
#include "unit/support/rsa_keys.h"

static struct assertion_keys keys;

void assertion_rig_open(void)
{
    struct emulator_rig *r = &emulator_rig;

    (void)rsa_keys_private(0); /* made before blocks are counted */
    emulator_rig_open();
    r->secrets.list[0].provider = signature_provider_named(SPAN("line"));
    r->secrets.list[0].secret = SPAN(ASSERTION_RIG_SECRET);
    r->secrets.len = 1;
    r->options.channel_id = ASSERTION_RIG_CHANNEL;
    r->options.keys = &keys;
    keys = (struct assertion_keys){.len = 1};
    CHECK_EQ(jwt_rsa_parse(span_text(rsa_keys_jwk(0, "k1")), &keys.list[0], NULL), OK);
}

void assertion_rig_close(void)
{
    assertion_keys_fini(&keys);
    emulator_rig_close();
}

const char *assertion_rig_form_with(int index, const char *header, const char *claims)
{
    static char form[4096];

    (void)snprintf(form, sizeof form,
                   "client_assertion_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3A"
                   "client-assertion-type%%3Ajwt-bearer&client_assertion=%s",
                   rsa_keys_token(index, header, claims));
    return form;
}

const char *assertion_rig_form(int index, const char *claims)
{
    char usual[512];

    (void)snprintf(usual, sizeof usual,
                   "{\"iss\":\"" ASSERTION_RIG_CHANNEL "\",\"sub\":\"" ASSERTION_RIG_CHANNEL
                   "\",\"aud\":\"https://api.line.me/\",\"exp\":%" PRIu64
                   ",\"token_exp\":86400}",
                   clock_wall_ms(&emulator_rig.clock.base) / 1000 + 1800);
    return assertion_rig_form_with(index, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}",
                                   claims ? claims : usual);
}

unsigned assertion_rig_post(const char *target, const char *form)
{
    const char *authorization = emulator_rig.authorization;

    emulator_rig.authorization = NULL;
    emulator_rig.content_type = "application/x-www-form-urlencoded";
    unsigned status = emulator_rig_post(target, form);
    emulator_rig.content_type = NULL;
    emulator_rig.authorization = authorization;
    return status;
}

void assertion_rig_check(const char *error, const char *description)
{
    CHECK_EQ(emulator_rig.call.status, 400);
    CHECK_STR(emulator_rig_text("error"), error);
    CHECK_STR(emulator_rig_text("error_description"), description);
}

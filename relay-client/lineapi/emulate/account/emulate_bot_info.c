#include "relay-client/lineapi/emulate/account/account_operations.h"

#include "base/hex.h"
#include "codec/digest.h"
#include "relay-client/lineapi/emulate/emulator_impl.h"

#include <stdio.h>

/* Who the bot is: as the user said, or as LINE's webhooks did, or made up. */
static void find_user_id(const struct emulator *e, char out[static LINE_MINT_SIZE])
{
    const struct secrets *s = e->options.secrets;
    const char *seen = given_events_bot(e->options.given);

    for (size_t i = 0; s && i < s->len; i++)
        if (s->list[i].bot_user_id && *s->list[i].bot_user_id) {
            (void)snprintf(out, LINE_MINT_SIZE, "%s", s->list[i].bot_user_id);
            return;
        }
    if (*seen)
        (void)snprintf(out, LINE_MINT_SIZE, "%s", seen);
    else
        line_mint_named(e->options.mint, LINE_MINT_USER, SPAN("bot"), out);
}

void emulate_bot_info(struct emulated_call *c)
{
    char user_id[LINE_MINT_SIZE], basic_id[16];
    uint8_t digest[DIGEST_SHA256_LEN];
    struct json_writer w;

    find_user_id(c->emulator, user_id);
    digest_sha256(span_text(user_id), digest);
    basic_id[0] = '@';
    hex_format(basic_id + 1, digest, 4);
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "userId", user_id);
    json_writer_member_text(&w, "basicId", basic_id);
    json_writer_member_text(&w, "displayName", "Hookline bot");
    json_writer_member_text(&w, "chatMode", "bot");
    json_writer_member_text(&w, "markAsReadMode", "auto");
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

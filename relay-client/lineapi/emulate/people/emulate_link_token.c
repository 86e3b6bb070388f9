#include "relay-client/lineapi/emulate/people/people_operations.h"
#include "relay-client/lineapi/emulate/people/people_params.h"

#define TOKEN_LEN 32u

/* Where it is used, on LINE's page for linking accounts, is not emulated. */
void emulate_link_token(struct emulated_call *c)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char token[TOKEN_LEN + 1] = "";
    struct json_writer w;

    if (!people_params_is_user(c, 0))
        return;
    for (size_t i = 0; i < TOKEN_LEN; i++)
        token[i] = letters[random_below(c->emulator->options.random, sizeof letters - 1)];
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "linkToken", token);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

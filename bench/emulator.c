/* How long does the emulator take for a call?
 *
 *     emulator [CALLS]
 *
 * Answers CALLS (20000) of each kind in memory, without a port: a reply with one text to an
 * event of its own, a reply with five Flex messages, a push, a push to a group of 50, a
 * profile, the list of followers.  Prints microseconds of processor time for one call. */
#include "relay-client/lineapi/emulate/emulator.h"

#include "base/container.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BODY_SIZE 8192u

static struct emulator *emulator;
static struct given_events *given;
static struct line_mint mint;

static uint64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void check(bool is_fine, const char *what)
{
    if (is_fine)
        return;
    (void)fprintf(stderr, "%s\n", what);
    exit(EXIT_FAILURE);
}

static void give(const char *token, unsigned user)
{
    const struct given_webhook webhook = {.exchange = 1,
                                          .origin = GIVEN_BY_SIMULATION,
                                          .received_ms = clock_wall_ms(clock_system())};
    struct line_batch batch;
    char body[1024];

    (void)snprintf(body, sizeof body,
                   "{\"destination\":\"\",\"events\":[{\"type\":\"message\",\"replyToken\":"
                   "\"%s\",\"source\":{\"type\":\"group\",\"groupId\":"
                   "\"C22222222222222222222222222222222\",\"userId\":\"U%032u\"},\"message\":{"
                   "\"type\":\"text\",\"id\":\"1\",\"text\":\"hi\"}}]}",
                   token, user);
    check(line_batch_parse(&batch, span_text(body)) == OK, "no webhook");
    given_events_add(given, &webhook, &batch);
    line_batch_fini(&batch);
}

static void ask(const char *method, const char *target, const char *body)
{
    struct emulated_call call;
    struct lineapi_match match;
    struct http_head head;

    emulated_call_init(&call);
    http_head_init_request(&head, span_text(method), span_text(target));
    check(http_head_add(&head, SPAN("authorization"), SPAN("Bearer x")) == OK &&
              http_head_add(&head, SPAN("content-type"), SPAN("application/json")) == OK,
          "no head");
    lineapi_operation_find(head.method, head.target, &match);
    call.operation = match.operation;
    memcpy(call.params, match.params, sizeof call.params);
    call.head = &head;
    call.body = span_text(body);
    call.now_ms = clock_wall_ms(clock_system());
    call.request_id = "00000000-0000-4000-8000-000000000000";
    emulator_answer(emulator, &call);
    check(call.status == 200, "refused");
    emulated_call_fini(&call);
}

struct kind {
    const char *name, *method, *target;
    const char *to; /* "", or the beginning of the body */
    const char *message;
    unsigned messages;
};

#define TEXT "{\"type\":\"text\",\"text\":\"ご注文ありがとうございます\"}"
#define FLEX                                                                                   \
    "{\"type\":\"flex\",\"altText\":\"order\",\"contents\":{\"type\":\"bubble\",\"body\":{"    \
    "\"type\":\"box\",\"layout\":\"vertical\",\"contents\":[{\"type\":\"text\",\"text\":"      \
    "\"Order 4711\",\"weight\":\"bold\",\"size\":\"xl\"},{\"type\":\"separator\"},{\"type\":"  \
    "\"button\",\"action\":{\"type\":\"postback\",\"label\":\"Pay\",\"data\":\"pay=4711\"}}]}" \
    "}}"

static const struct kind kinds[] = {
    {"reply, a text", "POST", "/v2/bot/message/reply", "", TEXT, 1},
    {"reply, five Flex messages", "POST", "/v2/bot/message/reply", "", FLEX, 5},
    {"push, a text", "POST", "/v2/bot/message/push", "U11111111111111111111111111111111", TEXT,
     1},
    {"push to a group of 50", "POST", "/v2/bot/message/push",
     "C22222222222222222222222222222222", TEXT, 1},
    {"profile", "GET", "/v2/bot/profile/U00000000000000000000000000000001", "", NULL, 0},
    {"followers, 50", "GET", "/v2/bot/followers/ids", "", NULL, 0},
};

static void make_body(const struct kind *k, const char *token, char out[static BODY_SIZE])
{
    size_t at = 0;

    out[0] = '\0';
    if (!k->message)
        return;
    at += (size_t)snprintf(out, BODY_SIZE, "{\"%s\":\"%s\",\"messages\":[",
                           *k->to ? "to" : "replyToken", *k->to ? k->to : token);
    for (unsigned i = 0; i < k->messages; i++)
        at += (size_t)snprintf(out + at, BODY_SIZE - at, "%s%s", i > 0 ? "," : "", k->message);
    (void)snprintf(out + at, BODY_SIZE - at, "]}");
}

static void measure(const struct kind *k, unsigned calls)
{
    char token[LINE_MINT_SIZE], body[BODY_SIZE];
    uint64_t took_ns = 0;

    for (unsigned i = 0; i < calls; i++) {
        line_mint_make(&mint, LINE_MINT_REPLY_TOKEN, 0, token);
        if (k->message && !*k->to)
            give(token, i % 50);
        make_body(k, token, body);
        uint64_t begin_ns = cpu_ns();
        ask(k->method, k->target, body);
        took_ns += cpu_ns() - begin_ns;
    }
    (void)printf("%s: %.1f us\n", k->name, (double)took_ns / 1000 / calls);
}

int main(int argc, char **argv)
{
    unsigned calls = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 20000;
    struct secrets *secrets = mem_alloc(sizeof *secrets);
    struct emulator_options options = {
        .mint = &mint,
        .random = random_system(),
        .clock = clock_system(),
        .secrets = secrets,
        .is_relaxed = true, /* no rates */
    };

    mint.random = options.random;
    random_fill(mint.random, mint.key, sizeof mint.key);
    check(secrets && calls > 0 && given_events_new(&given) == OK, "no memory");
    options.given = given;
    check(emulator_new(&options, &emulator) == OK, "no memory");
    for (unsigned i = 0; i < 50; i++)
        give("", i);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        measure(&kinds[i], calls);
    emulator_free(emulator);
    given_events_free(given);
    mem_free(secrets);
    return EXIT_SUCCESS;
}

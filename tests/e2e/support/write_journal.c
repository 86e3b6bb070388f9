/* Writes a journal as an agent does: write_journal FILE < LINES.
 *
 * Each line is a JSON object: {"delivery", "method", "target", "tunnel", "peer", "body" or
 * "body_hex", "fields": [[name, value], ...], "webhook", "arrived_ms", "replay_of"}, all
 * optional, and with "answer": {"verdict", "explanation", "status", "body", "handler",
 * "error", "total_us", "by", "answered_us", "bot_status" (0: none), "outcome", "attempts",
 * "next_ms", "unreachable"} the answer, too.  "answered": it came out of the inbox.
 * {"answer_to": ID, "answer": {...}} answers an earlier one.  "0\n" is printed once the
 * journal is open, and after each line "ID\n", when the request is on disk. */
#include "base/container.h"
#include "base/hex.h"
#include "codec/json/json.h"
#include "codec/ulid.h"
#include "relay-client/journal/journal.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX_BYTES (8u * 1024 * 1024)

static struct loop *loop;
static struct journal *journal;
static struct ulid_maker deliveries;

struct ticket {
    struct journal_ticket base;
    bool done;
    uint64_t exchange;
};

static void die(const char *what)
{
    (void)fprintf(stderr, "write_journal: %s\n", what);
    exit(EXIT_FAILURE);
}

static void must(enum err e, const char *what)
{
    if (e) {
        (void)fprintf(stderr, "write_journal: %s: %s\n", what, err_text(e));
        exit(EXIT_FAILURE);
    }
}

/* ---- members, with what stands for an absent one ---- */

static const char *text_of(const struct json_value *v, const char *name, const char *fallback)
{
    const char *text = json_string(json_member(v, name));

    return text ? text : fallback;
}

static uint64_t number_of(const struct json_value *v, const char *name, uint64_t fallback)
{
    uint64_t number;

    return json_u64(json_member(v, name), &number) ? number : fallback;
}

static bool flag_of(const struct json_value *v, const char *name, bool fallback)
{
    bool flag;

    return json_bool(json_member(v, name), &flag) ? flag : fallback;
}

static uint8_t bytes[LINE_MAX_BYTES];

static struct span body_of(const struct json_value *v)
{
    const char *hex = json_string(json_member(v, "body_hex"));
    size_t len = hex ? strlen(hex) / 2 : 0;

    if (!hex)
        return span_text(text_of(v, "body", ""));
    must(hex_parse(span_text(hex), bytes, len), "body_hex");
    return span_of(bytes, len);
}

static void add_fields(struct http_head *h, const struct json_value *v)
{
    const struct json_value *f = json_first(json_member(v, "fields"));

    for (; f; f = json_next(f))
        must(http_head_add(h, span_text(json_string(json_element(f, 0))),
                           span_text(json_string(json_element(f, 1)))),
             "fields");
}

/* ---- records ---- */

static void on_stored(struct journal_ticket *base, enum err rc, uint64_t exchange)
{
    struct ticket *t = CONTAINER_OF(base, struct ticket, base);

    must(rc, "a record");
    t->done = true;
    t->exchange = exchange;
}

static uint64_t record(const struct json_value *v)
{
    struct ticket ticket = {.base.stored = on_stored};
    struct http_head head;
    char delivery[ULID_LEN + 1];
    uint64_t now_ms = clock_wall_ms(clock_system());

    ulid_make(&deliveries, now_ms, random_system(), delivery);
    http_head_init_request(&head, span_text(text_of(v, "method", "POST")),
                           span_text(text_of(v, "target", "/callback")));
    head.authority = SPAN("mybot.relay.example.com");
    head.scheme = SPAN("https");
    add_fields(&head, v);
    const struct journal_request request = {
        .delivery = text_of(v, "delivery", delivery),
        .tunnel = text_of(v, "tunnel", "mybot"),
        .arrived_ms = number_of(v, "arrived_ms", now_ms),
        .received_ms = number_of(v, "received_ms", number_of(v, "arrived_ms", now_ms)),
        .peer = text_of(v, "peer", "203.0.113.7"),
        .head = &head,
        .body = body_of(v),
        .webhook = flag_of(v, "webhook", true),
        .replay_of = number_of(v, "replay_of", 0),
        .answered = (unsigned)number_of(v, "answered", 0),
    };

    must(journal_record(journal, &request, &ticket.base), "a record");
    while (!ticket.done)
        loop_turn(loop, true);
    return ticket.exchange;
}

/* The place of a word among those of an enum; its first by default. */
static unsigned word_of(const struct json_value *v, const char *name, const char *const *words,
                        unsigned fallback)
{
    const char *word = json_string(json_member(v, name));

    if (!word)
        return fallback;
    for (unsigned i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    die(name);
    return 0;
}

static void add_fate(struct journal_answer *a, const struct json_value *v)
{
    static const char *const answerers[] = {"nobody", "bot",   "hookline",
                                            "guard",  "inbox", NULL};
    static const char *const outcomes[] = {"final", "pending", "aside", "dropped", NULL};
    unsigned by = a->status > 0 ? JOURNAL_BY_BOT : JOURNAL_BY_NOBODY;

    a->by = (enum journal_answerer)word_of(v, "by", answerers, by);
    a->outcome = (enum journal_outcome)word_of(v, "outcome", outcomes, JOURNAL_FINAL);
    a->answered_us = number_of(v, "answered_us", 0);
    a->attempts = (unsigned)number_of(v, "attempts", 1);
    a->next_ms = number_of(v, "next_ms", 0);
    a->is_unreachable = flag_of(v, "unreachable", false);
}

static void answer(const struct json_value *v, uint64_t exchange)
{
    unsigned bot_status;
    struct http_head head;
    struct journal_answer a = {
        .exchange = exchange,
        .provider = text_of(v, "provider", "line"),
        .secret_label = text_of(v, "secret_label", "secret 1"),
        .explanation = text_of(v, "explanation", ""),
        .handler = text_of(v, "handler", "http://127.0.0.1:8000/callback"),
        .status = (unsigned)number_of(v, "status", 200),
        .body = body_of(v),
        .error = text_of(v, "error", ""),
        .stored_us = 1500,
        .handler_us = number_of(v, "total_us", 12400) - 400,
        .total_us = number_of(v, "total_us", 12400),
    };

    if (!verdict_parse(span_text(text_of(v, "verdict", "valid")), &a.verdict))
        die("verdict");
    add_fate(&a, v);
    bot_status = (unsigned)number_of(v, "bot_status", a.status);
    if (bot_status > 0) {
        http_head_init_response(&head, bot_status);
        add_fields(&head, v);
        a.head = &head;
    }
    must(journal_answer(journal, &a), "an answer");
}

static void say(uint64_t id)
{
    (void)printf("%llu\n", (unsigned long long)id);
    (void)fflush(stdout);
}

static void take_line(const char *line)
{
    struct json_doc doc;

    must(json_parse(&doc, span_text(line), LINE_MAX_BYTES), "a line");
    const struct json_value *v = json_root(&doc);
    uint64_t id = number_of(v, "answer_to", 0);

    if (id == 0)
        id = record(v);
    if (json_kind(json_member(v, "answer")) == JSON_OBJECT)
        answer(json_member(v, "answer"), id);
    say(id);
    json_fini(&doc);
}

static void on_closed(void *owner)
{
    *(bool *)owner = true;
}

int main(int argc, char **argv)
{
    static char line[LINE_MAX_BYTES];
    struct journal_options options = {.path = argc == 2 ? argv[1] : ""};
    char detail[512];
    bool closed = false;

    must(loop_new(clock_system(), &loop), "a loop");
    if (journal_open(loop, &options, &journal, detail))
        die(detail);
    say(0);
    while (fgets(line, sizeof(line), stdin))
        take_line(line);
    journal_close(journal, on_closed, &closed);
    while (!closed)
        loop_turn(loop, true);
    loop_free(loop);
    return EXIT_SUCCESS;
}

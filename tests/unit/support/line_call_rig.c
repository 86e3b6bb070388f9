#include "tests/unit/support/line_call_rig.h"

#include "tests/unit/check.h"
#include "tests/unit/support/edit_rig.h"

#include <stdio.h>

void line_call_rig_init(struct line_call_rig *c, uint64_t exchange, const char *chat)
{
    *c = (struct line_call_rig){.chats = {chat}};
    http_head_init_request(&c->request, SPAN("POST"), SPAN("/v2/bot/message/reply"));
    c->request.scheme = SPAN("http");
    c->request.authority = SPAN("127.0.0.1:4650");
    line_call_rig_field(c, "content-type", "application/json");
    line_call_rig_field(c, "user-agent", "@line/bot-sdk/10.6.0");
    http_head_init_response(&c->answer, 200);
    CHECK_EQ(http_head_add(&c->answer, SPAN("content-type"), SPAN("application/json")), OK);
    c->call = (struct journal_call){
        .at_ms = JOURNAL_RIG_NOW_MS + 20,
        .took_us = 900,
        .tie = exchange > 0 ? JOURNAL_CALL_BY_TOKEN : JOURNAL_CALL_UNTIED,
        .exchange = exchange,
        .operation = "replyMessage",
        .host = "api.line.me",
        .request_id = "0a1b2c3d-0000-4000-8000-000000000000",
        .problem = "",
        .explanation = "",
        .chats = c->chats,
        .chats_len = chat != NULL,
        .request = &c->request,
        .answer = &c->answer,
        .request_body = SPAN("{\"replyToken\":\"nHuyWiB7yP5Zw52FIkcQobQuGDXCTA\",\"messages\":"
                             "[{\"type\":\"text\",\"text\":\"hello\"}]}"),
        .answer_body = SPAN("{\"sentMessages\":[{\"id\":\"1\",\"quoteToken\":\"q\"}]}"),
        .is_sending = true,
    };
}

void line_call_rig_field(struct line_call_rig *c, const char *name, const char *value)
{
    CHECK_EQ(http_head_add(&c->request, span_text(name), span_text(value)), OK);
}

void line_call_rig_settle(struct journal_rig *rig)
{
    edit_rig_settle(rig);
}

void line_call_rig_record(struct journal_rig *rig, const struct line_call_rig *c)
{
    CHECK_EQ(journal_call_record(rig->journal, &c->call), OK);
    line_call_rig_settle(rig);
}

void line_call_rig_person(struct journal_rig *rig, const struct journal_person *p)
{
    CHECK_EQ(journal_call_person(rig->journal, p), OK);
    line_call_rig_settle(rig);
}

/* ---- reading ---- */

static struct span copied(char *out, size_t size, struct span s)
{
    CHECK(s.len < size);
    if (s.len > 0)
        memcpy(out, s.ptr, s.len);
    out[s.len] = '\0';
    return span_of(out, s.len);
}
#define COPIED(f, field, s) copied((f)->field, sizeof((f)->field), s)

static void copy_head(struct line_call_rig_found *f, const struct http_head *head)
{
    size_t len = 0;

    for (size_t i = 0; i < head->fields_len; i++)
        len += (size_t)snprintf(f->head + len, sizeof(f->head) - len, "%s%.*s=%.*s\n",
                                head->fields[i].secret ? "!" : "",
                                (int)head->fields[i].name.len, head->fields[i].name.ptr,
                                (int)head->fields[i].value.len, head->fields[i].value.ptr);
}

bool line_call_rig_take(void *owner, const struct journal_call_whole *call)
{
    struct line_call_rig_found *f = owner;

    if (f->len < 64)
        f->ids[f->len] = call->row.id;
    f->len++;
    f->last = *call;
    (void)COPIED(f, said_text, call->row.said_text);
    (void)COPIED(f, said_type, call->row.said_type);
    (void)COPIED(f, target, call->row.target);
    (void)COPIED(f, problem, call->row.problem);
    (void)COPIED(f, user_agent, call->row.user_agent);
    (void)COPIED(f, request_body, call->request_body);
    (void)COPIED(f, answer_body, call->answer_body);
    copy_head(f, &call->request);
    return f->len != f->stop_at;
}

static void take_one(void *owner, const struct journal_call_whole *call)
{
    (void)line_call_rig_take(owner, call);
}

bool line_call_rig_take_row(void *owner, const struct journal_call_row *row)
{
    const struct journal_call_whole whole = {.row = *row};

    return line_call_rig_take(owner, &whole);
}

struct line_call_rig_found line_call_rig_of_exchange(uint64_t exchange)
{
    struct line_call_rig_found f = {0};
    struct journal_reader *r = journal_rig_reader();

    CHECK_EQ(journal_calls_of(r, exchange, 64, line_call_rig_take, &f), OK);
    journal_reader_close(r);
    return f;
}

struct line_call_rig_found line_call_rig_since(uint64_t after, size_t max)
{
    struct line_call_rig_found f = {0};
    struct journal_reader *r = journal_rig_reader();

    CHECK_EQ(journal_calls_since(r, after, max, line_call_rig_take, &f), OK);
    journal_reader_close(r);
    return f;
}

struct line_call_rig_found line_call_rig_in_chat(const char *chat, uint64_t before,
                                                 uint64_t below, size_t max)
{
    const struct journal_calls_page page = {span_text(chat), before, below, max};
    struct line_call_rig_found f = {0};
    struct journal_reader *r = journal_rig_reader();

    CHECK_EQ(journal_calls_in_chat(r, &page, line_call_rig_take, &f), OK);
    journal_reader_close(r);
    return f;
}

struct line_call_rig_found line_call_rig_get(uint64_t id, enum err expected)
{
    struct line_call_rig_found f = {0};
    struct journal_reader *r = journal_rig_reader();

    CHECK_EQ(journal_calls_get(r, id, take_one, &f), expected);
    journal_reader_close(r);
    return f;
}

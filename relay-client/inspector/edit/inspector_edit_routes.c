#include "relay-client/inspector/inspector_route.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/inspector/edit/edit_delete.h"
#include "relay-client/inspector/edit/edit_marks.h"
#include "relay-client/inspector/edit/edit_request.h"
#include "relay-client/journal/journal_edit.h"

#include <string.h>

/* ---- POST /api/undo ---- */

struct undoing {
    struct inspector_request *request;
    struct journal_undo work;
};

static void on_undone(struct journal_undo *work, enum err rc)
{
    struct undoing *u = CONTAINER_OF(work, struct undoing, work);
    struct inspector_request *r = u->request;
    uint64_t count = work->count;

    mem_free(u);
    if (rc == OK)
        edit_request_count(r, count);
    else
        edit_request_fail(r, rc,
                          rc == ERR_NOT_FOUND
                              ? "There is nothing to undo: it was undone already, or it is too "
                                "late."
                              : NULL);
}

static void undo(struct inspector_request *r, uint64_t number)
{
    struct inspector *i = inspector_request_owner(r);
    struct undoing *u = mem_alloc(sizeof *u);
    enum err rc = ERR_NOMEM;

    if (u) {
        *u = (struct undoing){.request = r, .work = {.undo = number, .done = on_undone}};
        rc = journal_edit_undo(inspector_options_of(i)->journal, &u->work);
    }
    if (rc == OK)
        return;
    mem_free(u);
    edit_request_fail(r, rc, NULL);
}

static void act_undo(struct inspector_request *r)
{
    struct json_doc doc;
    uint64_t number = 0;

    if (!edit_request_parse(r, &doc))
        return;
    bool is_good =
        edit_request_number(json_string(json_member(json_root(&doc), "undo")), &number);
    json_fini(&doc);
    if (is_good)
        undo(r, number);
    else
        edit_request_refuse(r, "undo must be the number that the deletion gave, as a text.");
}

/* ---- POST /api/pending ---- */

struct deciding {
    struct inspector_request *request;
    struct agent_settling work;
};

static void on_settled(struct agent_settling *work, enum err rc, uint64_t count)
{
    struct deciding *d = CONTAINER_OF(work, struct deciding, work);
    struct inspector_request *r = d->request;

    mem_free(d);
    if (rc == OK) {
        edit_request_count(r, count);
    } else if (rc == ERR_CONFLICT) {
        inspector_reply_problem(inspector_request_prepare(r), 409, "not_finished",
                                "This exchange is neither pending nor set aside.");
        inspector_request_reply(r);
    } else {
        edit_request_fail(r, rc, NULL);
    }
}

static void decide(struct inspector_request *r, uint64_t exchange,
                   enum journal_decision decision)
{
    struct inspector *i = inspector_request_owner(r);
    struct deciding *d = mem_alloc(sizeof *d);
    enum err rc = ERR_NOMEM;

    if (d) {
        *d = (struct deciding){
            .request = r,
            .work = {.exchange = exchange, .decision = decision, .done = on_settled}};
        rc = agent_settle(inspector_options_of(i)->agent, &d->work);
    }
    if (rc == OK)
        return;
    mem_free(d);
    edit_request_fail(r, rc, NULL);
}

static bool read_decision(const struct json_value *body, enum journal_decision *decision,
                          uint64_t *exchange)
{
    const char *word = json_string(json_member(body, "decision"));
    const struct json_value *id = json_member(body, "id");

    if (!word || (strcmp(word, "retry") != 0 && strcmp(word, "drop") != 0))
        return false;
    *decision = *word == 'r' ? JOURNAL_RETRY : JOURNAL_DROP;
    *exchange = 0;
    return !id || json_kind(id) == JSON_NULL || edit_request_number(json_string(id), exchange);
}

static void act_pending(struct inspector_request *r)
{
    struct json_doc doc;
    enum journal_decision decision = JOURNAL_RETRY;
    uint64_t exchange = 0;

    if (!edit_request_parse(r, &doc))
        return;
    bool is_good = read_decision(json_root(&doc), &decision, &exchange);
    json_fini(&doc);
    if (is_good)
        decide(r, exchange, decision);
    else
        edit_request_refuse(r, "Send {\"decision\": \"retry\" or \"drop\", \"id\": \"17\"}; id "
                               "null or absent is all.");
}

const struct inspector_route inspector_edit_routes[] = {
    {.method = "POST",
     .pattern = "/api/exchanges/{id}/marks",
     .act = edit_marks_act,
     .body_max = EDIT_REQUEST_BODY_MAX},
    {.method = "POST",
     .pattern = "/api/exchanges/delete",
     .act = edit_delete_act,
     .body_max = EDIT_REQUEST_BODY_MAX},
    {.method = "POST",
     .pattern = "/api/undo",
     .act = act_undo,
     .body_max = EDIT_REQUEST_BODY_MAX},
    {.method = "POST",
     .pattern = "/api/pending",
     .act = act_pending,
     .body_max = EDIT_REQUEST_BODY_MAX},
    {0},
};

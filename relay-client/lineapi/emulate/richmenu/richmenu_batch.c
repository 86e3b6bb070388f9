/* Changing the menus of everybody who has a certain one.  LINE does that in its own time; here
 * it is done when the answer comes. */
#include "base/text.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_calls.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_reply.h"
#include "relay-client/lineapi/validate/field_check.h"

#define OPERATIONS_MAX 1000u
#define TYPES          "link,unlink,unlinkAll"

/* One look through the operations. */
struct batch {
    struct richmenu_store *store;
    struct lineapi_problems problems; /* of the request */
    struct lineapi_problems missing;  /* menus that there are none */
    size_t operations, all;           /* how many; of type unlinkAll */
};

/* The menu that a member names; NULL after a problem. */
static struct richmenu *named(struct batch *b, const struct field_scope *operation,
                              const char *name)
{
    const char *id = field_check_text(operation, name);

    if (!id) {
        field_check_absent(operation, name);
        return NULL;
    }
    if (!richmenu_reply_is_id(id)) {
        lineapi_problems_add(&b->problems, operation->place, name, "invalid richMenuId");
        return NULL;
    }
    struct richmenu *m = richmenu_store_find(b->store, span_text(id));
    if (!m)
        lineapi_problems_add(&b->missing, operation->place, name, "Richmenu (%s) is not found",
                             id);
    return m;
}

static const struct lineapi_place *operations_place(void)
{
    static const struct lineapi_place place = {.name = "operations[]"};

    return &place;
}

static void take_from(struct batch *b, struct richmenu *from, struct richmenu *to)
{
    if (from && from->is_replaced)
        lineapi_problems_add(&b->problems, operations_place(), "from",
                             "from richmenu (%s) is duplicated", from->id);
    if (!from)
        return;
    from->is_replaced = true;
    from->replacement = to;
}

static void take_operation(struct batch *b, const struct field_scope *operation)
{
    const char *type = field_check_type(operation, TYPES);
    struct richmenu *to = NULL;

    b->operations++;
    if (!type)
        return;
    if (strcmp(type, "unlinkAll") == 0) {
        b->all++;
        return;
    }
    struct richmenu *from = named(b, operation, "from");
    if (strcmp(type, "link") == 0) {
        to = named(b, operation, "to");
        if (to && bytes_len(&to->image) == 0)
            lineapi_problems_add(&b->problems, operation->place, "to",
                                 "'to' richmenu (%s) must have image but it doesn't", to->id);
    }
    take_from(b, from, to);
}

static void check_resume_key(const struct json_value *root, struct lineapi_problems *problems)
{
    const struct json_value *value = json_member(root, "resumeRequestKey");
    const char *key = json_string(value);

    if (!value || json_kind(value) == JSON_NULL)
        return;
    size_t len = key ? strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789_-")
                     : 0;
    if (len < 1 || len > 100 || key[len] != '\0')
        lineapi_problems_add(problems, NULL, "resumeRequestKey", "invalid resumeRequestKey");
}

static void take_all(struct batch *b, const struct json_value *root)
{
    struct field_scope body = {.object = root, .problems = &b->problems};
    struct field_range range = {.min = 1, .max = OPERATIONS_MAX, .is_required = true};
    struct field_list list;

    if (field_check_list(&body, "operations", range, &list))
        while (field_check_next(&list))
            take_operation(b, &list.item);
    if (b->all > 0 && b->all < b->operations)
        lineapi_problems_add(&b->problems, operations_place(), "type",
                             "'unlinkAll' type can't be combined with other type");
    check_resume_key(root, &b->problems);
}

static bool is_right(struct emulated_call *c, struct batch *b)
{
    b->store = richmenu_reply_store(c);
    take_all(b, c->root);
    if (b->problems.total > 0) {
        emulated_call_refuse_problems(c, &b->problems);
    } else if (b->missing.total > 0) {
        emulated_call_refuse_problems(c, &b->missing);
        c->status = 404;
    }
    return b->problems.total == 0 && b->missing.total == 0;
}

void richmenu_batch_validate(struct emulated_call *c)
{
    struct batch b = {.all = 0};

    (void)is_right(c, &b);
    richmenu_store_forget_replacements(richmenu_reply_store(c));
}

void richmenu_batch_run(struct emulated_call *c)
{
    struct batch b = {.all = 0};

    if (is_right(c, &b)) {
        if (b.all > 0)
            richmenu_store_unlink(b.store, NULL);
        else
            richmenu_store_replace(b.store);
        richmenu_store_note_batch(b.store, c->request_id, c->now_ms);
        c->status = 202;
    }
    richmenu_store_forget_replacements(richmenu_reply_store(c));
}

void richmenu_batch_progress(struct emulated_call *c)
{
    char id[64], time[32];
    bool is_given = emulated_call_query(c, "requestId", id, sizeof id);
    uint64_t at = is_given ? richmenu_store_batch_ms(richmenu_reply_store(c), id) : 0;
    struct json_writer w;

    if (!is_given) {
        emulated_call_refuse(c, 400, "The value for the 'requestId' parameter is invalid");
        return;
    }
    if (at == 0) {
        emulated_call_refuse(c, 404, "Not found");
        return;
    }
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "phase", "succeeded");
    json_writer_member_text(&w, "acceptedTime", text_time(time, sizeof time, at));
    json_writer_member_text(&w, "completedTime", time);
    json_writer_object_end(&w);
    richmenu_reply_done(c, json_writer_end(&w));
}

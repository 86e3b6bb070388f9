#include "relay-client/agent/control_answer.h"

#include "http/problem.h"
#include "relay-client/agent/control.h"

#include <stdio.h>

void control_answer_begin(struct control_answer *a)
{
    bytes_init(&a->json, CONTROL_BODY_MAX);
    json_writer_init(&a->w, &a->json);
    json_writer_object(&a->w);
}

static enum err send_json(struct exchange *x, const struct bytes *json)
{
    char length[PROBLEM_LENGTH_SIZE];
    struct http_head head;

    (void)snprintf(length, sizeof length, "%zu", bytes_len(json));
    http_head_init_response(&head, 200);
    enum err rc = http_head_add(&head, SPAN("Content-Type"), SPAN("application/json"));
    if (rc == OK)
        rc = http_head_add(&head, SPAN("Content-Length"), span_text(length));
    if (rc == OK)
        rc = exchange_send_head(x, &head, false);
    if (rc == OK)
        rc = exchange_send_body(x, bytes_peek(json), bytes_len(json));
    return rc == OK ? exchange_send_end(x) : rc;
}

void control_answer_send(struct control_answer *a, struct exchange *x)
{
    json_writer_object_end(&a->w);
    enum err rc = json_writer_end(&a->w);
    if (rc == OK)
        rc = send_json(x, &a->json);
    (void)rc;
    bytes_fini(&a->json);
    exchange_let_go(x);
}

void control_answer_refuse(struct exchange *x, unsigned status, const char *title,
                           const char *detail)
{
    struct problem p = {.status = status, .title = title, .detail = detail};

    problem_refuse(x, &p);
}

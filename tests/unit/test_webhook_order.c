/* Webhooks of a link are recorded as they began on it, and none behind one that is missing:
 * whatever is complete first, and wherever the one before it is lost. */
#include "base/container.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

#define LOGS 4

static struct exchange_log logs[LOGS];
static const struct span body = {"{\"events\":[]}", 13};

static const char *delivery(int i)
{
    static char ids[LOGS][ULID_LEN + 1];

    (void)snprintf(ids[i], sizeof ids[i], "01KAAAAAAAAAAAAAAAAAAAAAA%d", i);
    return ids[i];
}

static struct agent_rig_request request(int i)
{
    return (struct agent_rig_request){.delivery = delivery(i), .body = body};
}

static void open_rig(void)
{
    memset(logs, 0, sizeof logs);
    agent_rig_open();
    CHECK(agent_rig_link(16384));
}

static void send(int i)
{
    struct agent_rig_request r = request(i);

    CHECK_EQ(agent_rig_send(&logs[i], &r), OK);
}

static void resume(int i)
{
    struct agent_rig_request r = request(i);

    r.fields[0][0] = "hookline-resume";
    r.fields[0][1] = "1";
    CHECK_EQ(agent_rig_send(&logs[i], &r), OK);
}

static void begin(int i)
{
    struct agent_rig_request r = request(i);

    CHECK_EQ(agent_rig_begin(&logs[i], &r), OK);
    CHECK_EQ(exchange_send_body(logs[i].x, body.ptr, 5), OK);
    agent_rig_settle();
}

static void complete(int i)
{
    CHECK_EQ(exchange_send_body(logs[i].x, body.ptr + 5, body.len - 5), OK);
    CHECK_EQ(exchange_send_end(logs[i].x), OK);
}

static void finish(int i)
{
    agent_rig_finish(&logs[i]);
}

/* Not recorded, and the relay knows. */
static void finish_refused(int i)
{
    finish(i);
    CHECK_EQ(logs[i].interims, 0);
    CHECK_EQ(logs[i].status, 503);
}

static void finish_stored(int i)
{
    finish(i);
    CHECK_EQ(logs[i].interims, 1);
    CHECK_EQ(logs[i].status, 200);
}

/* For another try of the same delivery. */
static void renew(int i)
{
    exchange_log_fini(&logs[i]);
    logs[i] = (struct exchange_log){0};
}

static void let_go(int i)
{
    exchange_close(logs[i].x);
    agent_rig_wait(&logs[i].closeds, 1);
}

static void check_journal(const int *want, size_t len)
{
    char id[24];

    CHECK_EQ(journal_rig_count(NULL), len);
    for (size_t i = 0; i < len; i++) {
        (void)snprintf(id, sizeof id, "%zu", i + 1);
        struct journal_exchange *x = agent_rig_read(id);
        CHECK(span_is(journal_exchange_row(x)->delivery, span_text(delivery(want[i]))));
        journal_exchange_free(x);
    }
}

static void end(const int *want, size_t len)
{
    agent_rig_drain();
    for (int i = 0; i < LOGS; i++)
        exchange_log_fini(&logs[i]);
    agent_rig_stop();
    check_journal(want, len);
    agent_rig_end();
}

#define END(...) end((const int[]){__VA_ARGS__}, ARRAY_LEN(((const int[]){__VA_ARGS__})))

/* --- when all goes well --- */

static void test_later_one_is_complete_first(void)
{
    open_rig();
    begin(0);
    send(1);
    begin(2);
    agent_rig_settle();
    CHECK_EQ(logs[1].interims, 0);
    complete(2);
    agent_rig_settle();
    CHECK_EQ(agent_rig.spy.calls, 0);
    complete(0);
    for (int i = 0; i < 3; i++)
        finish_stored(i);
    END(0, 1, 2);
}

/* It has no order, and does not wait. */
static void test_local_one_overtakes(void)
{
    open_rig();
    begin(0);
    CHECK(agent_rig_connect());
    net_peer_wait(&agent_rig.client, &agent_rig.client.opened, 1);
    net_peer_say(&agent_rig.client, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                                    "Hookline-Replay-Of: 1\r\n\r\n{}");
    agent_rig_wait(&agent_rig.summaries, 1);
    CHECK_EQ(agent_rig.last.id, 1);
    complete(0);
    finish_stored(0);
    CHECK_EQ(agent_rig.last.id, 2);
    exchange_log_fini(&logs[0]);
    agent_rig_stop();
    agent_rig_end();
}

/* --- when one is lost --- */

/* It will never be sent again. */
static void test_too_large_one_is_none(void)
{
    static char large[1024 * 1024 + 1];
    struct agent_rig_request r = {.delivery = delivery(0),
                                  .body = span_of(large, sizeof large)};

    open_rig();
    CHECK_EQ(agent_rig_begin(&logs[0], &r), OK);
    send(1);
    agent_rig_settle();
    CHECK_EQ(logs[1].interims, 0);
    CHECK_EQ(exchange_send_body(logs[0].x, large, sizeof large), OK);
    CHECK_EQ(exchange_send_end(logs[0].x), OK);
    finish(0);
    CHECK_EQ(logs[0].status, 413);
    finish_stored(1);
    END(1);
}

static void finish_refused_from(int first)
{
    for (int i = first; i < LOGS; i++)
        finish_refused(i);
}

/* The relay begins anew with this one. */
static void begin_anew(int first)
{
    for (int i = first; i < LOGS; i++) {
        renew(i);
        (i == first ? resume : send)(i);
    }
    for (int i = first; i < LOGS; i++)
        finish_stored(i);
}

/* Whichever of three breaks off in its body, nothing behind it is recorded, until the relay
 * begins anew. */
static void check_break(int broken)
{
    open_rig();
    for (int i = 0; i < 3; i++)
        begin(i);
    for (int i = 0; i < broken; i++) {
        complete(i);
        finish_stored(i);
    }
    for (int i = 2; i > broken; i--)
        complete(i);
    agent_rig_settle();
    let_go(broken);
    send(3);
    finish_refused_from(broken + 1);
    begin_anew(broken);
    CHECK_EQ(agent_rig.spy.calls, 4);
    END(0, 1, 2, 3);
}

static void test_stream_breaks(void)
{
    for (int broken = 0; broken < 3; broken++)
        check_break(broken);
}

/* The link breaks: what is incomplete takes with it what waits behind. */
static void test_link_breaks(void)
{
    open_rig();
    send(0);
    finish_stored(0);
    begin(1);
    send(2);
    agent_rig_settle();
    agent_rig_cut();
    for (int i = 1; i < 3; i++)
        let_go(i);
    CHECK(list_is_empty(&agent_rig.context.deliveries));
    CHECK(agent_rig_link(16384)); /* a new link is not to blame */
    for (int i = 1; i < 4; i++) {
        renew(i);
        send(i);
    }
    for (int i = 1; i < 4; i++)
        finish_stored(i);
    END(0, 1, 2, 3);
}

/* Which of those that are on their way to the disk it refuses: the rest of them stays away
 * too, in the same commit or in later ones. */
static void test_disk_refuses(void)
{
    static const int errors[] = {EIO, ENOSPC};

    for (size_t e = 0; e < ARRAY_LEN(errors); e++) {
        open_rig();
        disk_faults_at(1, DISK_SYNC, errors[e], false);
        disk_faults_hold();
        send(0);
        while (atomic_load(&disk_faults_waiting) == 0)
            loop_turn(agent_rig.loop, false);
        send(1);
        send(2);
        agent_rig_settle();
        disk_faults_release();
        for (int i = 0; i < 3; i++)
            finish_refused(i);
        CHECK(disk_faults_has_failed());
        disk_faults_at(0, DISK_ANY, 0, false);
        send(3);
        finish_refused(3);
        CHECK_EQ(agent_rig.spy.calls, 0);
        begin_anew(0);
        END(0, 1, 2, 3);
    }
}

CHECK_MAIN(TEST(test_later_one_is_complete_first), TEST(test_local_one_overtakes),
           TEST(test_too_large_one_is_none), TEST(test_stream_breaks), TEST(test_link_breaks),
           TEST(test_disk_refuses))

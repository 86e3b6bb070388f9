#include "tests/unit/support/display_rig.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "tests/unit/check.h"

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

struct display_rig display_rig;

void display_rig_open(enum display_kind kind, unsigned columns, unsigned rows)
{
    struct display_options options = {
        .kind = kind,
        .colour = kind == DISPLAY_TERMINAL,
        .columns = columns,
        .rows = rows,
        .tunnel = "mybot",
        .handler = "http://127.0.0.1:8000/callback",
        .journal = "/var/lib/hookline/journal.db",
        .inspector = display_rig.inspector,
    };
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    CHECK_EQ(sigaction(SIGPIPE, &ignore, NULL), 0);
    CHECK_EQ(setenv("TZ", "UTC", 1), 0);
    tzset();
    clock_fake_init(&display_rig.clock, DISPLAY_RIG_NOON_MS);
    CHECK_EQ(loop_new(&display_rig.clock.base, &display_rig.loop), OK);
    CHECK_EQ(pipe2(display_rig.ends, O_NONBLOCK), 0);
    options.fd = display_rig.ends[1];
    fake_terminal_init(&display_rig.terminal, columns, rows, "$ hookline up");
    display_rig.last_id = 0;
    display_rig.is_terminal = kind == DISPLAY_TERMINAL;
    CHECK_EQ(display_new(display_rig.loop, &options, &display_rig.display), OK);
}

size_t display_rig_read(void)
{
    size_t len = 0;
    ssize_t n;

    while ((n = read(display_rig.ends[0], display_rig.text + len,
                     sizeof(display_rig.text) - 1 - len)) > 0)
        len += (size_t)n;
    display_rig.text[len] = '\0';
    return len;
}

void display_rig_look(void)
{
    size_t len = display_rig_read();

    if (display_rig.is_terminal)
        fake_terminal_feed(&display_rig.terminal, span_of(display_rig.text, len));
    else
        fake_terminal_check_plain(span_of(display_rig.text, len));
}

void display_rig_close_display(void)
{
    display_free(display_rig.display);
    display_rig.display = NULL;
}

void display_rig_close(void)
{
    display_rig_close_display();
    display_rig_look();
    close(display_rig.ends[0]);
    close(display_rig.ends[1]);
    fake_terminal_fini(&display_rig.terminal);
    loop_free(display_rig.loop);
    CHECK_EQ(mem_live(), 0);
}

void display_rig_advance_ms(uint64_t ms)
{
    clock_fake_advance(&display_rig.clock, ms * 1000);
    deadline_run_due(display_rig.loop);
}

void display_rig_status(enum agent_state state, const char *detail, uint64_t retry_ms)
{
    const struct agent_status status = {
        .state = state,
        .url = state == AGENT_LINKED ? "https://mybot.relay.example.com" : "",
        .detail = detail,
        .retry_ms = retry_ms,
        .rtt_us = state == AGENT_LINKED ? 23400 : 0,
        .attempt = 1,
    };

    display_status(display_rig.display, &status);
}

void display_rig_exchange(struct summary s)
{
    s.id = ++display_rig.last_id;
    s.arrived_ms = DISPLAY_RIG_NOON_MS;
    s.method = SPAN("POST");
    if (!s.target.ptr)
        s.target = SPAN("/callback");
    s.explanation = s.explanation ? s.explanation : "";
    s.error = s.error ? s.error : "";
    s.event_type = s.event_type ? s.event_type : "";
    s.message_type = s.message_type ? s.message_type : "";
    s.event_text = s.event_text ? s.event_text : "";
    s.user_id = "";
    display_exchange(display_rig.display, &s);
}

void display_rig_number(unsigned number)
{
    char message[32];

    (void)snprintf(message, sizeof(message), "番号 %u.", number);
    display_rig_exchange((struct summary){.webhook = true,
                                          .verdict = VERDICT_VALID,
                                          .status = 200,
                                          .total_us = 5000,
                                          .event_type = "message",
                                          .message_type = "text",
                                          .event_text = message,
                                          .events_len = 1});
}

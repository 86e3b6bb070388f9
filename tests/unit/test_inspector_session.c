/* The inspector's secrets: where the key is kept, what a request must bring, how often a
 * password may be guessed. */
#include "relay-client/inspector/inspector_session.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-_9"

static struct random_seeded random_;
static struct inspector_session session;
static char detail[INSPECTOR_SESSION_DETAIL];

static void begin(void)
{
    random_seeded_init(&random_, 11);
    (void)scratch_folder_make();
}

static enum err open_with(const char *password)
{
    detail[0] = '\0';
    return inspector_session_init(&session, scratch_folder_path("inspector.key"),
                                  span_text(password), &random_.base, detail);
}

static void end(void)
{
    inspector_session_fini(&session);
    scratch_folder_remove();
}

/* --- the key's file --- */

static void test_a_new_key(void)
{
    mode_t before = umask(0);
    char key[64], cookie[64], token[64];

    begin();
    CHECK_EQ(open_with(""), OK);
    CHECK_EQ(scratch_folder_mode("inspector.key"), 0600);
    CHECK_EQ(strlen(session.key), INSPECTOR_SESSION_TEXT);
    CHECK(strcmp(session.key, session.cookie) != 0);
    CHECK(strcmp(session.key, session.token) != 0);
    (void)snprintf(key, sizeof key, "%s\n", session.key);
    CHECK_STR(scratch_folder_read("inspector.key"), key);
    (void)snprintf(cookie, sizeof cookie, "%s", session.cookie);
    (void)snprintf(token, sizeof token, "%s", session.token);
    /* the next run: the same key and cookie, another token */
    CHECK_EQ(open_with(""), OK);
    key[INSPECTOR_SESSION_TEXT] = '\0';
    CHECK_STR(session.key, key);
    CHECK_STR(session.cookie, cookie);
    CHECK(strcmp(session.token, token) != 0);
    /* another password: nobody's cookie counts any more */
    CHECK_EQ(open_with("sesame"), OK);
    CHECK_STR(session.key, key);
    CHECK(strcmp(session.cookie, cookie) != 0);
    end();
    (void)umask(before);
}

static void check_replaced(const char *content, mode_t mode)
{
    begin();
    log_set_level(LOG_ERROR);
    (void)scratch_folder_write_text("inspector.key", content, mode);
    CHECK_EQ(open_with(""), OK);
    CHECK(strcmp(session.key, KEY) != 0);
    CHECK_EQ(strlen(session.key), INSPECTOR_SESSION_TEXT);
    CHECK_EQ(scratch_folder_mode("inspector.key"), 0600);
    end();
}

static void test_a_key_that_is_no_good(void)
{
    begin();
    (void)scratch_folder_write_text("inspector.key", KEY "\n", 0600);
    CHECK_EQ(open_with(""), OK);
    CHECK_STR(session.key, KEY);
    end();
    begin();
    (void)scratch_folder_write_text("inspector.key", KEY, 0600);
    CHECK_EQ(open_with(""), OK);
    CHECK_STR(session.key, KEY);
    end();
    check_replaced(KEY "\n", 0644); /* others may have read it */
    check_replaced(KEY "\n", 0660);
    check_replaced("", 0600);
    check_replaced(KEY "A\n", 0600);
    check_replaced(KEY "\n\n", 0600);
    check_replaced("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+\n", 0600);
    check_replaced("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 0600);
}

/* Whoever may write the folder could point it at another file: it is not followed. */
static void test_a_symbolic_link(void)
{
    begin();
    log_set_level(LOG_ERROR);
    const char *other = scratch_folder_write_text("other", KEY "\n", 0600);
    CHECK_EQ(symlink(other, scratch_folder_path("inspector.key")), 0);
    CHECK_EQ(open_with(""), OK);
    CHECK(strcmp(session.key, KEY) != 0);
    CHECK_STR(scratch_folder_read("other"), KEY "\n");
    end();
}

static void test_no_place(void)
{
    begin();
    CHECK_EQ(mkdir(scratch_folder_path("inspector.key"), 0700), 0);
    CHECK(open_with("") != OK);
    CHECK(detail[0] != '\0');
    end();
}

static void test_no_memory(void)
{
    for (unsigned long n = 1;; n++) {
        begin();
        unsigned long live = mem_live();
        mem_fail_at(n);
        enum err rc = open_with("");
        bool is_over = mem_sweep_is_over(n);
        CHECK(rc == OK || detail[0] != '\0');
        CHECK_EQ(mem_live(), live);
        end();
        if (is_over)
            break;
    }
}

/* --- what a request brings --- */

static bool has_cookie(const char *first, const char *second)
{
    struct http_head head;

    http_head_init_request(&head, SPAN("GET"), SPAN("/"));
    CHECK_EQ(http_head_add(&head, SPAN("Cookie"), span_text(first)), OK);
    if (second)
        CHECK_EQ(http_head_add(&head, SPAN("cookie"), span_text(second)), OK);
    return inspector_session_has_cookie(&session, &head);
}

static void test_cookies(void)
{
    char text[200];

    begin();
    CHECK_EQ(open_with(""), OK);
    inspector_session_set_port(&session, 4650);
    (void)snprintf(text, sizeof text, "hookline-4650=%s", session.cookie);
    CHECK(has_cookie(text, NULL));
    CHECK(has_cookie("a=b", text));
    (void)snprintf(text, sizeof text, "a=b; hookline-4650=%s; hookline-4649=x", session.cookie);
    CHECK(has_cookie(text, NULL));
    (void)snprintf(text, sizeof text, "a=b;hookline-4650=%s", session.cookie);
    CHECK(has_cookie(text, NULL));
    /* set by a page on another port */
    (void)snprintf(text, sizeof text, "hookline-4650=x; hookline-4650=; hookline-4650=%s",
                   session.cookie);
    CHECK(has_cookie(text, NULL));
    CHECK(!has_cookie("hookline-4650=x; hookline-4650=", NULL));
    (void)snprintf(text, sizeof text, "hookline-4649=%s", session.cookie);
    CHECK(!has_cookie(text, NULL));
    (void)snprintf(text, sizeof text, "Hookline-4650=%s", session.cookie);
    CHECK(!has_cookie(text, NULL));
    (void)snprintf(text, sizeof text, "hookline-4650=%sA", session.cookie);
    CHECK(!has_cookie(text, NULL));
    (void)snprintf(text, sizeof text, "hookline-4650=\"%s\"", session.cookie);
    CHECK(!has_cookie(text, NULL));
    (void)snprintf(text, sizeof text, "x-hookline-4650=%s", session.cookie);
    CHECK(!has_cookie(text, NULL));
    CHECK(!has_cookie("hookline-4650=", NULL));
    CHECK(!has_cookie("hookline-4650", NULL));
    CHECK(!has_cookie(";;;=;==", NULL));
    CHECK(!has_cookie("", NULL));
    inspector_session_set_cookie(&session, text);
    CHECK(strstr(text, "; HttpOnly; SameSite=Strict; Path=/") != NULL);
    CHECK(!strstr(text, session.key));
    end();
}

/* --- passwords --- */

static void test_passwords(void)
{
    begin();
    CHECK_EQ(open_with("sesame"), OK);
    CHECK_EQ(inspector_session_try(&session, SPAN("sesame"), 0), OK);
    CHECK_EQ(inspector_session_try(&session, SPAN("Sesame"), 0), ERR_DENIED);
    CHECK_EQ(inspector_session_try(&session, SPAN("sesame "), 0), ERR_DENIED);
    CHECK_EQ(inspector_session_try(&session, SPAN(""), 0), ERR_DENIED);
    CHECK(inspector_session_is_key(&session, span_text(session.key)));
    CHECK(!inspector_session_is_key(&session, SPAN("sesame")));
    CHECK(!inspector_session_is_key(&session, SPAN("")));
    end();
    begin();
    CHECK_EQ(open_with(""), OK); /* none: the empty one is not it */
    CHECK_EQ(inspector_session_try(&session, SPAN(""), 0), ERR_DENIED);
    end();
}

/* Five wrong ones in a minute, not six; the right one has to wait as well. */
static void test_guessing(void)
{
    begin();
    CHECK_EQ(open_with("sesame"), OK);
    for (uint64_t i = 0; i < INSPECTOR_SESSION_TRIES; i++)
        CHECK_EQ(inspector_session_try(&session, SPAN("guess"), i * 1000), ERR_DENIED);
    CHECK_EQ(inspector_session_try(&session, SPAN("guess"), 5000), ERR_BUSY);
    CHECK_EQ(inspector_session_try(&session, SPAN("sesame"), 5000), ERR_BUSY);
    CHECK_EQ(inspector_session_try(&session, SPAN("sesame"), 59999), ERR_BUSY);
    CHECK_EQ(inspector_session_try(&session, SPAN("guess"), 60000), ERR_DENIED);
    CHECK_EQ(inspector_session_try(&session, SPAN("sesame"), 60000), ERR_BUSY);
    CHECK_EQ(inspector_session_try(&session, SPAN("sesame"), 61000), OK);
    CHECK_EQ(inspector_session_try(&session, SPAN("sesame"), 61000), OK); /* costs nothing */
    end();
}

CHECK_MAIN(TEST(test_a_new_key), TEST(test_a_key_that_is_no_good), TEST(test_a_symbolic_link),
           TEST(test_no_place), TEST(test_no_memory), TEST(test_cookies), TEST(test_passwords),
           TEST(test_guessing))

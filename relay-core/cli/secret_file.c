#include "cli/secret_file.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_END_MAX 2u

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

const char *secret_file_problem(struct span secret)
{
    if (secret.len == 0)
        return "is empty";
    if (secret.len > SECRET_FILE_MAX)
        return "is longer than 4096 bytes; a secret is one short line";
    if (is_space(secret.ptr[0]) || is_space(secret.ptr[secret.len - 1]))
        return "begins or ends with white space; remove it (printf %s SECRET > FILE adds none)";
    for (size_t i = 0; i < secret.len; i++) {
        if (secret.ptr[i] == '\n')
            return "has several lines; put one secret into one file";
        if ((unsigned char)secret.ptr[i] < 0x20 || secret.ptr[i] == 0x7F)
            return "holds a control character; is it the right one?";
    }
    return NULL;
}

static struct span without_line_end(struct span s)
{
    if (s.len > 0 && s.ptr[s.len - 1] == '\n')
        s.len--;
    if (s.len > 0 && s.ptr[s.len - 1] == '\r')
        s.len--;
    return s;
}

/* What was read is in out->text. */
static enum err accept(const char *name, struct secret_file *out,
                       char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    struct span secret = without_line_end(span_of(out->text, out->len));
    const char *problem = secret_file_problem(secret);
    char shown[128];

    if (problem) {
        (void)snprintf(detail, PRIVATE_FILE_DETAIL_SIZE, "%s: the secret %s",
                       text_escape(shown, sizeof shown, span_text(name)), problem);
        secret_file_wipe(out);
        return ERR_SYNTAX;
    }
    out->len = secret.len;
    out->text[secret.len] = '\0';
    return OK;
}

/* At once, because growing would leave pieces of the secret in freed memory. */
static enum err reserve_all(struct bytes *content, char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    uint8_t *unused;
    enum err e = bytes_reserve(content, content->max, &unused);

    if (e)
        (void)snprintf(detail, PRIVATE_FILE_DETAIL_SIZE, "%s", err_text(e));
    return e;
}

enum err secret_file_read(const char *path, struct secret_file *out,
                          char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    struct bytes content;
    enum err e;

    memset(out, 0, sizeof *out);
    bytes_init(&content, SECRET_FILE_MAX + LINE_END_MAX);
    e = reserve_all(&content, detail);
    if (!e)
        e = private_file_read(path, &content, detail);
    if (!e) {
        out->len = bytes_len(&content);
        memcpy(out->text, bytes_peek(&content), out->len);
        e = accept(path, out, detail);
    }
    if (content.base)
        mem_wipe(content.base, content.cap);
    bytes_fini(&content);
    return e;
}

static enum err read_until(int fd, bool line, const char *name, struct secret_file *out,
                           char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    bool ended = false;
    ssize_t n;

    memset(out, 0, sizeof *out);
    do {
        n = read(fd, out->text + out->len, sizeof out->text - out->len);
        if (n > 0)
            out->len += (size_t)n;
        ended = line && out->len > 0 && out->text[out->len - 1] == '\n';
    } while ((n > 0 && !ended && out->len < sizeof out->text) || (n < 0 && errno == EINTR));
    if (n >= 0)
        return accept(name, out, detail);
    (void)snprintf(detail, PRIVATE_FILE_DETAIL_SIZE, "%s: %s", name, strerror(errno));
    secret_file_wipe(out);
    return ERR_IO;
}

enum err secret_file_read_fd(int fd, const char *name, struct secret_file *out,
                             char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    return read_until(fd, false, name, out, detail);
}

enum err secret_file_read_line(int fd, const char *name, struct secret_file *out,
                               char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    return read_until(fd, true, name, out, detail);
}

void secret_file_wipe(struct secret_file *s)
{
    mem_wipe(s, sizeof *s);
}

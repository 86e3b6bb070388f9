#include "cli/settings/settings_impl.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/settings/suggest.h"
#include "codec/json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SHOWN 160u
#define NAME_SHOWN 64u
#define PLACE_SIZE 256u

struct file {
    struct settings *s;
    char path[PATH_SHOWN]; /* escaped, for messages */
    size_t size;
    bool is_private;
};

/* One member of the file. */
struct entry {
    const char *name;
    char place[PLACE_SIZE]; /* PATH: "NAME" */
    const struct json_value *value;
};

/* --- one value --- */

static const char *wanted_kind(const struct setting *row)
{
    switch (row->type) {
    case SETTING_BOOL:
        return "true or false";
    case SETTING_INTEGER:
        return "a whole number";
    case SETTING_SIZE:
    case SETTING_DURATION:
    case SETTING_TEXT:
    case SETTING_PATH:
    case SETTING_SECRET:
        return "a text in quotes";
    case SETTING_LIST:
        return "a list of texts in quotes";
    }
    return "?";
}

/* The value as one would write it for a flag; NULL when its kind does not fit. */
static const char *as_text(const struct setting *row, const struct json_value *v, char buf[32])
{
    int64_t number;
    bool truth;

    if (json_string(v))
        return json_string(v);
    if (row->type == SETTING_BOOL && json_bool(v, &truth))
        return truth ? "true" : "false";
    if ((row->type != SETTING_INTEGER && row->type != SETTING_SIZE &&
         row->type != SETTING_DURATION) ||
        !json_i64(v, &number))
        return NULL;
    (void)snprintf(buf, 32, "%" PRId64, number);
    return buf;
}

static void give_one(struct file *f, const struct setting *row, const struct entry *entry,
                     const struct json_value *v)
{
    char buf[32];
    const char *text = as_text(row, v, buf);

    if (text)
        settings_give(f->s, row, (struct settings_place){SETTINGS_FILE, entry->place},
                      span_text(text));
    else
        settings_problem(f->s, "%s: must be %s", entry->place, wanted_kind(row));
}

static void give_value(struct file *f, const struct setting *row, const struct entry *entry)
{
    if (json_kind(entry->value) != JSON_ARRAY || !settings_value_is_list(row)) {
        give_one(f, row, entry, entry->value);
        return;
    }
    for (const struct json_value *v = json_first(entry->value); v; v = json_next(v))
        give_one(f, row, entry, v);
}

static void give_secret_file(struct file *f, const struct setting *row,
                             const struct entry *entry)
{
    struct settings_place from = {SETTINGS_FILE, entry->place};
    const char *path = json_string(entry->value);
    const struct json_value *v = NULL;

    if (json_kind(entry->value) == JSON_ARRAY && settings_value_is_list(row))
        v = json_first(entry->value);
    else if (path)
        settings_give_file(f->s, row, from, path);
    else
        settings_problem(f->s, "%s: must be a text in quotes", entry->place);
    for (; v; v = json_next(v)) {
        if (json_string(v))
            settings_give_file(f->s, row, from, json_string(v));
        else
            settings_problem(f->s, "%s: must be a list of texts in quotes", entry->place);
    }
}

/* --- one member --- */

static bool is_possible(const struct setting *row)
{
    return row && !(row->flags & (SETTING_FLAG_ONLY | SETTING_POSITIONAL)) &&
           strcmp(row->key, SETTINGS_CONFIG_KEY) != 0;
}

static bool is_secret_file_name(const struct settings *s, struct span name)
{
    const struct setting *row;

    if (!span_ends(name, SPAN("-file")))
        return false;
    row = settings_find_anywhere(s, span_slice(name, 0, name.len - 5));
    return row && row->type == SETTING_SECRET;
}

static void refuse_unknown(struct file *f, const struct entry *entry)
{
    const struct settings *s = f->s;
    struct suggest near;

    suggest_init(&near, span_text(entry->name));
    for (size_t i = 0; i < s->in.table_len; i++)
        if (is_possible(&s->in.table[i]))
            suggest_offer(&near, s->in.table[i].key);
    settings_problem(f->s, "%s: there is no such setting%s%s%s", entry->place,
                     near.best ? "; did you mean \"" : "", near.best ? near.best : "",
                     near.best ? "\"?" : "");
}

/* Settings of other commands are left to them. */
static void read_entry(struct file *f, const struct entry *entry)
{
    struct span name = span_text(entry->name);
    const struct setting *row = settings_find(f->s, name);

    if (json_kind(entry->value) == JSON_NULL)
        return;
    if (!is_possible(row)) {
        row = settings_find_secret_file(f->s, name);
        if (row)
            give_secret_file(f, row, entry);
        else if (!is_possible(settings_find_anywhere(f->s, name)) &&
                 !is_secret_file_name(f->s, name))
            refuse_unknown(f, entry);
    } else if (row->type == SETTING_SECRET && !f->is_private) {
        settings_problem(f->s, "%s: other users may read this secret: chmod 600 %s",
                         entry->place, f->path);
    } else {
        give_value(f, row, entry);
    }
}

static bool is_repeated(const struct json_value *root, const struct json_value *v)
{
    return json_member(root, json_name(v)) != v;
}

static void read_members(struct file *f, const struct json_value *root)
{
    char name[NAME_SHOWN];
    struct entry entry;

    if (json_kind(root) != JSON_OBJECT) {
        settings_problem(f->s, "%s: must be a JSON object: {\"key\": value, ...}", f->path);
        return;
    }
    for (const struct json_value *v = json_first(root); v; v = json_next(v)) {
        entry = (struct entry){.name = json_name(v), .value = v};
        (void)snprintf(entry.place, sizeof entry.place, "%s: \"%s\"", f->path,
                       text_escape(name, sizeof name, span_text(entry.name)));
        if (is_repeated(root, v))
            settings_problem(f->s, "%s: is there twice", entry.place);
        else
            read_entry(f, &entry);
    }
}

/* --- the file --- */

static void read_text(struct file *f, struct span text)
{
    struct json_doc doc;
    enum err e = json_parse(&doc, text, SETTINGS_FILE_MAX);

    if (e == ERR_NOMEM)
        f->s->nomem = true;
    else if (e)
        settings_problem(f->s, "%s: is not JSON: %s", f->path, doc.detail);
    else
        read_members(f, json_root(&doc));
    json_fini(&doc);
}

/* Reads the whole file; false and a problem when that fails. */
static bool slurp(struct file *f, int fd, struct bytes *out)
{
    uint8_t *room = NULL;
    enum err e = bytes_reserve(out, f->size + 4096, &room);
    ssize_t n = 1;

    /* All at once, because growing would leave pieces of secrets in freed memory. */
    while (!e && n != 0) {
        e = bytes_reserve(out, 4096, &room);
        n = e ? 0 : read(fd, room, 4096);
        if (n > 0)
            bytes_added(out, (size_t)n);
        else if (n < 0 && errno != EINTR)
            e = ERR_IO;
    }
    if (e == ERR_NOMEM)
        f->s->nomem = true;
    else if (e)
        settings_problem(f->s, "%s: %s", f->path,
                         e == ERR_LIMIT ? "is larger than 1 MiB" : strerror(errno));
    return !e;
}

static bool check_mode(struct file *f, int fd)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        settings_problem(f->s, "%s: is not a regular file", f->path);
        return false;
    }
    if (st.st_mode & S_IWOTH) {
        settings_problem(f->s, "%s: everybody may change it: chmod o-w %s", f->path, f->path);
        return false;
    }
    f->size = (size_t)st.st_size;
    f->is_private = (st.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    return true;
}

static void read_fd(struct file *f, int fd)
{
    struct bytes text;

    bytes_init(&text, SETTINGS_FILE_MAX + 4096);
    if (check_mode(f, fd) && slurp(f, fd, &text))
        read_text(f, bytes_span(&text));
    if (text.base)
        mem_wipe(text.base, text.cap);
    bytes_fini(&text);
}

/* After open failed. */
static bool may_be_missing(const struct settings *s, bool named)
{
    if (named)
        return s->in.makes_config && errno == ENOENT;
    return errno == ENOENT || errno == ENOTDIR;
}

void settings_file_read(struct settings *s)
{
    const struct setting *row = settings_find(s, SPAN(SETTINGS_CONFIG_KEY));
    const char *named = row && settings_has(s, row) ? settings_text(s, row->key) : NULL;
    const char *path = named ? named : s->in.config_file;
    struct file f = {.s = s};
    int fd;

    if (!path)
        return;
    (void)text_escape(f.path, sizeof f.path, span_text(path));
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0) {
        read_fd(&f, fd);
        (void)close(fd);
    } else if (!may_be_missing(s, named != NULL)) {
        settings_problem(s, "%s: %s", f.path, strerror(errno));
    }
}

/* 1. the word at the cursor is found, and in it the key and the value that it stands in
 * 2. without a key: keys, then flags, that begin with what stands before the cursor; then
 *    those that have it elsewhere
 * 3. with one: what the journal has, in the same two steps, the most frequent first; then
 *    the key's own words
 *
 * What can go wrong: a text that is no query (no suggestions), memory, the journal's reader. */
#include "relay-client/journal/query/query_suggest.h"

#include "base/container.h"
#include "codec/fold.h"
#include "relay-client/journal/journal_reader_impl.h"
#include "relay-client/journal/query/query_key_table.h"
#include "relay-client/journal/query/query_match.h"
#include "relay-client/journal/query/query_word.h"

#include <stdio.h>

#define NAME_MAX_LEN 32u

struct suggester {
    struct journal_reader *reader;
    struct span source;
    struct query_text text;
    bool has_key;                /* a word and a colon in front */
    const struct query_key *key; /* NULL: there is no such key */
    size_t from, to;             /* what is replaced, places in text.chars */
    struct span typed;           /* before the cursor, without quotes */
    char typed_chars[JOURNAL_QUERY_MAX];
    bool (*each)(void *owner, const struct query_suggestion *s);
    void *owner;
    size_t told;
    bool has_enough;
    char counted[QUERY_SUGGEST_COUNTS][NAME_MAX_LEN]; /* what was told of the journal */
    size_t counted_len;
};

/* ---- where the cursor is ---- */

static bool is_border(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '(' || c == ')';
}

/* The place in text.chars of a byte of the source. */
static size_t place_of(const struct query_text *t, size_t byte)
{
    size_t i = 0;

    while (i < t->len && t->at[i] < byte)
        i++;
    return i;
}

/* The word that the cursor stands in or behind; a quote that is open takes the rest. */
static struct span word_at(const struct suggester *s, size_t cursor, size_t *from)
{
    struct span chars = span_of(s->text.chars, s->text.len);
    size_t at = 0, end = 0, wrong;

    while (at < cursor) {
        if (is_border(chars.ptr[at])) {
            at++;
            continue;
        }
        if (query_word_end(chars, at, &end, &wrong))
            end = chars.len;
        if (end >= cursor)
            break;
        at = end;
    }
    *from = at;
    if (at >= cursor && (at >= chars.len || is_border(chars.ptr[at])))
        return span_of(chars.ptr + at, 0);
    if (query_word_end(chars, at, &end, &wrong))
        end = chars.len;
    return span_of(chars.ptr + at, end - at);
}

/* The one between commas; `values` stands at s->from. */
static void find_value(struct suggester *s, struct span values, size_t cursor)
{
    for (;;) {
        size_t comma = query_word_find(values, SPAN(","));

        if (comma == values.len || s->from + comma >= cursor) {
            s->to = s->from + comma;
            return;
        }
        s->from += comma + 1;
        values = span_of(values.ptr + comma + 1, values.len - comma - 1);
    }
}

static void find_place(struct suggester *s, size_t cursor)
{
    struct span word = word_at(s, cursor, &s->from);
    bool is_negated = word.len > 0 && word.ptr[0] == '-' && cursor > s->from;

    s->to = s->from + word.len;
    s->from += is_negated;
    word = span_of(word.ptr + is_negated, word.len - is_negated);
    size_t colon = query_word_find(word, SPAN(":"));
    s->has_key = colon < word.len && s->from + colon < cursor;
    if (s->has_key) {
        s->key = query_key_find(span_slice(word, 0, colon));
        s->from += colon + 1;
        find_value(s, span_of(word.ptr + colon + 1, word.len - colon - 1), cursor);
    }
    s->typed = query_word_text(
        span_of(s->text.chars + s->from, cursor > s->from ? cursor - s->from : 0),
        s->typed_chars);
}

/* ---- telling ---- */

static bool begins(struct span text, struct span typed)
{
    return text.len >= typed.len && span_is_nocase(span_slice(text, 0, typed.len), typed);
}

/* ... elsewhere: what begins so was told in the step before. */
static bool has(struct span text, struct span typed)
{
    if (begins(text, typed))
        return false;
    for (size_t at = 1; at + typed.len <= text.len; at++)
        if (begins(span_slice(text, at, text.len), typed))
            return true;
    return false;
}

static void tell(struct suggester *s, struct query_suggestion *found)
{
    if (s->has_enough)
        return;
    found->from = query_text_units(s->source, s->text.at[s->from]);
    found->to = query_text_units(s->source, s->text.at[s->to]);
    s->has_enough = !s->each(s->owner, found) || ++s->told == QUERY_SUGGEST_MAX;
}

/* ---- keys and flags ---- */

static void tell_key(struct suggester *s, const char *name, bool at_begin)
{
    char insert[NAME_MAX_LEN];
    struct query_suggestion found = {.kind = "key", .name = name};
    struct span all = span_text(name);

    if (!(at_begin ? begins(all, s->typed) : has(all, s->typed)))
        return;
    found.insert = span_of(insert, (size_t)snprintf(insert, sizeof(insert), "%.30s:", name));
    tell(s, &found);
}

static void tell_flag(struct suggester *s, const char *name, bool at_begin)
{
    struct query_suggestion found = {.insert = span_text(name), .kind = "flag", .name = name};

    if (at_begin ? begins(found.insert, s->typed) : has(found.insert, s->typed))
        tell(s, &found);
}

static void tell_names(struct suggester *s, bool at_begin)
{
    const struct query_key *flags = query_key_find(SPAN("is"));
    const char *flag;

    for (size_t i = 0; i < query_key_table_len; i++)
        tell_key(s, query_key_table[i].name, at_begin);
    for (size_t i = 0; (flag = query_key_word_at(flags, i)); i++)
        tell_flag(s, flag, at_begin);
}

/* ---- values ---- */

/* Quotes around what would not be one value without them. */
static struct span quoted(struct span value, char *out, size_t size)
{
    size_t len = 0;
    bool is_plain = true;

    for (size_t i = 0; i < value.len; i++)
        is_plain &= !is_border(value.ptr[i]) && !strchr("\",*\\", value.ptr[i]);
    if (is_plain || value.len * 2 + 2 > size)
        return value;
    out[len++] = '"';
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"' || value.ptr[i] == '\\')
            out[len++] = '\\';
        out[len++] = value.ptr[i];
    }
    out[len++] = '"';
    return span_of(out, len);
}

/* A word of the key that the journal has not got. */
static void tell_word(struct suggester *s, const char *word)
{
    bool is_flag = s->key->form == QUERY_FLAG;
    struct query_suggestion found = {.insert = span_text(word),
                                     .kind = is_flag ? "flag" : "value",
                                     .name = is_flag ? word : NULL};

    for (size_t i = 0; i < s->counted_len; i++)
        if (strcmp(word, s->counted[i]) == 0)
            return;
    tell(s, &found);
}

static void tell_count(struct suggester *s, struct span value, uint64_t count)
{
    char room[1024];
    struct query_suggestion found = {.insert = quoted(value, room, sizeof(room)),
                                     .kind = "value",
                                     .has_count = true,
                                     .count = count};

    if (s->counted_len < QUERY_SUGGEST_COUNTS)
        (void)snprintf(s->counted[s->counted_len++], NAME_MAX_LEN, "%.*s",
                       (int)(value.len < NAME_MAX_LEN ? value.len : 0), value.ptr);
    tell(s, &found);
}

/* Of events, all that an index has; of the rest, the newest. */
#define RECENT "LIMIT 10000"
_Static_assert(QUERY_SUGGEST_RECENT == 10000, "SQL says it literally");
#define IS_THERE(id) " " id " NOT IN (SELECT exchange FROM deletion)"
#define OF_EVENTS(column, condition)                                                           \
    "SELECT " column " AS value, count(*) AS number FROM event WHERE " condition               \
    " AND" IS_THERE("id / 128") " GROUP BY " column
#define OF_CHATS(type)                                                                         \
    "SELECT value, number FROM (" OF_EVENTS(                                                   \
        "source_id", "source_id <> ''") ") WHERE"                                              \
                                        " (SELECT source_type FROM event WHERE source_id = "   \
                                        "value LIMIT 1) = '" type "'"
#define OF_NEWEST(value, table, id)                                                            \
    "SELECT value, count(*) AS number FROM (SELECT " value " AS value FROM " table             \
    " WHERE" IS_THERE(id) " ORDER BY " id " DESC " RECENT ") WHERE value <> '' GROUP BY value"

/* What the journal has of a key: values, and how often. */
static const char *values_of(const struct query_key *key)
{
    static const struct {
        const char *key, *sql;
    } all[] = {
        {"type", OF_EVENTS("type", "type <> ''") " UNION ALL " OF_EVENTS(
                     "message_type", "type = 'message' AND message_type <> '' AND type <> ''")},
        {"user",
         "SELECT value, sum(number) AS number FROM (" OF_CHATS("user") " UNION ALL " OF_EVENTS(
             "user_id", "user_id <> source_id AND user_id <> ''") ") GROUP BY value"},
        {"group", OF_CHATS("group")},
        {"room", OF_CHATS("room")},
        {"path",
         OF_NEWEST("substr(target, 1, instr(target || '?', '?') - 1)", "exchange", "id")},
        {"method", OF_NEWEST("method", "exchange", "id")},
        {"tunnel", OF_NEWEST("tunnel", "exchange", "id")},
        {"secret", OF_NEWEST("secret_label", "answer", "exchange")},
        {"api", "SELECT value, count(*) AS number FROM (SELECT operation AS value FROM call"
                "  WHERE" IS_THERE("exchange") " AND exchange <> 0 ORDER BY id DESC " RECENT
                                               ") WHERE value <> '' GROUP BY value"},
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (strcmp(all[i].key, key->name) == 0)
            return all[i].sql;
    return NULL;
}

static enum err prepare_counts(struct suggester *s, const char *values, struct statement *out)
{
    struct bytes sql;
    enum err e;

    bytes_init(&sql, 4096);
    e = bytes_printf(&sql,
                     "SELECT value, number FROM (%s) WHERE is_like(value, ?1)"
                     " ORDER BY is_like(value, ?2) DESC, number DESC, value LIMIT %u",
                     values, QUERY_SUGGEST_COUNTS);
    if (!e)
        e = bytes_append(&sql, "", 1);
    if (!e)
        e = statement_init(out, s->reader->db, (const char *)bytes_peek(&sql));
    bytes_fini(&sql);
    return e;
}

/* What was typed, anywhere in a value. */
static enum err make_pattern(const struct suggester *s, struct bytes *out)
{
    enum err e = bytes_append_text(out, QUERY_MATCH_ANY);

    if (!e)
        e = fold_append(s->typed, out);
    return e ? e : bytes_append_text(out, QUERY_MATCH_ANY);
}

static enum err tell_counts(struct suggester *s, struct statement *counts, struct span pattern)
{
    bool has_row = true;
    enum err e = OK;

    statement_bind_text(counts, 1, pattern);
    statement_bind_text(counts, 2, span_slice(pattern, 1, pattern.len)); /* at its beginning */
    while (!e && !s->has_enough) {
        e = statement_step(counts, &has_row);
        if (e || !has_row)
            return e;
        tell_count(s, statement_span(counts, 0), statement_u64(counts, 1));
    }
    return e;
}

static enum err tell_journal(struct suggester *s, const char *values)
{
    struct statement counts = {0};
    struct bytes pattern;

    bytes_init(&pattern, JOURNAL_QUERY_MAX * 20u);
    enum err e = make_pattern(s, &pattern);
    if (!e)
        e = prepare_counts(s, values, &counts);
    if (!e)
        e = tell_counts(s, &counts, bytes_span(&pattern));
    statement_fini(&counts);
    bytes_fini(&pattern);
    return e;
}

static void tell_words(struct suggester *s, bool at_begin)
{
    const char *word;

    for (size_t i = 0; (word = query_key_word_at(s->key, i)); i++) {
        struct span all = span_text(word);

        if (at_begin ? begins(all, s->typed) : has(all, s->typed))
            tell_word(s, word);
    }
}

enum err query_suggest(struct journal_reader *r, struct span text, size_t at,
                       bool (*each)(void *owner, const struct query_suggestion *s), void *owner)
{
    struct suggester s = {.reader = r, .source = text, .each = each, .owner = owner};
    size_t wrong;
    enum err e = query_text_read(text, &s.text, &wrong);
    const char *values;

    if (e)
        return OK; /* no query, however it goes on */
    find_place(&s, place_of(&s.text, query_text_offset(text, at)));
    if (!s.has_key) {
        tell_names(&s, true);
        tell_names(&s, false);
    }
    if (!s.key)
        return OK;
    values = values_of(s.key);
    if (values)
        e = tell_journal(&s, values);
    tell_words(&s, true);
    tell_words(&s, false);
    return e;
}

#include "relay-client/journal/query/query_value.h"

#include "cli/settings/suggest.h"
#include "codec/fold.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/query/query_match.h"
#include "relay-client/journal/query/query_number.h"
#include "relay-client/journal/query/query_time.h"

#include <stdio.h>

#define LINE_ID_LEN 33u /* "U" and 32 hexadecimal digits */

enum err query_value_refuse(const struct query_maker *m, const char *code, const char *hint)
{
    m->error->code = code;
    (void)snprintf(m->error->hint, sizeof(m->error->hint), "%s", hint);
    return ERR_SYNTAX;
}

/* ---- parameters ---- */

void query_value_number(struct query_leaf *leaf, uint64_t number)
{
    leaf->params[leaf->params_len++] = (struct query_param){.number = number};
}

static void add_text(const struct query_maker *m, struct query_leaf *leaf, size_t at)
{
    leaf->params[leaf->params_len++] =
        (struct query_param){.is_text = true, .at = at, .len = bytes_len(m->values) - at};
}

enum err query_value_text(const struct query_maker *m, struct query_leaf *leaf,
                          struct span text, struct span behind)
{
    size_t at = bytes_len(m->values);
    enum err e = bytes_append_span(m->values, text);

    if (!e)
        e = bytes_append_span(m->values, behind);
    if (!e)
        add_text(m, leaf, at);
    return e;
}

static enum err add_folded(const struct query_maker *m, struct query_leaf *leaf,
                           struct span text)
{
    size_t at = bytes_len(m->values);
    enum err e = fold_append(text, m->values);

    if (e)
        return e;
    if (bytes_len(m->values) == at) /* nothing but what nobody sees */
        return query_value_refuse(m, "empty_value", "");
    add_text(m, leaf, at);
    return OK;
}

static enum err add_any(const struct query_maker *m)
{
    return bytes_append_text(m->values, QUERY_MATCH_ANY);
}

/* Piece for piece: a star is no text that could be folded. */
static enum err add_stars(const struct query_maker *m, struct span text)
{
    enum err e = OK;

    for (size_t at = 0; !e && at < text.len;) {
        struct span piece = span_slice(text, at, text.len);

        piece.len = span_find(piece, '*');
        e = fold_append(piece, m->values);
        at += piece.len;
        if (!e && at < text.len) {
            e = add_any(m);
            at++;
        }
    }
    return e;
}

/* With `is_part` it may begin and end anywhere, unless there is a star. */
static enum err add_pattern(const struct query_maker *m, const struct query_value *v,
                            bool is_part, struct query_leaf *leaf)
{
    bool has_star = v->is_plain && span_find(v->text, '*') < v->text.len;
    size_t at = bytes_len(m->values);
    enum err e = is_part && !has_star ? add_any(m) : OK;

    if (!e)
        e = v->is_plain ? add_stars(m, v->text) : fold_append(v->text, m->values);
    if (!e && is_part && !has_star)
        e = add_any(m);
    if (!e)
        add_text(m, leaf, at);
    return e;
}

/* ---- words ---- */

static enum err refuse_word(const struct query_maker *m, const struct query_key *key,
                            struct span text)
{
    struct suggest near;
    const char *word;

    suggest_init(&near, text);
    for (size_t i = 0; (word = query_key_word_at(key, i)); i++)
        suggest_offer(&near, word);
    return query_value_refuse(m, "unknown_value", near.best ? near.best : "");
}

static enum err make_word(const struct query_maker *m, const struct query_key *key,
                          const struct query_value *v, struct query_leaf *leaf)
{
    const struct query_word *word = query_key_word(key, v->text);

    if (!word)
        return refuse_word(m, key, v->text);
    if (!word->condition.sql && !word->condition.event_sql) {
        query_value_number(leaf, word->number);
        return OK;
    }
    leaf->condition = word->condition;
    if (word->condition.tables & QUERY_EXCHANGE) /* of the exchange its time is asked for */
        query_value_number(leaf, m->now_ms);
    return OK;
}

static enum err make_flag(const struct query_maker *m, const struct query_key *key,
                          const struct query_value *v, struct query_leaf *leaf)
{
    for (unsigned bit = 0; bit < JOURNAL_FLAGS; bit++) {
        const char *code = journal_insight_flag_code(bit);

        if (!code || !span_is_nocase(v->text, span_text(code)))
            continue;
        query_value_number(leaf, UINT64_C(1) << bit);
        return OK;
    }
    return refuse_word(m, key, v->text);
}

static enum err make_finding(const struct query_maker *m, struct span text,
                             struct query_leaf *leaf)
{
    const struct query_key *key = query_key_find(SPAN("finding"));

    for (unsigned i = 0; i < JOURNAL_FINDINGS; i++) {
        const char *code = journal_insight_finding_code((enum journal_finding)i);

        if (!span_is_nocase(text, span_text(code)))
            continue;
        leaf->condition = key->condition;
        query_value_number(leaf, UINT64_C(1) << i);
        return OK;
    }
    return refuse_word(m, key, text);
}

static enum err make_has(const struct query_maker *m, const struct query_key *key,
                         const struct query_value *v, struct query_leaf *leaf)
{
    static const struct span prefix = {"finding:", 8};

    if (v->text.len > prefix.len && span_is_nocase(span_slice(v->text, 0, prefix.len), prefix))
        return make_finding(m, span_slice(v->text, prefix.len, v->text.len), leaf);
    return make_word(m, key, v, leaf);
}

/* As LINE writes it, if it is known. */
static struct span spelled(const struct query_key *key, struct span text)
{
    const struct query_word *word = query_key_word(key, text);

    return word ? span_text(word->name) : text;
}

/* "message.image" is a type and a kind. */
static enum err make_type(const struct query_maker *m, const struct query_key *key,
                          const struct query_value *v, struct query_leaf *leaf)
{
    size_t dot = span_find(v->text, '.');
    struct span kind = span_slice(v->text, dot + 1, v->text.len);

    if (dot == 0 || dot + 1 == v->text.len)
        return refuse_word(m, key, v->text);
    struct span type = spelled(key, span_slice(v->text, 0, dot));
    enum err e = query_value_text(m, leaf, type, SPAN(""));
    if (e || kind.len == 0)
        return e;
    leaf->condition = key->whole;
    return query_value_text(m, leaf, spelled(key, kind), SPAN(""));
}

/* ---- ids and fields ---- */

static bool is_one_of(char c, struct span all)
{
    return span_find(all, c) < all.len;
}

static bool is_line_id(struct span text)
{
    if (text.len != LINE_ID_LEN || !is_one_of(text.ptr[0], SPAN("UCR")))
        return false;
    for (size_t i = 1; i < text.len; i++)
        if (!is_one_of(text.ptr[i], SPAN("0123456789abcdef")))
            return false;
    return true;
}

static enum err make_actor(const struct query_maker *m, const struct query_key *key,
                           const struct query_value *v, struct query_leaf *leaf)
{
    if (!is_line_id(v->text))
        return add_pattern(m, v, true, leaf);
    leaf->condition = key->whole;
    return query_value_text(m, leaf, v->text, SPAN(""));
}

/* From the text itself to whatever begins with it: ids are printable ASCII. */
static enum err make_begin(const struct query_maker *m, const struct query_value *v,
                           struct query_leaf *leaf)
{
    enum err e = query_value_text(m, leaf, v->text, SPAN(""));

    return e ? e : query_value_text(m, leaf, v->text, SPAN("\x7f"));
}

static enum err make_id(const struct query_maker *m, const struct query_key *key,
                        const struct query_value *v, struct query_leaf *leaf)
{
    uint64_t number;
    bool is_number = v->is_range || span_parse_u64(v->text, &number) ||
                     (v->is_plain && is_one_of(v->text.ptr[0], SPAN("<>")));

    if (is_number)
        return query_number_id(m, v, leaf);
    leaf->condition = key->whole;
    return make_begin(m, v, leaf);
}

static enum err make_name(const struct query_maker *m, const struct query_key *key,
                          const struct query_value *v, struct query_leaf *leaf)
{
    if (key->whole.sql && span_find(v->text, '?') < v->text.len)
        leaf->condition = key->whole;
    return add_pattern(m, v, false, leaf);
}

/* The longest piece without a space, of what was folded last. */
static struct query_param longest_word(const struct query_maker *m,
                                       const struct query_param *folded)
{
    struct span all = span_slice(bytes_span(m->values), folded->at, folded->at + folded->len);
    struct query_param found = {.is_text = true, .at = folded->at};

    for (size_t at = 0; at < all.len; at++) {
        size_t len = span_find(span_slice(all, at, all.len), ' ');

        if (len > found.len) {
            found.at = folded->at + at;
            found.len = len;
        }
        at += len;
    }
    return found;
}

static enum err make_said(const struct query_maker *m, const struct query_value *v,
                          struct query_leaf *leaf)
{
    enum err e = add_folded(m, leaf, v->text);

    if (e)
        return e;
    leaf->params[1] = longest_word(m, &leaf->params[0]);
    leaf->params_len = 2;
    return OK;
}

/* The name in front of "=" must be there. */
static enum err make_field(const struct query_maker *m, const struct query_value *v,
                           struct query_leaf *leaf)
{
    if (span_find(v->text, '=') == 0)
        return query_value_refuse(m, "empty_value", "user-agent=curl");
    return add_folded(m, leaf, v->text);
}

/* ---- all of them ---- */

bool query_value_takes_range(const struct query_key *key)
{
    switch (key->form) {
    case QUERY_STATUS:
    case QUERY_TOOK:
    case QUERY_NUMBER:
    case QUERY_SINCE:
    case QUERY_UNTIL:
    case QUERY_AT:
    case QUERY_ID:
        return true;
    case QUERY_WORDS:
    case QUERY_TYPE:
    case QUERY_PART:
    case QUERY_SAID:
    case QUERY_NAME:
    case QUERY_LIKE:
    case QUERY_ACTOR:
    case QUERY_BEGIN:
    case QUERY_FIELD:
    case QUERY_FLAG:
    case QUERY_FINDING:
    case QUERY_HAS:
        break;
    }
    return false;
}

static enum err make(const struct query_maker *m, const struct query_key *key,
                     const struct query_value *v, struct query_leaf *leaf)
{
    switch (key->form) {
    case QUERY_WORDS:
        return make_word(m, key, v, leaf);
    case QUERY_TYPE:
        return make_type(m, key, v, leaf);
    case QUERY_STATUS:
        return query_number_status(m, v, leaf);
    case QUERY_TOOK:
        return query_number_took(m, v, leaf);
    case QUERY_NUMBER:
        return query_number_one(m, v, leaf);
    case QUERY_SINCE:
        return query_time_since(m, v, leaf);
    case QUERY_UNTIL:
        return query_time_until(m, v, leaf);
    case QUERY_AT:
        return query_time_at(m, v, leaf);
    case QUERY_PART:
        return add_folded(m, leaf, v->text);
    case QUERY_SAID:
        return make_said(m, v, leaf);
    case QUERY_NAME:
        return make_name(m, key, v, leaf);
    case QUERY_LIKE:
        return add_pattern(m, v, true, leaf);
    case QUERY_ACTOR:
        return make_actor(m, key, v, leaf);
    case QUERY_ID:
        return make_id(m, key, v, leaf);
    case QUERY_BEGIN:
        return make_begin(m, v, leaf);
    case QUERY_FIELD:
        return make_field(m, v, leaf);
    case QUERY_FLAG:
        return make_flag(m, key, v, leaf);
    case QUERY_FINDING:
        return make_finding(m, v->text, leaf);
    case QUERY_HAS:
        return make_has(m, key, v, leaf);
    }
    return ERR_SYNTAX;
}

enum err query_value_make(const struct query_maker *m, const struct query_key *key,
                          const struct query_value *v, struct query_leaf *out)
{
    *out = (struct query_leaf){.condition = key->condition};
    if (v->text.len == 0 && !v->is_range)
        return query_value_refuse(m, "empty_value", "");
    return make(m, key, v, out);
}

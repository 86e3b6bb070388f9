#include "codec/signature/signature_diagnosis.h"

#include "base/container.h"
#include "base/hex.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "codec/signature/signature_guess.h"
#include "codec/signature/signature_rewrite.h"

#include <stdarg.h>
#include <stdio.h>

#define LABEL_SIZE         64u
#define BOT_ID_LEN         33u
#define CHANNEL_SECRET     32u /* hexadecimal digits */
#define TOKEN_LEN_AT_LEAST 64u /* channel access tokens have well over a hundred */

struct diagnosis {
    const struct signature_case *c;
    const struct signature_provider *provider;
    size_t spent;      /* of WORK_MAX */
    bool is_cut_short; /* not every rewrite was tried */
    bool has_tried;    /* the present step does apply */
    char *out;
    size_t size;
};

/* For the conclusion of each cause: it is the answer, so true. */
__attribute__((format(printf, 2, 3))) static bool say(struct diagnosis *d, const char *format,
                                                      ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(d->out, d->size, format, args);
    va_end(args);
    return true;
}

static const char *label_of(const struct signature_secret *s, char buf[static LABEL_SIZE])
{
    return text_escape(buf, LABEL_SIZE, span_text(s->label ? s->label : s->provider->name));
}

static bool is_ours(const struct diagnosis *d, const struct signature_secret *s)
{
    return s->provider == d->provider && s->secret.len > 0;
}

/* Every try pays for its bytes, so that a mismatch never stops the loop for long. */
static bool may_spend(struct diagnosis *d, size_t bytes)
{
    if (bytes > SIGNATURE_DIAGNOSIS_WORK_MAX - d->spent) {
        d->is_cut_short = true;
        return false;
    }
    d->spent += bytes;
    d->has_tried = true;
    return true;
}

static void tried(struct diagnosis *d, const struct signature_cause *cause, bool fits)
{
    signature_trace_try(d->c->trace, cause->name, fits);
    if (fits)
        d->c->trace->cause = cause;
}

/* A secret that is configured for another provider. */
static bool found_other_secret(struct diagnosis *d)
{
    char label[LABEL_SIZE];

    for (size_t i = 0; i < d->c->secrets_len; i++) {
        struct signature_secret s = d->c->secrets[i];
        const char *title = s.provider->title;

        size_t which;

        if (is_ours(d, &s) || !may_spend(d, d->c->body.len))
            continue;
        s.provider = d->provider;
        if (signature_attempt_fits_any(d->c->attempt, d->c->body, &s, 1, &which))
            return say(d,
                       "The signature fits %s, which is configured as a secret of %s. "
                       "Configure it for %s too.",
                       label_of(&s, label), title, d->provider->title);
    }
    return false;
}

static bool has_digest_of(struct diagnosis *d, struct span first, struct span second)
{
    const struct span parts[] = {first, second};
    uint8_t digest[DIGEST_SHA256_LEN];

    if (!may_spend(d, first.len + second.len))
        return false;
    digest_hash_parts(DIGEST_SHA256, parts, 2, digest);
    bool has = signature_attempt_has(d->c->attempt, digest);
    mem_wipe(digest, sizeof(digest));
    return has;
}

static bool found_plain_digest(struct diagnosis *d)
{
    struct span body = d->c->body;

    if (has_digest_of(d, body, (struct span){0}))
        return say(d,
                   "The signature is a plain SHA-256 of the body, without any secret. %s "
                   "signs with HMAC-SHA256, keyed with the %s.",
                   d->provider->title, d->provider->secret_name);
    for (size_t i = 0; i < d->c->secrets_len; i++) {
        struct span secret = d->c->secrets[i].secret;

        if (has_digest_of(d, secret, body) || has_digest_of(d, body, secret))
            return say(d,
                       "The signature is a plain SHA-256 of secret and body put together. "
                       "%s signs with HMAC-SHA256 (RFC 2104), which is something else.",
                       d->provider->title);
    }
    return false;
}

/* Signed without the timestamp or id that belongs into the message. */
static bool found_bare_body(struct diagnosis *d)
{
    struct signature_attempt bare = *d->c->attempt;
    struct signature_provider provider = *d->provider;

    if (strcmp(provider.message, "{body}") == 0)
        return false;
    provider.message = "{body}";
    bare.message.provider = &provider;
    for (size_t i = 0; i < d->c->secrets_len; i++) {
        struct signature_secret s = d->c->secrets[i];
        size_t which;

        if (!is_ours(d, &s) || !may_spend(d, d->c->body.len))
            continue;
        s.provider = &provider;
        if (signature_attempt_fits_any(&bare, d->c->body, &s, 1, &which))
            return say(d, "The signature was made over the body alone; %s signs %s.",
                       d->provider->title, d->provider->message);
    }
    return false;
}

static bool found_other_key(struct diagnosis *d)
{
    char label[LABEL_SIZE];
    uint8_t key[SIGNATURE_GUESS_MAX];
    bool found = false;

    for (size_t i = 0; i < d->c->secrets_len && !found; i++) {
        const struct signature_secret *s = &d->c->secrets[i];

        for (size_t g = 0; is_ours(d, s) && g < signature_guess_count() && !found; g++) {
            size_t len = signature_guess_make(g, s, key);

            if (len == 0 || !may_spend(d, d->c->body.len))
                continue;
            found = signature_attempt_fits(d->c->attempt, span_of(key, len), d->c->body);
            tried(d, signature_guess_cause(g), found);
            if (found)
                (void)say(d, "The signature fits %s %s", label_of(s, label),
                          signature_guess_meaning(g));
        }
    }
    mem_wipe(key, sizeof(key));
    return found;
}

static bool found_empty_body(struct diagnosis *d)
{
    size_t which;

    if (d->c->body.len == 0 || !may_spend(d, 0) ||
        !signature_attempt_fits_any(d->c->attempt, (struct span){0}, d->c->secrets,
                                    d->c->secrets_len, &which))
        return false;
    return say(d, "The signature fits an empty body: whoever signed it had not read the body "
                  "yet, or something else had read it before.");
}

static enum err try_rewrites(struct diagnosis *d, bool *found)
{
    struct bytes rewritten;
    size_t which;
    enum err e = OK;

    if (d->c->body.len > SIGNATURE_DIAGNOSIS_BODY_MAX) {
        d->is_cut_short = true;
        return OK;
    }
    bytes_init(&rewritten, 2 * SIGNATURE_DIAGNOSIS_BODY_MAX);
    for (size_t i = 0; !e && !*found && i < signature_rewrite_count(); i++) {
        if (!may_spend(d, d->c->body.len))
            break;
        e = signature_rewrite_make(i, d->c->body, &rewritten);
        struct span body = bytes_span(&rewritten);
        bool is_new = !e && body.len > 0 && !span_is(body, d->c->body);
        if (!is_new || !may_spend(d, body.len * d->c->secrets_len))
            continue;
        *found = signature_attempt_fits_any(d->c->attempt, body, d->c->secrets,
                                            d->c->secrets_len, &which);
        tried(d, signature_rewrite_cause(i), *found);
        if (*found) {
            d->c->trace->has_rewrite = true;
            d->c->trace->rewrite = i;
            (void)say(d, "%s", signature_rewrite_meaning(i));
        }
    }
    bytes_fini(&rewritten);
    return e;
}

/* "U" and 32 lower-case hexadecimal digits. */
static bool is_bot_id(struct span id)
{
    bool is_id = id.len == BOT_ID_LEN && id.ptr[0] == 'U';

    for (size_t i = 1; is_id && i < id.len; i++)
        is_id =
            (id.ptr[i] >= '0' && id.ptr[i] <= '9') || (id.ptr[i] >= 'a' && id.ptr[i] <= 'f');
    return is_id;
}

/* The `destination` of a LINE body, or the empty span. */
static struct span destination_of(struct span body)
{
    if (json_scan(body, NULL))
        return (struct span){0};
    body = span_slice(body, json_scan_space_end(body, 0), body.len);
    struct span literal = json_text_member(body, "destination");
    struct span id = span_slice(literal, 1, literal.len > 0 ? literal.len - 1 : 0);
    return is_bot_id(id) ? id : (struct span){0};
}

static bool found_other_bot(struct diagnosis *d)
{
    struct span destination = destination_of(d->c->body);
    const struct signature_secret *other = NULL;
    char label[LABEL_SIZE];

    for (size_t i = 0; destination.len > 0 && i < d->c->secrets_len; i++) {
        const struct signature_secret *s = &d->c->secrets[i];

        if (!is_ours(d, s) || !s->bot_user_id)
            continue;
        if (span_is(span_text(s->bot_user_id), destination))
            return false;
        other = s;
    }
    if (!other)
        return false;
    return say(d,
               "The webhook is meant for the bot %.*s, but %s belongs to the bot %s: this "
               "webhook URL is set in another channel. Configure that channel's secret.",
               (int)destination.len, destination.ptr, label_of(other, label),
               other->bot_user_id);
}

static bool is_channel_secret(struct span s)
{
    uint8_t decoded[CHANNEL_SECRET / 2];

    return hex_parse(s, decoded, sizeof(decoded)) == OK;
}

static bool found_odd_secret(struct diagnosis *d)
{
    char label[LABEL_SIZE];

    if (strcmp(d->provider->name, "line") != 0)
        return false;
    for (size_t i = 0; i < d->c->secrets_len; i++) {
        const struct signature_secret *s = &d->c->secrets[i];

        if (s->provider != d->provider || is_channel_secret(s->secret))
            continue;
        bool is_token = s->secret.len >= TOKEN_LEN_AT_LEAST;
        return say(d,
                   "%s cannot be a channel secret: it has %zu characters, not 32 hexadecimal "
                   "digits%s. Copy the channel secret of the Messaging API channel from the "
                   "LINE Developers Console (tab \"Basic settings\").",
                   label_of(s, label), s->secret.len,
                   is_token ? ", and looks like a channel access token" : "");
    }
    return false;
}

static bool say_nothing_fits(struct diagnosis *d)
{
    bool is_line = strcmp(d->provider->name, "line") == 0;

    return say(
        d,
        "The signature in %s does not fit the body, and no known mistake explains it. "
        "Check first that the %s configured here is the current one of this very "
        "%s; then whether a proxy in front changes bodies.%s",
        d->provider->header, d->provider->secret_name,
        is_line ? "Messaging API channel (re-issuing it ends the old one at once)" : "sender",
        d->is_cut_short ? " The body is large: not all ways of rewriting it were tried." : "");
}

struct step {
    bool (*find)(struct diagnosis *d);
    struct signature_cause cause; /* without a name: it names the cause itself */
};

/* Each of these is one change with which the signature is right ... */
static const struct step proofs[] = {
    {found_other_secret, {"sig_other_secret", "secret_of_other_provider"}},
    {found_plain_digest, {"sig_malformed", "plain_digest"}},
    {found_bare_body, {"sig_malformed", "bare_body"}},
    {found_other_key, {0}},
    {found_empty_body, {"sig_rewritten", "empty_body"}},
};
/* ... and these are what is left when nothing was. */
static const struct step guesses[] = {
    {found_other_bot, {"sig_other_secret", "other_bot"}},
    {found_odd_secret, {"sig_other_secret", "odd_secret"}},
    {say_nothing_fits, {"sig_unknown", "unknown"}},
};

static bool find_proof(struct diagnosis *d)
{
    bool found = false;

    for (size_t i = 0; i < ARRAY_LEN(proofs) && !found; i++) {
        d->has_tried = false;
        found = proofs[i].find(d);
        if (proofs[i].cause.name && d->has_tried)
            tried(d, &proofs[i].cause, found);
    }
    return found;
}

static void guess(struct diagnosis *d)
{
    bool found = false;

    for (size_t i = 0; i < ARRAY_LEN(guesses) && !found; i++) {
        found = guesses[i].find(d);
        if (found)
            d->c->trace->cause = &guesses[i].cause;
    }
}

enum err signature_diagnosis(const struct signature_case *c, char *explanation, size_t size)
{
    struct diagnosis d = {
        .c = c, .provider = c->attempt->message.provider, .out = explanation, .size = size};
    bool found = find_proof(&d);
    enum err e = found ? OK : try_rewrites(&d, &found);

    if (!found && !e)
        guess(&d);
    return e;
}

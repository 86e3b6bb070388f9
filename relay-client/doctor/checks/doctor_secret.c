/* The channel secret, as far as its looks go: whether it is the right one only a webhook
 * shows.  Nothing of it is told, but its length. */
#include "relay-client/doctor/doctor_impl.h"

#define SECRET_LEN 32u
#define TOKEN_LEN  60u /* access tokens of LINE have 150 and more */

enum character { IS_DIGIT = 1, IS_LOWER = 2, IS_UPPER = 4, IS_SPACE = 8, IS_OTHER = 16 };

static enum character kind_of(char ch)
{
    if (ch >= '0' && ch <= '9')
        return IS_DIGIT;
    if (ch >= 'a' && ch <= 'f')
        return IS_LOWER;
    if (ch >= 'A' && ch <= 'F')
        return IS_UPPER;
    return ch == ' ' || (ch >= '\t' && ch <= '\r') ? IS_SPACE : IS_OTHER;
}

/* NULL: it looks like one. */
static const char *fault_of(struct span secret)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < secret.len; i++)
        kinds |= (unsigned)kind_of(secret.ptr[i]);
    if (kinds & IS_SPACE)
        return "secret_has_spaces";
    if (secret.len >= TOKEN_LEN)
        return "secret_is_token";
    if (kinds == IS_DIGIT && secret.len < SECRET_LEN)
        return "secret_is_channel_id";
    if (kinds & IS_OTHER)
        return "secret_not_hex";
    if (secret.len != SECRET_LEN)
        return "secret_wrong_length";
    return kinds & IS_UPPER ? "secret_upper_case" : NULL;
}

static size_t count_of(const struct secrets *s, const struct signature_provider *line)
{
    size_t count = 0;

    for (size_t i = 0; i < s->len; i++)
        count += s->list[i].provider == line;
    return count;
}

static void judge_missing(struct doctor *d, const struct secrets *s)
{
    struct doctor_check *c = doctor_of(d, DOCTOR_SECRET);

    /* What is needed to sign is not there: those who need it are skipped. */
    if (!s) {
        doctor_check_command(c, "hookline doctor --secret-file FILE");
        doctor_end(d, c->id, DOCTOR_SKIPPED, "secret_unknown");
        return;
    }
    doctor_check_command(c, "hookline login --secret-file FILE");
    if (s->len > 0)
        doctor_check_text(c, "provider", s->list[0].provider->name);
    doctor_end(d, c->id, DOCTOR_WARN, s->len > 0 ? "secret_of_others_only" : "secret_missing");
}

void doctor_secret_start(struct doctor *d)
{
    const struct signature_provider *line = signature_provider_named(SPAN("line"));
    const struct secrets *s = d->options.secrets;
    struct doctor_check *c = doctor_of(d, DOCTOR_SECRET);
    size_t count = s ? count_of(s, line) : 0;

    if (count == 0) {
        judge_missing(d, s);
        return;
    }
    doctor_check_number(c, "count", (int64_t)count);
    for (size_t i = 0; i < s->len; i++) {
        const char *fault = s->list[i].provider == line ? fault_of(s->list[i].secret) : NULL;
        if (!fault)
            continue;
        doctor_check_text(c, "label", s->list[i].label);
        doctor_check_number(c, "length", (int64_t)s->list[i].secret.len);
        doctor_check_advice(c, "secret_where");
        doctor_end(d, c->id, DOCTOR_FAIL, fault);
        return;
    }
    doctor_end(d, c->id, DOCTOR_PASS, "secret_good");
}

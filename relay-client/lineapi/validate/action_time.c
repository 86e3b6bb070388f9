#include "relay-client/lineapi/validate/action_time.h"

#include "relay-client/lineapi/validate/text_form.h"

#define DATE_LEN 10u
#define TIME_LEN 5u

/* Of `len` digits at `text`; -1: other characters. */
static int number_at(const char *text, size_t len)
{
    int value = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && is_leap);
}

static bool is_date(struct span s)
{
    if (s.len != DATE_LEN || s.ptr[4] != '-' || s.ptr[7] != '-')
        return false;
    int year = number_at(s.ptr, 4);
    int month = number_at(s.ptr + 5, 2);
    int day = number_at(s.ptr + 8, 2);

    return year >= 1900 && year <= 2100 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in(year, month);
}

static bool is_time(struct span s)
{
    if (s.len != TIME_LEN || s.ptr[2] != ':')
        return false;
    int hour = number_at(s.ptr, 2);
    int minute = number_at(s.ptr + 3, 2);

    return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
}

static bool is_datetime(struct span s)
{
    return s.len == DATE_LEN + 1 + TIME_LEN && (s.ptr[DATE_LEN] | 0x20) == 't' &&
           is_date(span_slice(s, 0, DATE_LEN)) && is_time(span_slice(s, DATE_LEN + 1, s.len));
}

/* Both are of one form, and differ in their digits, but for the letter between. */
static int compare(const char *a, const char *b)
{
    size_t letter = strlen(a) > DATE_LEN ? DATE_LEN : 0;
    int order = strncmp(a, b, letter);

    return order ? order : strcmp(a + letter + (letter > 0), b + letter + (letter > 0));
}

static bool (*form_of(const char *mode))(struct span text)
{
    if (strcmp(mode, "date") == 0)
        return is_date;
    return strcmp(mode, "time") == 0 ? is_time : is_datetime;
}

static const char *time_of(const struct field_scope *action, const char *name,
                           bool (*fits)(struct span text))
{
    const char *text = field_check_text(action, name);

    return text && fits(span_text(text)) ? text : NULL;
}

static void check_order(const struct field_scope *action, bool (*fits)(struct span text))
{
    const char *max = time_of(action, "max", fits);
    const char *min = time_of(action, "min", fits);

    if (min && max && compare(min, max) >= 0)
        lineapi_problems_add(action->problems, action->place, "max", "must be later than min");
}

void action_time_check(const struct field_scope *action)
{
    static const struct field_rule rules[] = {
        {.name = "data", .kind = FIELD_TEXT, .is_required = true, .max = 300},
        {.name = "mode",
         .kind = FIELD_ENUM,
         .is_required = true,
         .values = "date,time,datetime"},
        {.name = NULL},
    };
    static const char *const names[] = {"initial", "max", "min"};
    const char *mode = field_check_text(action, "mode");

    field_check_rules(action, rules);
    if (!mode || !text_form_is_among(span_text(mode), rules[1].values))
        return;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct field_rule rule = {.name = names[i],
                                  .kind = FIELD_FORM,
                                  .fits = form_of(mode),
                                  .problem = "invalid format for the mode"};

        field_check_rule(action, &rule);
    }
    check_order(action, form_of(mode));
}

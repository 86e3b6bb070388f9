#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_JSON_MEMBER_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_JSON_MEMBER_H

#include "codec/json/json_writer.h"

/* Members of the inspector's API: ids are strings, durations milliseconds with fractions. */

/* "7", and null for 0. */
void exchange_json_member_id(struct json_writer *w, const char *name, uint64_t id);
/* A number, and null for 0. */
void exchange_json_member_number(struct json_writer *w, const char *name, uint64_t value);
/* 1234 us is 1.234; null unless `has`. */
void exchange_json_member_us(struct json_writer *w, const char *name, bool has, uint64_t us);
/* The string, and null for an empty one. */
void exchange_json_member_string(struct json_writer *w, const char *name, struct span s);
/* {"type":...,"id":...,"user_id":...,"name":...}: where an event comes from. */
struct exchange_source {
    struct span type, id, user_id, name;
};
void exchange_json_member_source(struct json_writer *w, const struct exchange_source *source);
/* At most `max` characters of it; of what is not UTF-8, bytes. */
struct span exchange_json_member_cut(struct span s, size_t max);

#endif

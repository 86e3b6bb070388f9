#ifndef CLIENT_INSPECTOR_EXPORT_EXPORT_REDACT_H
#define CLIENT_INSPECTOR_EXPORT_EXPORT_REDACT_H

#include "codec/http/http_head.h"

/* Which fields an export says only the name of: credentials always, signatures unless they
 * are asked for.  Whoever holds a body and its signature can tell secrets apart. */
#define EXPORT_REDACTED SPAN("[redacted]")

bool export_redact_hides(const struct http_field *f, bool with_signature);
/* The value, or EXPORT_REDACTED. */
struct span export_redact_value(const struct http_field *f, bool with_signature);

#endif

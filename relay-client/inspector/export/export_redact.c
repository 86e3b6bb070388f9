#include "relay-client/inspector/export/export_redact.h"

#include "codec/signature/signature.h"

bool export_redact_hides(const struct http_field *f, bool with_signature)
{
    return f->secret || (signature_is_header(f->name) && !with_signature);
}

struct span export_redact_value(const struct http_field *f, bool with_signature)
{
    return export_redact_hides(f, with_signature) ? EXPORT_REDACTED : f->value;
}

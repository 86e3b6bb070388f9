#include "relay-client/inspector/export/export_text.h"

#include "base/base64.h"
#include "base/mem.h"
#include "base/text.h"

enum err export_text_base64(struct json_writer *w, struct span bytes)
{
    size_t size = BASE64_LEN(bytes.len) + 1;
    char *text = mem_alloc(size);

    if (!text)
        return ERR_NOMEM;
    enum err rc = base64_format(text, size, bytes.ptr, bytes.len);
    if (rc == OK)
        json_writer_string(w, span_of(text, size - 1));
    mem_free(text);
    return rc;
}

enum err export_text_members(struct json_writer *w, struct span bytes)
{
    json_writer_key(w, "text");
    if (text_is_utf8(bytes)) {
        json_writer_string(w, bytes);
        return OK;
    }
    enum err rc = export_text_base64(w, bytes);
    json_writer_member_text(w, "encoding", "base64");
    return rc;
}

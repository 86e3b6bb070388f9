#include "codec/h1/h1_judge.h"

#include <llhttp.h>

static int stop_after_head(llhttp_t *parser)
{
    (void)parser;
    return HPE_PAUSED;
}

static bool frames_alike(const llhttp_t *parser, const struct h1_facts *facts)
{
    bool chunked = (parser->flags & F_CHUNKED) != 0;
    bool length = (parser->flags & F_CONTENT_LENGTH) != 0;

    if (chunked != (facts->body == H1_BODY_CHUNKED))
        return false;
    if (length != (facts->body == H1_BODY_LENGTH))
        return false;
    return !length || parser->content_length == facts->length;
}

static enum err judge(llhttp_type_t type, struct span text, const struct h1_facts *facts,
                      const char **detail)
{
    static const llhttp_settings_t settings = {.on_headers_complete = stop_after_head};
    llhttp_t parser;

    llhttp_init(&parser, type, &settings);
    llhttp_errno_t why = llhttp_execute(&parser, text.ptr, text.len);
    /* Methods of RTSP are known, but not in front of "HTTP/". */
    if (why == HPE_INVALID_METHOD || why == HPE_INVALID_CONSTANT) {
        *detail = "unknown method";
        return ERR_UNSUPPORTED;
    }
    if (why != HPE_PAUSED) {
        *detail = llhttp_get_error_reason(&parser);
        return ERR_SYNTAX;
    }
    if (frames_alike(&parser, facts))
        return OK;
    *detail = "the end of the body is ambiguous";
    return ERR_SYNTAX;
}

enum err h1_judge_request(struct span text, const struct h1_facts *facts, const char **detail)
{
    return judge(HTTP_REQUEST, text, facts, detail);
}

enum err h1_judge_response(struct span text, const struct h1_facts *facts, const char **detail)
{
    return judge(HTTP_RESPONSE, text, facts, detail);
}

#include "unit/support/site_rig.h"

#include "unit/check.h"
#include "unit/support/scratch_folder.h"

void site_rig_open(struct site_rig *rig, const char *address, unsigned port)
{
    struct random_seeded random;
    char detail[INSPECTOR_SESSION_DETAIL] = "";

    random_seeded_init(&random, 3);
    (void)scratch_folder_make();
    CHECK_EQ(inspector_session_init(&rig->session, scratch_folder_path("key"), SPAN("sesame"),
                                    &random.base, detail),
             OK);
    CHECK_EQ(inspector_gate_site_init(&rig->site, address, port), OK);
    inspector_session_set_port(&rig->session, port);
}

void site_rig_close(struct site_rig *rig)
{
    inspector_session_fini(&rig->session);
    scratch_folder_remove();
}

struct http_head site_rig_head(const char *method, const char *host, const char *target)
{
    struct http_head head;

    http_head_init_request(&head, span_text(method), span_text(target));
    head.authority = span_text(host);
    return head;
}

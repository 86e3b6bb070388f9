#include "relay-client/inspector/doctor/inspector_doctor.h"

const struct inspector_route inspector_doctor_routes[] = {
    {.method = "GET", .pattern = "/api/doctor", .act = inspector_doctor_get},
    {.method = "POST",
     .pattern = "/api/doctor",
     .act = inspector_doctor_post,
     .body_max = INSPECTOR_DOCTOR_BODY_MAX},
    {0},
};

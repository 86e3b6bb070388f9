#include "relay-client/inspector/inspector_route.h"

const struct inspector_route inspector_doctor_routes[] = {
    {0},
};

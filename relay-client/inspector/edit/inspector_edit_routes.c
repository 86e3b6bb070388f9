#include "relay-client/inspector/inspector_route.h"

const struct inspector_route inspector_edit_routes[] = {
    {0},
};

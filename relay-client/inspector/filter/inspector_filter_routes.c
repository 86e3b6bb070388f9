#include "relay-client/inspector/inspector_route.h"

const struct inspector_route inspector_filter_routes[] = {
    {0},
};

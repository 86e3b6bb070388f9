#include "relay-client/inspector/exchanges/exchange_compare.h"
#include "relay-client/inspector/exchanges/exchange_detail_json.h"
#include "relay-client/inspector/exchanges/exchange_download.h"
#include "relay-client/inspector/exchanges/exchange_list.h"
#include "relay-client/inspector/exchanges/exchange_request.h"

static enum err read_detail(struct inspector_reading *r)
{
    struct json_writer w;
    uint64_t id = 0;

    if (!exchange_request_id(r, "id", true, &id))
        return OK;
    exchange_request_begin(r, &w);
    return exchange_request_end(&w, exchange_detail_json(&w, r->facts, r->reader, id));
}

const struct inspector_route inspector_exchange_routes[] = {
    {.method = "GET", .pattern = "/api/exchanges", .read = exchange_list_read},
    {.method = "GET", .pattern = "/api/exchanges/{id}", .read = read_detail},
    {.method = "GET",
     .pattern = "/api/exchanges/{id}/request/body",
     .read = exchange_download_request_body},
    {.method = "GET",
     .pattern = "/api/exchanges/{id}/request/raw",
     .read = exchange_download_request_raw},
    {.method = "GET",
     .pattern = "/api/exchanges/{id}/response/body",
     .read = exchange_download_response_body},
    {.method = "GET",
     .pattern = "/api/exchanges/{id}/response/raw",
     .read = exchange_download_response_raw},
    {.method = "GET", .pattern = "/api/compare", .read = exchange_compare_read},
    {0},
};

/* Coupons of the emulated account. */
#include "relay-client/lineapi/emulate/emulator_rooms.h"
#include "unit/check.h"
#include "unit/support/emulator_rig.h"
#include "unit/support/mem_sweep.h"

#define COUPONS "/v2/bot/coupon"
#define REST                                                                                   \
    "\"acquisitionCondition\":{\"type\":\"normal\"},\"maxUseCountPerTicket\":1,"               \
    "\"startTimestamp\":1795000000,\"endTimestamp\":1796000000,\"visibility\":\"UNLISTED\","   \
    "\"timezone\":\"ASIA_TOKYO\""
#define COUPON "{\"title\":\"Tea\"," REST "}"

static char id[4][64];

static void create(int i)
{
    CHECK_EQ(emulator_rig_post(COUPONS, COUPON), 200);
    (void)snprintf(id[i], sizeof id[i], "%s", emulator_rig_text("couponId"));
    CHECK_EQ(strlen(id[i]), 26);
}

static const char *target(const char *coupon, const char *what)
{
    static char text[128];

    (void)snprintf(text, sizeof text, COUPONS "/%s%s", coupon, what);
    return text;
}

static void test_life(void)
{
    emulator_rig_open_and_start();
    create(0);
    CHECK_EQ(emulator_rig_get(target(id[0], "")), 200);
    CHECK_STR(emulator_rig_text("couponId"), id[0]);
    CHECK_STR(emulator_rig_text("status"), "RUNNING");
    CHECK_STR(emulator_rig_text("title"), "Tea");
    CHECK_STR(emulator_rig_text("acquisitionCondition.type"), "normal");
    CHECK_STR(emulator_rig_text("createdTimestamp"), "1795325400");
    CHECK_STR(emulator_rig_text("imageUrl"), "");
    CHECK_EQ(emulator_rig_ask("PUT", target(id[0], "/close"), NULL), 200);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(emulator_rig_get(target(id[0], "")), 200);
    CHECK_STR(emulator_rig_text("status"), "CLOSED");
    CHECK_EQ(emulator_rig_ask("PUT", target(id[0], "/close"), NULL), 410);
    CHECK_STR(emulator_rig_text("details[0].message"), "The coupon has already been closed.");
    CHECK_STR(emulator_rig_text("details[0].property"), "");
    CHECK_EQ(emulator_rig_ask("PUT", target("x", "/close"), NULL), 404);
    CHECK_STR(emulator_rig_text("details[0].message"), "coupon not found");
    CHECK_EQ(emulator_rig_get(target("x", "")), 404);
    CHECK(emulator_rig_knows("GET", target(id[0], ""), NULL));
    emulator_rig_close();
}

static void check(const char *body, const char *property, const char *message)
{
    CHECK_EQ(emulator_rig_post(COUPONS, body), 400);
    emulator_rig_check_detail(property, message);
}

#define REWARD(text) "{\"title\":\"Tea\"," REST ",\"reward\":" text "}"
#define PRICE(text)  REWARD("{\"type\":\"discount\",\"priceInfo\":" text "}")

static void test_refuses(void)
{
    emulator_rig_open_and_start();
    check("{\"title\":\"\"," REST "}", "title", "Size must be between 1 and 60");
    check("{\"title\":\"123456789012345678901234567890123456789012345678901234567890!\"," REST
          "}",
          "title", "Size must be between 1 and 60");
    check("{" REST "}", "title", "must be specified");
    check("{\"title\":1," REST "}", "title", "must be a string");
    check(REWARD("{\"type\":\"money\"}"), "reward.type",
          "Must be one of the following values: [discount,free,gift,cashBack,others]");
    check(PRICE("{\"type\":\"percentage\",\"percentage\":5,\"fixedAmount\":5}"),
          "reward.priceInfo.fixedAmount", "Must not be specified");
    check(PRICE("{\"type\":\"percentage\",\"percentage\":100}"), "reward.priceInfo.percentage",
          "Must be between 1 and 99");
    check("{\"title\":\"Tea\",\"acquisitionCondition\":{\"type\":\"lottery\","
          "\"lotteryProbability\":100,\"maxAcquireCount\":5},\"maxUseCountPerTicket\":1,"
          "\"startTimestamp\":1,\"endTimestamp\":2,\"visibility\":\"PUBLIC\","
          "\"timezone\":\"ASIA_TAIPEI\"}",
          "acquisitionCondition.lotteryProbability", "Must be between 1 and 99");
    check("{\"title\":\"Tea\",\"acquisitionCondition\":{\"type\":\"normal\"},"
          "\"maxUseCountPerTicket\":1,\"startTimestamp\":2,\"endTimestamp\":2,"
          "\"visibility\":\"PUBLIC\",\"timezone\":\"ASIA_TAIPEI\"}",
          "endTimestamp", "must be later than startTimestamp");
    check("{\"title\":\"Tea\",\"imageUrl\":\"cup.png\"," REST "}", "imageUrl", "invalid uri");
    check("{\"title\":\"Tea\",\"barcodeImageUrl\":\"http://example.com/\"," REST "}",
          "barcodeImageUrl", "invalid uri");
    CHECK_EQ(emulator_rig_post(COUPONS, "{}"), 400);
    CHECK_STR(emulator_rig_text("message"), "The request body has 7 error(s)");
    CHECK_EQ(emulator_rig_post(
                 COUPONS,
                 "{\"title\":"
                 "\"123456789012345678901234567890123456789012345678901234567890\"," REST "}"),
             200);
    CHECK_EQ(emulator_rig_post(COUPONS, PRICE("{\"type\":\"explicit\",\"originalPrice\":500,"
                                              "\"priceAfterDiscount\":300}")),
             200);
    CHECK_EQ(emulator_rig_post(COUPONS, REWARD("{\"type\":\"cashBack\",\"priceInfo\":{"
                                               "\"type\":\"fixed\",\"fixedAmount\":1}}")),
             200);
    emulator_rig_close();
}

static void test_list(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get(COUPONS), 200);
    CHECK_STR(emulator_rig.body, "{\"items\":[]}");
    for (int i = 0; i < 3; i++)
        create(i);
    CHECK_EQ(emulator_rig_ask("PUT", target(id[1], "/close"), NULL), 200);
    CHECK_EQ(emulator_rig_get(COUPONS "?limit=2"), 200);
    CHECK_STR(emulator_rig_text("items[0].couponId"), id[2]);
    CHECK_STR(emulator_rig_text("items[1].couponId"), id[1]);
    CHECK_STR(emulator_rig_text("items[0].title"), "Tea");
    char next[64];
    (void)snprintf(next, sizeof next, COUPONS "?start=%s", emulator_rig_text("next"));
    CHECK_EQ(emulator_rig_get(next), 200);
    CHECK_STR(emulator_rig_text("items[0].couponId"), id[0]);
    CHECK_STR(emulator_rig_text("items[1].couponId"), "");
    CHECK_STR(emulator_rig_text("next"), "");
    CHECK_EQ(emulator_rig_get(COUPONS "?status=CLOSED"), 200);
    CHECK_STR(emulator_rig_text("items[0].couponId"), id[1]);
    CHECK_STR(emulator_rig_text("items[1].couponId"), "");
    CHECK_EQ(emulator_rig_get(COUPONS "?status=DRAFT"), 200);
    CHECK_STR(emulator_rig.body, "{\"items\":[]}");
    CHECK_EQ(emulator_rig_get(COUPONS "?status=RUNNING,CLOSED&status=DRAFT&limit=100"), 200);
    CHECK_STR(emulator_rig_text("items[2].couponId"), id[0]);
    emulator_rig_close();
}

static void test_list_refuses(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get(COUPONS "?status=OPEN"), 400);
    emulator_rig_check_detail("status",
                              "Must be one of the following values: [DRAFT,RUNNING,CLOSED]");
    CHECK_EQ(emulator_rig_get(COUPONS "?limit=101"), 400);
    emulator_rig_check_detail("limit", "Must be less than or equal to 100");
    CHECK_EQ(emulator_rig_get(COUPONS "?limit=0"), 400);
    CHECK_EQ(emulator_rig_get(COUPONS "?limit=x"), 400);
    CHECK_EQ(emulator_rig_get(COUPONS "?start=x"), 400);
    emulator_rig_close();
}

static void test_limit(void)
{
    static char large[COUPON_JSON_MAX + 512];

    emulator_rig_open();
    emulator_rig.options.is_relaxed = true;
    emulator_rig_start();
    for (unsigned i = 0; i < COUPON_MAX; i++)
        create(0);
    CHECK_EQ(emulator_rig_post(COUPONS, COUPON), 400);
    emulator_rig_check_detail("", "You have too many coupons created.");
    CHECK_EQ(emulator_rig_ask("PUT", target(id[0], "/close"), NULL), 200);
    create(0);
    memset(large, ' ', sizeof large - 1);
    memcpy(large + sizeof large - sizeof COUPON, COUPON, sizeof COUPON);
    CHECK_EQ(emulator_rig_post(COUPONS, large), 413);
    emulator_rig_close();
}

/* Closed ones are forgotten before the list grows without end. */
static void test_kept(void)
{
    struct coupon_store *s;
    char name[16];

    CHECK_EQ(coupon_store_new(&s), OK);
    for (unsigned i = 0; i < COUPON_KEPT_MAX + 2; i++) {
        (void)snprintf(name, sizeof name, "c%u", i);
        CHECK_EQ(coupon_store_add(s, name, SPAN("{}"), i), OK);
        coupon_store_close(s, coupon_store_find(s, span_text(name)));
        coupon_store_close(s, coupon_store_find(s, span_text(name)));
    }
    CHECK(!coupon_store_find(s, SPAN("c1")));
    CHECK(coupon_store_find(s, SPAN("c2")) != NULL);
    CHECK_EQ(coupon_store_add(s, "a name that is longer than any id", SPAN("{}"), 0),
             ERR_LIMIT);
    coupon_store_free(s);
    coupon_store_free(NULL);
}

static void test_memory(void)
{
    emulator_rig_open_and_start();
    for (unsigned long n = 1;; n++) {
        mem_fail_at(n);
        unsigned status = emulator_rig_post(COUPONS, COUPON);
        bool over = mem_sweep_is_over(n);
        CHECK(status == 200 || status == 500);
        CHECK(!over || status == 200);
        if (over)
            break;
    }
    emulator_rig_close();
}

CHECK_MAIN(TEST(test_life), TEST(test_refuses), TEST(test_list), TEST(test_list_refuses),
           TEST(test_limit), TEST(test_kept), TEST(test_memory))

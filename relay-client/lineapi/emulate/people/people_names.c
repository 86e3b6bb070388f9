#include "relay-client/lineapi/emulate/people/people_names.h"

#include "base/container.h"

#include <stdio.h>

#define WORDS 16u

struct tongue {
    const char *language;
    const char *between; /* the first and the second word of a user's name */
    const char *first[WORDS];
    const char *second[WORDS];
    const char *groups[WORDS];
};

static const struct tongue tongues[] = {
    {
        .language = "ja",
        .between = " ",
        .first = {"佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林",
                  "加藤", "吉田", "山田", "松本", "井上", "木村", "清水"},
        .second = {"はるか", "さくら", "美咲", "陽菜", "結衣", "あおい", "真央", "千尋", "健太",
                   "大輔", "翔太", "拓也", "悠斗", "直樹", "蓮", "誠"},
        .groups = {"家族", "週末ハイキング", "読書会", "フットサル部", "お花見の会",
                   "開発チーム", "料理教室", "同窓会", "ランチ仲間", "英会話クラブ",
                   "猫好きの集い", "旅行の計画", "映画同好会", "町内会", "バンド練習",
                   "勉強会"},
    },
    {
        .language = "zh-Hant",
        .between = "",
        .first = {"陳", "林", "黃", "張", "李", "王", "吳", "劉", "蔡", "楊", "許", "鄭", "謝",
                  "洪", "郭", "曾"},
        .second = {"雅婷", "怡君", "佳穎", "淑芬", "心怡", "詩涵", "宜庭", "欣妤", "家豪",
                   "志明", "俊傑", "建宏", "冠宇", "承恩", "柏翰", "宗翰"},
        .groups = {"家人群組", "登山社", "讀書會", "籃球隊", "賞櫻團", "開發小組", "烘焙教室",
                   "同學會", "午餐團購", "英文角落", "愛貓一族", "旅遊計畫", "電影社",
                   "社區委員會", "樂團練習", "研究小組"},
    },
    {
        .language = "en",
        .between = " ",
        .first = {"Alice", "Ben", "Chloe", "Daniel", "Emma", "Felix", "Grace", "Henry", "Ivy",
                  "Jack", "Kate", "Leo", "Mia", "Noah", "Olivia", "Sam"},
        .second = {"Adams", "Brown", "Carter", "Davis", "Evans", "Foster", "Green", "Hughes",
                   "Irwin", "Jones", "King", "Lewis", "Moore", "Nelson", "Owen", "Parker"},
        .groups = {"Family", "Weekend Hikers", "Book Club", "Five-a-side", "Picnic People",
                   "Dev Team", "Cooking Class", "Class Reunion", "Lunch Crew",
                   "Language Exchange", "Cat Friends", "Trip Planning", "Movie Night",
                   "Neighbours", "Band Practice", "Study Group"},
    },
};

/* FNV-1a, with its bits mixed once more: ids of one maker differ in few of them. */
static uint64_t hash_of(struct span id)
{
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < id.len; i++)
        hash = (hash ^ (uint8_t)id.ptr[i]) * 1099511628211u;
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdu;
    return hash ^ hash >> 33;
}

static const struct tongue *tongue_of(uint64_t hash)
{
    return &tongues[hash % ARRAY_LEN(tongues)];
}

const char *people_names_language(struct span id)
{
    return tongue_of(hash_of(id))->language;
}

void people_names_make(struct span id, char out[static PEOPLE_NAMES_SIZE])
{
    uint64_t hash = hash_of(id);
    const struct tongue *t = tongue_of(hash);
    const char *first = t->first[(hash >> 16) % WORDS];
    const char *second = t->second[(hash >> 24) % WORDS];

    if (span_starts(id, SPAN("C")) || span_starts(id, SPAN("R")))
        (void)snprintf(out, PEOPLE_NAMES_SIZE, "%s", t->groups[(hash >> 16) % WORDS]);
    else
        (void)snprintf(out, PEOPLE_NAMES_SIZE, "%s%s%s", first, t->between, second);
}

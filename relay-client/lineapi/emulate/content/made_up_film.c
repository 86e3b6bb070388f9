#include "relay-client/lineapi/emulate/content/made_up_film.h"

#include "relay-client/lineapi/emulate/content/made_up_bytes.h"

#define SIDE         16u /* one macroblock */
#define RATE         44100u
#define AUDIO_FRAMES 22u
#define AUDIO_STEP   1024u

/* What the two kinds differ in. */
struct track {
    const char *handler;      /* "vide" */
    uint32_t ticks, duration; /* ticks in a second */
    uint32_t samples, sample_len;
    uint32_t side;
    void (*put_header)(struct made_up_bytes *b); /* of the medium */
    void (*put_entry)(struct made_up_bytes *b);  /* how a sample is coded */
};

/* --- boxes --- */

static size_t begin_box(struct made_up_bytes *b, const char *type)
{
    size_t begin = b->len;

    made_up_bytes_u32(b, 0);
    made_up_bytes_put(b, type, 4);
    return begin;
}

/* One with version 0 and `flags`. */
static size_t begin_full(struct made_up_bytes *b, const char *type, uint32_t flags)
{
    size_t begin = begin_box(b, type);

    made_up_bytes_u32(b, flags);
    return begin;
}

static void end_box(struct made_up_bytes *b, size_t begin)
{
    made_up_bytes_set_u32(b, begin, (uint32_t)(b->len - begin));
}

static void put_matrix(struct made_up_bytes *b)
{
    static const uint32_t one[9] = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

    for (size_t i = 0; i < 9; i++)
        made_up_bytes_u32(b, one[i]);
}

/* --- pictures: H.264 (ITU-T H.264) --- */

/* Baseline, 16 by 16, no references. */
static const uint8_t sequence_set[] = {0x67, 0x42, 0xc0, 0x0a, 0xdd, 0xe4};
static const uint8_t picture_set[] = {0x68, 0xce, 0x38, 0x80};
/* A slice of one macroblock whose samples stand there as they are (I_PCM). */
static const uint8_t slice_head[] = {0x65, 0x88, 0x84, 0x86, 0x80};
#define SLICE_LEN (sizeof slice_head + SIDE * SIDE + 2 * (SIDE / 2) * (SIDE / 2) + 1)

static void put_video_header(struct made_up_bytes *b)
{
    size_t box = begin_full(b, "vmhd", 1);

    made_up_bytes_zeros(b, 8);
    end_box(b, box);
}

static void put_video_config(struct made_up_bytes *b)
{
    size_t box = begin_box(b, "avcC");

    made_up_bytes_put(b, "\x01\x42\xc0\x0a\xff\xe1", 6); /* lengths have four bytes; one set */
    made_up_bytes_u16(b, sizeof sequence_set);
    made_up_bytes_put(b, sequence_set, sizeof sequence_set);
    made_up_bytes_u8(b, 1);
    made_up_bytes_u16(b, sizeof picture_set);
    made_up_bytes_put(b, picture_set, sizeof picture_set);
    end_box(b, box);
}

static void put_video_entry(struct made_up_bytes *b)
{
    size_t box = begin_box(b, "avc1");

    made_up_bytes_zeros(b, 6);
    made_up_bytes_u16(b, 1);
    made_up_bytes_zeros(b, 16);
    made_up_bytes_u16(b, SIDE);
    made_up_bytes_u16(b, SIDE);
    made_up_bytes_u32(b, 0x480000); /* 72 dots in an inch */
    made_up_bytes_u32(b, 0x480000);
    made_up_bytes_zeros(b, 4);
    made_up_bytes_u16(b, 1);
    made_up_bytes_zeros(b, 32);
    made_up_bytes_u16(b, 24);
    made_up_bytes_u16(b, 0xffff);
    put_video_config(b);
    end_box(b, box);
}

/* ITU-R BT.601, near enough; no byte is 0, so nothing needs escaping. */
static void put_slice(struct made_up_bytes *b, struct made_up_colour c)
{
    int red = c.red, green = c.green, blue = c.blue;

    made_up_bytes_u32(b, SLICE_LEN);
    made_up_bytes_put(b, slice_head, sizeof slice_head);
    made_up_bytes_fill(b, (uint8_t)(16 + (66 * red + 129 * green + 25 * blue) / 256),
                       SIDE * SIDE);
    made_up_bytes_fill(b, (uint8_t)(128 + (-38 * red - 74 * green + 112 * blue) / 256),
                       (SIDE / 2) * (SIDE / 2));
    made_up_bytes_fill(b, (uint8_t)(128 + (112 * red - 94 * green - 18 * blue) / 256),
                       (SIDE / 2) * (SIDE / 2));
    made_up_bytes_u8(b, 0x80); /* the end of the slice */
}

/* --- sound: AAC (ISO/IEC 14496-3) --- */

/* One channel without any bands: silence. */
static const uint8_t silence[] = {0, 0, 0, 7};

static void put_audio_header(struct made_up_bytes *b)
{
    size_t box = begin_full(b, "smhd", 0);

    made_up_bytes_zeros(b, 4);
    end_box(b, box);
}

static void put_audio_entry(struct made_up_bytes *b)
{
    size_t box = begin_box(b, "mp4a");

    made_up_bytes_zeros(b, 6);
    made_up_bytes_u16(b, 1);
    made_up_bytes_zeros(b, 8);
    made_up_bytes_u16(b, 1); /* channel */
    made_up_bytes_u16(b, 16);
    made_up_bytes_zeros(b, 4);
    made_up_bytes_u32(b, RATE << 16);
    size_t config = begin_full(b, "esds", 0);
    made_up_bytes_put(b, "\x03\x19\0\x01\0", 5);     /* a stream */
    made_up_bytes_put(b, "\x04\x11\x40\x15\0\0", 6); /* of AAC */
    made_up_bytes_zeros(b, 9);
    made_up_bytes_put(b, "\x05\x02\x12\x08", 4); /* LC, 44100 Hz, mono */
    made_up_bytes_put(b, "\x06\x01\x02", 3);
    end_box(b, config);
    end_box(b, box);
}

/* --- the index --- */

static void put_sample_table(struct made_up_bytes *b, const struct track *t, uint32_t offset)
{
    size_t table = begin_box(b, "stbl");
    size_t box = begin_full(b, "stsd", 0);

    made_up_bytes_u32(b, 1);
    t->put_entry(b);
    end_box(b, box);
    box = begin_full(b, "stts", 0);
    made_up_bytes_u32(b, 1);
    made_up_bytes_u32(b, t->samples);
    made_up_bytes_u32(b, t->duration / t->samples);
    end_box(b, box);
    box = begin_full(b, "stsc", 0); /* all samples in one chunk */
    made_up_bytes_u32(b, 1);
    made_up_bytes_u32(b, 1);
    made_up_bytes_u32(b, t->samples);
    made_up_bytes_u32(b, 1);
    end_box(b, box);
    box = begin_full(b, "stsz", 0);
    made_up_bytes_u32(b, t->sample_len);
    made_up_bytes_u32(b, t->samples);
    end_box(b, box);
    box = begin_full(b, "stco", 0);
    made_up_bytes_u32(b, 1);
    made_up_bytes_u32(b, offset);
    end_box(b, box);
    end_box(b, table);
}

static void put_medium(struct made_up_bytes *b, const struct track *t, uint32_t offset)
{
    size_t medium = begin_box(b, "mdia");
    size_t box = begin_full(b, "mdhd", 0);

    made_up_bytes_zeros(b, 8);
    made_up_bytes_u32(b, t->ticks);
    made_up_bytes_u32(b, t->duration);
    made_up_bytes_u32(b, 0x55c40000); /* no language */
    end_box(b, box);
    box = begin_full(b, "hdlr", 0);
    made_up_bytes_zeros(b, 4);
    made_up_bytes_put(b, t->handler, 4);
    made_up_bytes_zeros(b, 13);
    end_box(b, box);
    size_t info = begin_box(b, "minf");
    t->put_header(b);
    size_t data = begin_box(b, "dinf");
    box = begin_full(b, "dref", 0);
    made_up_bytes_u32(b, 1);
    end_box(b, begin_full(b, "url ", 1)); /* in this file */
    end_box(b, box);
    end_box(b, data);
    put_sample_table(b, t, offset);
    end_box(b, info);
    end_box(b, medium);
}

static void put_track(struct made_up_bytes *b, const struct track *t, uint32_t offset)
{
    size_t track = begin_box(b, "trak");
    size_t box = begin_full(b, "tkhd", 3);

    made_up_bytes_zeros(b, 8);
    made_up_bytes_u32(b, 1);
    made_up_bytes_zeros(b, 4);
    made_up_bytes_u32(b, t->duration);
    made_up_bytes_zeros(b, 12);
    made_up_bytes_u16(b, t->side > 0 ? 0 : 0x100); /* volume */
    made_up_bytes_zeros(b, 2);
    put_matrix(b);
    made_up_bytes_u32(b, t->side << 16);
    made_up_bytes_u32(b, t->side << 16);
    end_box(b, box);
    put_medium(b, t, offset);
    end_box(b, track);
}

static void put_movie(struct made_up_bytes *b, const struct track *t, uint32_t offset)
{
    size_t movie = begin_box(b, "moov");
    size_t box = begin_full(b, "mvhd", 0);

    made_up_bytes_zeros(b, 8);
    made_up_bytes_u32(b, t->ticks);
    made_up_bytes_u32(b, t->duration);
    made_up_bytes_u32(b, 0x10000); /* speed and volume: 1 */
    made_up_bytes_u16(b, 0x100);
    made_up_bytes_zeros(b, 10);
    put_matrix(b);
    made_up_bytes_zeros(b, 24);
    made_up_bytes_u32(b, 2); /* the next track */
    end_box(b, box);
    put_track(b, t, offset);
    end_box(b, movie);
}

/* The samples stand before the index, so that their place is known. */
#define SAMPLES_AT 32u

static size_t begin_file(struct made_up_bytes *b, const char *brand)
{
    size_t box = begin_box(b, "ftyp");

    made_up_bytes_put(b, brand, 4);
    made_up_bytes_zeros(b, 4);
    made_up_bytes_put(b, brand, 4);
    made_up_bytes_put(b, "mp42", 4);
    end_box(b, box);
    return begin_box(b, "mdat");
}

enum err made_up_film_video(struct span message_id, struct bytes *out)
{
    static const struct track track = {
        .handler = "vide",
        .ticks = 1000,
        .duration = 1000,
        .samples = 1,
        .sample_len = SLICE_LEN + 4,
        .side = SIDE,
        .put_header = put_video_header,
        .put_entry = put_video_entry,
    };
    struct made_up_bytes b = {.len = 0};
    size_t samples = begin_file(&b, "isom");

    put_slice(&b, made_up_bytes_colour(message_id));
    end_box(&b, samples);
    put_movie(&b, &track, SAMPLES_AT);
    return bytes_append(out, b.bytes, b.len);
}

enum err made_up_film_audio(struct bytes *out)
{
    static const struct track track = {
        .handler = "soun",
        .ticks = RATE,
        .duration = AUDIO_FRAMES * AUDIO_STEP,
        .samples = AUDIO_FRAMES,
        .sample_len = sizeof silence,
        .put_header = put_audio_header,
        .put_entry = put_audio_entry,
    };
    struct made_up_bytes b = {.len = 0};
    size_t samples = begin_file(&b, "M4A ");

    for (size_t i = 0; i < AUDIO_FRAMES; i++)
        made_up_bytes_put(&b, silence, sizeof silence);
    end_box(&b, samples);
    put_movie(&b, &track, SAMPLES_AT);
    return bytes_append(out, b.bytes, b.len);
}

#include "store/database_connect.h"
#include "store/database_memory.h"
#include "store/database_path.h"
#include "store/database_set_aside.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum err prepare_file(struct database *db, const char *path)
{
    if (db->is_memory)
        return OK;
    db->had_file = access(path, F_OK) == 0;
    bool creates = !db->options.is_reader && !db->options.is_rescuer;

    return database_path_prepare(path, creates, db->path, sizeof(db->path), db->detail);
}

static enum err take_lock(struct database *db)
{
    if (db->is_memory || db->options.is_reader)
        return OK;
    return writer_lock_init(&db->lock, db->path, db->detail);
}

/* Only a file that was a good one of ours before may be moved: never one that the user
 * named by mistake. */
static enum err refuse_unknown(struct database *db)
{
    char finding[DETAIL_MAX];

    (void)snprintf(finding, sizeof(finding), "%s", db->detail);
    detail_write(db->detail,
                 "%.400s. It was left as it is: move it away, or choose another path", finding);
    return ERR_CORRUPT;
}

static enum err replace(struct database *db, char notice[static DETAIL_MAX])
{
    database_connect_end(db);
    enum err e = database_set_aside_files(db, db->detail);
    if (e)
        return e;
    detail_write(notice, "%s", db->detail);
    char path[DATABASE_PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s", db->path);
    e = prepare_file(db, path);
    return e ? e : database_connect(db);
}

static enum err connect_or_replace(struct database *db, char notice[static DETAIL_MAX])
{
    enum err e = database_connect(db);

    if (e == ERR_CONFIG && db->lock.had_writer) /* its header says so, but we know better */
        e = ERR_CORRUPT;
    if (e != ERR_CORRUPT || !db->lock.is_held || !db->options.sets_aside)
        return e;
    return db->lock.had_writer ? replace(db, notice) : refuse_unknown(db);
}

static struct database *new_database(const struct database_options *options)
{
    struct database *db = mem_alloc(sizeof(*db));

    if (!db)
        return NULL;
    db->options = *options;
    db->options.path = db->path;
    db->is_memory = strcmp(options->path, ":memory:") == 0;
    if (db->is_memory)
        (void)snprintf(db->path, sizeof(db->path), "%s", options->path);
    return db;
}

enum err database_open(const struct database_options *options, struct database **out,
                       char detail[static DETAIL_MAX])
{
    database_memory_init();
    struct database *db = new_database(options);

    detail[0] = '\0';
    if (!db)
        return ERR_NOMEM;
    enum err e = prepare_file(db, options->path);
    if (!e)
        e = take_lock(db);
    if (!e)
        e = connect_or_replace(db, detail);
    if (e) {
        detail_write(detail, "%s", db->detail[0] ? db->detail : err_text(e));
        database_close(db);
        return e;
    }
    writer_lock_sign(&db->lock);
    db->detail[0] = '\0';
    *out = db;
    return OK;
}

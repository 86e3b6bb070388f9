#ifndef TESTS_UNIT_SUPPORT_SCRATCH_FOLDER_H
#define TESTS_UNIT_SUPPORT_SCRATCH_FOLDER_H

#include <stddef.h>
#include <sys/types.h>

/* A folder under $TMPDIR for the files of one test; gone with everything in it when
 * scratch_folder_remove is called.  Aborts the test on any failure. */
const char *scratch_folder_make(void);
void scratch_folder_remove(void);

/* FOLDER/NAME; a new string each time, valid until scratch_folder_remove. */
const char *scratch_folder_path(const char *name);
/* Writes a file there with exactly this mode; returns its path. */
const char *scratch_folder_write(const char *name, const void *data, size_t len, mode_t mode);
const char *scratch_folder_write_text(const char *name, const char *text, mode_t mode);
/* The whole file as text, valid until scratch_folder_remove. */
const char *scratch_folder_read(const char *name);
/* Permission bits. */
mode_t scratch_folder_mode(const char *name);
/* Files directly in the folder NAME ("" for the scratch folder itself). */
size_t scratch_folder_count(const char *name);

#endif

/* The squashfs image behind the runtime in the AppImage's file: reading it, and unpacking it. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Open the image that begins at `offset` of `file`; false when it cannot be read. One at a time. */
bool image_open(const char *file, off_t offset);

/* An entry of the image by its path, "/" and on; NULL when there is none. To be given back with image_release. */
struct entry;
struct entry *image_find(const char *path);
void image_release(struct entry *entry);

void image_stat(struct entry *entry, struct stat *found);
/* The target of a symbolic link, ended by a zero byte and cut to `size`; false on an error. */
bool image_link(struct entry *entry, char *target, size_t size);
/* Up to `size` bytes from `from` on; how many were read, -1 on an error. */
ssize_t image_read(struct entry *entry, char *bytes, size_t size, off_t from);
/* Call `tell` with the name of each child and what `with` is, until it returns false; false on an error. */
bool image_list(struct entry *entry, bool (*tell)(void *with, const char *name), void *with);

/* How many bytes the unpacked files have, together. */
uint64_t image_size(void);
/* Unpack everything into a folder that is there; false on an error, which errno names. */
bool image_unpack(const char *folder);

#endif

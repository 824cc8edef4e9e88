#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <squashfuse/squashfuse.h>

enum { PIECE = 1 << 17 };

struct entry {
  sqfs_inode inode;
};

static sqfs image;
static int image_file = -1;

/* The library reads images packed in any way; ours are packed with zstd alone. Without the other unpackers, the one of
   the GPL (LZO) among them, an image packed with them is refused. */
int lzo1x_decompress_safe(const unsigned char *, size_t, unsigned char *, size_t *, void *);
int lzo1x_decompress_safe(const unsigned char *a, size_t b, unsigned char *c, size_t *d, void *e) {
  (void)a, (void)b, (void)c, (void)d, (void)e;
  return -1;
}
int LZ4_decompress_safe(const char *, char *, int, int);
int LZ4_decompress_safe(const char *a, char *b, int c, int d) {
  (void)a, (void)b, (void)c, (void)d;
  return -1;
}
int lzma_stream_buffer_decode(uint64_t *, uint32_t, const void *, const uint8_t *, size_t *, size_t, uint8_t *, size_t *,
                              size_t);
int lzma_stream_buffer_decode(uint64_t *a, uint32_t b, const void *c, const uint8_t *d, size_t *e, size_t f, uint8_t *g,
                              size_t *h, size_t i) {
  (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h, (void)i;
  return 11; /* LZMA_PROG_ERROR */
}
int uncompress(unsigned char *, unsigned long *, const unsigned char *, unsigned long);
int uncompress(unsigned char *a, unsigned long *b, const unsigned char *c, unsigned long d) {
  (void)a, (void)b, (void)c, (void)d;
  return -3; /* Z_DATA_ERROR */
}

bool image_open(const char *file, off_t offset) {
  image_file = open(file, O_RDONLY | O_CLOEXEC);
  return image_file >= 0 && sqfs_init(&image, image_file, (size_t)offset) == SQFS_OK;
}

struct entry *image_find(const char *path) {
  struct entry *entry = calloc(1, sizeof *entry);
  if (entry == NULL) {
    return NULL;
  }
  bool is_there = false;
  if (sqfs_inode_get(&image, &entry->inode, sqfs_inode_root(&image)) != SQFS_OK ||
      sqfs_lookup_path(&image, &entry->inode, path, &is_there) != SQFS_OK || !is_there) {
    free(entry);
    return NULL;
  }
  return entry;
}

void image_release(struct entry *entry) { free(entry); }

void image_stat(struct entry *entry, struct stat *found) {
  memset(found, 0, sizeof *found);
  found->st_mode = entry->inode.base.mode;
  found->st_nlink = (nlink_t)entry->inode.nlink;
  found->st_mtime = found->st_ctime = found->st_atime = entry->inode.base.mtime;
  found->st_uid = getuid();
  found->st_gid = getgid();
  if (S_ISREG(found->st_mode)) {
    found->st_size = (off_t)entry->inode.xtra.reg.file_size;
    found->st_blocks = (found->st_size + 511) / 512;
  } else if (S_ISLNK(found->st_mode)) {
    found->st_size = (off_t)entry->inode.xtra.symlink_size;
  }
  found->st_blksize = PIECE;
}

bool image_link(struct entry *entry, char *target, size_t size) {
  return S_ISLNK(entry->inode.base.mode) && sqfs_readlink(&image, &entry->inode, target, &size) == SQFS_OK;
}

ssize_t image_read(struct entry *entry, char *bytes, size_t size, off_t from) {
  sqfs_off_t count = (sqfs_off_t)size;
  if (!S_ISREG(entry->inode.base.mode) || sqfs_read_range(&image, &entry->inode, from, &count, bytes) != SQFS_OK) {
    return -1;
  }
  return (ssize_t)count;
}

bool image_list(struct entry *entry, bool (*tell)(void *with, const char *name), void *with) {
  sqfs_dir folder;
  sqfs_dir_entry child;
  sqfs_name name;
  sqfs_err problem = SQFS_OK;
  if (sqfs_dir_open(&image, &entry->inode, &folder, 0) != SQFS_OK) {
    return false;
  }
  sqfs_dentry_init(&child, name);
  while (sqfs_dir_next(&image, &folder, &child, &problem)) {
    if (!tell(with, sqfs_dentry_name(&child))) {
      break;
    }
  }
  return problem == SQFS_OK;
}

/* Go through all entries below the root with their paths, as long as `visit` returns true. */
static bool each_entry(bool (*visit)(const char *path, struct entry *entry, void *with), void *with) {
  sqfs_traverse way;
  sqfs_err problem = SQFS_OK;
  if (sqfs_traverse_open(&way, &image, sqfs_inode_root(&image)) != SQFS_OK) {
    errno = EIO;
    return false;
  }
  bool is_good = true;
  while (is_good && sqfs_traverse_next(&way, &problem)) {
    if (way.dir_end) {
      continue;
    }
    struct entry entry;
    if (sqfs_inode_get(&image, &entry.inode, sqfs_dentry_inode(&way.entry)) != SQFS_OK) {
      problem = SQFS_ERR;
      break;
    }
    is_good = visit(way.path, &entry, with);
  }
  sqfs_traverse_close(&way);
  if (problem != SQFS_OK) {
    errno = EIO;
    return false;
  }
  return is_good;
}

static bool add_size(const char *path, struct entry *entry, void *with) {
  (void)path;
  if (S_ISREG(entry->inode.base.mode)) {
    *(uint64_t *)with += entry->inode.xtra.reg.file_size;
  }
  return true;
}

uint64_t image_size(void) {
  uint64_t size = 0;
  each_entry(add_size, &size);
  return size;
}

static bool unpack_file(const char *path, struct entry *entry) {
  static char piece[PIECE];
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, entry->inode.base.mode & 0777);
  if (file < 0) {
    return false;
  }
  off_t at = 0;
  ssize_t count = 0;
  while ((count = image_read(entry, piece, sizeof piece, at)) > 0) {
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(file, piece + done, (size_t)(count - done));
      if (written < 0 && errno != EINTR) {
        int problem = errno;
        close(file);
        errno = problem;
        return false;
      }
      done += written > 0 ? written : 0;
    }
    at += count;
  }
  if (count < 0) {
    errno = EIO;
  }
  return close(file) == 0 && count == 0;
}

static bool unpack_entry(const char *inside, struct entry *entry, void *with) {
  char path[PATH_MAX], target[PATH_MAX];
  if ((size_t)snprintf(path, sizeof path, "%s/%s", (const char *)with, inside) >= sizeof path) {
    errno = ENAMETOOLONG;
    return false;
  }
  if (S_ISDIR(entry->inode.base.mode)) {
    return mkdir(path, 0755) == 0;
  }
  if (S_ISLNK(entry->inode.base.mode)) {
    return image_link(entry, target, sizeof target) && symlink(target, path) == 0;
  }
  return unpack_file(path, entry);
}

bool image_unpack(const char *folder) { return each_entry(unpack_entry, (void *)folder); }

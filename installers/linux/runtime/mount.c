#define FUSE_USE_VERSION 32

#include "mount.h"

#include <errno.h>
#include <fuse3/fuse.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"

enum { PATIENCE_US = 200000 };

static void *on_start(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  /* Nothing ever changes. */
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 86400;
  config->kernel_cache = 1;
  config->nullpath_ok = 1;
  return NULL;
}

static int on_stat(const char *path, struct stat *found, struct fuse_file_info *open_file) {
  struct entry *entry = open_file != NULL ? (struct entry *)(uintptr_t)open_file->fh : image_find(path);
  if (entry == NULL) {
    return -ENOENT;
  }
  image_stat(entry, found);
  if (open_file == NULL) {
    image_release(entry);
  }
  return 0;
}

static int on_link(const char *path, char *target, size_t size) {
  struct entry *entry = image_find(path);
  bool is_read = entry != NULL && image_link(entry, target, size);
  image_release(entry);
  return is_read ? 0 : -EINVAL;
}

static int on_open(const char *path, struct fuse_file_info *open_file) {
  struct entry *entry = image_find(path);
  if (entry == NULL) {
    return -ENOENT;
  }
  open_file->fh = (uintptr_t)entry;
  open_file->keep_cache = 1;
  return 0;
}

static int on_read(const char *path, char *bytes, size_t size, off_t from, struct fuse_file_info *open_file) {
  (void)path;
  ssize_t count = image_read((struct entry *)(uintptr_t)open_file->fh, bytes, size, from);
  return count < 0 ? -EIO : (int)count;
}

static int on_release(const char *path, struct fuse_file_info *open_file) {
  (void)path;
  image_release((struct entry *)(uintptr_t)open_file->fh);
  return 0;
}

struct listing {
  void *into;
  fuse_fill_dir_t fill;
};

static bool tell_name(void *with, const char *name) {
  struct listing *listing = with;
  return listing->fill(listing->into, name, NULL, 0, 0) == 0;
}

static int on_list(const char *path, void *into, fuse_fill_dir_t fill, off_t from, struct fuse_file_info *open_file,
                   enum fuse_readdir_flags flags) {
  (void)path, (void)from, (void)flags;
  struct listing listing = {into, fill};
  fill(into, ".", NULL, 0, 0);
  fill(into, "..", NULL, 0, 0);
  return image_list((struct entry *)(uintptr_t)open_file->fh, tell_name, &listing) ? 0 : -EIO;
}

static const struct fuse_operations operations = {
    .init = on_start, .getattr = on_stat, .readlink = on_link, .open = on_open, .read = on_read,
    .release = on_release, .opendir = on_open, .readdir = on_list, .releasedir = on_release,
};

/* What the library says when it cannot mount is no news to the user: the program is unpacked then. */
static void say_nothing(enum fuse_log_level level, const char *format, va_list values) {
  (void)level, (void)format, (void)values;
}

static bool unmount_with(const char *program, const char *folder) {
  pid_t child = fork();
  if (child == 0) {
    execlp(program, program, "-u", "-q", folder, (char *)NULL);
    _exit(127);
  }
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct watch {
  const char *folder;
  int keep_alive;
};

/* Wait for the end of the program, then unmount as soon as nothing in the folder is used any more: a worker may need a
   moment longer, and would be killed by the kernel if its code went away. Unmounting ends the loop of the library. */
static void *wait_for_the_end(void *with) {
  struct watch *watch = with;
  char byte;
  while (read(watch->keep_alive, &byte, 1) < 0 && errno == EINTR) {
  }
  while (umount2(watch->folder, 0) != 0 && !unmount_with("fusermount3", watch->folder) &&
         !unmount_with("fusermount", watch->folder)) {
    usleep(PATIENCE_US);
  }
  return NULL;
}

bool mount_and_serve(const char *folder, int ready, int keep_alive) {
  char *words[] = {"copilot-desktop", "-o", "ro,nosuid,nodev,subtype=copilot-desktop,fsname=copilot-desktop", NULL};
  struct fuse_args arguments = FUSE_ARGS_INIT(3, words);
  fuse_set_log_func(say_nothing);
  /* A program that sits in a terminal gets Ctrl+C; what serves its files must not. */
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGQUIT, SIG_IGN);
  struct fuse *fuse = fuse_new(&arguments, &operations, sizeof operations, NULL);
  if (fuse == NULL || fuse_mount(fuse, folder) != 0) {
    close(ready);
    return false;
  }
  pthread_t thread;
  struct watch watch = {folder, keep_alive};
  if (pthread_create(&thread, NULL, wait_for_the_end, &watch) != 0) {
    fuse_unmount(fuse);
    close(ready);
    return false;
  }
  if (write(ready, "+", 1) == 1) {
    close(ready);
    fuse_loop(fuse);
  }
  pthread_join(thread, NULL);
  return true;
}

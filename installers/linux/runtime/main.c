/* The runtime of the AppImage: it stands before a squashfs image in one file and starts the program in that image.

   The image is mounted by FUSE 3, whose library is linked in; where that is not to be had it is unpacked into a folder
   for temporary files, and removed from there when the program has ended. Everything that goes wrong is one sentence on
   standard error and exit code 127; else the exit code is the program's. */

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"
#include "mount.h"

enum { FAILED = 127, MARGIN = 32 << 20, DEPTH = 32 };
#define PREFIX "copilot-desktop-appimage-"

static const char help[] =
    "An AppImage: the program and what it needs, in one file. Arguments go to the program; these are the file's own:\n"
    "  --appimage-extract          unpack into ./squashfs-root\n"
    "  --appimage-extract-and-run  unpack into a temporary folder and start (also: APPIMAGE_EXTRACT_AND_RUN=1)\n"
    "  --appimage-mount            mount, print where, and wait for Ctrl+C\n"
    "  --appimage-offset           print where the squashfs image begins\n"
    "  --appimage-help             this\n";

static volatile pid_t program;

static int fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vfprintf(stderr, format, values);
  va_end(values);
  fputc('\n', stderr);
  return FAILED;
}

/* Where the image begins: behind the section headers, which stand at the end of this program. */
static off_t end_of_runtime(const char *file) {
  Elf64_Ehdr head;
  int opened = open(file, O_RDONLY | O_CLOEXEC);
  ssize_t count = opened < 0 ? -1 : read(opened, &head, sizeof head);
  close(opened);
  return count == sizeof head ? (off_t)(head.e_shoff + (Elf64_Off)head.e_shentsize * head.e_shnum) : -1;
}

static int start(const char *folder, char **arguments) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/AppRun", folder);
  setenv("APPDIR", folder, 1);
  arguments[0] = path;
  execv(path, arguments);
  return fail("The program in this file could not be started: %s.", strerror(errno));
}

/* Mounting */

/* Mount on a new folder, whose path is put into `folder`. Returns a descriptor: as long as a process holds it, the
   folder stays. -1: it could not be mounted, and nothing is left. */
static int mount_image(char folder[PATH_MAX]) {
  const char *temporary = getenv("TMPDIR");
  snprintf(folder, PATH_MAX, "%s/.mount_copilot-desktop-XXXXXX", temporary != NULL ? temporary : "/tmp");
  int ready[2], alive[2];
  if (access("/dev/fuse", R_OK | W_OK) != 0 || pipe2(ready, O_CLOEXEC) != 0 || pipe2(alive, O_CLOEXEC) != 0 ||
      mkdtemp(folder) == NULL) {
    return -1;
  }
  pid_t server = fork();
  if (server == 0) {
    /* Forked twice: it belongs to nobody who would wait for its end. */
    if (fork() != 0) {
      _exit(0);
    }
    setsid();
    close(ready[0]);
    close(alive[1]);
    bool was_mounted = mount_and_serve(folder, ready[1], alive[0]);
    rmdir(folder);
    _exit(was_mounted ? 0 : 1);
  }
  close(ready[1]);
  close(alive[0]);
  char byte;
  bool is_mounted = server > 0 && waitpid(server, NULL, 0) == server && read(ready[0], &byte, 1) == 1;
  close(ready[0]);
  if (!is_mounted) {
    close(alive[1]);
    rmdir(folder);
    return -1;
  }
  fcntl(alive[1], F_SETFD, 0);
  return alive[1];
}

static int show_mounted(void) {
  char folder[PATH_MAX];
  if (mount_image(folder) < 0) {
    return fail("FUSE is not to be had here; --appimage-extract unpacks the file instead.");
  }
  sigset_t ends;
  int which;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGHUP);
  sigprocmask(SIG_BLOCK, &ends, NULL);
  puts(folder);
  fflush(stdout);
  sigwait(&ends, &which);
  return 0;
}

/* Unpacking */

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *way) {
  (void)found, (void)kind, (void)way;
  return remove(path);
}

static void remove_folder(const char *folder) { nftw(folder, remove_one, DEPTH, FTW_DEPTH | FTW_PHYS); }

/* Remove what programs left that were killed before they could: nobody holds the lock of such a folder. */
static void remove_leftovers(const char *place) {
  DIR *listing = opendir(place);
  struct dirent *each;
  while (listing != NULL && (each = readdir(listing)) != NULL) {
    char path[PATH_MAX];
    struct stat found;
    if (strncmp(each->d_name, PREFIX, strlen(PREFIX)) != 0 ||
        (size_t)snprintf(path, sizeof path, "%s/%s", place, each->d_name) >= sizeof path || lstat(path, &found) != 0 ||
        !S_ISDIR(found.st_mode) || found.st_uid != getuid()) {
      continue;
    }
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0 && flock(folder, LOCK_EX | LOCK_NB) == 0) {
      remove_folder(path);
    }
    close(folder);
  }
  if (listing != NULL) {
    closedir(listing);
  }
}

/* Whether a folder is one to unpack into: to be written, with room, and not mounted so that nothing in it can run. */
static bool is_fit(const char *place, uint64_t needed) {
  struct statvfs found;
  return place != NULL && place[0] == '/' && access(place, W_OK | X_OK) == 0 && statvfs(place, &found) == 0 &&
         (found.f_flag & (ST_NOEXEC | ST_RDONLY)) == 0 && (uint64_t)found.f_bavail * found.f_frsize >= needed;
}

static void pass_on(int which, siginfo_t *from, void *context) {
  (void)context;
  if (from->si_code <= 0 && program > 0) { /* Of a process: Ctrl+C in a terminal reaches the program by itself. */
    kill(program, which);
  }
}

static int wait_for_program(void) {
  int status = 0;
  while (waitpid(program, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run_unpacked(char **arguments) {
  const char *places[] = {getenv("TMPDIR"), "/tmp", "/var/tmp", getenv("XDG_RUNTIME_DIR"), getenv("HOME")};
  uint64_t needed = image_size() + MARGIN;
  const char *place = NULL;
  for (size_t at = 0; place == NULL && at < sizeof places / sizeof *places; at++) {
    if (places[at] != NULL) {
      remove_leftovers(places[at]);
    }
    place = is_fit(places[at], needed) ? places[at] : NULL;
  }
  if (place == NULL) {
    return fail("The program could not be unpacked: neither TMPDIR nor /tmp, /var/tmp or the home folder has %llu MB "
                "free for programs. Make room, or install fuse3 so that nothing needs to be unpacked.",
                (unsigned long long)(needed >> 20));
  }
  char folder[PATH_MAX];
  snprintf(folder, sizeof folder, "%s/%s%u-XXXXXX", place, PREFIX, (unsigned)getuid());
  int lock = mkdtemp(folder) != NULL ? open(folder, O_RDONLY | O_DIRECTORY) : -1; /* kept by the program as well */
  if (lock < 0 || flock(lock, LOCK_EX) != 0 || !image_unpack(folder)) {
    int problem = errno;
    remove_folder(folder);
    return fail("The program could not be unpacked into %s: %s.", place, strerror(problem));
  }
  struct sigaction handler = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO};
  const int passed[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2};
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  program = fork();
  if (program == 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    _exit(start(folder, arguments));
  }
  for (size_t at = 0; at < sizeof passed / sizeof *passed; at++) {
    sigaction(passed[at], &handler, NULL);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  int code = program > 0 ? wait_for_program() : fail("The program could not be started: %s.", strerror(errno));
  remove_folder(folder);
  return code;
}

static int unpack_here(void) {
  if (mkdir("squashfs-root", 0755) != 0 && errno != EEXIST) {
    return fail("squashfs-root could not be made here: %s.", strerror(errno));
  }
  if (!image_unpack("squashfs-root")) {
    return fail("This file could not be unpacked into squashfs-root: %s.", strerror(errno));
  }
  puts("squashfs-root");
  return 0;
}

static int run(int count, char **arguments) {
  const char *variable = getenv("APPIMAGE_EXTRACT_AND_RUN");
  bool is_unpacked = variable != NULL && strcmp(variable, "") != 0 && strcmp(variable, "0") != 0;
  if (count > 1 && strcmp(arguments[1], "--appimage-extract-and-run") == 0) {
    is_unpacked = true;
    memmove(&arguments[1], &arguments[2], sizeof *arguments * (size_t)(count - 1));
  }
  char folder[PATH_MAX];
  if (!is_unpacked && mount_image(folder) >= 0) {
    return start(folder, arguments);
  }
  return run_unpacked(arguments);
}

int main(int count, char **arguments) {
  char file[PATH_MAX], here[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", file, sizeof file - 1);
  if (length < 0) {
    return fail("/proc is not there, and without it this file does not find itself.");
  }
  file[length] = '\0';
  off_t offset = end_of_runtime(file);
  const char *asked = count > 1 ? arguments[1] : "";
  if (strcmp(asked, "--appimage-help") == 0) {
    fputs(help, stdout);
    return 0;
  }
  if (strcmp(asked, "--appimage-offset") == 0) {
    printf("%lld\n", (long long)offset);
    return 0;
  }
  if (offset < 0 || !image_open(file, offset)) {
    return fail("%s is damaged: fetch it again.", file);
  }
  if (strcmp(asked, "--appimage-extract") == 0) {
    return unpack_here();
  }
  if (strcmp(asked, "--appimage-mount") == 0) {
    return show_mounted();
  }
  setenv("APPIMAGE", file, 1);
  setenv("ARGV0", arguments[0], 1);
  if (getcwd(here, sizeof here) != NULL) {
    setenv("OWD", here, 1);
  }
  return run(count, arguments);
}

/* The image as a folder, by FUSE. */
#ifndef MOUNT_H
#define MOUNT_H

#include <stdbool.h>

/* Mount the image on an empty folder and serve it until `keep_alive` reads end of file, that is until the last process
   that holds the other end is gone. Writes one byte to `ready` once it is mounted, and closes it in any case. Runs in a
   process of its own; returns whether it was mounted. */
bool mount_and_serve(const char *folder, int ready, int keep_alive);

#endif

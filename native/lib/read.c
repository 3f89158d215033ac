/* The small files and directories of /proc, whole and in one call. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export.h"

EXPORT int64_t ckpt_read_file(const char *path, void *buffer, int64_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int64_t done = 0;
	ssize_t some = 1;

	if (fd < 0)
		return -errno;
	while (some > 0 && done < size) {
		some = read(fd, (char *)buffer + done, (size_t)(size - done));
		done = some < 0 ? -errno : done + some;
	}
	close(fd);
	return done;
}

EXPORT int ckpt_list_numbers(const char *path, int32_t *numbers, int32_t capacity)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int count = 0;

	if (directory == NULL)
		return -errno;
	errno = 0;
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		if (count < capacity)
			numbers[count] = (int32_t)strtol(entry->d_name, NULL, 10);
		count++;
	}
	count = errno != 0 ? -errno : count;
	closedir(directory);
	return count;
}

EXPORT int64_t ckpt_list_names(const char *path, char *names, int64_t size)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int64_t length = 0;

	if (directory == NULL)
		return -errno;
	errno = 0;
	while ((entry = readdir(directory)) != NULL) {
		int64_t more = (int64_t)strlen(entry->d_name) + 1;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (length + more <= size)
			memcpy(names + length, entry->d_name, (size_t)more);
		length += more;
	}
	length = errno != 0 ? -errno : length;
	closedir(directory);
	return length;
}

/* Runs a fuzz target once over every file of the folders given. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#define MOST_BYTES (1024 * 1024)

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(MOST_BYTES);
	size_t size;

	if (!file || !data) {
		perror(path);
		if (file)
			fclose(file);
		free(data);
		return 1;
	}
	size = fread(data, 1, MOST_BYTES, file);
	fclose(file);
	(void)LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned files = 0;

	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);
		struct dirent *entry;

		if (!folder) {
			perror(argv[i]);
			return 1;
		}
		while ((entry = readdir(folder))) {
			char path[4096];

			if (entry->d_name[0] == '.')
				continue;
			(void)snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
			if (run_file(path) != 0) {
				closedir(folder);
				return 1;
			}
			files++;
		}
		closedir(folder);
	}
	printf("%u inputs\n", files);
	return files > 0 ? 0 : 1; /* a corpus that is not there tests nothing */
}

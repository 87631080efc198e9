/*
 * Real git repositories in a temporary folder, made with the git program, for tests.
 * No configuration of the machine or its user has any influence.
 */
#ifndef RCN_TESTS_REPOSITORY_H
#define RCN_TESTS_REPOSITORY_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* libgit2 1.5 itself leaks: in git_repository_open_ext() for each configuration entry of a
 * repository of format version 1 (through libpcre2), and in git_graph_descendant_of(). */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libgit2.so\nleak:libpcre2-8.so\n";
}

struct repository {
	char root[64];
	char path[4096]; /* of the last repository_path() */
};

/* Runs a shell command in the folder; the test ends when it fails. */
__attribute__((format(printf, 2, 3))) static inline void repository_run(
	const struct repository *repository, const char *format, ...)
{
	char command[8192];
	int len = snprintf(command, sizeof(command), "cd '%s' && ", repository->root);
	va_list list;

	va_start(list, format);
	len += vsnprintf(command + len, sizeof(command) - (size_t)len, format, list);
	va_end(list);
	if (len >= (int)sizeof(command) || system(command) != 0) {
		fprintf(stderr, "failed: %s\n", command);
		abort();
	}
}

static inline void repository_environment(void)
{
	setenv("HOME", "/nonexistent", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_SYSTEM", "/dev/null", 1);
	setenv("GIT_AUTHOR_NAME", "Test", 1);
	setenv("GIT_AUTHOR_EMAIL", "test@example.com", 1);
	setenv("GIT_COMMITTER_NAME", "Test", 1);
	setenv("GIT_COMMITTER_EMAIL", "test@example.com", 1);
	unsetenv("GIT_DIR");
	unsetenv("GIT_WORK_TREE");
	unsetenv("XDG_CONFIG_HOME");
}

static inline void repository_folder(struct repository *repository)
{
	repository_environment();
	snprintf(repository->root, sizeof(repository->root), "/tmp/rcn-unit-XXXXXX");
	if (!mkdtemp(repository->root))
		abort();
}

static inline void repository_new(struct repository *repository)
{
	repository_folder(repository);
	repository_run(repository, "git init -q -b main .");
}

static inline void repository_free(struct repository *repository)
{
	char command[256];

	snprintf(command, sizeof(command), "chmod -R u+rwX '%s'; rm -rf '%s'", repository->root,
		 repository->root);
	if (system(command) != 0)
		abort();
}

static inline const char *repository_path(struct repository *repository, const char *path)
{
	snprintf(repository->path, sizeof(repository->path), "%s/%s", repository->root, path);
	return repository->path;
}

static inline void repository_write_bytes(struct repository *repository, const char *path,
					  const char *text, size_t len)
{
	char *full = strdup(repository_path(repository, path));
	FILE *file;

	for (char *slash = full + 1; full && (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		(void)mkdir(full, 0777);
		*slash = '/';
	}
	file = full ? fopen(full, "w") : NULL;
	if (!file || fwrite(text, 1, len, file) != len || fclose(file) != 0)
		abort();
	free(full);
}

static inline void repository_write(struct repository *repository, const char *path,
				    const char *text)
{
	repository_write_bytes(repository, path, text, strlen(text));
}

static inline void repository_commit(const struct repository *repository)
{
	repository_run(repository, "git add -A && git commit -q -m 'A commit' --allow-empty");
}

#endif

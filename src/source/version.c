#include <git2.h>

#include "source/source.h"

const char *rcn_source_library_version(void)
{
	return LIBGIT2_VERSION;
}

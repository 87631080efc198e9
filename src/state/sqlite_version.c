#include <sqlite3.h>

#include "state/store.h"

const char *rcn_store_library_version(void)
{
	return sqlite3_libversion();
}

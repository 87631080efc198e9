#include <yaml.h>

#include "data/yaml.h"

const char *rcn_yaml_library_version(void)
{
	return yaml_get_version_string();
}

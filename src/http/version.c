#include <curl/curl.h>

#include "http/http.h"

const char *rcn_http_library_version(void)
{
	return curl_version_info(CURLVERSION_NOW)->version;
}

/*
 * A server of raw bytes for tests: it answers requests with what a script says, in
 * order, and remembers each request (its first RAW_REQUEST_SIZE bytes) as it came. One
 * connection after the other: a test that wants two at once needs two servers.
 */
#ifndef RCN_TESTS_RAW_SERVER_H
#define RCN_TESTS_RAW_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#define RAW_REQUESTS     64
#define RAW_REQUEST_SIZE 8192

enum raw_after {
	RAW_KEEP,  /* wait for the next request on the same connection */
	RAW_CLOSE, /* close the connection */
	RAW_HANG,  /* say no more, until the client goes */
};

struct raw_step {
	const char *answer; /* NULL = none */
	enum raw_after after;
	size_t flood; /* so many bytes of 'x' behind the answer */
};

struct raw_server;

/* Listens on a free port of 127.0.0.1. The script must outlive the server. */
struct raw_server *raw_server_start(const struct raw_step *steps, size_t count);
unsigned raw_server_port(const struct raw_server *server);
/* Joins the server's thread. Requests may be read afterwards. */
void raw_server_stop(struct raw_server *server);
size_t raw_server_count(const struct raw_server *server);
const char *raw_server_request(const struct raw_server *server, size_t index);
size_t raw_server_connections(const struct raw_server *server);
void raw_server_free(struct raw_server *server);

#endif

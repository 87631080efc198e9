#include "raw_server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct raw_server {
	pthread_t thread;
	int listener;
	unsigned port;
	const struct raw_step *steps;
	size_t count, next;
	size_t requests, connections;
	atomic_bool stopping, stopped;
	atomic_int current; /* the connection that is served, or -1 */
	char request[RAW_REQUESTS][RAW_REQUEST_SIZE];
};

static size_t body_length(const char *text)
{
	const char *header = strcasestr(text, "\r\nContent-Length:");

	return header ? strtoul(header + 17, NULL, 10) : 0;
}

/* Reads one whole request and keeps its beginning; false when the client goes before. */
static bool read_request(int connection, char *text)
{
	size_t len = 0, kept = 0, wanted = SIZE_MAX;
	char block[65536];

	text[0] = '\0';
	while (len < wanted) {
		ssize_t got = recv(connection, block, sizeof(block), 0);
		size_t keep = RAW_REQUEST_SIZE - 1 - kept;
		const char *end;

		if (got <= 0)
			return false;
		len += (size_t)got;
		if (keep > (size_t)got)
			keep = (size_t)got;
		memcpy(text + kept, block, keep);
		kept += keep;
		text[kept] = '\0';
		end = strstr(text, "\r\n\r\n");
		if (end)
			wanted = (size_t)(end - text) + 4 + body_length(text);
	}
	return true;
}

static void send_all(int connection, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(connection, text, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		text += sent;
		len -= (size_t)sent;
	}
}

static void flood(int connection, size_t bytes)
{
	char block[4096];

	memset(block, 'x', sizeof(block));
	for (; bytes > 0; bytes -= bytes < sizeof(block) ? bytes : sizeof(block))
		send_all(connection, block, bytes < sizeof(block) ? bytes : sizeof(block));
}

static void serve_connection(struct raw_server *server, int connection)
{
	char rest;

	while (server->requests < RAW_REQUESTS &&
	       read_request(connection, server->request[server->requests])) {
		const struct raw_step *step;

		server->requests++;
		if (server->next == server->count)
			return;
		step = &server->steps[server->next++];
		if (step->answer)
			send_all(connection, step->answer, strlen(step->answer));
		flood(connection, step->flood);
		if (step->after == RAW_CLOSE)
			return;
		if (step->after == RAW_HANG) {
			while (recv(connection, &rest, 1, 0) > 0)
				;
			return;
		}
	}
}

static void *serve(void *payload)
{
	struct raw_server *server = payload;
	int connection;

	while ((connection = accept(server->listener, NULL, NULL)) >= 0) {
		server->connections++;
		atomic_store(&server->current, connection);
		if (!atomic_load(&server->stopping))
			serve_connection(server, connection);
		atomic_store(&server->current, -1);
		close(connection);
	}
	return NULL;
}

struct raw_server *raw_server_start(const struct raw_step *steps, size_t count)
{
	struct raw_server *server = calloc(1, sizeof(*server));
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	if (!server)
		abort();
	server->steps = steps;
	server->count = count;
	atomic_init(&server->current, -1);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->listener < 0 ||
	    bind(server->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(server->listener, 64) != 0 ||
	    getsockname(server->listener, (struct sockaddr *)&address, &size) != 0 ||
	    pthread_create(&server->thread, NULL, serve, server) != 0)
		abort();
	server->port = ntohs(address.sin_port);
	return server;
}

unsigned raw_server_port(const struct raw_server *server)
{
	return server->port;
}

void raw_server_stop(struct raw_server *server)
{
	int connection;

	if (atomic_exchange(&server->stopped, true))
		return;
	atomic_store(&server->stopping, true);
	/* Ends accept(), and whatever the thread reads from. */
	shutdown(server->listener, SHUT_RDWR);
	connection = atomic_load(&server->current);
	if (connection >= 0)
		shutdown(connection, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->listener);
}

size_t raw_server_count(const struct raw_server *server)
{
	return server->requests;
}

const char *raw_server_request(const struct raw_server *server, size_t index)
{
	return index < server->requests ? server->request[index] : "";
}

size_t raw_server_connections(const struct raw_server *server)
{
	return server->connections;
}

void raw_server_free(struct raw_server *server)
{
	raw_server_stop(server);
	free(server);
}

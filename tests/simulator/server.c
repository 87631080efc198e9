#include "server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "routes.h"
#include "send.h"

#define CONNECTIONS_MAX 4000
#define IDLE_SECONDS    120
#define THREADS         2
#define DRAIN_MS        1000

struct sim_server {
	struct sim *sim;
	struct MHD_Daemon *daemon;
	struct sim_timer *timer;
	/* Requests that were begun and not yet answered to the last byte. */
	atomic_uint open;
};

enum phase {
	PHASE_HEAD,
	PHASE_BODY,
	PHASE_WORK,
	PHASE_ANSWER
};

struct exchange {
	struct sim_server *server;
	enum phase phase;
	struct sim_request request;
};

/* The one place where MHD shows the target as it was received. */
static void *begin(void *context, const char *target, struct MHD_Connection *connection)
{
	struct exchange *exchange = sim_allocate(sizeof(*exchange));

	(void)connection;
	exchange->server = context;
	atomic_fetch_add(&exchange->server->open, 1);
	exchange->request.target = sim_copy(target);
	return exchange;
}

static char *copy_header(struct MHD_Connection *connection, const char *name)
{
	return sim_copy(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

static void take_body(struct sim_request *request, const char *data, size_t length)
{
	if (request->body.length + length > SIM_BODY_MAX)
		request->body_too_large = true;
	else if (!request->body_too_large)
		sim_text_add_bytes(&request->body, data, length);
}

static void count_connection(struct exchange *exchange, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	bool *counted = info ? info->socket_context : NULL;

	if (exchange->request.book || !counted || *counted)
		return;
	*counted = true;
	(void)pthread_mutex_lock(&exchange->server->sim->lock);
	exchange->server->sim->journal.connections++;
	(void)pthread_mutex_unlock(&exchange->server->sim->lock);
}

static enum MHD_Result answer(struct exchange *exchange, struct MHD_Connection *connection)
{
	struct sim_request *request = &exchange->request;
	const struct sim_action *action = request->action;
	bool silent = action && (action->drop != SIM_DROP_NO || action->raw);

	/* Entered before it is sent: a client that has its answer finds it in the books. */
	sim_routes_leave(exchange->server->sim, request, silent ? 0 : request->answer.status);
	return sim_send(request, connection, exchange->server->timer);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *data,
			      size_t *length, void **place)
{
	struct exchange *exchange = *place;
	struct sim_server *server = context;
	struct sim_request *request = &exchange->request;
	int64_t wait;

	(void)url;
	(void)version;
	switch (exchange->phase) {
	case PHASE_HEAD:
		request->method = sim_copy(method);
		request->content_type = copy_header(connection, "Content-Type");
		request->authorization = copy_header(connection, "Authorization");
		request->client_tracking = copy_header(connection, "TrackingID");
		exchange->phase = PHASE_BODY;
		return MHD_YES;
	case PHASE_BODY:
		if (*length > 0) {
			take_body(request, data, *length);
			*length = 0;
			return MHD_YES;
		}
		sim_request_read(request);
		count_connection(exchange, connection);
		wait = sim_routes_arrive(server->sim, request);
		exchange->phase = PHASE_WORK;
		if (wait > 0 && sim_timer_wait(server->timer, connection, wait))
			return MHD_YES;
		__attribute__((fallthrough));
	case PHASE_WORK:
		sim_routes_work(server->sim, request);
		exchange->phase = PHASE_ANSWER;
		if (request->answer.wait > 0 &&
		    sim_timer_wait(server->timer, connection, request->answer.wait))
			return MHD_YES;
		__attribute__((fallthrough));
	default:
		return answer(exchange, connection);
	}
}

static void complete(void *context, struct MHD_Connection *connection, void **place,
		     enum MHD_RequestTerminationCode code)
{
	struct sim_server *server = context;
	struct exchange *exchange = *place;

	(void)connection;
	(void)code;
	if (!exchange)
		return;
	/* Only counts when it never came to an answer. */
	sim_routes_leave(server->sim, &exchange->request, 0);
	(void)pthread_mutex_lock(&server->sim->lock);
	sim_request_clear(&exchange->request);
	(void)pthread_mutex_unlock(&server->sim->lock);
	free(exchange);
	*place = NULL;
	atomic_fetch_sub(&server->open, 1);
}

static void notify_connection(void *context, struct MHD_Connection *connection, void **place,
			      enum MHD_ConnectionNotificationCode code)
{
	(void)context;
	(void)connection;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*place = sim_allocate(sizeof(bool));
	} else {
		free(*place);
		*place = NULL;
	}
}

struct sim_server *sim_server_start(struct sim *sim, uint16_t port)
{
	struct sim_server *server = sim_allocate(sizeof(*server));
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->sim = sim;
	server->timer = sim_timer_start();
	if (server->timer)
		server->daemon = MHD_start_daemon(
			MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL,
			handle, server, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
			MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT,
			(unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
			(unsigned)IDLE_SECONDS, MHD_OPTION_URI_LOG_CALLBACK, begin, server,
			MHD_OPTION_NOTIFY_COMPLETED, complete, server, MHD_OPTION_NOTIFY_CONNECTION,
			notify_connection, server, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024U,
			MHD_OPTION_END);
	if (!server->daemon) {
		sim_server_stop(server);
		return NULL;
	}
	return server;
}

uint16_t sim_server_port(const struct sim_server *server)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);

	return info ? info->port : 0;
}

/* MHD_stop_daemon would cut those off whose wait has just ended. Whoever dawdles is cut off. */
static void drain(struct sim_server *server)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	for (int64_t until = sim_now() + DRAIN_MS;
	     atomic_load(&server->open) > 0 && sim_now() < until;)
		(void)nanosleep(&moment, NULL);
}

void sim_server_stop(struct sim_server *server)
{
	if (!server)
		return;
	sim_timer_end(server->timer);
	drain(server);
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	sim_timer_free(server->timer);
	free(server);
}

#include "send.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#define RAW_PATIENCE_MS 2000
#define STREAM_BLOCK    16384

static int find_socket(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

/* MHD has nothing of its own to send while it asks for an answer, so the socket is ours. */
static void send_raw(int socket, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t done = send(socket, bytes, length, MSG_NOSIGNAL);

		if (done < 0 && (errno == EAGAIN || errno == EINTR)) {
			struct pollfd wait = { .fd = socket, .events = POLLOUT };

			if (poll(&wait, 1, RAW_PATIENCE_MS) > 0)
				continue;
		}
		if (done < 0)
			return;
		bytes += done;
		length -= (size_t)done;
	}
}

/* MHD shuts a socket down before it closes it, which would send FIN first; to disconnect sends RST.
 */
static void reset_connection(int socket)
{
	struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	(void)connect(socket, &nobody, sizeof(nobody));
}

/* The answer as it would be sent, cut inside its headers. */
static void send_cut_headers(const struct sim_request *request, int socket)
{
	const struct sim_answer *answer = &request->answer;
	struct text head = { 0 };

	sim_text_format(&head, "HTTP/1.1 %d Answer\r\nContent-Type: application/json\r\n",
			answer->status);
	for (size_t i = 0; i < answer->header_count; i++)
		sim_text_format(&head, "%s: %s\r\n", answer->headers[i].name,
				answer->headers[i].value);
	sim_text_format(&head, "Content-Length: %zu\r\n\r\n", answer->body.length);
	size_t at = request->action->truncate_at < 0 ? head.length / 2
						     : (size_t)request->action->truncate_at;
	send_raw(socket, head.data, at < head.length - 4 ? at : head.length - 4);
	sim_text_free(&head);
}

struct stream {
	struct MHD_Connection *connection;
	struct sim_timer *timer;
	/* NULL: made up as it goes. */
	char *data;
	uint64_t total;
	/* The connection ends here; beyond `total`: never. */
	uint64_t limit;
	uint64_t block;
	int64_t pause;
	bool paused;
};

static const char huge_start[] = "{\"items\":[],\"padding\":\"";
static const char huge_end[] = "\"}";

static char huge_byte(uint64_t at, uint64_t total)
{
	if (at < sizeof(huge_start) - 1)
		return huge_start[at];
	if (at + sizeof(huge_end) - 1 >= total)
		return huge_end[sizeof(huge_end) - 1 - (total - at)];
	return 'x';
}

static ssize_t read_stream(void *context, uint64_t position, char *buffer, size_t size)
{
	struct stream *stream = context;

	if (position >= stream->limit)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (position >= stream->total)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (stream->pause > 0 && position > 0 && !stream->paused) {
		stream->paused = true;
		return sim_timer_wait(stream->timer, stream->connection, stream->pause)
			       ? 0
			       : MHD_CONTENT_READER_END_WITH_ERROR;
	}
	stream->paused = false;
	uint64_t end = stream->total < stream->limit ? stream->total : stream->limit;
	uint64_t length = end - position < size ? end - position : size;
	if (length > stream->block)
		length = stream->block;
	if (stream->data)
		memcpy(buffer, stream->data + position, length);
	for (uint64_t i = 0; !stream->data && i < length; i++)
		buffer[i] = huge_byte(position + i, stream->total);
	return (ssize_t)length;
}

static void free_stream(void *context)
{
	struct stream *stream = context;

	free(stream->data);
	free(stream);
}

static struct MHD_Response *make_stream(struct sim_request *request,
					struct MHD_Connection *connection, struct sim_timer *timer)
{
	const struct sim_action *action = request->action;
	struct stream *stream = sim_allocate(sizeof(*stream));

	stream->connection = connection;
	stream->timer = timer;
	stream->total = action->huge > 0 ? (uint64_t)action->huge : request->answer.body.length;
	stream->data = action->huge > 0 ? NULL : sim_text_take(&request->answer.body);
	stream->limit = UINT64_MAX;
	if (action->truncate == SIM_TRUNCATE_BODY) {
		stream->limit =
			action->truncate_at < 0 ? stream->total / 2 : (uint64_t)action->truncate_at;
		/* To cut at the very end or beyond is to promise more than there is. */
		if (stream->limit >= stream->total && !action->huge) {
			uint64_t promised = stream->limit + 1;

			stream->data = sim_reallocate(stream->data, promised);
			memset(stream->data + stream->total, ' ', promised - stream->total);
			stream->limit = stream->total;
			stream->total = promised;
		}
	}
	stream->block = action->drip_bytes > 0 ? (uint64_t)action->drip_bytes : STREAM_BLOCK;
	stream->pause = action->drip_bytes > 0 ? action->drip_ms : 0;
	return MHD_create_response_from_callback(action->chunked ? MHD_SIZE_UNKNOWN : stream->total,
						 STREAM_BLOCK, read_stream, stream, free_stream);
}

static bool wants_stream(const struct sim_action *action)
{
	return action && (action->truncate == SIM_TRUNCATE_BODY || action->drip_bytes > 0 ||
			  action->huge > 0 || action->chunked);
}

static bool has_header(const struct sim_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (strcasecmp(answer->headers[i].name, name) == 0)
			return true;
	return false;
}

static enum MHD_Result send_whole(struct sim_request *request, struct MHD_Connection *connection,
				  struct sim_timer *timer)
{
	struct sim_answer *answer = &request->answer;
	struct MHD_Response *response;
	size_t length = answer->body.length;

	if (wants_stream(request->action))
		response = make_stream(request, connection, timer);
	else
		response = MHD_create_response_from_buffer(length, sim_text_take(&answer->body),
							   MHD_RESPMEM_MUST_FREE);
	if (!response)
		return MHD_NO;
	if (length > 0 && !has_header(answer, "Content-Type"))
		(void)MHD_add_response_header(response, "Content-Type", "application/json");
	for (size_t i = 0; i < answer->header_count; i++)
		(void)MHD_add_response_header(response, answer->headers[i].name,
					      answer->headers[i].value);
	enum MHD_Result result = MHD_queue_response(connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return result;
}

enum MHD_Result sim_send(struct sim_request *request, struct MHD_Connection *connection,
			 struct sim_timer *timer)
{
	const struct sim_action *action = request->action;
	int socket = find_socket(connection);

	if (action && action->drop != SIM_DROP_NO) {
		if (action->reset)
			reset_connection(socket);
		return MHD_NO;
	}
	if (action && action->raw) {
		send_raw(socket, action->raw, strlen(action->raw));
		return MHD_NO;
	}
	if (action && action->truncate == SIM_TRUNCATE_HEADERS) {
		send_cut_headers(request, socket);
		return MHD_NO;
	}
	return send_whole(request, connection, timer);
}

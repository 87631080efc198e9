#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

void sim_tokens_init(struct sim_tokens *tokens, const struct sim_options *options)
{
	*tokens = (struct sim_tokens){ .options = options };
}

void sim_tokens_free(struct sim_tokens *tokens)
{
	for (size_t i = 0; i < SIM_TOKENS_MAX; i++)
		free(tokens->issued[i].text);
	*tokens = (struct sim_tokens){ 0 };
}

void sim_tokens_expire(struct sim_tokens *tokens)
{
	for (size_t i = 0; i < SIM_TOKENS_MAX; i++)
		tokens->issued[i].expires = 0;
	tokens->expired = true;
}

const char *sim_tokens_refuse(const struct sim_tokens *tokens, const char *header, int64_t now)
{
	if (!header)
		return "Authentication credentials were missing.";
	if (strncasecmp(header, "Bearer ", 7) != 0 || !header[7] || strchr(header + 7, ' '))
		return "The Authorization header is no bearer token.";
	for (size_t i = 0; i < tokens->count; i++)
		if (strcmp(tokens->issued[i].text, header + 7) == 0)
			return tokens->issued[i].expires > now ? NULL : "The token has expired.";
	if (tokens->expired)
		return "The token has expired.";
	for (size_t i = 0; i < tokens->options->token_count; i++)
		if (strcmp(tokens->options->tokens[i], header + 7) == 0)
			return NULL;
	return tokens->options->token_count > 0 ? "The token is unknown." : NULL;
}

static const char *issue(struct sim_tokens *tokens, int64_t now)
{
	unsigned char random[24];
	struct text text = { 0 };

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		memset(random, (int)(now & 255), sizeof(random));
	sim_text_add(&text, "simulated-");
	for (size_t i = 0; i < sizeof(random); i++)
		sim_text_format(&text, "%02x", random[i]);
	struct sim_token *slot = &tokens->issued[tokens->next];
	tokens->next = (tokens->next + 1) % SIM_TOKENS_MAX;
	if (tokens->count < SIM_TOKENS_MAX)
		tokens->count++;
	free(slot->text);
	slot->text = sim_text_take(&text);
	slot->expires = now + tokens->options->token_life * 1000;
	return slot->text;
}

struct form {
	char *grant_type;
	char *client_id;
	char *client_secret;
	char *refresh_token;
};

static void free_form(struct form *form)
{
	free(form->grant_type);
	free(form->client_id);
	free(form->client_secret);
	free(form->refresh_token);
}

/* NULL when the form is good, else what is wrong with it. */
static const char *read_form(struct form *form, const char *text, size_t length)
{
	const char *end = text ? text + length : NULL;

	while (text && text < end) {
		const char *stop = memchr(text, '&', (size_t)(end - text));
		stop = stop ? stop : end;
		const char *equals = memchr(text, '=', (size_t)(stop - text));
		if (!equals)
			return "A form field has no value.";
		size_t name_length = (size_t)(equals - text);
		char **place = NULL;
		if (name_length == 10 && memcmp(text, "grant_type", 10) == 0)
			place = &form->grant_type;
		else if (name_length == 9 && memcmp(text, "client_id", 9) == 0)
			place = &form->client_id;
		else if (name_length == 13 && memcmp(text, "client_secret", 13) == 0)
			place = &form->client_secret;
		else if (name_length == 13 && memcmp(text, "refresh_token", 13) == 0)
			place = &form->refresh_token;
		if (!place)
			return "Unknown form field.";
		if (*place)
			return "A form field is given twice.";
		*place = sim_percent_decode(equals + 1, (size_t)(stop - equals - 1), true);
		if (!*place)
			return "A form field is not well encoded.";
		text = stop < end ? stop + 1 : end;
	}
	return NULL;
}

static void read_basic(struct form *form, const char *basic)
{
	if (!basic || strncasecmp(basic, "Basic ", 6) != 0 || form->client_secret)
		return;
	char *pair = sim_base64_decode(basic + 6);
	char *colon = pair ? strchr(pair, ':') : NULL;
	if (colon) {
		*colon = '\0';
		form->client_secret = sim_copy(colon + 1);
		if (!form->client_id)
			form->client_id = sim_copy(pair);
	}
	free(pair);
}

/* Anything but empty when nothing certain is wanted. */
static bool is_wanted(const char *wanted, const char *given)
{
	return given && *given && (!wanted || strcmp(wanted, given) == 0);
}

int sim_tokens_grant(struct sim_tokens *tokens, const char *text, size_t length, const char *basic,
		     const char *tracking, int64_t now, struct text *out)
{
	const struct sim_options *options = tokens->options;
	struct form form = { 0 };
	const char *wrong = read_form(&form, text, length);
	int status = 400;

	read_basic(&form, basic);
	if (!wrong && (!form.grant_type || strcmp(form.grant_type, "refresh_token") != 0)) {
		wrong = "grant_type must be refresh_token.";
	} else if (!wrong && (!is_wanted(options->client_id, form.client_id) ||
			      !is_wanted(options->client_secret, form.client_secret))) {
		wrong = "The client credentials are wrong.";
		status = 401;
	} else if (!wrong && !is_wanted(options->refresh_token, form.refresh_token)) {
		wrong = "The refresh token is not valid.";
	}
	if (wrong) {
		sim_text_add(out, "{\"message\":");
		sim_text_json(out, wrong);
		sim_text_add(out, ",\"errors\":[{\"description\":");
		sim_text_json(out, wrong);
		sim_text_add(out, "}],\"trackingId\":");
		sim_text_json(out, tracking);
		sim_text_add(out, "}");
	} else {
		status = 200;
		sim_text_format(out,
				"{\"access_token\":\"%s\",\"expires_in\":%lld,\"refresh_token\":",
				issue(tokens, now), (long long)options->token_life);
		sim_text_json(out, form.refresh_token);
		sim_text_add(out, ",\"refresh_token_expires_in\":7775999,\"token_type\":\"Bearer\","
				  "\"scope\":\"spark-admin:wholesale_customers_read "
				  "spark-admin:wholesale_customers_write "
				  "spark-admin:wholesale_subscribers_read\"}");
	}
	free_form(&form);
	return status;
}

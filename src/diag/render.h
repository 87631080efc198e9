/*
 * A problem as text, for terminals and logs:
 *
 *	customers/acme.yaml:5:3: error[RCN203]: unknown field `zipcode`
 *	  5 |   zipcode: 95035
 *	    |   ^^^^^^^
 *	    = help: did you mean `zipOrPostalCode`?
 *	customers/acme.yaml:4:3: note: … (related)
 *
 * Everything foreign is escaped (rcn_text_escape); tabs in the excerpt become one
 * space so that the caret stands right; wide and combining characters are measured
 * in columns; a long line is cut around the caret to `width` columns.
 */
#ifndef RCN_DIAG_RENDER_H
#define RCN_DIAG_RENDER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "diag/diag.h"

struct rcn_render_options {
	bool colour;  /* ANSI colours */
	bool quiet;   /* no hints (notes) */
	size_t width; /* columns; 0 = 100 */
};

void rcn_render_problem(struct rcn_buffer *out, const struct rcn_problem *problem,
			const struct rcn_render_options *options);
/* All of them, sorted as they are, and the line that counts them. */
void rcn_render_diag(struct rcn_buffer *out, const struct rcn_diag *diag,
		     const struct rcn_render_options *options);

#endif

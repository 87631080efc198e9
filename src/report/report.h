/*
 * One file per format; all are fed by plans, results, records and diagnostics. Writers
 * append to a buffer; foreign text is escaped for where it goes.
 *
 * JSON documents carry "format_version": "1.0": additions raise the minor number, readers
 * ignore unknown keys; a breaking change raises the major one. Schemas are in schemas/.
 */
#ifndef RCN_REPORT_REPORT_H
#define RCN_REPORT_REPORT_H

#include <reconcile/session.h>

#include "apply/apply.h"
#include "base/buffer.h"
#include "data/json.h"
#include "diag/diag.h"
#include "plan/plan.h"
#include "settings/settings.h"
#include "state/store.h"

#define RCN_OUTPUT_FORMAT_VERSION "1.0"

void rcn_report_plan_text(struct rcn_buffer *out, const struct rcn_plan *plan,
			  const struct rcn_look *look);
void rcn_report_plan_json(struct rcn_buffer *out, const struct rcn_plan *plan);

void rcn_report_result_text(struct rcn_buffer *out, const struct rcn_result *result,
			    const struct rcn_look *look);
void rcn_report_result_json(struct rcn_buffer *out, const struct rcn_result *result);

/* The list "problems" of JSON documents: code, severity, message, hint, path, line, column,
 * end_line, end_column, key, pointer, related. */
void rcn_report_problems_json(struct rcn_json *json, const struct rcn_diag *diag);

/* A table of records: key, name?, status, url; one line each, aligned to `width`. */
struct rcn_records_view {
	const struct rcn_record *const *records;
	size_t count;
	const struct rcn_store_info *info;
};
void rcn_report_status_text(struct rcn_buffer *out, const struct rcn_records_view *records,
			    const struct rcn_look *look);
/* The same for `state list`: key, settled or not, the manifest's path. */
void rcn_report_records_text(struct rcn_buffer *out, const struct rcn_records_view *records,
			     const struct rcn_look *look);
/* customerInfo.name of the body applied last (or being sent); absent where unknown. */
struct rcn_view rcn_report_record_name(struct rcn_arena *arena, const struct rcn_record *record);
void rcn_report_records_json(struct rcn_buffer *out, const struct rcn_records_view *records);
/* The whole state, as `state export` writes it: schemas/state.schema.json. */
void rcn_report_state_json(struct rcn_buffer *out, const struct rcn_records_view *records);
void rcn_report_record_text(struct rcn_buffer *out, const struct rcn_record *record,
			    const struct rcn_look *look);

void rcn_report_config_text(struct rcn_buffer *out, const struct rcn_settings *settings,
			    const struct rcn_look *look);
void rcn_report_config_json(struct rcn_buffer *out, const struct rcn_settings *settings);

#endif

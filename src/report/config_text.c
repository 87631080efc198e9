/* The settings in force, each with where it came from. */
#include <stdint.h>

#include "report/report.h"
#include "report/text.h"

#define VALUE_LIMIT 60

static size_t write_value(struct rcn_buffer *out, const struct rcn_setting_value *value, bool list)
{
	size_t columns = 0;

	if (!list || value->list_count == 0)
		return rcn_report_cell(out,
				       rcn_view_is_none(value->text) ? RCN_VIEW("-") : value->text,
				       VALUE_LIMIT);
	for (size_t i = 0; i < value->list_count; i++) {
		if (i > 0) {
			rcn_buffer_text(out, ", ");
			columns += 2;
		}
		columns += rcn_report_cell(out, value->list[i], VALUE_LIMIT);
	}
	return columns;
}

void rcn_report_config_text(struct rcn_buffer *out, const struct rcn_settings *settings,
			    const struct rcn_look *look)
{
	struct rcn_buffer scratch = RCN_BUFFER(1024 * 1024);
	size_t name_width = 0, value_width = 0;

	for (int i = 0; i < RCN_SETTING_COUNT; i++) {
		size_t columns;

		rcn_buffer_clear(&scratch);
		columns = write_value(&scratch, &settings->values[i],
				      rcn_setting_table[i].type == RCN_TYPE_LIST);
		value_width = columns > value_width ? columns : value_width;
		columns = strlen(rcn_setting_table[i].name);
		name_width = columns > name_width ? columns : name_width;
	}
	rcn_buffer_free(&scratch);
	for (int i = 0; i < RCN_SETTING_COUNT; i++) {
		const struct rcn_setting_value *value = &settings->values[i];
		bool is_default = value->origin == RCN_ORIGIN_DEFAULT;
		size_t columns;

		rcn_buffer_text(out, rcn_setting_table[i].name);
		rcn_report_pad(out, strlen(rcn_setting_table[i].name), name_width);
		columns = write_value(out, value, rcn_setting_table[i].type == RCN_TYPE_LIST);
		rcn_report_pad(out, columns, value_width);
		if (is_default)
			rcn_report_style(out, look, RCN_STYLE_DIM);
		rcn_buffer_text(out, rcn_origin_name(value->origin));
		if (value->origin == RCN_ORIGIN_ENVIRONMENT && rcn_setting_table[i].environment)
			rcn_buffer_format(out, " %s", rcn_setting_table[i].environment);
		if (!rcn_view_is_none(value->place.path)) {
			rcn_buffer_char(out, ' ');
			rcn_report_place(out, value->place);
		}
		rcn_report_plain(out, look);
		rcn_buffer_char(out, '\n');
	}
}

/*
 * What every store's check asks of a record, whatever the store.
 */
#ifndef RCN_STATE_STORE_CHECK_H
#define RCN_STATE_STORE_CHECK_H

#include "state/store.h"

/* Adds a problem for each thing about the record that can't be; RCN_ERROR_CORRUPT if any. */
enum rcn_status rcn_record_check(const struct rcn_record *record, struct rcn_diag *diag);

#endif

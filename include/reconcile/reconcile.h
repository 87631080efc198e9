/* Everything that libreconcile offers. */
#ifndef RECONCILE_RECONCILE_H
#define RECONCILE_RECONCILE_H

#include <reconcile/event.h>
#include <reconcile/info.h>
#include <reconcile/session.h>
#include <reconcile/status.h>
#include <reconcile/types.h>

#endif

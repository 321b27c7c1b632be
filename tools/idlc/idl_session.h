/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IDLC_IDL_SESSION_H
#define IDLC_IDL_SESSION_H

#include "idl_model.h"

/*
 * Bytes of the shared area, a multiple of a page; 0 if the interface has neither queues nor events.
 */
unsigned long idl_session_bytes(const struct idl_interface *interface);

#endif

// SPDX-License-Identifier: BSD-2-Clause
//
// Root's own lines of the log, on their way to the console server.
#ifndef ROOT_JOURNAL_H
#define ROOT_JOURNAL_H

// From now on there may be a console server.
void journal_start(void);

#endif

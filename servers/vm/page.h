// SPDX-License-Identifier: BSD-2-Clause
//
// Pages of dataspaces: providing, moving, taking and supplying them.
#ifndef VM_PAGE_H
#define VM_PAGE_H

#include <stdint.h>

#include "space.h"

// Provides a page if it is not there. Returns an error. ERROR_ABSENT: a manager has to supply a
// page first, of this dataspace or of the one that it is a copy of: that is `*wanted`,
// `*wanted_page`.
uint32_t page_provide(struct dataspace *dataspace, uint64_t page, struct dataspace **wanted,
                      uint64_t *wanted_page);

// The bytes of a page in the server, null if it is not present.
void *page_bytes(const struct dataspace *dataspace, uint64_t page);

enum page_result { PAGE_DONE, PAGE_ABSENT, PAGE_PINNED, PAGE_NO_MEMORY };

// Moves a page of anonymous memory to another frame and keeps the old one, which is the caller's
// then.
enum page_result page_vacate(struct dataspace *dataspace, uint64_t page);

// Moves a page of anonymous memory to another frame, or takes it away for good.
enum page_result page_move(struct dataspace *dataspace, uint64_t page);
enum page_result page_reclaim(struct dataspace *dataspace, uint64_t page);

// Enters a page that the manager supplied: `frame` counts supplied pages.
uint32_t page_supply(struct dataspace *dataspace, uint64_t page, uint64_t frame);

// Gives an owner back what it has paid for the pages that are there.
void page_refund_all(const struct dataspace *dataspace, struct task *owner);

// Gives the frames of all pages back.
void page_free_all(const struct dataspace *dataspace);

#endif

// SPDX-License-Identifier: BSD-2-Clause
//
// Translation cache: ranges over more than one page.
#include <dataspace/translation.h>

static uint64_t pages_of(uint64_t offset, uint64_t length)
{
    uint64_t inside = offset & (TRANSLATION_PAGE_BYTES - 1);
    return (inside + length + TRANSLATION_PAGE_BYTES - 1) >> TRANSLATION_PAGE_BITS;
}

uint64_t translation_pin_run(struct translation *translation, uint64_t offset, uint64_t length,
                             uint64_t now_us)
{
    uint64_t bytes = translation->page_count << TRANSLATION_PAGE_BITS;
    if (length == 0 || offset >= bytes || length > bytes - offset)
        return TRANSLATION_MISS;
    uint64_t start = offset & ~(TRANSLATION_PAGE_BYTES - 1);
    uint64_t count = pages_of(offset, length), first = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t at = start + (i << TRANSLATION_PAGE_BITS);
        uint64_t address = translation_pin(translation, at, 1, now_us);
        if (i == 0)
            first = address;
        if (address != TRANSLATION_MISS && address == first + (i << TRANSLATION_PAGE_BITS))
            continue;
        if (address != TRANSLATION_MISS)
            translation_unpin(translation, at);
        while (i-- > 0)
            translation_unpin(translation, start + (i << TRANSLATION_PAGE_BITS));
        return TRANSLATION_MISS;
    }
    return first + (offset - start);
}

void translation_unpin_run(struct translation *translation, uint64_t offset, uint64_t length)
{
    uint64_t start = offset & ~(TRANSLATION_PAGE_BYTES - 1);
    uint64_t count = pages_of(offset, length);
    for (uint64_t i = 0; i < count; i++)
        translation_unpin(translation, start + (i << TRANSLATION_PAGE_BITS));
}

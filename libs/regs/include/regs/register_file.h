/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of registers, made by idlc from a .regs file, and the functions over them.
 */
#ifndef REGS_REGISTER_FILE_H
#define REGS_REGISTER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct register_value {
    const char *name;
    uint64_t number;
    const char *description;
};

struct register_field {
    const char *name;
    const char *description;
    uint64_t mask; /* in place */
    unsigned shift;
    const struct register_value *values;
    size_t value_count;
};

struct register_info {
    const char *name;
    const char *description;
    uint32_t offset; /* of the first element, in units of the file */
    uint32_t width_bits;
    uint32_t count;  /* elements; 1 if it is no array */
    uint32_t stride; /* from one element to the next, in units of the file */
    bool has_reset;
    uint64_t reset; /* 0 if it has none */
    /* Masks of bits by what an access does. A bit can be in several. */
    uint64_t readable;         /* reads mean something; all others read as 0 */
    uint64_t writable;         /* writes are stored (rw, wo) */
    uint64_t read_clears;      /* reads clear (rc) */
    uint64_t write_one_clears; /* (w1c) */
    uint64_t write_one_starts; /* writing a one sets the bit until the device clears it (sc) */
    const struct register_field *fields;
    size_t field_count; /* 0: the register is one number */
};

struct register_file {
    const char *name;
    const char *description;
    uint32_t unit_bytes; /* what offsets count */
    uint32_t size;       /* in units */
    const struct register_info *registers;
    size_t register_count;
};

enum register_direction { REGISTER_READ, REGISTER_WRITE };

/*
 * The register at an offset that can be read (written), and which element of it, or null. Of
 * several registers at one place (banked) the first.
 */
const struct register_info *register_find(const struct register_file *file, uint32_t offset,
                                          enum register_direction direction, uint32_t *index);

/* The stored value of a register after the driver has written to it. */
uint64_t register_after_write(const struct register_info *info, uint64_t stored, uint64_t written);

/* What a read returns, and the stored value after it. */
uint64_t register_read_value(const struct register_info *info, uint64_t stored);
uint64_t register_after_read(const struct register_info *info, uint64_t stored);

/*
 * Spells a value by field names into text, like snprintf: returns the length it would have had
 * without the bound. One-bit fields show if they are 1, others if they are not 0: `CFG 0x00000021
 * MODE=10 BURST=2`.
 */
size_t register_describe(const struct register_info *info, uint64_t value, char *text,
                         size_t size_bytes);

#endif

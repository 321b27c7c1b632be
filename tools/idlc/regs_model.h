/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a .regs file says, as structures. The parser fills in what was typed; regs_check() resolves
 * layouts, gives every part its spelling in C and proves that the description is whole. Writers see
 * checked models only. All of it lives in the arena of the translation.
 */
#ifndef IDLC_REGS_MODEL_H
#define IDLC_REGS_MODEL_H

#include "arena.h"
#include "diagnostics.h"
#include "source.h"

#include <stdbool.h>
#include <stdint.h>

enum regs_access {
    ACCESS_INHERITED, /* of a field: that of its register */
    ACCESS_RW,
    ACCESS_RO,
    ACCESS_WO,
    ACCESS_RC,
    ACCESS_W1C,
    ACCESS_SC,
};

/* A named value of a field, or a constant of the device. */
struct regs_value {
    struct regs_value *next;
    struct place place;
    const char *name;
    uint64_t number;
    const char *typed; /* the number of a constant, as it stands in the description */
    const char *description;
};

struct regs_field {
    struct regs_field *next;
    struct place place;
    const char *name; /* null: reserved */
    unsigned high, low;
    enum regs_access access;
    const char *description; /* may be null if reserved */
    struct regs_value *values;
    const char *lower; /* the name in lower case */
};

/* The fields of a word, shared under a name or those of one register only. */
struct regs_layout {
    struct regs_layout *next;
    struct place place;
    const char *name; /* null: belongs to one register */
    unsigned width_bits;
    const char *description;
    struct regs_field *fields;
    const char *upper, *lower; /* prefix of its names in C: WIDGET_CFG, widget_cfg */
};

/* A register, a word of a memory or descriptor, or a reserved range of them. */
struct regs_register {
    struct regs_register *next;
    struct place place;
    const char *name; /* null: reserved */
    uint64_t offset;  /* in units of its window */
    uint64_t last;    /* reserved: the last unit */
    unsigned width_bits;
    enum regs_access access; /* never inherited */
    bool has_reset;
    uint64_t reset;
    uint64_t count; /* 1 unless it is an array */
    bool is_array;
    uint64_t stride; /* 0 as typed: elements touch; never 0 after the check */
    bool banked;
    const char *description;
    const char *layout_name;    /* null: none, or its own */
    struct regs_layout *layout; /* null: one plain number */
    struct place layout_place;
    const char *upper, *lower; /* its names in C: WIDGET_PHY_CONTROL, phy_control */
};

enum regs_window_kind { WINDOW_MMIO, WINDOW_PORTS, WINDOW_MEMORY };

struct regs_window {
    struct regs_window *next;
    struct place place;
    enum regs_window_kind kind;
    const char *name;    /* null: the registers of the device as such */
    uint64_t width_bits; /* of a memory in words: of each; else 0, and offsets count bytes */
    uint64_t size;       /* in units */
    unsigned unit_bytes; /* what offsets count; 0 as typed for words, known after the check */
    const char *description;
    struct regs_register *registers;
    const char *upper, *lower; /* WIDGET_PHY, widget_phy */
};

enum regs_order { ORDER_LITTLE, ORDER_BIG, ORDER_BOTH };

struct regs_owner {
    struct regs_owner *next;
    struct place place;
    const char *word_name, *field_name;
    uint64_t hardware; /* value of the bit while the device owns */
    const struct regs_register *word;
    const struct regs_field *field;
};

struct regs_descriptor {
    struct regs_descriptor *next;
    struct place place;
    const char *name;
    uint64_t size_bytes, align_bytes;
    enum regs_order order;
    const char *description;
    struct regs_register *words;
    struct regs_owner *owner; /* null: none */
    const char *upper, *lower;
};

struct regs_device {
    struct place place;
    const char *stem; /* of the source: drivers/net/widget/widget */
    const char *name, *upper;
    const char *description;
    struct regs_value *constants;
    struct regs_layout *layouts;
    struct regs_window *windows;
    struct regs_descriptor *descriptors;
};

/* regs.y: parses. Returns null after reporting an error. */
struct regs_device *regs_model_read(const struct source *source, struct arena *arena,
                                    struct diagnostics *diagnostics);

/* regs_check.c: completes and proves a parsed model; reports every error it finds. */
void regs_check(struct regs_device *device, struct arena *arena, struct diagnostics *diagnostics);

/* regs_check_names.c: gives all parts their names in C and reports names that come twice. */
void regs_check_names(struct regs_device *device, struct arena *arena,
                      struct diagnostics *diagnostics);

/* The bits of a field, in place; none if the check refused it. */
uint64_t regs_field_mask(const struct regs_field *field);

/* All bits of a width. */
uint64_t regs_width_mask(unsigned width_bits);

/* The access of a field within a register. */
enum regs_access regs_field_access(const struct regs_register *reg, const struct regs_field *field);

/* The bits of a register for which reads (writes) mean something. */
uint64_t regs_readable(const struct regs_register *reg);
uint64_t regs_writable(const struct regs_register *reg);

/* The bits of a register with one access kind. */
uint64_t regs_bits_with(const struct regs_register *reg, enum regs_access access);

/* How the access is typed: "rw". */
const char *regs_access_text(enum regs_access access);

#endif

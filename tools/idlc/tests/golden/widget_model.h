/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Example chip that uses every feature of the language: its register file.
 *
 * Made by idlc from tools/idlc/tests/good/widget.regs; change that file, not this one.
 */
#ifndef WIDGET_MODEL_H
#define WIDGET_MODEL_H

#include <regs/register_file.h>

/* Control and status */
extern const struct register_file widget_registers;
enum {
    WIDGET_MODEL_CR,
    WIDGET_MODEL_CFG,
    WIDGET_MODEL_ISR,
    WIDGET_MODEL_IMR,
    WIDGET_MODEL_RING,
    WIDGET_MODEL_MIB,
    WIDGET_MODEL_DATA,
    WIDGET_MODEL_STATUS,
    WIDGET_MODEL_QBASE,
    WIDGET_MODEL_QSIZE,
    WIDGET_MODEL_DIVISOR,
    WIDGET_MODEL_DIVISOR2,
    WIDGET_MODEL_COUNT,
};

/* Registers of the physical layer, in I/O ports */
extern const struct register_file widget_phy_registers;
enum {
    WIDGET_MODEL_PHY_CONTROL,
    WIDGET_MODEL_PHY_STATE,
    WIDGET_PHY_MODEL_COUNT,
};

/* Serial EEPROM */
extern const struct register_file widget_eeprom_registers;
enum {
    WIDGET_MODEL_EEPROM_SUBSYSTEM,
    WIDGET_MODEL_EEPROM_OPTIONS,
    WIDGET_MODEL_EEPROM_MAC,
    WIDGET_MODEL_EEPROM_CHECKSUM,
    WIDGET_EEPROM_MODEL_COUNT,
};

/* Filter memory, reached through an address and a data register */
extern const struct register_file widget_filter_registers;
enum {
    WIDGET_MODEL_FILTER_STATION,
    WIDGET_MODEL_FILTER_LENGTH,
    WIDGET_MODEL_FILTER_PATTERN,
    WIDGET_FILTER_MODEL_COUNT,
};

#endif

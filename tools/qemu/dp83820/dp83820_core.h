/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DP83820 as a device model without a machine around it.
 *
 * The core is the card from its bus pins to its wire: registers, EEPROM, PHY, filter, descriptor
 * engines, interrupt logic. Whoever uses it (QEMU, a host test, the fuzzer) lends it a bus, a
 * clock, a wire and an interrupt pin through struct dp83820_host. Nothing here knows of QEMU,
 * threads or wall time.
 *
 * Rules of the boundary
 *  - Not reentrant: a callback must not call back into the core, except for the functions marked
 * "from callbacks too".
 *  - DMA happens only inside dp83820_timer_expired(), never inside a register access or while a
 * frame is handed in. The core wants one timer from its host and keeps its own list of deadlines
 * behind it.
 *  - Work per call is bounded whatever the guest wrote: a chain of descriptors without an end costs
 * one timer expiry after the other, at least 1 us of the core's time apart, so that the host stays
 * in control.
 *  - Frames at this boundary have no preamble and no check sequence (the core accounts for both in
 * time and adds the check sequence in memory where the card would).
 *  - The wire runs at the speed of the link in the core's time. A frame handed in at t is in the
 * FIFO when its last bit could have arrived; a frame is handed out when its last bit has left.
 */
#ifndef TOOLS_QEMU_DP83820_CORE_H
#define TOOLS_QEMU_DP83820_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dp83820;

/* What the core needs from its surroundings; `host` is the pointer given to dp83820_create(). */
struct dp83820_host {
    /* Bus master cycles. False: nobody answered (unmapped, or bus mastering is disabled). Length is
     * at most 64 KiB. */
    bool (*dma_read)(void *host, uint64_t address, void *data, size_t length_bytes);
    bool (*dma_write)(void *host, uint64_t address, const void *data, size_t length_bytes);

    /* Time that never runs backwards. */
    uint64_t (*now_ns)(void *host);
    /* Have dp83820_timer_expired() called once at this time or as soon as possible after it;
     * replaces the earlier wish. A time that is already over means: as soon as possible, but not
     * from inside this call. */
    void (*timer_set)(void *host, uint64_t at_ns);
    void (*timer_cancel)(void *host);

    /* A frame has left on the wire. The buffer belongs to the core and is valid during the call. */
    void (*frame_out)(void *host, const uint8_t *frame, size_t length_bytes);
    /* The wire has room again after dp83820_receive_ready() was false. May be NULL. */
    void (*wire_ready)(void *host);

    /* Level of INTA#; called on changes only. */
    void (*interrupt_set)(void *host, bool asserted);
    /* Level of PME#; called on changes only. May be NULL. */
    void (*wake_set)(void *host, bool asserted);

    /* Reads of PCI configuration space through the memory window at 0x200. NULL: the core answers
     * from its own picture of the header as it is after power-on. */
    uint32_t (*pci_config_read)(void *host, unsigned offset);
};

enum dp83820_phy {
    DP83820_PHY_NONE,   /* nothing answers on MDIO, no link ever */
    DP83820_PHY_COPPER, /* a DP83861 class transceiver at address 1 */
    DP83820_PHY_FIBRE,  /* ten-bit interface, negotiation inside the card */
};

enum { DP83820_EEPROM_WORDS = 64, DP83820_MAC_BYTES = 6 };

/* The board and the choices where sources about the silicon disagree. Start from
 * dp83820_config_default(). */
struct dp83820_config {
    uint8_t mac[DP83820_MAC_BYTES];       /* multicast bit clear; ignored if use_eeprom */
    uint16_t subsystem_vendor, subsystem; /* ignored if use_eeprom */
    bool use_eeprom;                      /* take `eeprom` as it is, checksum right or wrong */
    uint16_t eeprom[DP83820_EEPROM_WORDS];
    enum dp83820_phy phy;
    bool link_up;
    uint16_t link_mbps; /* what the link partner offers: 10, 100 or 1000 */
    bool link_full_duplex;
    bool bus64;            /* CFG.PCI64_DET reads 1 */
    uint16_t revision;     /* SRR; an earlier one is known too */
    bool power_management; /* the board has the PCI capability (default false) */

    bool reset_keeps_config; /* CR.RST leaves CFG, TXCFG, RXCFG, filter etc. alone (default true) */
    bool reset_reports_done; /* CR.RST leaves TXRCMP and RXRCMP set in ISR (default false) */
    bool zero_read_reloads;  /* an ISR read that returns 0 restarts the hold-off (default true) */
    bool vlan_runt;          /* a stripped minimum frame is a RUNT (default false) */
    bool timer_test_is_fast; /* CFG.TMRTEST: hold-off unit is 4 us rather than 100 us (default true)
                              */
    bool tx_enable_echo;     /* CR.TXE reads 1 once written, also when idle (default false) */
    uint16_t long_limit_tagged; /* longest tagged frame that is not LONG, with check sequence
                                   (default 1522) */

    uint32_t reset_ns; /* how long CR.RST reads 1 (default 2000) */
    uint32_t fetch_ns; /* from a kick to the descriptor read (default 1000, at least 1) */
    uint64_t seed;     /* of the fault generator */
};

/* Faults that can be switched on, each at one opportunity in `one_in`, drawn from the seed. */
enum dp83820_fault {
    DP83820_FAULT_STUCK_OWN,    /* a descriptor is never given back */
    DP83820_FAULT_WRONG_LENGTH, /* a receive status with a length that is not the frame's */
    DP83820_FAULT_BOGUS_LINK,   /* a descriptor link is followed to a wrong address */
    DP83820_FAULT_STORM,        /* the interrupt comes back though nothing happened */
    DP83820_FAULT_LOST,         /* an event sets no interrupt status */
    DP83820_FAULT_REMOVED,  /* the card is pulled: reads are all ones, writes and wire go nowhere */
    DP83820_FAULT_EEPROM,   /* EEPROM words are read with a wrong bit */
    DP83820_FAULT_SLOW_PHY, /* the PHY needs several seconds to find the link and answers MDIO late
                             */
    DP83820_FAULT_WRONG_DMA,   /* a packet buffer is accessed at a wrong address */
    DP83820_FAULT_RESET_HANGS, /* CR.RST, TXR, RXR and the PTSCR tests never complete */
    DP83820_FAULT_ABORT,       /* a bus cycle ends with master abort */
    DP83820_FAULT_UNDERRUN,    /* a frame dies by transmit FIFO underrun */
    DP83820_FAULT_BAD_FRAME,   /* a frame arrives with a wrong check sequence */
    DP83820_FAULTS,
};

enum dp83820_damage {
    DP83820_DAMAGE_FCS = 1,       /* wrong check sequence */
    DP83820_DAMAGE_ALIGNMENT = 2, /* not a whole number of octets, and a wrong check sequence */
    DP83820_DAMAGE_SYMBOL = 4,    /* an invalid symbol */
    DP83820_DAMAGE_CUT = 8,       /* a frame shorter than the minimum is not padded: a runt */
};

struct dp83820_counters {
    uint64_t mmio_reads, mmio_writes;
    uint64_t dma_reads, dma_writes, dma_read_bytes, dma_write_bytes;
    uint64_t interrupts;            /* INTA# went from deasserted to asserted */
    uint64_t interrupt_reads;       /* reads of ISR */
    uint64_t frames_in, bytes_in;   /* written to memory completely; without check sequence */
    uint64_t frames_out, bytes_out; /* left on the wire; without check sequence */
    uint64_t frames_offered;        /* handed to dp83820_receive_frame() and taken */
    uint64_t drops_filter, drops_overrun, drops_error, drops_disabled, drops_link;
    uint64_t transmit_errors;
    uint64_t pause_in, pause_out;
    uint64_t faults; /* injected */
};

/* What the bus side has to show in the configuration header; constant except for what comes from
 * the EEPROM. */
struct dp83820_pci_identity {
    uint16_t vendor, device, subsystem_vendor, subsystem;
    uint32_t class_code; /* 24 bits */
    uint8_t revision, interrupt_pin, min_grant, max_latency;
    uint16_t status;
    uint8_t capabilities;            /* offset of the first, 0: none */
    uint32_t power_management;       /* the capability there */
    uint32_t io_bytes, memory_bytes; /* BAR0, BAR1 */
};

void dp83820_config_default(struct dp83820_config *config);

/* Powers a card on. NULL if there is no memory. The configuration is copied; `callbacks` must live
 * as long as the card. */
struct dp83820 *dp83820_create(const struct dp83820_config *config,
                               const struct dp83820_host *callbacks, void *host);
void dp83820_destroy(struct dp83820 *card);
/* Bus reset (RST#): everything to power-on state, EEPROM loaded. Counters stay. */
void dp83820_power_on_reset(struct dp83820 *card);
void dp83820_pci_identity(const struct dp83820 *card, struct dp83820_pci_identity *identity);

/* Register accesses of 1, 2 or 4 bytes at any offset of the window; they never fault. The first 256
 * bytes are also the I/O window. */
uint32_t dp83820_mmio_read(struct dp83820 *card, uint32_t offset, unsigned size_bytes);
void dp83820_mmio_write(struct dp83820 *card, uint32_t offset, uint32_t value, unsigned size_bytes);

/* The time asked for with timer_set() has come (calling too early or too often is harmless). */
void dp83820_timer_expired(struct dp83820 *card);

/* Hands a frame to the wire; copied. False: the wire is still busy with earlier frames, try again
 * after wire_ready(). A frame that the card cannot use (link down, not for us, too long) is taken
 * and dropped like on a wire. From callbacks too. */
bool dp83820_receive_frame(struct dp83820 *card, const uint8_t *frame, size_t length_bytes);
/* The same with a frame that is damaged on its way: bits of enum dp83820_damage. */
bool dp83820_receive_damaged(struct dp83820 *card, const uint8_t *frame, size_t length_bytes,
                             uint8_t damage);
/* Whether dp83820_receive_frame() would take a frame now. From callbacks too. */
bool dp83820_receive_ready(const struct dp83820 *card);

/* The cable is plugged or pulled; the partner offers another mode. */
void dp83820_link_set(struct dp83820 *card, bool up);
void dp83820_link_mode_set(struct dp83820 *card, uint16_t mbps, bool full_duplex);

const struct dp83820_counters *dp83820_counters(const struct dp83820 *card);
/* Names like "mmio_reads", one for each counter, in order; NULL behind the last. */
const char *dp83820_counter_name(unsigned index);
uint64_t dp83820_counter_value(const struct dp83820_counters *counters, unsigned index);

/* one_in 0: off; 1: at each opportunity; n: at one opportunity in n. REMOVED, RESET_HANGS and
 * SLOW_PHY know only off and on. */
void dp83820_fault_set(struct dp83820 *card, enum dp83820_fault fault, uint32_t one_in);
/* Names like "stuck-own"; NULL and DP83820_FAULTS for what does not exist. */
const char *dp83820_fault_name(enum dp83820_fault fault);
enum dp83820_fault dp83820_fault_by_name(const char *name);
/* What "stuck-own:lost/50" says of each fault, as in dp83820_fault_set(). False: no such text. */
bool dp83820_faults_parse(const char *text, uint32_t one_in[DP83820_FAULTS]);

/* The whole state as bytes, for snapshots between equal builds. restore returns false, and changes
 * nothing, if the size, the mark at the beginning or a number within cannot be; it asks for the
 * timer and sets both pins again. */
size_t dp83820_state_bytes(void);
void dp83820_state_save(const struct dp83820 *card, void *state);
bool dp83820_state_restore(struct dp83820 *card, const void *state, size_t state_bytes);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside of the card: the state of each unit, and what the units ask of each other. Only the files
 * of this folder include it.
 *
 * All that changes while the card runs is in struct state, without pointers, so that a snapshot is
 * a copy of it. Each unit is one file that owns one structure below; it is reached by functions
 * named after it. Units never call the host for time or bus directly but through core.c, which
 * counts and injects faults.
 */
#ifndef TOOLS_QEMU_DP83820_CARD_H
#define TOOLS_QEMU_DP83820_CARD_H

#include "dp83820_core.h"

#include <drivers/net/dp83820/dp83820_model.h>
#include <drivers/net/dp83820/dp83820_regs.h>

/* The model may be loaded into a program with many symbols of its own. */
#pragma GCC visibility push(hidden)

enum {
    REGISTERS = DP83820_IO_SIZE_BYTES / 4, /* of 32 bits, below the alias of configuration space */
    FRAME_LIMIT = 65536, /* room for a frame with everything that is added to it */
    FRAME_MOST = 65000,  /* longest frame that is handled at all */
    TX_QUEUE = 128,      /* packets in the transmit FIFO */
    RX_QUEUE = DP83820_RX_FIFO_BYTES / DP83820_FRAME_MIN_BYTES, /* packets in the receive FIFO */
    WIRE_QUEUE = 64,     /* frames that wait at the partner's end of the wire */
    WIRE_BYTES = 131072, /* their data */
    FILTER_WORDS = DP83820_FILTER_SIZE_BYTES / 2,
    MIB_COUNTERS = (DP83820_TXSQE - DP83820_RXERRORED) / 4 + 1,
    STEPS = 64,            /* descriptors or packets handled in one event */
    DESCRIPTORS_MAX = 256, /* of one transmitted packet */
    BACK_OFF_NS = 1000,    /* until the next event when STEPS did not suffice */
};

_Static_assert(DP83820_EEPROM_WORDS == DP83820_EEPROM_SIZE_WORDS, "the EEPROM of the description");

#define NEVER UINT64_MAX

/* What the card waits for; each has at most one deadline. */
enum event {
    EVENT_RESET,          /* CR.RST, TXR or RXR completes */
    EVENT_SELF_TEST,      /* the work asked for in PTSCR completes */
    EVENT_HOLD_OFF,       /* interrupts are no longer held off */
    EVENT_STORM,          /* injected interrupt */
    EVENT_LINK,           /* negotiation completes */
    EVENT_TRANSMIT_FETCH, /* the transmitter looks at descriptors, or has room in its FIFO */
    EVENT_TRANSMIT_WIRE,  /* the frame on the wire has left */
    EVENT_RECEIVE_WIRE,   /* the frame on the wire has arrived */
    EVENT_RECEIVE_EARLY,  /* enough of it has arrived for RXEARLY */
    EVENT_RECEIVE_FETCH,  /* the receiver looks at descriptors */
    EVENTS,
};

enum {
    EEPROM_WORD_BITS = 16,
    MII_HEADER_BITS = 12, /* operation, PHY, register */
    MII_WRITE_BITS = 18,  /* turnaround and word */
    MII_ANSWER_BITS = 17, /* second bit of the turnaround and word */
};

enum mii_state { MII_IDLE, MII_START, MII_HEADER, MII_WRITE, MII_READ };

struct eeprom {
    uint16_t word[DP83820_EEPROM_WORDS];
    bool clock;       /* level at the last write */
    bool output;      /* EEDO */
    uint32_t shift;   /* bits since the start bit */
    unsigned bits;    /* their number, 0: waiting for the start bit */
    unsigned address; /* of the word that is shifted out */
    unsigned left;    /* its bits to come */
    bool reading;
};

struct mii {
    bool clock;
    bool output;    /* what the PHY drives; 1 when it does not */
    unsigned state; /* enum mii_state */
    uint32_t shift;
    unsigned bits;
    uint32_t answer; /* bits to come, and their number */
    unsigned left;
};

struct phy {
    uint16_t reg[DP83820_PHY_SIZE_WORDS];
    bool carrier;   /* the cable is plugged and somebody is there */
    bool link;      /* negotiated */
    bool link_lost; /* BMSR.LINK reads 0 once */
    uint16_t mbps;  /* with link */
    bool full_duplex;
    uint16_t partner_mbps;
    bool partner_full_duplex;
    uint64_t deaf_until_ns; /* slow PHY: no answer on MDIO before */
};

struct filter {
    uint16_t word[FILTER_WORDS];
    uint8_t mask[FILTER_WORDS];
};

struct descriptor {
    uint64_t address, link, buffer;
    uint32_t cmdsts, extsts;
    bool wide; /* read in the 64-bit layout */
};

struct tx_packet {
    struct descriptor last; /* the one that gets the status */
    uint32_t extsts;        /* requests of all descriptors */
    uint32_t length_bytes;  /* in data[] so far */
    uint32_t failed;        /* error bits of tx_status, 0: fine */
    bool complete;
};

struct transmitter {
    bool enabled;  /* TXE, no TXD since */
    bool active;   /* not idle */
    bool refresh;  /* CTDD: the descriptor at TXDP is done, only its link counts */
    bool kicked;   /* TXE since the list was looked at */
    bool skipping; /* the packet was given up, the rest of its descriptors passes by */
    bool have;     /* `current` is being moved into the FIFO */
    struct descriptor current;
    uint32_t moved_bytes; /* of current */
    unsigned descriptors; /* of the packet being assembled */

    struct tx_packet queue[TX_QUEUE]; /* the last may be incomplete */
    unsigned packets;
    uint32_t data_bytes; /* in data[], of all packets */
    uint8_t data[DP83820_TX_FIFO_BYTES + 2 * FRAME_LIMIT];

    bool sending;          /* queue[0] is on the wire */
    uint64_t start_ns;     /* since then */
    uint64_t wire_free_ns; /* gap after the last frame is over */
    uint64_t paused_until_ns;
    bool pause_wanted, pause_sending;
    uint16_t pause_quanta;
};

struct rx_packet {
    uint32_t status; /* of rx_status without size */
    uint32_t extsts;
    uint32_t memory_bytes; /* to be written */
    uint32_t fifo_bytes;   /* occupied */
};

struct wire_frame {
    uint32_t length_bytes;
    uint8_t damage;
};

struct receiver {
    bool enabled;
    bool refresh; /* CRDD */
    bool armed;   /* `current` waits for data */
    struct descriptor current;
    uint32_t moved_bytes; /* of queue[first] */

    struct rx_packet queue[RX_QUEUE];
    unsigned first, packets;
    uint32_t fifo_bytes; /* occupied */
    uint32_t data_first;
    uint8_t data[DP83820_RX_FIFO_BYTES];
    bool pause_sent;

    struct wire_frame wire[WIRE_QUEUE];
    unsigned wire_first, wire_frames;
    uint32_t wire_data_first, wire_data_bytes;
    uint8_t wire_data[WIRE_BYTES];
    bool wire_full;                      /* wire_ready() is due when it has room again */
    uint64_t wire_start_ns, wire_end_ns; /* of wire[wire_first] */
    uint64_t wire_free_ns;
    bool early_done; /* RXEARLY was raised for it */
};

struct interrupts {
    bool line;
    bool blocked; /* hold-off */
    bool wake;    /* level of PME# */
};

struct faults {
    uint32_t one_in[DP83820_FAULTS];
    uint64_t random;
};

struct state {
    uint32_t reg[REGISTERS]; /* what a read returns, as far as it is stored */
    uint32_t resetting;      /* bits of CR that read 1 */
    uint64_t deadline_ns[EVENTS];
    uint64_t timer_ns; /* what the host was asked for */
    struct eeprom eeprom;
    struct mii mii;
    struct phy phy;
    struct filter filter;
    struct transmitter transmitter;
    struct receiver receiver;
    struct interrupts interrupts;
    struct faults faults;
    struct dp83820_counters counters;
};

struct dp83820 {
    const struct dp83820_host *callbacks;
    void *host;
    struct dp83820_config config;
    struct state state;
    bool in_timer;                     /* timer_update() waits until all events are handled */
    uint8_t scratch[FRAME_LIMIT + 64]; /* contents have no meaning between calls */
};

/* --- core.c: time and bus */

uint64_t card_now_ns(const struct dp83820 *card);
/* Asks the host for the earliest deadline. */
void timer_update(struct dp83820 *card);
void event_set(struct dp83820 *card, enum event event, uint64_t at_ns);
void event_cancel(struct dp83820 *card, enum event event);
bool event_pending(const struct dp83820 *card, enum event event);
/* False: nobody answered; ISR.RMABT is raised. */
bool bus_read(struct dp83820 *card, uint64_t address, void *data, size_t length_bytes);
bool bus_write(struct dp83820 *card, uint64_t address, const void *data, size_t length_bytes);
/* The stored value of a register by offset, to read or change. */
uint32_t *card_register(struct dp83820 *card, uint32_t offset);
uint32_t card_value(const struct dp83820 *card, uint32_t offset);
/* Nanoseconds that a number of bytes takes on the wire at the speed of the link. */
uint64_t wire_ns(const struct dp83820 *card, uint64_t bytes);

/* --- registers.c */

void registers_reset(struct dp83820 *card);
void registers_soft_reset(struct dp83820 *card);

/* --- pci.c */

uint32_t pci_header_read(const struct dp83820 *card, uint32_t offset);

/* --- descriptor.c: both layouts in memory */

/* Reads the descriptor at an address (aligned). False: bus error. */
bool descriptor_read(struct dp83820 *card, uint64_t address, struct descriptor *descriptor);
/* Reads the link of a descriptor again. */
bool descriptor_refresh(struct dp83820 *card, struct descriptor *descriptor);
/* Writes the status, after the extended status if `extsts` is not NULL. */
bool descriptor_write(struct dp83820 *card, const struct descriptor *descriptor, uint32_t cmdsts,
                      const uint32_t *extsts);

/* --- eeprom.c */

void eeprom_reset(struct dp83820 *card);
void eeprom_pins(struct dp83820 *card, uint32_t mear);
/* A word as the chip reads it. */
uint16_t eeprom_word(struct dp83820 *card, unsigned address);
bool eeprom_sum_is_right(struct dp83820 *card);
void eeprom_load(struct dp83820 *card);
void eeprom_make(struct dp83820 *card);

/* --- mii.c, phy.c, tbi.c: management interface, transceiver, ten-bit interface */

void mii_reset(struct dp83820 *card);
void mii_pins(struct dp83820 *card, uint32_t mear);
void phy_reset(struct dp83820 *card);
uint16_t phy_read(struct dp83820 *card, unsigned number);
void phy_write(struct dp83820 *card, unsigned number, uint16_t value);
bool phy_answers(const struct dp83820 *card, unsigned address);
/* Negotiates again; the link is down until then. */
void phy_restart(struct dp83820 *card);
/* EVENT_LINK: finds out if there is a link and in which mode, and shows it. */
void phy_negotiate(struct dp83820 *card);
void phy_config_changed(struct dp83820 *card, uint32_t old_cfg);
/* Status bits of CFG as the pins show them. */
uint32_t phy_pins(const struct dp83820 *card);
/* A frame can pass: link, and the card is set to the speed of the link. */
bool phy_carries(const struct dp83820 *card);
uint32_t tbi_status(const struct dp83820 *card);
uint32_t tbi_partner(const struct dp83820 *card);
bool tbi_agrees(struct dp83820 *card);
void tbi_control_written(struct dp83820 *card, uint32_t old_control);

/* --- filter.c */

struct verdict {
    bool accepted;
    uint32_t dest;     /* code of rx_status */
    uint32_t patterns; /* that match, one bit each */
    bool perfect, arp;
};

void filter_reset(struct dp83820 *card);
void filter_data_write(struct dp83820 *card, uint32_t value);
uint32_t filter_data_read(const struct dp83820 *card);
void filter_examine(const struct dp83820 *card, const uint8_t *frame, size_t length_bytes,
                    struct verdict *verdict);
void filter_station_address(const struct dp83820 *card, uint8_t address[DP83820_MAC_BYTES]);
/* The check sum of the hash: see filter.c. */
uint32_t filter_address_sum(const uint8_t *address);

/* --- transmit.c: descriptors into the FIFO */

void transmit_reset(struct dp83820 *card);
void transmit_kick(struct dp83820 *card);
void transmit_stop(struct dp83820 *card);
void transmit_fetch(struct dp83820 *card);
void transmit_pointer_written(struct dp83820 *card);

/* --- transmit_wire.c: from the FIFO to the wire */

/* All buffers of the packet, the last of the FIFO, are read. `current` is its last descriptor. */
void transmit_packet_complete(struct dp83820 *card, struct tx_packet *packet);
/* Gives the last packet of the FIFO up: its data go, the rest of its descriptors pass by. */
void transmit_packet_fails(struct transmitter *tx, struct tx_packet *packet, uint32_t bits);
/* The checksums that will be inserted. */
uint32_t transmit_checksums(const struct dp83820 *card, const struct tx_packet *packet);
/* Bytes of the packet on the wire that have left the FIFO. */
uint32_t transmit_bytes_sent(const struct dp83820 *card, uint64_t now);
/* EVENT_TRANSMIT_WIRE: the frame on the wire has left. */
void transmit_sent(struct dp83820 *card);
/* What is sent comes back to the receiver and does not leave. */
bool loops_back(const struct dp83820 *card);
/* Starts the next frame if the wire is free. */
void transmit_wire(struct dp83820 *card);

/* --- receive.c: from the FIFO into memory */

void receive_reset(struct dp83820 *card);
void receive_start(struct dp83820 *card);
void receive_stop(struct dp83820 *card);
void receive_fetch(struct dp83820 *card);
void receive_pointer_written(struct dp83820 *card);
/* Puts a frame with its check sequence into the FIFO. False: no room. */
bool receive_store(struct dp83820 *card, const uint8_t *frame, const struct rx_packet *packet);

/* --- receive_frame.c: what becomes of a frame that is in */

/* The buffer has room for a check sequence behind the frame, and its contents are lost. */
void receive_arrived(struct dp83820 *card, uint8_t *frame, size_t length_bytes, uint8_t damage,
                     bool looped);

/* --- wire.c: the receiving half of the wire */

void wire_reset(struct dp83820 *card);
/* False: the queue is full. */
bool wire_offer(struct dp83820 *card, const uint8_t *frame, size_t length_bytes, uint8_t damage);
void wire_arrived(struct dp83820 *card);
/* Raises RXEARLY if its time has come; from the event and before ISR is read. */
void wire_early(struct dp83820 *card);
void wire_mask_changed(struct dp83820 *card);

/* --- checksum.c, vlan.c, fcs.c */

/* Inserts what the requests ask for, as far as the frame is such a packet. */
void checksum_insert(const struct dp83820 *card, uint8_t *frame, size_t length_bytes,
                     uint32_t requests);
/* The PKT and ERR bits of a received frame. */
uint32_t checksum_verify(const struct dp83820 *card, const uint8_t *frame, size_t length_bytes);
bool vlan_is_tagged(const struct dp83820 *card, const uint8_t *frame, size_t length_bytes);
/* Inserts a tag into the frame, for which the buffer has room; returns the new length. */
size_t vlan_insert(const struct dp83820 *card, uint8_t *frame, size_t length_bytes, uint16_t tci);
/* TCI of a tagged frame, as it stands in an extended status. */
uint16_t vlan_control(const uint8_t *frame);
/* Removes the tag of a tagged frame. */
size_t vlan_remove(uint8_t *frame, size_t length_bytes);
uint32_t fcs_of(const uint8_t *data, size_t length_bytes);

/* --- mib.c */

void mib_reset(struct dp83820 *card);
void mib_count(struct dp83820 *card, uint32_t offset);
void mib_control(struct dp83820 *card, uint32_t value);
/* MIBC.WRN. */
bool mib_warns(const struct dp83820 *card);

/* --- interrupt.c */

void interrupt_reset(struct dp83820 *card);
/* Sets bits of ISR. */
void interrupt_raise(struct dp83820 *card, uint32_t bits);
uint32_t interrupt_read(struct dp83820 *card);
void interrupt_hold_off_written(struct dp83820 *card);
void interrupt_hold_off_over(struct dp83820 *card);
/* EVENT_STORM: raises something that did not happen. */
void interrupt_storm(struct dp83820 *card);
/* After a change of ISR, IMR or IER: hold-off that waits for an event, and the pin. */
void interrupt_changed(struct dp83820 *card);
/* The pin alone. */
void interrupt_update(struct dp83820 *card);

/* --- pause.c */

void pause_reset(struct dp83820 *card);
/* Whether the frame is MAC control that ends here. */
bool pause_take(struct dp83820 *card, const uint8_t *frame, size_t length_bytes);
/* Compares the FIFO with the thresholds. */
void pause_fifo_changed(struct dp83820 *card);
void pause_control_written(struct dp83820 *card);
bool pause_is_active(const struct dp83820 *card);
/* Makes the pause frame that was asked for; returns its length. */
size_t pause_frame(const struct dp83820 *card, uint8_t *frame);

/* --- wake.c */

void wake_reset(struct dp83820 *card);
void wake_examine(struct dp83820 *card, const uint8_t *frame, size_t length_bytes,
                  const struct verdict *verdict);
void wake_link_changed(struct dp83820 *card);
bool wake_pending(const struct dp83820 *card);
void wake_control_written(struct dp83820 *card);
/* Drives PME#. */
void wake_update(struct dp83820 *card);

/* --- faults.c */

void faults_reset(struct dp83820 *card);
/* Whether the fault strikes at this opportunity; counted. */
bool fault_strikes(struct dp83820 *card, enum dp83820_fault fault);
bool fault_is_on(const struct dp83820 *card, enum dp83820_fault fault);
uint64_t fault_random(struct dp83820 *card);

#pragma GCC visibility pop

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The input is a program for a guest without scruples: register accesses, descriptors and buffers
 * anywhere, time, frames from the wire, link changes, faults, snapshots. Nothing it does may make
 * the card reach outside of its buffers, work without bound, do DMA inside a register access or say
 * that it holds more frames than it can.
 *
 * Memory is small and repeats over the address space, so that wild pointers find each other; one
 * address bit makes a place where nobody answers.
 */
#include <drivers/net/dp83820/dp83820_model.h>
#include <drivers/net/dp83820/dp83820_regs.h>
#include <tools/qemu/dp83820/dp83820_core.h>

#include <stdlib.h>
#include <string.h>

enum {
    MEMORY_BYTES = 16384,
    PLACE_BYTES = 64, /* descriptors of the program lie at multiples of this */
    OPERATIONS_MAX = 400,
    NS_MAX = 200000, /* passing in one operation */
    EXPIRY_NS = 50,  /* on the average, there are no more timers than one in this time */
    EXPIRIES_FREE = 200,
};

#define NOBODY (UINT64_C(1) << 30)

struct guest {
    const uint8_t *input;
    size_t left;
    struct dp83820 *card;
    uint8_t memory[MEMORY_BYTES];
    uint64_t now_ns, timer_ns;
    bool in_access, interrupt, restoring;
};

static void require(bool held)
{
    if (!held)
        abort();
}

/* --- the card's surroundings */

static bool transfer(struct guest *guest, uint64_t address, uint8_t *out, const uint8_t *in,
                     size_t length)
{
    require(!guest->in_access);
    require(length != 0 && length <= 65536);
    if (address & NOBODY)
        return false;
    for (size_t at = 0; at < length; at++) {
        uint8_t *byte = &guest->memory[(address + at) % MEMORY_BYTES];

        if (out)
            out[at] = *byte;
        else
            *byte = in[at];
    }
    return true;
}

static bool dma_read(void *host, uint64_t address, void *data, size_t length)
{
    return transfer(host, address, data, NULL, length);
}

static bool dma_write(void *host, uint64_t address, const void *data, size_t length)
{
    return transfer(host, address, NULL, data, length);
}

static uint64_t now_ns(void *host)
{
    struct guest *guest = host;

    return guest->now_ns;
}

static void timer_set(void *host, uint64_t at_ns)
{
    struct guest *guest = host;

    guest->timer_ns = at_ns;
}

static void timer_cancel(void *host)
{
    timer_set(host, UINT64_MAX);
}

/* The partner answers some frames with themselves, from inside the callback. */
static void frame_out(void *host, const uint8_t *frame, size_t length)
{
    struct guest *guest = host;

    require(length != 0);
    require(frame[0] + frame[length - 1] >= 0);
    if (frame[0] & 2)
        dp83820_receive_frame(guest->card, frame, length);
}

static void interrupt_set(void *host, bool asserted)
{
    struct guest *guest = host;

    require(guest->interrupt != asserted || guest->restoring);
    guest->interrupt = asserted;
}

static void wake_set(void *host, bool asserted)
{
    (void)host;
    (void)asserted;
}

static void wire_ready(void *host)
{
    struct guest *guest = host;

    require(dp83820_receive_ready(guest->card));
}

static const struct dp83820_host surroundings = {
    .dma_read = dma_read,
    .dma_write = dma_write,
    .now_ns = now_ns,
    .timer_set = timer_set,
    .timer_cancel = timer_cancel,
    .frame_out = frame_out,
    .interrupt_set = interrupt_set,
    .wake_set = wake_set,
    .wire_ready = wire_ready,
};

/* --- the input */

static uint32_t take(struct guest *guest, unsigned bytes)
{
    uint32_t value = 0;

    while (bytes-- && guest->left) {
        value = value << 8 | *guest->input++;
        guest->left--;
    }
    return value;
}

/* --- operations */

static void run(struct guest *guest, uint64_t ns)
{
    uint64_t end_ns = guest->now_ns + ns, expiries = 0;

    while (guest->timer_ns <= end_ns) {
        if (guest->timer_ns > guest->now_ns)
            guest->now_ns = guest->timer_ns;
        guest->timer_ns = UINT64_MAX;
        dp83820_timer_expired(guest->card);
        require(++expiries <= EXPIRIES_FREE + ns / EXPIRY_NS);
    }
    guest->now_ns = end_ns;
}

static void write_register(struct guest *guest, uint32_t offset, uint32_t value, unsigned size)
{
    guest->in_access = true;
    dp83820_mmio_write(guest->card, offset, value, size);
    guest->in_access = false;
}

/* A register that exists, by number. */
static void write_known(struct guest *guest)
{
    const struct register_info *info =
        &dp83820_registers.registers[take(guest, 1) % dp83820_registers.register_count];

    write_register(guest, info->offset, take(guest, 4), 4);
}

static void write_anywhere(struct guest *guest)
{
    uint32_t offset = take(guest, 2);

    write_register(guest, offset, take(guest, 4), 1u << offset % 3);
}

static void read_anywhere(struct guest *guest)
{
    uint32_t offset = take(guest, 2);

    guest->in_access = true;
    dp83820_mmio_read(guest->card, offset & 0x1fff, 1u << (offset >> 13) % 3);
    guest->in_access = false;
}

static void read_interrupts(struct guest *guest)
{
    guest->in_access = true;
    dp83820_mmio_read(guest->card, DP83820_ISR, 4);
    guest->in_access = false;
}

static uint8_t *place(struct guest *guest)
{
    return &guest->memory[take(guest, 1) * PLACE_BYTES % MEMORY_BYTES];
}

static void put_descriptor(struct guest *guest)
{
    struct dp83820_tx32 *descriptor = (void *)place(guest);
    uint32_t flags = take(guest, 1);

    dp83820_tx32_set_link(descriptor, take(guest, 1) * PLACE_BYTES);
    dp83820_tx32_set_bufptr(descriptor, take(guest, 2));
    dp83820_tx32_set_extsts(descriptor, (flags & 15) * DP83820_EXTENDED_STATUS_VPKT);
    dp83820_tx32_set_cmdsts(descriptor, flags >> 4 << 28 | take(guest, 2));
}

static void put_wide_descriptor(struct guest *guest)
{
    struct dp83820_tx64 *descriptor = (void *)place(guest);
    uint32_t flags = take(guest, 1);

    dp83820_tx64_set_link(descriptor,
                          (uint64_t)take(guest, 1) << 32 | take(guest, 1) * PLACE_BYTES);
    dp83820_tx64_set_bufptr(descriptor, (uint64_t)take(guest, 1) << 40 | take(guest, 2));
    dp83820_tx64_set_extsts(descriptor, (flags & 15) * DP83820_EXTENDED_STATUS_VPKT);
    dp83820_tx64_set_cmdsts(descriptor, flags >> 4 << 28 | take(guest, 2));
}

static void put_bytes(struct guest *guest)
{
    uint32_t at = take(guest, 2), length = take(guest, 1) % 64;

    while (length--)
        guest->memory[at++ % MEMORY_BYTES] = take(guest, 1);
}

/* Rings of four slots each with buffers, filter and engines on: what drivers do first. */
static void bring_up(struct guest *guest)
{
    enum { SLOTS = 4, TX = 0x400, RX = 0x600, BUFFERS = 0x1000, SIZE = 0x200 };
    uint32_t modes = take(guest, 2);

    for (unsigned slot = 0; slot < SLOTS; slot++) {
        struct dp83820_tx32 *tx = (void *)&guest->memory[TX + slot * PLACE_BYTES];
        struct dp83820_tx32 *rx = (void *)&guest->memory[RX + slot * PLACE_BYTES];

        dp83820_tx32_set_link(tx, TX + (slot + 1) % SLOTS * PLACE_BYTES);
        dp83820_tx32_set_bufptr(tx, BUFFERS + slot * SIZE);
        dp83820_tx32_set_cmdsts(tx, DP83820_TX_STATUS_OWN | (modes & SIZE - 1));
        dp83820_tx32_set_extsts(tx, modes << 16 & 0x7f0000);
        dp83820_tx32_set_link(rx, RX + (slot + 1) % SLOTS * PLACE_BYTES);
        dp83820_tx32_set_bufptr(rx, BUFFERS + slot * SIZE);
        dp83820_tx32_set_cmdsts(rx, DP83820_RX_STATUS_INTR | SIZE);
    }
    write_register(guest, DP83820_CFG, DP83820_CFG_MODE_1000 | DP83820_CFG_EXTSTS_EN, 4);
    write_register(guest, DP83820_TXCFG, modes << 28 | modes, 4);
    write_register(guest, DP83820_RXCFG, modes << 26, 4);
    write_register(guest, DP83820_VRCR, modes >> 8, 4);
    write_register(guest, DP83820_VTCR, modes >> 9, 4);
    write_register(guest, DP83820_PCR, DP83820_PCR_PSEN | modes << 16, 4);
    write_register(guest, DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAU | DP83820_RFCR_AAB, 4);
    write_register(guest, DP83820_IMR, UINT32_MAX, 4);
    write_register(guest, DP83820_IER, 1, 4);
    write_register(guest, DP83820_TXDP, TX, 4);
    write_register(guest, DP83820_RXDP, RX, 4);
    write_register(guest, DP83820_CR, DP83820_CR_TXE | DP83820_CR_RXE, 4);
}

static void frame_arrives(struct guest *guest)
{
    static uint8_t frame[70000];
    uint32_t kind = take(guest, 1), length = take(guest, 2), head = kind >> 4 << 2;

    if (length > sizeof frame)
        length = sizeof frame;
    memset(frame, 0, 64);
    for (uint32_t at = 0; at < head; at++)
        frame[at] = take(guest, 1);
    dp83820_receive_damaged(guest->card, frame, length, kind & 15);
}

/* A frame that is nearly right: addresses, tag, type and the headers that units look into, from
 * few bytes of input. */
static size_t plausible_frame(struct guest *guest, uint8_t *frame)
{
    static const uint8_t destinations[][6] = {
        {0x52, 0x54, 0x00, 0x83, 0x82, 0x00},
        {0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
        {0x01, 0x80, 0xc2, 0x00, 0x00, 0x01},
        {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb},
    };
    static const uint16_t types[] = {0x0800, 0x0806, 0x8808, 0x0842};
    uint32_t kind = take(guest, 1), length = take(guest, 2) % 2000;
    uint8_t *at = frame + 12;

    memset(frame, 0, 2100);
    memcpy(frame, destinations[kind % 4], 6);
    if (kind & 4) {
        memcpy(at, "\x81\x00\x00\x05", 4);
        at += 4;
    }
    *at++ = types[kind >> 3 & 3] >> 8;
    *at++ = types[kind >> 3 & 3] & 0xff;
    switch (kind >> 3 & 3) {
    case 0:
        at[0] = 0x45 + (kind >> 5 & 3);
        at[2] = length >> 8;
        at[3] = length & 0xff;
        at[6] = kind >> 7 << 5;
        at[9] = take(guest, 1) & 1 ? 17 : 6;
        at += (at[0] & 15) * 4;
        at[4] = take(guest, 1) & 7;
        at[5] = take(guest, 1);
        at[7] = take(guest, 1);
        break;
    case 2:
        at[1] = kind >> 5;
        at[2] = take(guest, 1);
        break;
    case 3:
        memset(at, 0xff, 6);
        for (unsigned repeat = 1; repeat < 17; repeat++)
            memcpy(at + 6 * repeat, destinations[0], 6);
        break;
    default:
        break;
    }
    return length + 14;
}

static void plausible_frame_arrives(struct guest *guest)
{
    uint8_t frame[2100];
    size_t length = plausible_frame(guest, frame);

    dp83820_receive_frame(guest->card, frame, length);
}

/* A packet in memory with a descriptor that asks for checksums. */
static void plausible_frame_is_put(struct guest *guest)
{
    enum { BUFFER = 0x2000 };
    struct dp83820_tx32 *descriptor = (void *)place(guest);
    uint8_t frame[2100];
    size_t length = plausible_frame(guest, frame);

    memcpy(&guest->memory[BUFFER], frame, sizeof frame);
    dp83820_tx32_set_link(descriptor, take(guest, 1) * PLACE_BYTES);
    dp83820_tx32_set_bufptr(descriptor, BUFFER);
    dp83820_tx32_set_extsts(descriptor, 0x2b0000);
    dp83820_tx32_set_cmdsts(descriptor, DP83820_TX_STATUS_OWN | length);
}

/* A management frame or an EEPROM command, bit by bit. */
static void serial_bits(struct guest *guest)
{
    uint32_t kind = take(guest, 1), number = take(guest, 1) & 31, value = take(guest, 2);
    uint64_t mdio = (kind & 1 ? 6ull : 5ull) << 28 | 1 << 23 | number << 18 | 2 << 16 | value;
    uint64_t eeprom = (6ull << 6 | number) << 18;

    for (unsigned bit = 40; bit--;) {
        uint32_t pins = DP83820_MEAR_MDDIR | (mdio >> bit & 1 || bit > 31 ? DP83820_MEAR_MDIO : 0);
        uint32_t clock = DP83820_MEAR_MDC;

        if (kind & 1 && bit < 18)
            pins = 0;
        if (kind & 2) {
            pins = DP83820_MEAR_EESEL | (eeprom >> bit & 1 ? DP83820_MEAR_EEDI : 0);
            clock = DP83820_MEAR_EECLK;
        }
        write_register(guest, DP83820_MEAR, pins, 4);
        write_register(guest, DP83820_MEAR, pins | clock, 4);
    }
    if (kind & 4)
        write_register(guest, DP83820_MEAR, 0, 4);
}

static void kick(struct guest *guest)
{
    write_register(guest, DP83820_CR, take(guest, 1) & 15, 4);
}

static void machine_event(struct guest *guest)
{
    uint32_t what = take(guest, 1);

    switch (what % 8) {
    case 0:
    case 1:
        dp83820_link_set(guest->card, what % 8);
        break;
    case 2:
        dp83820_link_mode_set(guest->card, what & 64 ? 1000 : what & 32 ? 100 : 10, what & 128);
        break;
    case 3:
        dp83820_power_on_reset(guest->card);
        break;
    default:
        dp83820_fault_set(guest->card, what / 8 % DP83820_FAULTS, what % 8 == 4 ? 0 : what & 3);
        break;
    }
}

static void snapshot(struct guest *guest)
{
    void *state = malloc(dp83820_state_bytes());

    require(state != NULL);
    dp83820_state_save(guest->card, state);
    guest->restoring = true;
    require(dp83820_state_restore(guest->card, state, dp83820_state_bytes()));
    guest->restoring = false;
    free(state);
}

/* A snapshot that was spoiled is refused, or harmless. */
static void spoiled_snapshot(struct guest *guest)
{
    uint8_t *state = malloc(dp83820_state_bytes());

    require(state != NULL);
    dp83820_state_save(guest->card, state);
    for (unsigned left = 1 + take(guest, 1) % 4; left; left--) {
        size_t at = take(guest, 3) % dp83820_state_bytes();

        state[at] = take(guest, 1);
    }
    guest->restoring = true;
    dp83820_state_restore(guest->card, state, dp83820_state_bytes());
    guest->restoring = false;
    free(state);
}

static void time_passes(struct guest *guest)
{
    uint64_t ns = (uint64_t)take(guest, 1) << take(guest, 1) % 12;

    run(guest, ns < NS_MAX ? ns : NS_MAX);
}

static void (*const operations[])(struct guest *) = {
    write_known,     write_known,    write_anywhere,          read_anywhere,
    read_interrupts, put_descriptor, put_wide_descriptor,     put_bytes,
    bring_up,        frame_arrives,  machine_event,           snapshot,
    time_passes,     time_passes,    plausible_frame_arrives, plausible_frame_is_put,
    serial_bits,     kick,           spoiled_snapshot,
};

/* The board is the first byte. */
static void configure(uint8_t board, struct dp83820_config *config)
{
    dp83820_config_default(config);
    config->seed = board;
    config->phy = board % 3;
    config->reset_keeps_config = board & 4;
    config->reset_reports_done = board & 8;
    config->vlan_runt = board & 16;
    config->zero_read_reloads = board & 32;
    config->tx_enable_echo = board & 64;
    config->bus64 = board & 128;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t length)
{
    static struct guest guest;
    struct dp83820_config config;

    memset(&guest, 0, sizeof guest);
    guest.input = input;
    guest.left = length;
    guest.timer_ns = UINT64_MAX;
    configure(take(&guest, 1), &config);
    guest.card = dp83820_create(&config, &surroundings, &guest);
    require(guest.card != NULL);
    for (unsigned number = 0; number < OPERATIONS_MAX && guest.left; number++)
        operations[take(&guest, 1) % (sizeof operations / sizeof operations[0])](&guest);
    run(&guest, NS_MAX);
    dp83820_destroy(guest.card);
    return 0;
}

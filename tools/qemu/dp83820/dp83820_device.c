/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * -device dp83820: the card (dp83820_core.h) on QEMU's PCI bus.
 *
 * Everything the card does is in the core. This file lends it QEMU's bus master address space, the
 * virtual clock with one timer, a network client and the interrupt pin, and turns properties into
 * the core's configuration. No bottom halves: they would run on the host's time, and a run under
 * -icount would not repeat.
 */
#include "tools/qemu/compat.h"

#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "net/net.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qemu/notify.h"
#include "qemu/timer.h"

#include "tools/qemu/dp83820/dp83820_core.h"
#include "tools/qemu/events.h"
#include "tools/qemu/nic_counters.h"

#define TYPE_DP83820 "dp83820"

typedef struct Dp83820 Dp83820;
DECLARE_INSTANCE_CHECKER(Dp83820, DP83820, TYPE_DP83820)

struct Dp83820 {
    PCIDevice parent;
    MemoryRegion io, memory;
    NICState *nic;
    NICConf nic_config;
    struct event_timer *timer;
    struct dp83820 *card;
    Notifier at_exit;
    uint8_t *state; /* of the card, while QEMU takes or restores a snapshot */
    uint32_t state_bytes;

    /* Properties, explained in README.md; the core's configuration stands behind most of them. */
    struct dp83820_config config;
    char *eeprom, *phy, *fault, *counters;
};

static bool on_dma_read(void *host, uint64_t address, void *data, size_t length_bytes)
{
    return pci_dma_read(PCI_DEVICE(host), address, data, length_bytes) == MEMTX_OK;
}

static bool on_dma_write(void *host, uint64_t address, const void *data, size_t length_bytes)
{
    return pci_dma_write(PCI_DEVICE(host), address, data, length_bytes) == MEMTX_OK;
}

static uint64_t on_now_ns(void *host)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void on_timer_set(void *host, uint64_t at_ns)
{
    event_timer_set(((Dp83820 *)host)->timer, at_ns);
}

static void on_timer_cancel(void *host)
{
    event_timer_set(((Dp83820 *)host)->timer, EVENT_NEVER);
}

static void on_frame_out(void *host, const uint8_t *frame, size_t length_bytes)
{
    qemu_send_packet(qemu_get_queue(((Dp83820 *)host)->nic), frame, length_bytes);
}

static void on_wire_ready(void *host)
{
    qemu_flush_queued_packets(qemu_get_queue(((Dp83820 *)host)->nic));
}

static void on_interrupt_set(void *host, bool asserted)
{
    pci_set_irq(PCI_DEVICE(host), asserted);
}

static uint32_t on_config_read(void *host, unsigned offset)
{
    return pci_default_read_config(PCI_DEVICE(host), offset, 4);
}

static const struct dp83820_host callbacks = {
    .dma_read = on_dma_read,
    .dma_write = on_dma_write,
    .now_ns = on_now_ns,
    .timer_set = on_timer_set,
    .timer_cancel = on_timer_cancel,
    .frame_out = on_frame_out,
    .wire_ready = on_wire_ready,
    .interrupt_set = on_interrupt_set,
    .pci_config_read = on_config_read,
};

static void timer_run(void *opaque)
{
    dp83820_timer_expired(((Dp83820 *)opaque)->card);
}

static uint64_t window_read(void *opaque, hwaddr offset, unsigned size_bytes)
{
    return dp83820_mmio_read(((Dp83820 *)opaque)->card, offset, size_bytes);
}

static void window_write(void *opaque, hwaddr offset, uint64_t value, unsigned size_bytes)
{
    dp83820_mmio_write(((Dp83820 *)opaque)->card, offset, value, size_bytes);
}

static const MemoryRegionOps window_ops = {
    .read = window_read,
    .write = window_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {.min_access_size = 1, .max_access_size = 4, .unaligned = true},
    .impl = {.min_access_size = 1, .max_access_size = 4, .unaligned = true},
};

static bool net_can_receive(NetClientState *client)
{
    Dp83820 *s = qemu_get_nic_opaque(client);

    return dp83820_receive_ready(s->card);
}

static ssize_t net_receive(NetClientState *client, const uint8_t *frame, size_t length_bytes)
{
    Dp83820 *s = qemu_get_nic_opaque(client);

    return dp83820_receive_frame(s->card, frame, length_bytes) ? length_bytes : 0;
}

static void net_link_changed(NetClientState *client)
{
    Dp83820 *s = qemu_get_nic_opaque(client);

    dp83820_link_set(s->card, !client->link_down);
}

static NetClientInfo net_info = {
    .type = NET_CLIENT_DRIVER_NIC,
    .size = sizeof(NICState),
    .can_receive = net_can_receive,
    .receive = net_receive,
    .link_status_changed = net_link_changed,
};

static void counters_for_load(void *nic, struct nic_counters *counters)
{
    const struct dp83820_counters *c = dp83820_counters(((Dp83820 *)nic)->card);

    counters->mmio = c->mmio_reads + c->mmio_writes;
    counters->interrupts = c->interrupts;
}

/* One counter a line; the text is the caller's. */
static char *counters_text(const Dp83820 *s)
{
    const struct dp83820_counters *counters = dp83820_counters(s->card);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; dp83820_counter_name(i) != NULL; i++) {
        g_string_append_printf(text, "%s %" PRIu64 "\n", dp83820_counter_name(i),
                               dp83820_counter_value(counters, i));
    }
    return g_string_free(text, false);
}

static void at_exit(Notifier *notifier, void *unused)
{
    Dp83820 *s = container_of(notifier, Dp83820, at_exit);
    g_autofree char *text = counters_text(s);
    g_autoptr(GError) error = NULL;

    if (!g_file_set_contents(s->counters, text, -1, &error)) {
        fprintf(stderr, "dp83820: %s\n", error->message);
    }
}

/* Reads "name:name/50"; faults that are not named are off. */
static bool faults_parse(const char *text, uint32_t one_in[DP83820_FAULTS], Error **errp)
{
    if (!dp83820_faults_parse(text, one_in)) {
        error_setg(errp, "fault=%s: want names like %s or %s/100, separated by colons", text,
                   dp83820_fault_name(0), dp83820_fault_name(1));
        return false;
    }
    return true;
}

static void faults_set(Dp83820 *s, const uint32_t one_in[DP83820_FAULTS])
{
    for (int fault = 0; fault < DP83820_FAULTS; fault++) {
        dp83820_fault_set(s->card, fault, one_in[fault]);
    }
}

static bool eeprom_read(Dp83820 *s, Error **errp)
{
    g_autofree char *bytes = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;

    if (!g_file_get_contents(s->eeprom, &bytes, &length, &error)) {
        error_setg(errp, "eeprom=%s: %s", s->eeprom, error->message);
        return false;
    }
    if (length != sizeof(s->config.eeprom)) {
        error_setg(errp, "eeprom=%s: want %zu bytes, found %zu", s->eeprom,
                   sizeof(s->config.eeprom), (size_t)length);
        return false;
    }
    for (size_t i = 0; i < DP83820_EEPROM_WORDS; i++) {
        s->config.eeprom[i] = lduw_le_p(bytes + 2 * i);
    }
    s->config.use_eeprom = true;
    return true;
}

static bool phy_parse(const char *text, enum dp83820_phy *phy)
{
    static const char *const names[] = {
        [DP83820_PHY_NONE] = "none",
        [DP83820_PHY_COPPER] = "copper",
        [DP83820_PHY_FIBRE] = "fibre",
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strcmp(text, names[i]) == 0) {
            *phy = i;
            return true;
        }
    }
    return false;
}

/* The capability can be read and its control written; states change nothing, and PME# is connected
 * to nothing. */
static void power_management_add(PCIDevice *pci, const struct dp83820_pci_identity *identity)
{
    uint8_t at = identity->capabilities;

    pci_add_capability(pci, PCI_CAP_ID_PM, at, PCI_PM_SIZEOF, &error_abort);
    pci_set_long(pci->config + at, identity->power_management);
    pci_set_word(pci->wmask + at + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_PME_ENABLE);
    pci_set_word(pci->w1cmask + at + PCI_PM_CTRL, PCI_PM_CTRL_PME_STATUS);
}

/* Writes what the core knows of the configuration header over QEMU's defaults, and maps the
 * windows. */
static void pci_setup(Dp83820 *s)
{
    struct dp83820_pci_identity identity;
    PCIDevice *pci = PCI_DEVICE(s);
    uint8_t *header = pci->config;

    dp83820_pci_identity(s->card, &identity);
    pci_config_set_vendor_id(header, identity.vendor);
    pci_config_set_device_id(header, identity.device);
    pci_config_set_revision(header, identity.revision);
    pci_config_set_class(header, identity.class_code >> 8);
    pci_config_set_prog_interface(header, identity.class_code & 0xff);
    pci_config_set_interrupt_pin(header, identity.interrupt_pin);
    pci_set_word(header + PCI_SUBSYSTEM_VENDOR_ID, identity.subsystem_vendor);
    pci_set_word(header + PCI_SUBSYSTEM_ID, identity.subsystem);
    pci_set_word(header + PCI_STATUS, identity.status);
    header[PCI_MIN_GNT] = identity.min_grant;
    header[PCI_MAX_LAT] = identity.max_latency;

    if (identity.capabilities != 0) {
        power_management_add(pci, &identity);
    }
    memory_region_init_io(&s->io, OBJECT(s), &window_ops, s, "dp83820-io", identity.io_bytes);
    memory_region_init_io(&s->memory, OBJECT(s), &window_ops, s, "dp83820-memory",
                          identity.memory_bytes);
    pci_register_bar(pci, 0, PCI_BASE_ADDRESS_SPACE_IO, &s->io);
    pci_register_bar(pci, 1, PCI_BASE_ADDRESS_SPACE_MEMORY, &s->memory);
}

/* Turns the properties that are texts or have few values into the core's configuration. */
static bool properties_read(Dp83820 *s, uint32_t one_in[DP83820_FAULTS], Error **errp)
{
    uint16_t mbps = s->config.link_mbps;

    if (s->eeprom != NULL && !eeprom_read(s, errp)) {
        return false;
    }
    if (!phy_parse(s->phy, &s->config.phy)) {
        error_setg(errp, "phy=%s: want copper, fibre or none", s->phy);
        return false;
    }
    if (mbps != 10 && mbps != 100 && mbps != 1000) {
        error_setg(errp, "link-mbps=%u: want 10, 100 or 1000", mbps);
        return false;
    }
    return faults_parse(s->fault != NULL ? s->fault : "", one_in, errp);
}

static void dp83820_realize(PCIDevice *pci, Error **errp)
{
    Dp83820 *s = DP83820(pci);
    DeviceState *dev = DEVICE(pci);
    uint32_t one_in[DP83820_FAULTS];

    /* All that can fail comes first: there is nothing to undo. */
    if (!properties_read(s, one_in, errp)) {
        return;
    }
    qemu_macaddr_default_if_unset(&s->nic_config.macaddr);
    memcpy(s->config.mac, s->nic_config.macaddr.a, sizeof(s->config.mac));
    s->timer = event_timer_create(timer_run, s);
    s->card = dp83820_create(&s->config, &callbacks, s);
    if (s->card == NULL) {
        event_timer_free(s->timer);
        error_setg(errp, "no memory");
        return;
    }
    s->nic = qemu_new_nic(&net_info, &s->nic_config, object_get_typename(OBJECT(pci)), dev->id,
                          &dev->mem_reentrancy_guard, s);
    faults_set(s, one_in);
    pci_setup(s);
    qemu_get_queue(s->nic)->link_down = !s->config.link_up;
    qemu_format_nic_info_str(qemu_get_queue(s->nic), s->config.mac);
    nic_counters_register(qemu_get_queue(s->nic), counters_for_load, s);
    s->state_bytes = dp83820_state_bytes();
    s->state = g_malloc0(s->state_bytes);
    if (s->counters != NULL) {
        s->at_exit.notify = at_exit;
        qemu_add_exit_notifier(&s->at_exit);
    }
}

static void dp83820_exit(PCIDevice *pci)
{
    Dp83820 *s = DP83820(pci);

    if (s->counters != NULL) {
        at_exit(&s->at_exit, NULL);
        qemu_remove_exit_notifier(&s->at_exit);
    }
    nic_counters_register(qemu_get_queue(s->nic), NULL, NULL);
    qemu_del_nic(s->nic);
    dp83820_destroy(s->card);
    event_timer_free(s->timer);
    g_free(s->state);
}

static void dp83820_reset(DeviceState *dev)
{
    dp83820_power_on_reset(DP83820(dev)->card);
}

static int state_pre_save(void *opaque)
{
    Dp83820 *s = opaque;

    dp83820_state_save(s->card, s->state);
    return 0;
}

static int state_post_load(void *opaque, int version)
{
    Dp83820 *s = opaque;

    return dp83820_state_restore(s->card, s->state, s->state_bytes) ? 0 : -EINVAL;
}

static const VMStateDescription dp83820_state = {
    .name = TYPE_DP83820,
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = state_pre_save,
    .post_load = state_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_PCI_DEVICE(parent, Dp83820),
            VMSTATE_VBUFFER_UINT32(state, Dp83820, 1, NULL, state_bytes),
            VMSTATE_END_OF_LIST(),
        },
};

/* A number of the core's configuration, whose default is the core's. */
#define NUMBER(name, field, bits)                                                                  \
    DEFINE_PROP_UNSIGNED_NODEFAULT(name, Dp83820, config.field, qdev_prop_uint##bits,              \
                                   uint##bits##_t)

static COMPAT_PROPERTY dp83820_properties[] = {
    DEFINE_NIC_PROPERTIES(Dp83820, nic_config),
    DEFINE_PROP_STRING("eeprom", Dp83820, eeprom),
    DEFINE_PROP_STRING("phy", Dp83820, phy),
    DEFINE_PROP_BOOL("link", Dp83820, config.link_up, true),
    DEFINE_PROP_UINT16("link-mbps", Dp83820, config.link_mbps, 1000),
    DEFINE_PROP_BOOL("link-full-duplex", Dp83820, config.link_full_duplex, true),
    DEFINE_PROP_BOOL("bus64", Dp83820, config.bus64, false),
    DEFINE_PROP_BOOL("power-management", Dp83820, config.power_management, false),
    DEFINE_PROP_UINT64("seed", Dp83820, config.seed, 1),
    DEFINE_PROP_STRING("counters", Dp83820, counters),
    DEFINE_PROP_BOOL("reset-keeps-config", Dp83820, config.reset_keeps_config, true),
    DEFINE_PROP_BOOL("reset-reports-done", Dp83820, config.reset_reports_done, false),
    DEFINE_PROP_BOOL("zero-read-reloads", Dp83820, config.zero_read_reloads, true),
    DEFINE_PROP_BOOL("vlan-runt", Dp83820, config.vlan_runt, false),
    DEFINE_PROP_BOOL("timer-test-is-fast", Dp83820, config.timer_test_is_fast, true),
    DEFINE_PROP_BOOL("tx-enable-echo", Dp83820, config.tx_enable_echo, false),
    NUMBER("long-limit-tagged", long_limit_tagged, 16),
    NUMBER("revision", revision, 16),
    NUMBER("reset-ns", reset_ns, 32),
    NUMBER("fetch-ns", fetch_ns, 32),
    COMPAT_PROPERTIES_END};

static char *fault_get(Object *object, Error **errp)
{
    Dp83820 *s = DP83820(object);

    return g_strdup(s->fault != NULL ? s->fault : "");
}

/* At any time: before the card exists the text is kept for it. */
static void fault_set(Object *object, const char *text, Error **errp)
{
    Dp83820 *s = DP83820(object);

    if (s->card != NULL) {
        uint32_t one_in[DP83820_FAULTS];

        if (!faults_parse(text, one_in, errp)) {
            return;
        }
        faults_set(s, one_in);
    }
    g_free(s->fault);
    s->fault = g_strdup(text);
}

static char *statistics_get(Object *object, Error **errp)
{
    Dp83820 *s = DP83820(object);

    return s->card != NULL ? counters_text(s) : g_strdup("");
}

static void dp83820_init(Object *object)
{
    Dp83820 *s = DP83820(object);

    /* Comes after the defaults of the properties, so these have to be the same. */
    dp83820_config_default(&s->config);
    s->config.link_up = true;
    s->phy = g_strdup("copper");
}

static void dp83820_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = dp83820_realize;
    pc->exit = dp83820_exit;
    dc->desc = "National Semiconductor DP83820 Gigabit Ethernet";
    dc->vmsd = &dp83820_state;
    compat_reset_set(dc, dp83820_reset);
    set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
    device_class_set_props(dc, dp83820_properties);
    object_class_property_add_str(klass, "fault", fault_get, fault_set);
    object_class_property_add_str(klass, "statistics", statistics_get, NULL);
}

static const TypeInfo dp83820_types[] = {
    {
        .name = TYPE_DP83820,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(Dp83820),
        .instance_init = dp83820_init,
        .class_init = dp83820_class_init,
        .interfaces = (InterfaceInfo[]){{INTERFACE_CONVENTIONAL_PCI_DEVICE}, {}},
    },
};

DEFINE_TYPES(dp83820_types)

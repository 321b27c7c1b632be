/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * -device udpload: the load generator (load.h) between a netdev and its NIC.
 *
 * The device has no bus. It owns a net filter, because a filter sees every packet between a netdev
 * and a NIC of any model, and can give the NIC packets as if they came from the wire. The filter is
 * a type of its own which the device creates; the command line's -object knows only QEMU's types.
 * Everything happens in timers of the virtual clock and in the guest's transmissions, so under
 * -icount a run repeats to the digit.
 */
#include "tools/qemu/compat.h"

#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "migration/blocker.h"
#include "net/filter.h"
#include "net/net.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-net.h"
#include "qemu/error-report.h"
#include "qemu/iov.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qom/object_interfaces.h"

#include "tools/qemu/events.h"
#include "tools/qemu/nic_counters.h"
#include "tools/qemu/udpload/load.h"
#include "tools/qemu/udpload/options.h"
#include "tools/qemu/udpload/report.h"

#define TYPE_UDPLOAD        "udpload"
#define TYPE_UDPLOAD_FILTER "udpload-filter"

typedef struct Udpload Udpload;
typedef struct UdploadFilter UdploadFilter;
DECLARE_INSTANCE_CHECKER(Udpload, UDPLOAD, TYPE_UDPLOAD)
DECLARE_INSTANCE_CHECKER(UdploadFilter, UDPLOAD_FILTER, TYPE_UDPLOAD_FILTER)

struct UdploadFilter {
    NetFilterState parent;
    Udpload *owner;
};

struct Udpload {
    DeviceState parent;

    /* Properties; the texts are explained in README.md. */
    struct load_options options;
    char *netdev, *output;
    char *label_system, *label_image, *label_nic, *label_holdoff;
    bool exit_when_done, progress;

    NetFilterState *filter;
    struct event_timer *timer, *link_timer;
    bool link_down;
    FILE *file;
    struct report_labels labels;
    struct load *load;
    bool answered, over;
    Error *saving; /* why not */
};

/* Who wants to know how far the run is: the profile plugin, which lives in the same process and
 * finds this function by its name. Stage 0: the first echo came; 1: a measurement begins; 2: it
 * ends. */
typedef void (*stage_observer)(int stage, uint64_t instructions, int64_t time_ns);

static stage_observer observer;

void udpload_observe(stage_observer wanted);

void udpload_observe(stage_observer wanted)
{
    observer = wanted;
}

static void stage_tell(int stage, const struct load_sample *sample)
{
    if (observer != NULL) {
        observer(stage, sample->instructions, sample->time_ns);
    }
}

static int64_t clock_ns(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void frame_send(void *context, const uint8_t *frame, size_t length_bytes)
{
    Udpload *s = context;
    struct iovec iov = {.iov_base = (void *)frame, .iov_len = length_bytes};

    /* A wire does not wait for a NIC that has no room. */
    if (s->filter->netdev->peer != NULL && qemu_can_send_packet(s->filter->netdev)) {
        qemu_netfilter_pass_to_next(s->filter->netdev, 0, &iov, 1, s->filter);
    }
}

static void sample_take(void *context, struct load_sample *sample)
{
    Udpload *s = context;
    struct nic_counters nic;

    *sample = (struct load_sample){.time_ns = clock_ns(), .has_cpu = icount_enabled()};
    if (sample->has_cpu) {
        sample->instructions = icount_get_raw();
        sample->busy_ns = icount_to_ns(sample->instructions);
    }
    sample->has_nic = nic_counters_of(s->filter->netdev->peer, &nic);
    if (sample->has_nic) {
        sample->mmio = nic.mmio;
        sample->interrupts = nic.interrupts;
    }
}

static void sample_measure(void *context, struct load_sample *sample)
{
    Udpload *s = context;

    sample_take(context, sample);
    stage_tell(load_phase(s->load) == LOAD_MEASURE ? 1 : 2, sample);
}

static void result_report(void *context, const struct load_result *result)
{
    Udpload *s = context;

    report_line(s->file, &s->labels, result);
    fflush(s->file);
    if (s->progress) {
        report_progress(stderr, result);
    }
}

static void run_end(Udpload *s)
{
    s->over = true;
    if (load_phase(s->load) == LOAD_GAVE_UP) {
        fprintf(stderr, "udpload: %s did not answer within %" PRIu32 " ms of virtual time\n",
                s->options.guest, s->options.give_up_ms);
        if (s->exit_when_done) {
            fflush(NULL);
            _exit(2);
        }
    } else if (s->exit_when_done) {
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
    }
}

/* Pulls the cable, and plugs it in again. */
static void link_change(void *opaque)
{
    Udpload *s = opaque;

    s->link_down = !s->link_down;
    qmp_set_link(s->netdev, !s->link_down, NULL);
    if (s->link_down) {
        event_timer_set(s->link_timer,
                        clock_ns() +
                            (s->options.link_up_ms - s->options.link_down_ms) * INT64_C(1000000));
    }
}

/* The times of the link count from the first echo. */
static void link_arm(Udpload *s)
{
    if (s->options.link_down_ms != 0 && s->link_timer == NULL &&
        load_phase(s->load) >= LOAD_SETTLE) {
        s->link_timer = event_timer_create(link_change, s);
        event_timer_set(s->link_timer, clock_ns() + s->options.link_down_ms * INT64_C(1000000));
    }
}

static void timer_arm(Udpload *s)
{
    int64_t next_ns = load_next_ns(s->load);

    link_arm(s);
    event_timer_set(s->timer, next_ns);
    if (next_ns == LOAD_NEVER && !s->over) {
        run_end(s);
    }
}

static void run_due(void *opaque)
{
    Udpload *s = opaque;

    load_run(s->load, clock_ns());
    timer_arm(s);
}

/* Once, after the first echo. */
static void first_echo_tell(Udpload *s)
{
    struct load_sample sample;

    if (!s->answered && load_phase(s->load) == LOAD_SETTLE) {
        s->answered = true;
        sample_take(s, &sample);
        stage_tell(0, &sample);
    }
}

static ssize_t filter_receive(NetFilterState *nf, NetClientState *sender, unsigned flags,
                              const struct iovec *iov, int iovcnt, NetPacketSent *sent)
{
    Udpload *s = UDPLOAD_FILTER(nf)->owner;
    size_t length_bytes = iov_size(iov, iovcnt);
    uint8_t frame[FRAME_CAPACITY_BYTES];

    if (sender == nf->netdev || s == NULL || length_bytes > sizeof(frame)) {
        return 0;
    }
    iov_to_buf(iov, iovcnt, 0, frame, length_bytes);
    if (!load_receive(s->load, clock_ns(), frame, length_bytes)) {
        /* What the guest answers to hostile frames must not reach the netdev, which would answer
         * in wall time. */
        return s->options.noise + s->options.requests != 0 ? length_bytes : 0;
    }
    first_echo_tell(s);
    timer_arm(s);
    return length_bytes;
}

static bool filter_create(Udpload *s, Error **errp)
{
    Object *filter = object_new(TYPE_UDPLOAD_FILTER);
    Error *error = NULL;

    UDPLOAD_FILTER(filter)->owner = s;
    object_property_set_str(filter, "netdev", s->netdev != NULL ? s->netdev : "", &error);
    if (error == NULL) {
        object_property_add_child(object_get_objects_root(), TYPE_UDPLOAD_FILTER, filter);
        user_creatable_complete(USER_CREATABLE(filter), &error);
    }
    object_unref(filter);
    if (error != NULL) {
        error_propagate(errp, error);
        return false;
    }
    s->filter = NETFILTER(filter);
    return true;
}

static void udpload_realize(DeviceState *dev, Error **errp)
{
    Udpload *s = UDPLOAD(dev);
    struct load_port port = {
        .send = frame_send, .sample = sample_measure, .report = result_report, .context = s};
    struct load_config config;
    char wrong[OPTIONS_WRONG_BYTES];

    if (!options_read(&s->options, &config, wrong)) {
        error_setg(errp, "%s", wrong);
        return;
    }
    s->labels =
        (struct report_labels){s->label_system, s->label_image, s->label_nic, s->label_holdoff};
    s->file = s->output != NULL ? fopen(s->output, "w") : stdout;
    if (s->file == NULL) {
        error_setg_errno(errp, errno, "output=%s", s->output);
        return;
    }
    s->load = load_create(&config, &port);
    if (s->load == NULL) {
        error_setg(errp, "no memory");
        return;
    }
    if (!filter_create(s, errp)) {
        return;
    }
    /* What is under way lives on the host. */
    error_setg(&s->saving, "udpload: a machine cannot be saved while its load is being measured");
    if (compat_saving_refuse(&s->saving, errp) < 0) {
        return;
    }
    report_header(s->file);
    s->timer = event_timer_create(run_due, s);
    event_timer_set(s->timer, clock_ns());
}

static COMPAT_PROPERTY udpload_properties[] = {
    DEFINE_PROP_STRING("netdev", Udpload, netdev),
    DEFINE_PROP_STRING("guest", Udpload, options.guest),
    DEFINE_PROP_UINT16("port", Udpload, options.port, 1235),
    DEFINE_PROP_STRING("own", Udpload, options.own),
    DEFINE_PROP_STRING("own-mac", Udpload, options.own_mac),
    DEFINE_PROP_UINT16("own-port", Udpload, options.own_port, 20000),
    DEFINE_PROP_STRING("target", Udpload, options.target),
    DEFINE_PROP_UINT16("vlan", Udpload, options.vlan, 0),
    DEFINE_PROP_STRING("payload", Udpload, options.payload),
    DEFINE_PROP_STRING("loads", Udpload, options.loads),
    DEFINE_PROP_STRING("arrival", Udpload, options.arrival),
    DEFINE_PROP_UINT32("flows", Udpload, options.flows, 1),
    DEFINE_PROP_UINT32("wire-mbps", Udpload, options.wire_mbps, 1000),
    DEFINE_PROP_UINT32("warm-up-ms", Udpload, options.warm_up_ms, 50),
    DEFINE_PROP_UINT32("measure-ms", Udpload, options.measure_ms, 200),
    DEFINE_PROP_UINT32("drain-ms", Udpload, options.drain_ms, 100),
    DEFINE_PROP_UINT32("settle-ms", Udpload, options.settle_ms, 100),
    DEFINE_PROP_UINT32("give-up-ms", Udpload, options.give_up_ms, 60000),
    DEFINE_PROP_UINT32("noise", Udpload, options.noise, 0),
    DEFINE_PROP_UINT32("requests", Udpload, options.requests, 0),
    DEFINE_PROP_UINT32("link-down-ms", Udpload, options.link_down_ms, 0),
    DEFINE_PROP_UINT32("link-up-ms", Udpload, options.link_up_ms, 0),
    DEFINE_PROP_UINT64("seed", Udpload, options.seed, 1),
    DEFINE_PROP_STRING("output", Udpload, output),
    DEFINE_PROP_STRING("system", Udpload, label_system),
    DEFINE_PROP_STRING("image", Udpload, label_image),
    DEFINE_PROP_STRING("nic", Udpload, label_nic),
    DEFINE_PROP_STRING("holdoff", Udpload, label_holdoff),
    DEFINE_PROP_BOOL("exit-when-done", Udpload, exit_when_done, false),
    DEFINE_PROP_BOOL("count-within", Udpload, options.count_within, false),
    DEFINE_PROP_BOOL("progress", Udpload, progress, true),
    COMPAT_PROPERTIES_END};

static void udpload_init(Object *object)
{
    Udpload *s = UDPLOAD(object);

    s->options.guest = g_strdup("10.0.2.15");
    s->options.own = g_strdup("10.0.2.100");
    s->options.own_mac = g_strdup("52:54:00:aa:00:01");
    s->options.payload = g_strdup("1024");
    s->options.loads = g_strdup("10:100:450");
    s->options.arrival = g_strdup("even");
    s->label_system = g_strdup("");
    s->label_image = g_strdup("");
    s->label_nic = g_strdup("");
    s->label_holdoff = g_strdup("");
}

static void udpload_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = udpload_realize;
    dc->user_creatable = true;
    dc->hotpluggable = false;
    dc->desc = "UDP load generator in virtual time";
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, udpload_properties);
}

static void filter_class_init(ObjectClass *klass, void *data)
{
    NETFILTER_CLASS(klass)->receive_iov = filter_receive;
}

static const TypeInfo udpload_types[] = {
    {
        .name = TYPE_UDPLOAD,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(Udpload),
        .instance_init = udpload_init,
        .class_init = udpload_class_init,
    },
    {
        .name = TYPE_UDPLOAD_FILTER,
        .parent = TYPE_NETFILTER,
        .instance_size = sizeof(UdploadFilter),
        .class_init = filter_class_init,
    },
};

DEFINE_TYPES(udpload_types)

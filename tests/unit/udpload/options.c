/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of the load generator, as they are typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tools/qemu/udpload/options.h"

static struct load_options usual(void)
{
    return (struct load_options){
        .guest = "10.0.2.15",
        .own = "10.0.2.100",
        .own_mac = "52:54:00:aa:0b:01",
        .payload = "64*7:1472",
        .loads = "10:55kpps:0.5",
        .arrival = "burst32",
        .port = 1235,
        .own_port = 20000,
        .flows = 4,
        .wire_mbps = 100,
        .warm_up_ms = 1,
        .measure_ms = 5000,
        .link_down_ms = 10,
        .link_up_ms = 20,
        .seed = 7,
    };
}

static void options_that_can_be_are_read(void **state)
{
    struct load_options options = usual();
    struct load_config config;
    char wrong[OPTIONS_WRONG_BYTES] = "";

    (void)state;
    assert_true(options_read(&options, &config, wrong));
    assert_string_equal(wrong, "");
    assert_int_equal(config.guest.address, 0x0a00020f);
    assert_int_equal(config.target, 0x0a00020f);
    assert_int_equal(config.own.address, 0x0a000264);
    assert_memory_equal(config.own.mac, ((uint8_t[]){0x52, 0x54, 0, 0xaa, 0x0b, 1}), 6);
    assert_int_equal(config.loads, 3);
    assert_true(config.load[1].counts_packets && config.load[1].rate == 55);
    assert_true(!config.load[2].counts_packets && config.load[2].rate == 0.5);
    assert_int_equal(config.schedule.mix.sizes, 2);
    assert_int_equal(config.schedule.mix.size[0].weight, 7);
    assert_int_equal(config.schedule.mix.size[1].weight, 1);
    assert_int_equal(config.schedule.mix.size[1].payload_bytes, 1472);
    assert_int_equal(config.schedule.arrival, ARRIVAL_BURST);
    assert_int_equal(config.schedule.burst_packets, 32);
    assert_int_equal(config.schedule.vlan_bytes, 0);
    assert_int_equal(config.measure_ns, 5000000000);
    options.target = "239.1.2.3";
    options.vlan = 4094;
    assert_true(options_read(&options, &config, wrong));
    assert_int_equal(config.target, 0xef010203);
    assert_int_equal(config.schedule.vlan_bytes, 4);
}

static void wrong_numbers_are_named(void **state)
{
    static const struct {
        const char *begins;
        struct load_options options;
    } wrong_ones[] = {
        {"flows=0: ", {.flows = 0}},
        {"flows=1025: ", {.flows = 1025}},
        {"own-port=0: ", {.flows = 1, .own_port = 0}},
        {"own-port=65000: ", {.flows = 600, .own_port = 65000}},
        {"port=0: ", {.flows = 1, .own_port = 1, .port = 0}},
        {"vlan=4095: ", {.flows = 1, .own_port = 1, .port = 1, .vlan = 4095}},
        {"noise=1001: ", {.flows = 1, .own_port = 1, .port = 1, .noise = 1001}},
        {"requests=1001: ", {.flows = 1, .own_port = 1, .port = 1, .requests = 1001}},
        {"wire-mbps=0: ", {.flows = 1, .own_port = 1, .port = 1}},
        {"measure-ms=0: ", {.flows = 1, .own_port = 1, .port = 1, .wire_mbps = 1}},
        {"link-up-ms=5: want link-down-ms",
         {.flows = 1, .own_port = 1, .port = 1, .wire_mbps = 1, .measure_ms = 1, .link_up_ms = 5}},
        {"link-up-ms=5: want more",
         {.flows = 1,
          .own_port = 1,
          .port = 1,
          .wire_mbps = 1,
          .measure_ms = 1,
          .link_down_ms = 5,
          .link_up_ms = 5}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong_ones) / sizeof(wrong_ones[0]); i++) {
        struct load_options options = wrong_ones[i].options, texts = usual();
        struct load_config config;
        char wrong[OPTIONS_WRONG_BYTES] = "";

        options.guest = texts.guest;
        options.own = texts.own;
        options.own_mac = texts.own_mac;
        options.payload = texts.payload;
        options.loads = texts.loads;
        options.arrival = texts.arrival;
        assert_false(options_read(&options, &config, wrong));
        assert_memory_equal(wrong, wrong_ones[i].begins, strlen(wrong_ones[i].begins));
    }
}

/* Tries the texts, of which the last is NULL, as the option at this offset. */
static void refused(size_t offset, const char *name, char *const *texts)
{
    for (; *texts != NULL; texts++) {
        struct load_options options = usual();
        struct load_config config;
        char wrong[OPTIONS_WRONG_BYTES] = "", begins[OPTIONS_WRONG_BYTES] = "";

        memcpy((char *)&options + offset, texts, sizeof(*texts));
        /* A long text is cut. */
        snprintf(begins, sizeof(begins), "%s=%.100s: want ", name, *texts);
        assert_false(options_read(&options, &config, wrong));
        assert_memory_equal(wrong, begins, strlen(begins));
    }
}

#define REFUSED(field, name, ...)                                                                  \
    refused(offsetof(struct load_options, field), name, (char *const[]){__VA_ARGS__, NULL})

static void wrong_texts_are_named(void **state)
{
    char many[2 * SCHEDULE_LOADS + 2];

    (void)state;
    for (int i = 0; i <= SCHEDULE_LOADS; i++) {
        memcpy(many + 2 * i, "1:", 2);
    }
    many[sizeof(many) - 1] = '\0';
    REFUSED(guest, "guest", "10.0.2", "10.0.2.256", "10.0.2.1x", "", "10.0.2.15.3");
    REFUSED(own, "own", "10.0.2.1000");
    REFUSED(target, "target", "all");
    REFUSED(own_mac, "own-mac", "52:54:00:aa:0b", "52:54:00:aa:0b:zz", "52:54:00:aa:0b:01:02");
    REFUSED(loads, "loads", "", "10:", ":10", "-1", "0", "10,20", "10:x", "nan", "inf", "1e7",
            "0.0001", "10kppsx", many);
    REFUSED(payload, "payload", "", "7", "9171", "64*0", "64*", "64*1000001", "64:", "-8", "64x",
            "8:8:8:8:8:8:8:8:8:8:8:8:8:8:8:8:8");
    REFUSED(arrival, "arrival", "", "burst", "burst0", "burst65537", "burst4x", "sometimes");
}

/* The longest text that is refused is cut, not the memory behind it. */
static void a_long_text_is_cut(void **state)
{
    struct load_options options = usual();
    struct load_config config;
    char wrong[OPTIONS_WRONG_BYTES], text[5000];

    (void)state;
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    options.loads = text;
    assert_false(options_read(&options, &config, wrong));
    assert_true(strlen(wrong) < OPTIONS_WRONG_BYTES - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_that_can_be_are_read),
        cmocka_unit_test(wrong_numbers_are_named),
        cmocka_unit_test(wrong_texts_are_named),
        cmocka_unit_test(a_long_text_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only program of the Linux system that we compare with: process 1 of an initial RAM file
 * system. It does what the kernel's command line says behind `steps=`, one step after the other,
 * and says how each ended as a line "ok - ..." or "not ok - ...":
 *
 *   load:NAME        load the module and those it needs, as listed in /modules/NAME.load; its
 *                    parameters are the command line's arguments NAME.PARAMETER=VALUE
 *   unload:NAME      remove the module
 *   up:IF:ADDRESS    give the interface the address (with 24 bits of net mask) and bring it up
 *   down:IF
 *   vlan:IF:ID       make IF.ID for the frames with that tag
 *   join:ADDRESS     take part in the multicast group
 *   say:ADDRESS      send a UDP packet there
 *   echo:PORT:N      echo N UDP packets, or without a number all that come
 *
 * Then it turns the machine off.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_vlan.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char command_line[4096];
static int udp_socket;
static struct in_addr group;

/* The text behind "KEY" on the command line up to the next blank, in `value`. */
static int argument_find(const char *key, char *value, size_t size, char **position)
{
    char *at = strstr(*position, key);
    size_t length;

    if (at == NULL) {
        return 0;
    }
    at += strlen(key);
    length = strcspn(at, " \n");
    snprintf(value, size, "%.*s", (int)length, at);
    *position = at + length;
    return 1;
}

static int module_insert(const char *path, const char *name)
{
    char key[140], value[256], parameters[1024] = "";
    char *position = command_line;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    long status;

    if (file < 0) {
        return -1;
    }
    snprintf(key, sizeof(key), " %s.", name);
    while (argument_find(key, value, sizeof(value), &position)) {
        size_t used = strlen(parameters);

        snprintf(parameters + used, sizeof(parameters) - used, "%s ", value);
    }
    status = syscall(SYS_finit_module, file, parameters, 0);
    close(file);
    return status == 0 || errno == EEXIST ? 0 : -1;
}

/* Loads the modules whose names stand in the list, in order. */
static int step_load(const char *name, const char *unused)
{
    char path[128], line[64];
    FILE *list;

    (void)unused;
    snprintf(path, sizeof(path), "/modules/%s.load", name);
    list = fopen(path, "r");
    if (list == NULL) {
        return -1;
    }
    while (fgets(line, sizeof(line), list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        snprintf(path, sizeof(path), "/modules/%s.ko", line);
        if (module_insert(path, line) != 0) {
            fclose(list);
            return -1;
        }
    }
    fclose(list);
    return 0;
}

static int step_unload(const char *name, const char *unused)
{
    (void)unused;
    return (int)syscall(SYS_delete_module, name, O_NONBLOCK);
}

static int interface_flags_set(const char *interface, short set, short clear)
{
    struct ifreq request = {0};

    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
    if (ioctl(udp_socket, SIOCGIFFLAGS, &request) != 0) {
        return -1;
    }
    request.ifr_flags = (short)((request.ifr_flags | set) & ~clear);
    return ioctl(udp_socket, SIOCSIFFLAGS, &request);
}

static int interface_address_set(const char *interface, unsigned long what, const char *text)
{
    struct ifreq request = {0};
    struct sockaddr_in address = {.sin_family = AF_INET};

    if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
        return -1;
    }
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
    memcpy(&request.ifr_addr, &address, sizeof(address));
    return ioctl(udp_socket, what, &request);
}

static int step_up(const char *interface, const char *address)
{
    if (address[0] != '\0' &&
        (interface_address_set(interface, SIOCSIFADDR, address) != 0 ||
         interface_address_set(interface, SIOCSIFNETMASK, "255.255.255.0") != 0)) {
        return -1;
    }
    return interface_flags_set(interface, IFF_UP | IFF_RUNNING, 0);
}

static int step_down(const char *interface, const char *unused)
{
    (void)unused;
    return interface_flags_set(interface, 0, IFF_UP);
}

static int step_vlan(const char *interface, const char *id)
{
    struct vlan_ioctl_args request = {.cmd = ADD_VLAN_CMD};

    snprintf(request.device1, sizeof(request.device1), "%s", interface);
    request.u.VID = atoi(id);
    return ioctl(udp_socket, SIOCSIFVLAN, &request);
}

static int step_join(const char *address, const char *unused)
{
    (void)unused;
    return inet_pton(AF_INET, address, &group) == 1 ? 0 : -1;
}

static int step_say(const char *text, const char *unused)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};

    (void)unused;
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
        return -1;
    }
    return sendto(udp_socket, text, strlen(text), 0, (struct sockaddr *)&address, sizeof(address)) >
                   0
               ? 0
               : -1;
}

static int echo_socket(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    struct ip_mreqn member = {.imr_multiaddr = group, .imr_ifindex = (int)if_nametoindex("eth0")};
    int buffer_bytes = 4 << 20; /* a deep queue: Linux shall not lose for want of memory */
    int s = socket(AF_INET, SOCK_DGRAM, 0);

    setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof(buffer_bytes));
    if (s < 0 || bind(s, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        (group.s_addr != 0 &&
         setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, sizeof(member)) != 0)) {
        return -1;
    }
    return s;
}

static int step_echo(const char *port, const char *count)
{
    static char buffer[65536];
    long left = count[0] != '\0' ? atol(count) : -1;
    int s = echo_socket(port);

    if (s < 0) {
        return -1;
    }
    while (left != 0) {
        struct sockaddr_in peer;
        socklen_t peer_length = sizeof(peer);
        ssize_t length =
            recvfrom(s, buffer, sizeof(buffer), 0, (struct sockaddr *)&peer, &peer_length);

        if (length >= 0) {
            sendto(s, buffer, (size_t)length, 0, (struct sockaddr *)&peer, peer_length);
            left -= left > 0;
        }
    }
    return close(s);
}

static const struct {
    const char *name;
    int (*run)(const char *first, const char *second);
} steps[] = {
    {"load", step_load}, {"unload", step_unload}, {"up", step_up},     {"down", step_down},
    {"vlan", step_vlan}, {"join", step_join},     {"echo", step_echo}, {"say", step_say},
};

static void step_run(char *text)
{
    char *parts[3] = {text, "", ""};
    char *at = text;

    for (int i = 1; i < 3 && (at = strchr(at, ':')) != NULL; i++) {
        *at++ = '\0';
        parts[i] = at;
    }
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (strcmp(steps[i].name, parts[0]) == 0) {
            int status = steps[i].run(parts[1], parts[2]);

            printf("%s - Linux: %s %s %s", status == 0 ? "ok" : "not ok", parts[0], parts[1],
                   parts[2]);
            printf(status == 0 ? "\n" : " (%s)\n", strerror(errno));
            return;
        }
    }
    printf("not ok - Linux: step %s is unknown\n", parts[0]);
}

int main(void)
{
    char list[2048], *position = command_line, *rest = list, *step;
    int file;

    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    mount("sysfs", "/sys", "sysfs", 0, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    file = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
    command_line[0] = ' ';
    if (file < 0 || read(file, command_line + 1, sizeof(command_line) - 2) <= 0) {
        printf("not ok - Linux: no command line\n");
    }
    udp_socket = socket(AF_INET, SOCK_DGRAM, 0);
    if (argument_find(" steps=", list, sizeof(list), &position)) {
        while ((step = strsep(&rest, ",")) != NULL) {
            step_run(step);
        }
    }
    reboot(RB_POWER_OFF);
    return 1;
}

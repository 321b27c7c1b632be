// SPDX-License-Identifier: BSD-2-Clause
//
// Operations of the kernel and how they are called.
//
// `syscall` with the operation in rax, of which L4_OP_MASK counts. Three arguments in rdi, rsi and
// rdx, further ones in the message words w0 … w5, which are r8, r9, r10, rbx, r12, r13. The status
// comes back in rax, results in rdi, rdx and the message words. rsp and rbp are preserved,
// everything else is clobbered. What a caller leaves in unused message words is seen by the
// receiver of a message.
//
// clang-format off
//   Operation      rdi              rsi           rdx        words → results
//   NULL
//   CALL           thread                         tag        words → rdi 0, tag, words
//   REPLY_WAIT                      wait          tag        words → rdi label, tag, words
//   EXCHANGE       thread                         tag        words → rdi label, tag, words
//   NOTIFY         thread           bits
//   NOTIFY_WAIT    thread           wait          tag        words → rdi label, tag, words
//   WAIT                            wait                     → rdi label, tag, words
//   SEND           thread or reply                tag        words
//   SEND_RECEIVE   thread or reply  wait          tag        words → rdi label, tag, words
//   REPLY                                         tag        words
//   REPLY_SAVE     free slot
//   YIELD          thread or 0
//   CLOCK                                                    → w0 µs, w1 TSC ticks idle, w2 TSC
//   THREAD_CREATE  space            free slot     priority   w0 label → w0 UTCB address
//   THREAD_START   thread                                    w0 ip (0: pager's), w1 sp, w2 argument
//   THREAD_CONTROL thread           field         value      w0 second value
//   THREAD_STATE   thread or 0                               → w0 ticks, w1 state, w2 priority,
//                                                              w3 ip, w4 sp, w5 preemptions
//   THREAD_CANCEL  thread           ip or 0       sp or 0
//   THREAD_DELETE  thread
//   THREAD_EXIT
//   SPACE_CREATE   free slot        quota, bytes  handles    w0 label, w1 greatest priority
//   SPACE_CONTROL  space            field         value
//   SPACE_INFO     space or 0                                → w0 quota, w1 used, w2 threads,
//                                                              w3 handles, w4 greatest priority,
//                                                              w5 handles in use
//   SPACE_MAP      space            item word     base       w0 destination, w1 length → w0 done
//   SPACE_DELETE   space
//   HANDLE_COPY    space or 0       own slot      free slot  w0 rights, w1 label, w2 mask
//   HANDLE_MOVE    space or 0       own slot      free slot
//   HANDLE_CLOSE   space or 0       slot
//   HANDLE_REVOKE                   own slot
//   HANDLE_INFO                     own slot                 → w0 … w3 kind, rights, label, mask
//   MEMORY_MAP     memory           physical      address    w0 length, w1 rights|cache → w0 done
//   UNMAP          space or 0       address       length     w0 rights, w1 flags → w0 done
//   IRQ_CREATE     irq authority    free slot     line       w0 flags, w1 label
//   IRQ_ATTACH     irq              thread or 0   label
//   IRQ_DETACH     irq              thread or 0
//   PORTS_MAP      ports            first         count
//   PORTS_UNMAP    first            count         1: self too
//   LOG_WRITE      log              bytes                    words: up to 48 characters
//
// Space 0 is the caller's own, thread 0 the caller. `wait` is L4_WAIT_SPEC(from, timeout). Lengths
// are in bytes; `done` are the bytes dealt with: with status AGAIN the rest is to be asked for in
// another call.
//
// Kernel memory for threads and page tables stays a space's, for its next ones, until it ends.
//
// LOG_WRITE waits for room in the log's ring only. With status AGAIN the port takes no more for now
// and the rest goes out by itself; asked to write nothing, it says OK when all is out.
//
// A SEND_RECEIVE that was queued may do its second half as a WAIT, by executing the instruction
// again. A preemption can come before that, so it is not for restartable sequences (utcb.h).
// clang-format on
#ifndef ABI_OPERATION_H
#define ABI_OPERATION_H

// X(name, number, name in lower case, kind of the first argument, rights its handle must carry).
// L4_KIND_NONE: whatever the operation makes of it.
#define L4_OR_0     0x40 // 0 is good too: the caller's own space, the caller, or nobody
#define L4_OR_REPLY 0x80 // a handle of kind REPLY is good too
#define L4_OPERATIONS(X)                                                                           \
    X(NULL, 0, null, L4_KIND_NONE, 0)                                                              \
    X(CALL, 1, call, L4_KIND_THREAD, L4_RIGHT_SEND)                                                \
    X(REPLY_WAIT, 2, reply_wait, L4_KIND_NONE, 0)                                                  \
    X(EXCHANGE, 3, exchange, L4_KIND_THREAD, L4_RIGHT_SEND | L4_RIGHT_RECEIVE)                     \
    X(NOTIFY, 4, notify, L4_KIND_THREAD, L4_RIGHT_NOTIFY)                                          \
    X(WAIT, 5, wait, L4_KIND_NONE, 0)                                                              \
    X(SEND, 6, send, L4_KIND_THREAD | L4_OR_REPLY, L4_RIGHT_SEND)                                  \
    X(SEND_RECEIVE, 7, send_receive, L4_KIND_THREAD | L4_OR_REPLY, L4_RIGHT_SEND)                  \
    X(REPLY, 8, reply, L4_KIND_NONE, 0)                                                            \
    X(REPLY_SAVE, 9, reply_save, L4_KIND_NONE, 0)                                                  \
    X(YIELD, 10, yield, L4_KIND_THREAD | L4_OR_0, L4_RIGHT_SEND)                                   \
    X(CLOCK, 11, clock, L4_KIND_NONE, 0)                                                           \
    X(THREAD_CREATE, 12, thread_create, L4_KIND_SPACE | L4_OR_0, L4_RIGHT_CONTROL)                 \
    X(THREAD_START, 13, thread_start, L4_KIND_THREAD, L4_RIGHT_CONTROL)                            \
    X(THREAD_CONTROL, 14, thread_control, L4_KIND_THREAD, L4_RIGHT_CONTROL)                        \
    X(THREAD_STATE, 15, thread_state, L4_KIND_THREAD | L4_OR_0, L4_RIGHT_CONTROL)                  \
    X(THREAD_CANCEL, 16, thread_cancel, L4_KIND_THREAD, L4_RIGHT_CONTROL)                          \
    X(THREAD_DELETE, 17, thread_delete, L4_KIND_THREAD, L4_RIGHT_CONTROL)                          \
    X(THREAD_EXIT, 18, thread_exit, L4_KIND_NONE, 0)                                               \
    X(SPACE_CREATE, 19, space_create, L4_KIND_NONE, 0)                                             \
    X(SPACE_CONTROL, 20, space_control, L4_KIND_SPACE, L4_RIGHT_CONTROL)                           \
    X(SPACE_INFO, 21, space_info, L4_KIND_SPACE | L4_OR_0, L4_RIGHT_CONTROL)                       \
    X(SPACE_MAP, 22, space_map, L4_KIND_SPACE | L4_OR_0, L4_RIGHT_CONTROL)                         \
    X(SPACE_DELETE, 23, space_delete, L4_KIND_SPACE, L4_RIGHT_CONTROL)                             \
    X(HANDLE_COPY, 24, handle_copy, L4_KIND_SPACE | L4_OR_0, L4_RIGHT_CONTROL)                     \
    X(HANDLE_MOVE, 25, handle_move, L4_KIND_SPACE | L4_OR_0, L4_RIGHT_CONTROL)                     \
    X(HANDLE_CLOSE, 26, handle_close, L4_KIND_SPACE | L4_OR_0, L4_RIGHT_CONTROL)                   \
    X(HANDLE_REVOKE, 27, handle_revoke, L4_KIND_NONE, 0)                                           \
    X(HANDLE_INFO, 28, handle_info, L4_KIND_NONE, 0)                                               \
    X(MEMORY_MAP, 29, memory_map, L4_KIND_MEMORY, L4_RIGHT_CONTROL)                                \
    X(UNMAP, 30, unmap, L4_KIND_SPACE | L4_OR_0, L4_RIGHT_CONTROL)                                 \
    X(IRQ_CREATE, 31, irq_create, L4_KIND_IRQS, L4_RIGHT_CONTROL)                                  \
    X(IRQ_ATTACH, 32, irq_attach, L4_KIND_IRQ, L4_RIGHT_CONTROL)                                   \
    X(IRQ_DETACH, 33, irq_detach, L4_KIND_IRQ, L4_RIGHT_CONTROL)                                   \
    X(PORTS_MAP, 34, ports_map, L4_KIND_PORTS, L4_RIGHT_CONTROL)                                   \
    X(PORTS_UNMAP, 35, ports_unmap, L4_KIND_NONE, 0)                                               \
    X(LOG_WRITE, 36, log_write, L4_KIND_LOG, L4_RIGHT_CONTROL)                                     \
    X(NOTIFY_WAIT, 37, notify_wait, L4_KIND_THREAD, L4_RIGHT_NOTIFY)

enum l4_operation {
#define L4_OPERATION_ENTRY(name, number, lower, kind, rights) L4_OP_##name = number,
    L4_OPERATIONS(L4_OPERATION_ENTRY)
#undef L4_OPERATION_ENTRY
        L4_OP_COUNT
};

#define L4_OP_MASK 0x3f // of rax; the other bits are ignored

_Static_assert(L4_OP_COUNT <= L4_OP_MASK + 1, "each operation has its number");

// Whom to wait for, and how long: {timeout in µs : 32, slot or one of these : 32}.
#define L4_FROM_ANY                    0xffffffffu // messages, interrupts, notifications
#define L4_FROM_NOBODY                 0u          // SEND_RECEIVE: only sends
#define L4_FROM_REPLY                  0xfffffffeu // SEND_RECEIVE: the answer to a call
#define L4_FROM_NOTIFICATION           0xfffffffdu // notifications only
#define L4_FROM_PARTNER                0xfffffffcu // SEND_RECEIVE: the thread sent to (RECEIVE)
#define L4_NEVER                       0xffffffffu // no timeout
#define L4_WAIT_SPEC(from, timeout_us) ((uint64_t)(timeout_us) << 32 | (uint32_t)(from))

// Fields of THREAD_CONTROL.
#define L4_THREAD_PRIORITY    0 // value: at most the greatest of its space and of the caller's
#define L4_THREAD_PAGER       1 // value: slot of a thread handle with SEND, 0: none
#define L4_THREAD_HANDLER     2 // value: same, for exceptions
#define L4_THREAD_FPU         3 // value: 1: may use the FPU and SSE
#define L4_THREAD_WATCH       4 // value: slot with NOTIFY, second: bits set at its end
#define L4_THREAD_SLICE       5 // value: time slice in µs, 0: the default
#define L4_THREAD_DELAY       6 // value: longest preemption delay in µs, at most L4_DELAY_LIMIT_US
#define L4_THREAD_BREAKPOINT0 7 // value: address for DR0; … DR3 follow
#define L4_THREAD_BREAKPOINTS 11 // value: DR7, 0: no breakpoints
#define L4_THREAD_STOP        12 // value: 1: stop when next in user code, 0: go on
#define L4_THREAD_STEP        13 // value: 1: a debug exception after the next instruction

#define L4_DELAY_LIMIT_US 1000

// States that THREAD_STATE reports.
#define L4_THREAD_IS_NEW       0 // not started
#define L4_THREAD_IS_READY     1
#define L4_THREAD_IS_RECEIVING 2
#define L4_THREAD_IS_SENDING   3
#define L4_THREAD_IS_CALLING   4 // waits for an answer
#define L4_THREAD_IS_STOPPED   5
#define L4_THREAD_IS_FAULTED   6 // died of a fault nobody handled; registers stay readable

// Fields of SPACE_CONTROL.
#define L4_SPACE_ADD_QUOTA 0 // value: bytes, out of the caller's own quota

// Flags of IRQ_CREATE. Without them: edge, active high.
#define L4_IRQ_LEVEL 1
#define L4_IRQ_LOW   2

// Flags of UNMAP.
#define L4_UNMAP_SELF 1 // the caller's own mapping too, not only what was derived from it

// Cache modes of MEMORY_MAP, in w1 beside the rights.
#define L4_CACHE_NORMAL  (0u << 8)
#define L4_CACHE_DEVICE  (1u << 8) // not cached
#define L4_CACHE_COMBINE (2u << 8) // writes are combined
#define L4_CACHE_MASK    (3u << 8)

#endif

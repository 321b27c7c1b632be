# SPDX-License-Identifier: BSD-2-Clause
#
# The one makefile of Pecan. Public targets first make sure that the packages are there, then call themselves again with a
# leading underscore. What is built is said by the build.mk of each folder, in terms of the functions in tools/build/rules.mk.

MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/sh
BUILD := build
CROSS_COMPILE ?= x86_64-linux-gnu-
JOBS ?= $(shell nproc)

# Public targets, one line of help each: `name: text`, printed by `make help`.
include tools/build/targets.mk
include tools/build/rules.mk
include tools/build/user.mk
include tools/build/image.mk
include tools/build/kernel_program.mk
include tools/build/idlc.mk
include tools/build/fuzz.mk
include tools/build/compose.mk
# Interfaces and libraries come first: they define what the others name in their calls. Before them all, the flags of their users.
include $(sort $(wildcard libs/*/flags.mk)) idl/build.mk
BUILD_FILES := $(filter-out idl/%,$(sort $(wildcard */build.mk */*/build.mk */*/*/build.mk)))
include $(filter libs/%,$(BUILD_FILES)) $(filter-out libs/%,$(BUILD_FILES))
include tools/build/images.mk
include tools/build/test.mk

/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lwIP's test headers include a file of this name; there is nothing to configure.
 */

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Loads and stores of what others write or read meanwhile. */
#ifndef BVS_BPF_ONCE_H
#define BVS_BPF_ONCE_H

#define READ_ONCE(x) (*(volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile typeof(x) *)&(x) = (v))

#endif

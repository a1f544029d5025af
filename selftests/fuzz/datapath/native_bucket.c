// SPDX-License-Identifier: Apache-2.0
#include "selftests/fuzz/datapath/native_bucket.h"

#include "bpf/bucket.h"

int bvs_native_rate_take(struct bvs_rate *rate, __u64 units, __u64 ns) {
    return rate_take(rate, units, bucket_time(ns));
}

// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/redirect.h"

#include "bench/tools/place.h"
#include "bench/tools/yardstick.h"

namespace bvs::bench {

namespace {

Result<> one_way(const RedirectOptions &options, const std::string &from, const std::string &to) {
    const auto in = netdev(from);
    const auto out = netdev(to);
    if (!in || !out)
        return std::unexpected(in ? out.error() : in.error());
    const auto yardstick = Yardstick::load({.ifindex = *out, .to_peer = options.to_peer});
    if (!yardstick)
        return std::unexpected(yardstick.error());
    return attach_ingress(yardstick->program("bench_redirect"), *in,
                          options.pin_dir + "/redirect-" + from);
}

} // namespace

Result<> redirect(const RedirectOptions &options) {
    if (auto entered = enter_netns(options.netns); !entered)
        return entered;
    if (auto there = one_way(options, options.one, options.other); !there)
        return there;
    return one_way(options, options.other, options.one);
}

} // namespace bvs::bench

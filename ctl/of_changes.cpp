// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_changes.h"

#include "ctl/run.h"

#include <algorithm>

namespace bvs::ctl {

using wire::BundleStep;

namespace {

constexpr std::uint32_t k_bundle = 1;
constexpr std::uint16_t k_atomic_and_ordered = 3;
constexpr std::size_t k_most_reports = 20;

wire::BundleControl bundle(BundleStep step) {
    return {.bundle = k_bundle, .step = step, .flags = k_atomic_and_ordered};
}

// In OpenFlow 1.0 there is nowhere to say it.
Result<> check(const wire::Body &body, const wire::Dialect &dialect) {
    const auto *mod = std::get_if<model::FlowMod>(&body);
    if (!mod || dialect.version != wire::Version::of10)
        return {};
    const auto &said = mod->instructions;
    if (said.meter || said.clear || !said.write.empty() || said.metadata || said.goto_table)
        return fail("OpenFlow 1.0 has no instructions such as goto_table; use -O OpenFlow13");
    return {};
}

class Changer {
  public:
    Changer(OpenFlowClient &peer, const std::vector<Change> &changes)
        : peer_(peer), changes_(changes) {}

    Result<> one_by_one() {
        for (const auto &change : changes_)
            if (auto good = send(change, Together::no); !good)
                return good;
        auto heard = until_answered(wire::BarrierRequest{});
        if (!heard)
            return std::unexpected(heard.error());
        if (refusals_.empty())
            return {};
        if (changes_.size() == 1)
            return fail("{}", refusals_.front());
        warn_of_each();
        return fail("{} of {} changes were refused; the others are made", refusals_.size(),
                    changes_.size());
    }

    Result<> as_bundle() {
        if (auto opened = peer_.ask(bundle(BundleStep::open_request)); !opened)
            return fail("cannot open a bundle: {}", opened.error().message);
        for (const auto &change : changes_)
            if (auto good = send(change, Together::bundle); !good)
                return good;
        auto granted = until_answered(bundle(BundleStep::commit_request));
        if (!granted)
            return std::unexpected(granted.error());
        if (*granted)
            return {};
        if (refusals_.size() == 1)
            return fail("{}; nothing is changed", refusals_.front());
        warn_of_each();
        return fail("the bundle was refused; nothing is changed");
    }

  private:
    Result<> send(const Change &change, Together together) {
        auto sent = check(change.body, peer_.dialect());
        if (sent) {
            auto xid = together == Together::bundle
                           ? peer_.send_in_bundle(change.body, k_bundle, k_atomic_and_ordered)
                           : peer_.send(change.body);
            if (xid && &change == changes_.data())
                first_ = *xid;
            if (!xid)
                sent = std::unexpected(xid.error());
        }
        if (!sent)
            return std::unexpected(
                Error{change.line.place + sent.error().message, sent.error().code});
        return {};
    }

    // Whether that last request was granted. Refusals of the changes are noted on the way.
    Result<bool> until_answered(wire::Body request) {
        const auto xid = peer_.send(std::move(request));
        if (!xid)
            return std::unexpected(xid.error());
        for (;;) {
            auto message = peer_.receive();
            if (!message)
                return std::unexpected(message.error());
            const auto *error = std::get_if<wire::ErrorMessage>(&message->body);
            if (error && message->xid != *xid)
                note(*error, message->xid);
            if (message->xid != *xid)
                continue;
            if (error && refusals_.empty())
                refusals_.push_back("the switch answers " + describe(*error));
            return !error;
        }
    }

    void note(const wire::ErrorMessage &error, std::uint32_t xid) {
        auto text = "the switch answers " + describe(error);
        if (const auto index = xid - first_; index < changes_.size()) {
            const auto &line = changes_[index].line;
            text = fmt::format("{}{} to \"{}\"", line.place, text, line.text);
        }
        refusals_.push_back(std::move(text));
    }

    void warn_of_each() const {
        for (std::size_t i = 0; i < std::min(refusals_.size(), k_most_reports); i++)
            warn(refusals_[i]);
        if (refusals_.size() > k_most_reports)
            warn(fmt::format("... and {} more", refusals_.size() - k_most_reports));
    }

    OpenFlowClient &peer_;
    const std::vector<Change> &changes_;
    std::uint32_t first_ = 0; // xid of the first change; they are consecutive
    std::vector<std::string> refusals_;
};

} // namespace

Result<std::vector<Change>> parse_changes(const OpenFlowContext &context,
                                          const std::vector<Line> &lines, const Parse &parse) {
    std::vector<Change> changes;
    changes.reserve(lines.size());
    for (const auto &line : lines) {
        auto body = parse(line.text);
        if (!body && context.ports.error())
            return std::unexpected(*context.ports.error());
        if (!body)
            return fail("{}{}", line.place, body.error().message);
        changes.push_back({std::move(*body), line});
    }
    return changes;
}

Result<> apply(OpenFlowClient &peer, const std::vector<Change> &changes, Together together) {
    Changer changer(peer, changes);
    return together == Together::bundle ? changer.as_bundle() : changer.one_by_one();
}

} // namespace bvs::ctl

// SPDX-License-Identifier: Apache-2.0
#include "ctl/known_schema.h"
#include "ctl/lookup.h"
#include "ctl/printer.h"
#include "ctl/run.h"
#include "ctl/switch_view.h"
#include "ovsdb/blocking.h"

#include <algorithm>
#include <cerrno>

namespace bvs::ctl {

namespace {

using std::chrono::milliseconds;

// After a conflict the change that caused it is on its way; no need to wait for it long.
constexpr milliseconds k_conflict_pause{20};
constexpr milliseconds k_patience{5000}; // until we say what we are waiting for

Error explain(Error error) {
    if (error.code == ENOENT)
        error.message += "; is bvsd running? --rundir or --db names another place";
    else if (error.code == ECONNREFUSED)
        error.message += "; nobody listens there: start bvsd";
    else if (error.code == EACCES || error.code == EPERM)
        error.message += "; try it as root";
    return error;
}

class DatabaseRunner {
  public:
    DatabaseRunner(const CommandLine &line, Printer &printer)
        : options_(line.options), commands_(line.commands), memories_(line.commands.size()),
          printer_(printer) {
        if (options_.timeout)
            end_ = ovsdb::Clock::now() + *options_.timeout;
        writes_ = std::ranges::any_of(commands_, [](const Command &command) {
            return command.verb->access == Access::writes;
        });
    }

    Result<> connect() {
        auto selection = select(known_schema());
        if (auto connected = connect(selection); !connected)
            return connected;
        auto right = select(client_->replica().schema());
        return right == selection ? Result<>{} : connect(right);
    }

    Result<int> run() {
        for (;;) {
            auto finished = attempt();
            if (!finished && finished.error().code == EAGAIN)
                client_->watch([](const auto &) { return false; }, k_conflict_pause);
            else if (!finished)
                return std::unexpected(finished.error());
            else if (*finished)
                return exit_status_;
            else if (!client_->watch([](const auto &) { return false; }, remaining()))
                return late("what was waited for did not come");
            if (remaining() == milliseconds(0))
                return late("others kept changing the same records");
        }
    }

    void follow(milliseconds time) {
        auto until = ovsdb::Clock::now() + time;
        auto left = [&] {
            return std::max(milliseconds(0),
                            std::chrono::duration_cast<milliseconds>(until - ovsdb::Clock::now()));
        };
        client_->watch([](const auto &) { return true; }, left());
    }

  private:
    using Contexts = std::vector<DatabaseContext>;

    Result<> connect(const ovsdb::Selection &selection) {
        if (options_.verbosity > 0)
            warn(fmt::format("connecting to {}", options_.remote()));
        ovsdb::ClientOptions client{.session = {.selection = selection}, .tls = options_.tls};
        auto connected = ovsdb::BlockingClient::connect(options_.remote(), std::move(client),
                                                        remaining(), options_.retry);
        if (!connected)
            return std::unexpected(explain(connected.error()));
        client_ = std::move(*connected);
        return {};
    }

    ovsdb::Selection select(const ovsdb::Schema &schema) const {
        ovsdb::Selection selection;
        select_columns(selection, "Open_vSwitch", {"cur_cfg"});
        if (waits())
            select_columns(selection, "Interface", {"name", "error", "ofport"});
        for (const auto &command : commands_)
            std::get<DatabaseRun>(command.verb->run).select(command, schema, selection);
        return selection;
    }

    // Whether it is done; if not, the database has to change first. A conflict is an error EAGAIN.
    Result<bool> attempt() {
        Draft draft(client_->replica());
        Symbols symbols;
        Contexts contexts;
        if (draft.rows("Open_vSwitch").empty())
            draft.insert("Open_vSwitch", ovsdb::Values{});
        for (std::size_t i = 0; i < commands_.size(); i++) {
            const auto &command = commands_[i];
            auto &context = contexts.emplace_back(
                DatabaseContext{options_, command, draft, symbols, memories_[i]});
            auto done = std::get<DatabaseRun>(command.verb->run).run(context);
            if (!done)
                return std::unexpected(done.error());
            if (context.try_again)
                return false;
            if (context.exit_status != 0)
                exit_status_ = context.exit_status;
            if (context.afterwards && commands_.size() > 1)
                return fail("'{}' cannot be chained with other commands by \"--\"; not all of it "
                            "is part of a transaction",
                            command.verb->name);
        }
        auto warnings = symbols.check();
        if (!warnings)
            return std::unexpected(warnings.error());
        if (auto done = commit(draft, contexts); !done)
            return std::unexpected(done.error());
        for (const auto &warning : *warnings)
            warn(warning);
        return true;
    }

    Result<> commit(const Draft &draft, Contexts &contexts) {
        auto transaction = draft.transaction();
        bool changes = !transaction.empty() && !options_.dry_run;
        if (!changes) {
            print(contexts, nullptr);
            return finish(contexts, {});
        }
        std::string words;
        for (const auto &command : commands_)
            words += (words.empty() ? "" : " -- ") + command.to_string();
        transaction.comment("bvsctl: " + words);
        if (waits())
            increment(transaction, draft);
        if (options_.verbosity > 0)
            warn(transaction.encode(0));
        auto outcome = client_->transact(transaction, remaining());
        if (!outcome)
            return std::unexpected(outcome.error());
        print(contexts, &*outcome);
        return finish(contexts, waits() ? wait(*outcome, contexts) : Result<>{});
    }

    // What builds on the change comes after the daemon has applied it.
    Result<> finish(const Contexts &contexts, Result<> applied) {
        for (const auto &context : contexts) {
            if (!context.afterwards || options_.dry_run)
                continue;
            auto done = applied ? context.afterwards->act() : applied;
            if (done)
                continue;
            Draft back(client_->replica());
            context.afterwards->undo(back);
            const auto transaction = back.transaction();
            if (!transaction.empty())
                if (auto undone = client_->transact(transaction, k_patience); !undone)
                    return fail("{}; and the database cannot be set back: {}", done.error().message,
                                undone.error().message);
            return done;
        }
        return applied;
    }

    // Ends with a select of the new next_cfg.
    static void increment(ovsdb::Transaction &transaction, const Draft &draft) {
        auto root = root_row(draft);
        auto where = draft.is_new("Open_vSwitch", root) ? ovsdb::Where(Draft::name_of(root))
                                                        : ovsdb::Where(root);
        transaction.mutate("Open_vSwitch", where, {{"next_cfg", "+=", std::int64_t{1}}});
        transaction.select("Open_vSwitch", where, {"next_cfg"});
    }

    void print(Contexts &contexts, const ovsdb::Outcome *outcome) {
        for (auto &context : contexts) {
            if (context.created) {
                auto row =
                    outcome ? outcome->find(Draft::name_of(*context.created)) : context.created;
                context.output.print_lines("_uuid", {row.value_or(*context.created).to_string()});
            }
            for (const auto &warning : context.warnings)
                warn(warning);
            printer_.print(context.output);
        }
        printer_.flush();
    }

    bool waits() const { return writes_ && !options_.no_wait; }

    // Until the daemon has applied the configuration that we made.
    Result<> wait(const ovsdb::Outcome &outcome, const Contexts &contexts) {
        const auto &selected = outcome.operations.back().rows;
        if (selected.empty() || selected.front().empty())
            return fail("the database did not say which configuration to wait for");
        auto wanted = selected.front().front().second.integer().value_or(0);
        auto applied = [&](const ovsdb::Replica &replica) {
            auto root = replica.first("Open_vSwitch");
            return root && (*root)["cur_cfg"].integer().value_or(0) >= wanted;
        };
        auto first = remaining() ? std::min(*remaining(), k_patience) : k_patience;
        auto waited = client_->wait_until(applied, first);
        if (!waited && remaining() != milliseconds(0)) {
            warn("still waiting for the daemon to apply the change; is bvsd running? (it is in the "
                 "database; --no-wait does not wait)");
            waited = client_->wait_until(applied, remaining());
        }
        if (!waited)
            return late("the change is in the database, but the daemon did not apply it");
        report_errors(contexts);
        return {};
    }

    void report_errors(const Contexts &contexts) const {
        for (const auto &context : contexts)
            for (const auto &name : context.new_interfaces) {
                auto row = client_->replica().find("Interface", "name", name);
                if (!row)
                    continue;
                auto error = (*row)["error"].string();
                bool no_number = (*row)["ofport"].integer().value_or(0) < 0;
                if (!error.empty() || no_number)
                    warn(fmt::format("Error detected while setting up '{}'{}{}.  See ovs-vswitchd "
                                     "log for details.",
                                     name, error.empty() ? "" : ": ", error));
            }
    }

    std::optional<milliseconds> remaining() const {
        if (!end_)
            return std::nullopt;
        return std::max(milliseconds(0),
                        std::chrono::ceil<milliseconds>(*end_ - ovsdb::Clock::now()));
    }

    static std::unexpected<Error> late(std::string_view what) {
        return std::unexpected(Error{fmt::format("{} within --timeout", what), ETIMEDOUT});
    }

    const Options &options_;
    const std::vector<Command> &commands_;
    std::vector<std::any> memories_; // of each command
    Printer &printer_;
    std::optional<ovsdb::Time> end_;
    std::unique_ptr<ovsdb::BlockingClient> client_;
    bool writes_ = false;
    int exit_status_ = 0;
};

} // namespace

Result<int> run_on_database(const CommandLine &line, Printer &printer) {
    DatabaseRunner runner(line, printer);
    if (auto connected = runner.connect(); !connected)
        return std::unexpected(connected.error());
    while (line.options.watch) {
        printer.begin_round();
        if (auto status = runner.run(); !status)
            return status;
        runner.follow(*line.options.watch);
    }
    return runner.run();
}

} // namespace bvs::ctl

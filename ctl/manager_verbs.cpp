// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/lookup.h"
#include "ctl/remote_rows.h"
#include "ctl/switch_view.h"

#include <array>

namespace bvs::ctl {

namespace {

void select_managers(const Command &, const ovsdb::Schema &, ovsdb::Selection &columns) {
    select_columns(columns, "Open_vSwitch", {"manager_options"});
    select_columns(columns, "Manager", {"target"});
}

void select_ssl(const Command &, const ovsdb::Schema &, ovsdb::Selection &columns) {
    select_columns(columns, "Open_vSwitch", {"ssl"});
    select_columns(columns, "SSL", {"private_key", "certificate", "ca_cert", "bootstrap_ca_cert"});
}

RemoteRows managers(const DatabaseContext &context) {
    return {"Open_vSwitch", root_row(context.draft), "manager_options", "Manager"};
}

Result<> get_manager(DatabaseContext &context) {
    print_remotes(context, managers(context));
    return {};
}

Result<> del_manager(DatabaseContext &context) {
    erase_remotes(context.draft, managers(context));
    return {};
}

Result<> set_manager(DatabaseContext &context) {
    return set_remotes(context, managers(context), context.command.arguments);
}

Result<> get_ssl(DatabaseContext &context) {
    auto ssl = context.draft.get("Open_vSwitch", root_row(context.draft), "ssl").uuid();
    if (!ssl)
        return {};
    auto value = [&](std::string_view column) { return context.draft.get("SSL", *ssl, column); };
    auto key = value("private_key").string(), certificate = value("certificate").string(),
         authority = value("ca_cert").string();
    bool bootstrap = value("bootstrap_ca_cert").boolean().value_or(false);
    context.output.table = Table{{"private_key", "certificate", "ca_cert", "bootstrap_ca_cert"},
                                 {{key, certificate, authority, bootstrap}}};
    context.output.text =
        fmt::format("Private key: {}\nCertificate: {}\nCA Certificate: {}\nBootstrap: {}\n", key,
                    certificate, authority, bootstrap);
    return {};
}

Result<> del_ssl(DatabaseContext &context) {
    auto root = root_row(context.draft);
    if (auto ssl = context.draft.get("Open_vSwitch", root, "ssl").uuid())
        context.draft.erase("SSL", *ssl);
    context.draft.set("Open_vSwitch", root, "ssl", {});
    return {};
}

Result<> set_ssl(DatabaseContext &context) {
    if (auto deleted = del_ssl(context); !deleted)
        return deleted;
    auto ssl =
        context.draft.insert("SSL", {{"private_key", context.argument(0)},
                                     {"certificate", context.argument(1)},
                                     {"ca_cert", context.argument(2)},
                                     {"bootstrap_ca_cert", context.command.has("--bootstrap")}});
    context.draft.set("Open_vSwitch", root_row(context.draft), "ssl", ssl);
    return {};
}

constexpr std::array k_verbs{
    Verb{"get-manager", "", "", "print who manages the database", "get-manager", Access::reads,
         DatabaseRun{get_manager, select_managers}},
    Verb{"set-manager", "TARGET...", "--inactivity-probe=MSECS", "set who manages the database",
         "set-manager ptcp:6640:127.0.0.1", Access::writes,
         DatabaseRun{set_manager, select_managers}},
    Verb{"del-manager", "", "", "delete the managers", "del-manager", Access::writes,
         DatabaseRun{del_manager, select_managers}},
    Verb{"get-ssl", "", "", "print the TLS files of managers and controllers", "get-ssl",
         Access::reads, DatabaseRun{get_ssl, select_ssl}},
    Verb{"set-ssl", "PRIVATE-KEY CERTIFICATE CA-CERTIFICATE", "--bootstrap", "set the TLS files",
         "set-ssl key.pem cert.pem ca.pem", Access::writes, DatabaseRun{set_ssl, select_ssl}},
    Verb{"del-ssl", "", "", "delete them", "del-ssl", Access::writes,
         DatabaseRun{del_ssl, select_ssl}},
};

} // namespace

std::span<const Verb> manager_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl

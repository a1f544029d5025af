// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/transaction.h"

#include "ovsdb/json.h"

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

namespace bvs::ovsdb {

namespace {

using Json = nlohmann::json;

// Adds the members of one operation's object.
class Writer {
  public:
    explicit Writer(std::string &out) : out_(out) {}

    Writer &key(std::string_view name) {
        out_ += ",\"";
        out_ += name;
        out_ += "\":";
        return *this;
    }

    void string(std::string_view text) { append_json_string(out_, text); }

    template <class Items, class Write>
    void list(char open, const Items &items, char close, Write write) {
        out_ += open;
        bool later = false;
        for (const auto &item : items) {
            if (later)
                out_ += ',';
            later = true;
            write(item);
        }
        out_ += close;
    }

    void strings(const std::vector<std::string> &items) {
        list('[', items, ']', [&](const std::string &item) { string(item); });
    }

    void row(const Values &values) {
        list('{', values, '}', [&](const auto &cell) {
            string(cell.first);
            out_ += ':';
            append_json(out_, cell.second);
        });
    }

    void where(const Where &where) {
        key("where").list('[', where.conditions(), ']', [&](const Condition &condition) {
            triple(condition.column, condition.function, condition.value);
        });
    }

    void triple(std::string_view column, std::string_view verb, const Datum &value) {
        out_ += '[';
        string(column);
        out_ += ',';
        string(verb);
        out_ += ',';
        append_json(out_, value);
        out_ += ']';
    }

  private:
    std::string &out_;
};

int error_code(const std::string &error) {
    if (error == "timed out")
        return EAGAIN;
    if (error == "not owner")
        return ENOLCK;
    return EINVAL;
}

std::string text_of(const Json &object, const char *name) {
    auto it = object.find(name);
    return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

Result<Values> read_row(const Json &json) {
    if (!json.is_object())
        return fail("the server selected a row that is not an object but {}", json.type_name());
    Values row;
    for (const auto &[column, cell] : json.items()) {
        auto datum = datum_from_json(cell);
        if (!datum)
            return fail("the server selected a column {} that cannot be read: {}", column,
                        datum.error().message);
        row.emplace_back(column, std::move(*datum));
    }
    return row;
}

Result<OperationResult> read_operation(const Json &json) {
    OperationResult result;
    if (!json.is_object())
        return result;
    if (auto it = json.find("uuid"); it != json.end()) {
        auto atom = atom_from_json(*it, AtomType::uuid);
        if (!atom || !std::holds_alternative<Uuid>(*atom))
            return fail("the server answered an insert without a uuid");
        result.uuid = std::get<Uuid>(*atom);
    }
    if (auto it = json.find("count"); it != json.end() && it->is_number_unsigned())
        result.count = it->get<std::size_t>();
    if (auto it = json.find("rows"); it != json.end() && it->is_array())
        for (const Json &row : *it) {
            auto values = read_row(row);
            if (!values)
                return std::unexpected(values.error());
            result.rows.push_back(std::move(*values));
        }
    return result;
}

} // namespace

std::optional<Uuid> Outcome::find(const NamedUuid &row) const {
    auto it = std::ranges::find(inserted, row.name, &std::pair<std::string, Uuid>::first);
    return it == inserted.end() ? std::nullopt : std::optional(it->second);
}

void Transaction::begin(std::string_view operation, std::string_view table) {
    names_.push_back(table.empty() ? std::string(operation)
                                   : fmt::format("{} of {}", operation, table));
    text_ += ",{\"op\":";
    append_json_string(text_, operation);
    if (!table.empty())
        Writer(text_).key("table").string(table);
}

NamedUuid Transaction::insert(std::string_view table, const Values &values, std::string name) {
    if (name.empty())
        name = fmt::format("row{}", next_name_++);
    inserts_.emplace_back(names_.size(), name);
    begin("insert", table);
    Writer writer(text_);
    writer.key("uuid-name").string(name);
    writer.key("row").row(values);
    text_ += '}';
    return {std::move(name)};
}

void Transaction::update(std::string_view table, const Where &where, const Values &values) {
    begin("update", table);
    Writer writer(text_);
    writer.where(where);
    writer.key("row").row(values);
    text_ += '}';
}

void Transaction::mutate(std::string_view table, const Where &where,
                         const std::vector<Mutation> &mutations) {
    begin("mutate", table);
    Writer writer(text_);
    writer.where(where);
    writer.key("mutations").list('[', mutations, ']', [&](const Mutation &mutation) {
        writer.triple(mutation.column, mutation.mutator, mutation.value);
    });
    text_ += '}';
}

void Transaction::erase(std::string_view table, const Where &where) {
    begin("delete", table);
    Writer(text_).where(where);
    text_ += '}';
}

void Transaction::select(std::string_view table, const Where &where,
                         const std::vector<std::string> &columns) {
    begin("select", table);
    Writer writer(text_);
    writer.where(where);
    writer.key("columns").strings(columns);
    text_ += '}';
}

void Transaction::wait(std::string_view table, const Where &where,
                       const std::vector<std::string> &columns, const std::vector<Values> &rows,
                       bool equal, std::chrono::milliseconds timeout) {
    begin("wait", table);
    Writer writer(text_);
    writer.where(where);
    writer.key("columns").strings(columns);
    writer.key("until").string(equal ? "==" : "!=");
    writer.key("rows").list('[', rows, ']', [&](const Values &row) { writer.row(row); });
    writer.key("timeout");
    text_ += fmt::to_string(timeout.count());
    text_ += '}';
}

void Transaction::comment(std::string_view text) {
    begin("comment", "");
    Writer(text_).key("comment").string(text);
    text_ += '}';
}

void Transaction::assert_lock(std::string_view lock_name) {
    begin("assert", "");
    Writer(text_).key("lock").string(lock_name);
    text_ += '}';
}

std::string Transaction::encode(std::uint64_t request_id) const {
    std::string text = fmt::format("{{\"id\":{},\"method\":\"transact\",\"params\":[", request_id);
    append_json_string(text, database_);
    text += text_;
    text += "]}";
    return text;
}

Result<Outcome> TransactionReader::read(const Json &result) const {
    if (!result.is_array())
        return fail("the server's answer to a transaction is not an array but {}",
                    result.type_name());
    Outcome outcome;
    for (std::size_t i = 0; i < result.size(); i++) {
        const Json &json = result[i];
        if (auto error = json.is_object() ? text_of(json, "error") : ""; !error.empty()) {
            auto details = text_of(json, "details");
            // An error after the last operation is one of the transaction as a whole.
            auto where = i < names_.size() ? "operation " + names_[i] : "transaction";
            return std::unexpected(Error{fmt::format("the database refused the {}: {}{}{}", where,
                                                     error, details.empty() ? "" : ": ", details),
                                         error_code(error)});
        }
        auto operation = read_operation(json);
        if (!operation)
            return std::unexpected(operation.error());
        outcome.operations.push_back(std::move(*operation));
    }
    if (outcome.operations.size() < names_.size())
        return fail("the server answered {} of {} operations", outcome.operations.size(),
                    names_.size());
    for (const auto &[index, name] : inserts_)
        if (auto uuid = outcome.operations[index].uuid)
            outcome.inserted.emplace_back(name, *uuid);
    return outcome;
}

} // namespace bvs::ovsdb

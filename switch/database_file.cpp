// SPDX-License-Identifier: Apache-2.0
#include "switch/database_file.h"

#include "switch/process.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <vector>

namespace bvs::daemon {

namespace fs = std::filesystem;

namespace {

constexpr const char *k_database = "Open_vSwitch";

std::string tool() {
    return find_program("ovsdb-tool");
}

std::vector<unsigned> numbers(std::string_view version) {
    std::vector<unsigned> result;
    while (!version.empty()) {
        unsigned number = 0;
        auto end = version.data() + version.size();
        auto [next, error] = std::from_chars(version.data(), end, number);
        result.push_back(error == std::errc() ? number : 0);
        next = std::find(next, end, '.');
        version = {next == end ? end : next + 1, end};
    }
    return result;
}

// A copy beside the file that no earlier one is lost to.
Attempt<std::string> keep_copy(const std::string &file, const std::string &why) {
    auto copy = file + "." + why;
    std::error_code error;
    for (int i = 2; fs::exists(copy, error); ++i)
        copy = fmt::format("{}.{}-{}", file, why, i);
    fs::copy_file(file, copy, error);
    if (error)
        return end_with(Exit::database, "cannot copy {} to {}: {}", file, copy, error.message());
    return copy;
}

// Where the file's last record starts, if that is the one about which ovsdb-tool complains, naming
// an offset in it; damage to any other record is nothing.
std::optional<std::size_t> damaged_last_record(const std::string &file,
                                               const std::string &complaint) {
    constexpr std::string_view header = "\nOVSDB JSON ";
    std::smatch found;
    if (!std::regex_search(complaint, found, std::regex("offset ([0-9]+)")))
        return std::nullopt;
    auto offset = static_cast<std::size_t>(std::stoull(found[1]));
    std::ifstream stream(file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(stream)), {});
    if (offset >= text.size() + 1 || text.find(header, offset) != text.npos)
        return std::nullopt;
    if (complaint.find("header line") != complaint.npos)
        return offset;
    auto start = text.rfind(header, offset);
    return start == text.npos ? std::nullopt : std::optional(start + 1);
}

Attempt<> create(const std::string &file, const std::string &schema) {
    std::error_code error;
    fs::create_directories(fs::path(file).parent_path(), error);
    if (error)
        return end_with(Exit::files, "cannot make the folder of {}: {}", file, error.message());
    if (auto made = run_program({tool(), "create", file, schema}); !made)
        return end_with(Exit::database, made.error());
    return {};
}

Attempt<> check_name(const std::string &file) {
    auto name = run_program({tool(), "db-name", file});
    if (!name)
        return end_with(Exit::database,
                        "the database {} cannot be read ({}); nothing was changed: put a backup in "
                        "its place, or move it away to start with an empty one",
                        file, name.error().message);
    if (*name != k_database)
        return end_with(Exit::database,
                        "{} holds a database {}, not {}; move it away, or choose another --dbdir",
                        file, *name, k_database);
    return {};
}

// The line of ovsdb-tool itself, which may stand before or after what it could read.
std::string complaint_in(const std::string &said) {
    auto start = said.find("ovsdb-tool: ");
    return start == said.npos ? said : said.substr(start, said.find('\n', start) - start);
}

Attempt<> check_records(const std::string &file, const Logger &log) {
    auto read = run_program({tool(), "show-log", file});
    if (read)
        return {};
    auto complaint = complaint_in(read.error().message);
    auto start = damaged_last_record(file, complaint);
    if (!start || *start == 0)
        return end_with(Exit::database,
                        "the database {} is damaged in its middle ({}); nothing was changed, and "
                        "the datapath goes on as it was: put a backup in its place, or move it "
                        "away to start with an empty one",
                        file, complaint);
    auto copy = keep_copy(file, "damaged");
    if (!copy)
        return std::unexpected(copy.error());
    std::error_code error;
    fs::resize_file(file, *start, error);
    if (error)
        return end_with(Exit::database, "cannot shorten {}: {}", file, error.message());
    log.warn("the last record of {} was damaged, as by a power failure, and is dropped ({}); {} is "
             "a copy of the file as it was",
             file, complaint, *copy);
    return {};
}

} // namespace

bool version_before(std::string_view a, std::string_view b) {
    return numbers(a) < numbers(b);
}

Attempt<std::string> find_schema() {
    std::error_code error;
    auto program = fs::read_symlink("/proc/self/exe", error);
    std::vector<fs::path> places = {BVS_INSTALLED_SCHEMA,
                                    program.parent_path() / "../share/bvs/vswitch.ovsschema",
                                    BVS_SOURCE_SCHEMA};
    for (const auto &place : places)
        if (fs::exists(place, error))
            return place.string();
    return end_with(Exit::files, "there is no {}; install bvsd again, or give it a DATABASE",
                    BVS_INSTALLED_SCHEMA);
}

Attempt<bool> schema_is_outdated(const std::string &file, const std::string &schema) {
    auto have = run_program({tool(), "db-version", file});
    auto want = run_program({tool(), "schema-version", schema});
    for (auto *version : {&have, &want})
        if (!*version)
            return end_with(Exit::database, version->error());
    return version_before(*have, *want);
}

Attempt<> prepare_database_file(const std::string &file, const std::string &schema,
                                const Logger &log) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        log.info("making a new database {}", file);
        return create(file, schema);
    }
    if (auto name = check_name(file); !name)
        return name;
    if (auto records = check_records(file, log); !records)
        return records;
    auto outdated = schema_is_outdated(file, schema);
    if (!outdated)
        return std::unexpected(outdated.error());
    if (!*outdated)
        return {};
    auto copy = keep_copy(file, "before-upgrade");
    if (!copy)
        return std::unexpected(copy.error());
    log.info("bringing the schema of {} up to date; {} is a copy of the file as it was", file,
             *copy);
    if (auto converted = run_program({tool(), "convert", file, schema}); !converted)
        return end_with(Exit::database, converted.error());
    return {};
}

} // namespace bvs::daemon

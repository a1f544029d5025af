// SPDX-License-Identifier: Apache-2.0
#include "maps/records.h"

#include <cstring>

namespace bvs::maps {

namespace {

constexpr std::uint32_t k_header = sizeof(std::uint32_t); // the number of bytes that follow
constexpr std::uint32_t k_cell = sizeof(bvs_record_cell);

std::uint32_t cells_for(std::size_t bytes) {
    return static_cast<std::uint32_t>((k_header + bytes + k_cell - 1) / k_cell);
}

} // namespace

Records::Records(RecordArray &cells)
    : cells_(cells), runs_({.chunk = RecordArray::k_chunk,
                            .size = [&cells] { return cells.size(); },
                            .grow = [&cells] { return cells.grow(); }}) {}

Result<std::uint32_t> Records::put(std::span<const std::uint8_t> bytes) {
    if (bytes.empty())
        return 0;
    const auto place = runs_.take(cells_for(bytes.size()));
    if (!place)
        return place;
    const auto size = static_cast<std::uint32_t>(bytes.size());
    auto *begin = cells_[*place].byte;
    std::memcpy(begin, &size, k_header);
    std::memcpy(begin + k_header, bytes.data(), bytes.size());
    return place;
}

std::uint32_t Records::size(std::uint32_t place) const {
    std::uint32_t size = 0;
    std::memcpy(&size, cells_[place].byte, k_header);
    return size;
}

std::span<const std::uint8_t> Records::get(std::uint32_t place) const {
    if (!place)
        return {};
    return {cells_[place].byte + k_header, size(place)};
}

// Zeros, so that who goes from cell to cell finds none there.
void Records::give_back(std::uint32_t place) {
    if (!place)
        return;
    const auto cells = cells_for(size(place));
    std::memset(cells_[place].byte, 0, std::size_t{cells} * k_cell);
    runs_.give_back(place, cells);
}

void for_each_record(const RecordArray &cells,
                     const std::function<void(std::span<const std::uint8_t>)> &visit) {
    for (std::uint32_t place = 1; place < cells.size();) {
        std::uint32_t size = 0;
        std::memcpy(&size, cells[place].byte, k_header);
        const auto rest = (RecordArray::k_chunk - place % RecordArray::k_chunk) * k_cell;
        if (!size || size > rest - k_header) {
            ++place;
            continue;
        }
        visit({cells[place].byte + k_header, size});
        place += cells_for(size);
    }
}

void Records::adopt(const std::set<std::uint32_t> &places) {
    std::map<std::uint32_t, std::uint32_t> taken;
    for (const auto place : places)
        taken[place] = cells_for(size(place));
    runs_.adopt(taken);
}

} // namespace bvs::maps

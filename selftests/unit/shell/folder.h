// SPDX-License-Identifier: Apache-2.0
//
// A folder of a test's own, gone with everything in it when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace bvs::daemon {

class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "bvs-shell-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    const std::string &path() const { return path_; }
    std::string operator/(const std::string &name) const { return path_ + "/" + name; }

    std::size_t count() const { // files in it
        auto entries = std::filesystem::directory_iterator(path_);
        return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
    }

  private:
    std::string path_;
};

inline std::string text_of(const std::string &file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_text(const std::string &file, const std::string &text) {
    std::ofstream(file, std::ios::binary) << text;
}

} // namespace bvs::daemon

// SPDX-License-Identifier: Apache-2.0
//
// Stands in for libFuzzer where the compiler has none: replays every file of the folders given,
// then mutations of them, for -max_total_time=SECONDS with -seed=NUMBER (printed, else random). The
// input that kills the process is left in crash.bin; given as a file it is run alone. Unlike
// libFuzzer it does not see which code an input reaches.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using Input = std::vector<std::uint8_t>;

constexpr std::size_t k_longest = 1 << 16;

// For the signal handler, which can be told nothing.
const Input *running;

void leave_input(int signal) {
    int file = ::open("crash.bin", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file >= 0 && ::write(file, running->data(), running->size()) >= 0)
        ::close(file);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void run(const Input &input) {
    running = &input;
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

Input read_file(const fs::path &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class Mutator {
  public:
    Mutator(std::uint64_t seed, const std::vector<Input> &corpus)
        : random_(seed), corpus_(corpus) {}

    Input next() {
        Input input = pick();
        for (auto n = below(8) + 1; n > 0; n--)
            mutate(input);
        if (input.size() > k_longest)
            input.resize(k_longest);
        return input;
    }

  private:
    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
    const Input &pick() { return corpus_[below(corpus_.size())]; }

    void mutate(Input &input) {
        auto at = [&] { return input.begin() + static_cast<std::ptrdiff_t>(below(input.size())); };
        if (input.empty()) {
            input.push_back(static_cast<std::uint8_t>(random_()));
            return;
        }
        auto from = at(), to = at();
        if (to < from)
            std::swap(from, to);
        switch (below(7)) {
        case 0:
            *from ^= static_cast<std::uint8_t>(1u << below(8));
            break;
        case 1:
            *from = interesting();
            break;
        case 2:
            input.insert(from, interesting());
            break;
        case 3:
            input.erase(from, to);
            break;
        case 4: {
            Input piece(from, to);
            input.insert(at(), piece.begin(), piece.end());
            break;
        }
        case 5:
            std::copy(from, to, input.begin());
            break;
        default: {
            const Input &other = pick();
            auto size = below(other.size() + 1);
            input.insert(from, other.begin(), other.begin() + static_cast<std::ptrdiff_t>(size));
        }
        }
    }

    std::uint8_t interesting() {
        static constexpr std::string_view k_bytes("\0\x01\x7f\x80\xff\"\\{}[],:=-.eEtfnu0129", 27);
        return below(4) == 0 ? static_cast<std::uint8_t>(random_())
                             : static_cast<std::uint8_t>(k_bytes[below(k_bytes.size())]);
    }

    std::mt19937_64 random_;
    const std::vector<Input> &corpus_;
};

} // namespace

int main(int count, char **words) {
    double seconds = 5;
    std::uint64_t seed = std::random_device{}();
    std::vector<Input> corpus;
    bool only_replay = false;
    for (int i = 1; i < count; i++) {
        std::string word = words[i];
        if (word.starts_with("-max_total_time="))
            seconds = std::stod(word.substr(word.find('=') + 1));
        else if (word.starts_with("-seed="))
            seed = std::stoull(word.substr(word.find('=') + 1));
        else if (fs::is_directory(word))
            for (const auto &entry : fs::directory_iterator(word))
                corpus.push_back(read_file(entry.path()));
        else
            only_replay = true, corpus.push_back(read_file(word));
    }
    fmt::print("{} inputs, seed {}\n", corpus.size(), seed);
    std::fflush(stdout);
    for (int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP})
        std::signal(signal, leave_input);
    for (const auto &input : corpus)
        run(input);
    if (only_replay)
        return 0;
    corpus.emplace_back();
    Mutator mutator(seed, corpus);
    std::uint64_t runs = 0;
    auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    for (; std::chrono::steady_clock::now() < end; runs++)
        run(mutator.next());
    fmt::print("{} runs\n", runs);
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// Puts what verbs have to say on standard output, in the format that was asked for.
#pragma once

#include "ctl/context.h"

#include <cstdio>

namespace bvs::ctl {

class Printer {
  public:
    Printer(const Options &options, std::FILE *file);

    bool colour() const { return colour_; }
    void begin_round(); // of --watch
    void print(const Output &output);
    void flush() { std::fflush(file_); }

  private:
    std::string render(const Output &output);

    const Options &options_;
    std::FILE *file_;
    bool terminal_;
    bool colour_;
    bool after_table_ = false;
};

} // namespace bvs::ctl

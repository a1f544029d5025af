// SPDX-License-Identifier: Apache-2.0
//
// The live screen of `top`, without a terminal: rates and keys in, lines out. Pure.
#pragma once

#include "ctl/terminal.h"
#include "ctl/top_sample.h"

#include <array>
#include <string>
#include <vector>

namespace bvs::ctl {

class TopScreen {
  public:
    explicit TopScreen(bool colour) : colour_(colour) {}

    void take(Json rates);
    void take(const Error &error); // the daemon did not answer; what was there stays

    enum class Wish { nothing, redraw, quit };
    Wish press(int key);

    // No more and no longer than fit.
    std::vector<std::string> lines(ScreenSize size);

  private:
    struct Order {
        std::size_t column;
        bool reversed = false;
    };

    void sort(Table &table, const Order &order) const;
    void scroll(std::ptrdiff_t by);
    std::string keys_line() const;

    Order &order() { return orders_[static_cast<std::size_t>(view_)]; }

    bool colour_;
    Json rates_;
    std::string error_;
    TopView view_ = TopView::ports;
    std::array<Order, 4> orders_{{{4}, {1}, {4}, {0}}}; // by view; at first what is most
    std::size_t first_ = 0;                             // row on the screen
    std::size_t page_ = 1;                              // rows on it
    std::size_t columns_ = 1;                           // of the table
    std::size_t rows_ = 0;                              // of it
};

} // namespace bvs::ctl

// Passes over all pairs: candidates and pricing. Mirrors candidates.py and pricing.py.
#pragma once

#include <atomic>
#include <cstdlib>
#include <limits>
#include <thread>

#include "blossom.hpp"
#include "table.hpp"

namespace peerloom {

constexpr std::int64_t BLOCK = 256;

// Runs `work(block)` for every block; who does which one has no influence on the result.
template <typename Work>
void in_blocks(std::int64_t blocks, std::int64_t threads, Work work) {
    std::atomic<std::int64_t> next{0};
    const auto worker = [&] {
        for (std::int64_t block = next++; block < blocks; block = next++) work(block);
    };
    std::vector<std::thread> others;
    for (std::int64_t k = 1; k < std::min(threads, blocks); ++k) others.emplace_back(worker);
    worker();
    for (std::thread& other : others) other.join();
}

// The few columns with the largest keys; among equal keys the next in a circle after the row.
template <typename Lane>
class Best {
public:
    Best(std::int64_t row, std::int64_t size, std::int64_t most)
        : row_(row), size_(size), most_(static_cast<std::size_t>(most)) {}

    bool is_full() const { return found_.size() == most_; }
    bool is_empty() const { return found_.empty(); }
    Lane least() const { return found_.back().key; }
    Lane largest() const { return found_.front().key; }

    void offer(Lane key, std::int64_t column) {
        const std::int64_t steps = column > row_ ? column - row_ : column - row_ + size_;
        if (is_full() && !is_before(key, steps, found_.back())) return;
        if (is_full()) found_.pop_back();
        std::size_t place = found_.size();
        found_.emplace_back();
        while (place > 0 && is_before(key, steps, found_[place - 1])) {
            found_[place] = found_[place - 1];
            --place;
        }
        found_[place] = {key, steps, column};
    }

    template <typename Use>
    void each(Use use) const {
        for (const Item& item : found_) use(item.column);
    }

private:
    struct Item {
        Lane key;
        std::int64_t steps;
        std::int64_t column;
    };

    static bool is_before(Lane key, std::int64_t steps, const Item& item) {
        return key > item.key || (key == item.key && steps < item.steps);
    }

    std::int64_t row_, size_;
    std::size_t most_;
    std::vector<Item> found_;
};

inline std::int64_t code(std::int64_t size, std::int64_t one, std::int64_t other) {
    return std::min(one, other) * size + std::max(one, other);
}

// Twice the weight less the column's price; where forbidden, far below everything.
PEERLOOM_VECTORS
inline std::int32_t net32(std::int64_t count, const std::int32_t* weights,
                          const std::int32_t* prices, std::int32_t* out) {
    std::int32_t most = std::numeric_limits<std::int32_t>::min();
    for (std::int64_t k = 0; k < count; ++k) {
        const std::int32_t value = weights[k] < 0 ? std::numeric_limits<std::int32_t>::min()
                                                  : 2 * weights[k] - prices[k];
        out[k] = value;
        most = std::max(most, value);
    }
    return most;
}

PEERLOOM_VECTORS
inline std::int64_t net64(std::int64_t count, const std::int64_t* weights,
                          const std::int64_t* prices, std::int64_t* out) {
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    for (std::int64_t k = 0; k < count; ++k) {
        const std::int64_t value = weights[k] < 0 ? std::numeric_limits<std::int64_t>::min()
                                                  : 2 * weights[k] - prices[k];
        out[k] = value;
        most = std::max(most, value);
    }
    return most;
}

inline std::int32_t net(std::int64_t count, const std::int32_t* weights,
                        const std::int32_t* prices, std::int32_t* out) {
    return net32(count, weights, prices, out);
}

inline std::int64_t net(std::int64_t count, const std::int64_t* weights,
                        const std::int64_t* prices, std::int64_t* out) {
    return net64(count, weights, prices, out);
}

// Sorted, each once.
inline std::vector<std::int64_t> joined(std::vector<std::vector<std::int64_t>>& parts) {
    std::vector<std::int64_t> all;
    for (std::vector<std::int64_t>& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
        part = {};
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

// Takes each weight twice and gives the largest less its column's price. Forbidden counts as -1.
template <typename Lane>
Lane most_left(std::int64_t count, const Lane* weights, const Lane* prices) {
    Lane most = std::numeric_limits<Lane>::min();
    for (std::int64_t k = 0; k < count; ++k) {
        most = std::max(most, static_cast<Lane>(2 * std::max<Lane>(weights[k], -1) - prices[k]));
    }
    return most;
}

PEERLOOM_VECTORS
inline std::int32_t most_left32(std::int64_t count, const std::int32_t* weights,
                                const std::int32_t* prices) {
    return most_left(count, weights, prices);
}

PEERLOOM_VECTORS
inline std::int64_t most_left64(std::int64_t count, const std::int64_t* weights,
                                const std::int64_t* prices) {
    return most_left(count, weights, prices);
}

inline std::int32_t left(std::int64_t count, const std::int32_t* weights,
                         const std::int32_t* prices) {
    return most_left32(count, weights, prices);
}

inline std::int64_t left(std::int64_t count, const std::int64_t* weights,
                         const std::int64_t* prices) {
    return most_left64(count, weights, prices);
}

constexpr int STEPS = 16;
constexpr std::int64_t SMALL_CHANGE = 100;

// Twice the dual price of each person, estimated by a few steps towards balance among the first
// `sample` people; see candidates.py.
template <typename Lane>
std::vector<Lane> hub_prices(const Table& table, std::int64_t sample, std::int64_t threads) {
    const std::int64_t size = table.size;
    const std::int64_t few = std::min(size, sample);
    const std::int64_t blocks = (few + BLOCK - 1) / BLOCK;
    std::vector<Lane> weights(static_cast<std::size_t>(few * few));
    std::vector<Lane> price(size, 0), wanted(few, 0);
    const auto each_row = [&](std::int64_t block, auto use) {
        for (std::int64_t row = block * BLOCK; row < std::min(few, (block + 1) * BLOCK); ++row) {
            use(row, weights.data() + row * few);
        }
    };
    in_blocks(blocks, threads, [&](std::int64_t block) {
        each_row(block, [&](std::int64_t row, Lane* mine) {
            for (std::int64_t start = 0; start < few; start += TILE) {
                table.row(row, start, std::min(TILE, few - start), mine + start);
            }
            // All prices are zero so far.
            wanted[row] = left(few, mine, price.data()) >> 1;
        });
    });
    std::copy(wanted.begin(), wanted.end(), price.begin());
    for (int step = 0; step < STEPS; ++step) {
        in_blocks(blocks, threads, [&](std::int64_t block) {
            each_row(block, [&](std::int64_t row, const Lane* mine) {
                wanted[row] = left(few, mine, price.data());
            });
        });
        std::int64_t changed = 0, whole = 0;
        for (std::int64_t row = 0; row < few; ++row) {
            const Lane change = static_cast<Lane>((wanted[row] - price[row]) >> 1);
            price[row] += change;
            changed += std::abs(static_cast<std::int64_t>(change));
            whole += std::abs(static_cast<std::int64_t>(price[row]));
        }
        if (SMALL_CHANGE * changed <= whole) break;
    }
    const std::int64_t others = (size - few + BLOCK - 1) / BLOCK;
    in_blocks(others, threads, [&](std::int64_t block) {
        std::vector<Lane> row_weights(TILE);
        const std::int64_t first = few + block * BLOCK;
        for (std::int64_t row = first; row < std::min(size, first + BLOCK); ++row) {
            Lane most = std::numeric_limits<Lane>::min();
            for (std::int64_t start = 0; start < few; start += TILE) {
                const std::int64_t count = std::min(TILE, few - start);
                table.row(row, start, count, row_weights.data());
                most = std::max(most, left(count, row_weights.data(), price.data() + start));
            }
            price[row] = most;
        }
    });
    return price;
}

// The best partners of each person with hub prices, as sorted codes of pairs.
template <typename Lane>
std::vector<std::int64_t> best_partners(const Table& table, std::int64_t most, std::int64_t sample,
                                        std::int64_t threads) {
    const std::int64_t size = table.size;
    const std::vector<Lane> prices = hub_prices<Lane>(table, sample, threads);
    const std::int64_t blocks = (size + BLOCK - 1) / BLOCK;
    std::vector<std::vector<std::int64_t>> found(blocks);
    in_blocks(blocks, threads, [&](std::int64_t block) {
        const std::int64_t first = block * BLOCK;
        const std::int64_t last = std::min(size, first + BLOCK);
        std::vector<Best<Lane>> best;
        for (std::int64_t row = first; row < last; ++row) best.emplace_back(row, size, most);
        std::vector<Lane> weights(TILE), nets(TILE);
        for (std::int64_t start = 0; start < size; start += TILE) {
            const std::int64_t count = std::min(TILE, size - start);
            for (std::int64_t row = first; row < last; ++row) {
                table.row(row, start, count, weights.data());
                const Lane top = net(count, weights.data(), prices.data() + start, nets.data());
                Best<Lane>& mine = best[row - first];
                if (mine.is_full() && top < mine.least()) continue;
                for (std::int64_t k = 0; k < count; ++k) {
                    if (nets[k] == std::numeric_limits<Lane>::min()) continue;
                    if (!mine.is_full() || nets[k] >= mine.least()) {
                        mine.offer(nets[k], start + k);
                    }
                }
            }
        }
        for (std::int64_t row = first; row < last; ++row) {
            best[row - first].each([&](std::int64_t column) {
                found[block].push_back(code(size, row, column));
            });
        }
    });
    return joined(found);
}

// What the blossoms of a forest add to the prices of two people inside.
class Tolls {
public:
    explicit Tolls(const BlossomForest* forest) : forest_(forest) {}

    bool has(std::int64_t vertex) const {
        return forest_ && forest_->is_blossom(forest_->top[vertex]);
    }

    // Calls `use(other, toll)` for the vertices that share a blossom with this one.
    template <typename Use>
    void each(std::int64_t vertex, Use use) const {
        const Vertex self = static_cast<Vertex>(vertex);
        Nodes chain;
        for (Vertex node = forest_->holder[self]; node >= 0; node = forest_->holder[node]) {
            chain.push_back(node);
        }
        Weight paid = 0;
        for (std::size_t place = chain.size(); place-- > 0;) {
            paid += forest_->toll[chain[place]];
            const Vertex within = place > 0 ? chain[place - 1] : self;
            for (const Vertex member : *forest_->members[chain[place]]) {
                if (member == within) continue;
                for (const Vertex other : forest_->vertices(member)) use(other, paid);
            }
        }
    }

private:
    const BlossomForest* forest_;
};

struct Violations {
    std::vector<std::int64_t> codes;
    std::int64_t excess = 0;  // sum over the rows of the largest violation
};

// More than this is only "very much", and sums stay whole.
constexpr std::int64_t LARGEST_EXCESS = std::int64_t{1} << 62;

inline void add_excess(std::int64_t& sum, std::int64_t more) {
    sum = more > LARGEST_EXCESS - sum ? LARGEST_EXCESS : sum + more;
}

// The pairs that prices and tolls do not pay for, at most `most` for each person.
// Prices are those of doubled weights without the bonus.
template <typename Lane>
Violations violations(const Table& table, const BlossomForest* forest, std::int64_t most,
                      const Lane* prices, std::int64_t threads) {
    const std::int64_t size = table.size;
    const std::int64_t blocks = (size + BLOCK - 1) / BLOCK;
    const Tolls tolls(forest);
    std::vector<std::vector<std::int64_t>> found(blocks);
    std::vector<std::int64_t> excess(blocks, 0);
    in_blocks(blocks, threads, [&](std::int64_t block) {
        const std::int64_t first = block * BLOCK;
        const std::int64_t last = std::min(size, first + BLOCK);
        std::vector<Best<Lane>> best;
        std::vector<std::vector<std::pair<Vertex, Weight>>> paid(last - first);
        for (std::int64_t row = first; row < last; ++row) {
            best.emplace_back(row, size, most);
            if (!tolls.has(row)) continue;
            auto& mine = paid[row - first];
            tolls.each(row, [&](Vertex other, Weight toll) {
                if (toll != 0 && other >= first) mine.emplace_back(other, toll);
            });
            std::sort(mine.begin(), mine.end());
        }
        std::vector<std::size_t> next(last - first, 0);
        std::vector<Lane> weights(TILE), nets(TILE);
        for (std::int64_t start = first; start < size; start += TILE) {
            const std::int64_t count = std::min(TILE, size - start);
            for (std::int64_t row = first; row < last; ++row) {
                const auto& mine = paid[row - first];
                std::size_t& at = next[row - first];
                const Lane price = prices[row];
                table.row(row, start, count, weights.data());
                const Lane top = net(count, weights.data(), prices + start, nets.data());
                if (top <= price) {
                    while (at < mine.size() && mine[at].first < start + count) ++at;
                    continue;
                }
                for (; at < mine.size() && mine[at].first < start + count; ++at) {
                    Lane& value = nets[mine[at].first - start];
                    // A toll is never larger than what two prices may lack.
                    if (value > price) {
                        const Weight left = static_cast<Weight>(value) - mine[at].second;
                        value = static_cast<Lane>(std::max<Weight>(left, price));
                    }
                }
                Best<Lane>& list = best[row - first];
                for (std::int64_t k = 0; k < count; ++k) {
                    if (nets[k] <= price) continue;
                    if (!list.is_full() || nets[k] >= list.least()) list.offer(nets[k], start + k);
                }
            }
        }
        for (std::int64_t row = first; row < last; ++row) {
            const Best<Lane>& list = best[row - first];
            list.each([&](std::int64_t column) { found[block].push_back(code(size, row, column)); });
            if (list.is_empty()) continue;
            add_excess(excess[block], static_cast<std::int64_t>(list.largest()) - prices[row]);
        }
    });
    Violations result;
    for (const std::int64_t part : excess) add_excess(result.excess, part);
    result.codes = joined(found);
    return result;
}

}  // namespace peerloom

// Passes over all pairs: candidates and pricing. Mirrors candidates.py and pricing.py.
#pragma once

#include <atomic>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
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

    std::int64_t row() const { return row_; }

    // What is offered must have at least this key to matter.
    Lane least() const { return least_; }

    void offer(Lane key, std::int64_t column) {
        if (found_.empty()) found_.reserve(4 * most_);
        const std::int64_t steps = column > row_ ? column - row_ : column - row_ + size_;
        found_.push_back({key, static_cast<Vertex>(steps), static_cast<Vertex>(column)});
        if (found_.size() >= 4 * most_) keep_best();
    }

    template <typename Use>
    void each(Use use) {
        keep_best();
        for (const Item& item : found_) use(item.key, item.column);
    }

private:
    struct Item {
        Lane key;
        Vertex steps, column;
    };

    std::int64_t row_, size_;
    std::size_t most_;
    Lane least_ = std::numeric_limits<Lane>::min();
    std::vector<Item> found_;

    // Drops all but the best, now and then: cheaper than keeping them sorted.
    void keep_best() {
        if (found_.size() <= most_) return;
        const auto last = found_.begin() + static_cast<std::ptrdiff_t>(most_) - 1;
        std::nth_element(found_.begin(), last, found_.end(), [](const Item& one, const Item& other) {
            return one.key > other.key || (one.key == other.key && one.steps < other.steps);
        });
        least_ = last->key;
        found_.resize(most_);
    }
};

inline std::int64_t code(std::int64_t size, std::int64_t one, std::int64_t other) {
    return std::min(one, other) * size + std::max(one, other);
}

// How many columns are passed over at once where none of them matters.
constexpr std::int64_t CHUNK = 16;

// Lanes of numbers: weights may be narrower than what is worked out with them. Each function is
// written once and named for every width, because only plain functions are compiled for several
// vectors.
//
// Twice the weight less the column's price, and the largest of each chunk; where forbidden, far
// below everything.
template <typename Number, typename Lane>
PEERLOOM_INLINE void net_of(std::int64_t count, const Number* PEERLOOM_ALONE weights,
                            const Lane* PEERLOOM_ALONE prices, Lane* PEERLOOM_ALONE out,
                            Lane* PEERLOOM_ALONE tops) {
    constexpr Lane NONE = std::numeric_limits<Lane>::min();
    for (std::int64_t k = 0; k < count; ++k) {
        const Lane weight = static_cast<Lane>(weights[k]);
        out[k] = weight < 0 ? NONE : static_cast<Lane>(2 * weight - prices[k]);
    }
    // Chunks of one length, so that the loop over each is one of vectors.
    for (std::int64_t k = count; k % CHUNK; ++k) out[k] = NONE;
    for (std::int64_t first = 0; first < count; first += CHUNK) {
        Lane top = NONE;
        for (std::int64_t k = 0; k < CHUNK; ++k) top = std::max(top, out[first + k]);
        tops[first / CHUNK] = top;
    }
}

// The largest weight, taken twice, less its column's price. Forbidden counts as -1.
template <typename Number, typename Lane>
PEERLOOM_INLINE Lane most_left_of(std::int64_t count, const Number* weights,
                                  const Lane* prices) {
    Lane most = std::numeric_limits<Lane>::min();
    for (std::int64_t k = 0; k < count; ++k) {
        const Lane weight = std::max<Lane>(static_cast<Lane>(weights[k]), -1);
        most = std::max(most, static_cast<Lane>(2 * weight - prices[k]));
    }
    return most;
}

#define PEERLOOM_LANES(Number, Lane, names)                                                       \
    PEERLOOM_INLINE void net_##names##_body(std::int64_t count, const Number* weights,            \
                                            const Lane* prices, Lane* out, Lane* tops) {          \
        net_of(count, weights, prices, out, tops);                                                \
    }                                                                                             \
    PEERLOOM_VECTORS(void, net_##names,                                                           \
                     (std::int64_t count, const Number* weights, const Lane* prices, Lane* out,   \
                      Lane* tops),                                                                \
                     (count, weights, prices, out, tops));                                        \
    PEERLOOM_INLINE Lane most_left_##names##_body(std::int64_t count, const Number* weights,      \
                                                  const Lane* prices) {                           \
        return most_left_of(count, weights, prices);                                              \
    }                                                                                             \
    PEERLOOM_VECTORS(Lane, most_left_##names,                                                     \
                     (std::int64_t count, const Number* weights, const Lane* prices),             \
                     (count, weights, prices));                                                   \
    inline void net(std::int64_t count, const Number* weights, const Lane* prices, Lane* out,     \
                    Lane* tops) {                                                                 \
        net_##names(count, weights, prices, out, tops);                                           \
    }                                                                                             \
    inline Lane most_left(std::int64_t count, const Number* weights, const Lane* prices) {        \
        return most_left_##names(count, weights, prices);                                         \
    }                                                                                             \
    static_assert(true)

PEERLOOM_LANES(std::int16_t, std::int32_t, 16_32);
PEERLOOM_LANES(std::int32_t, std::int32_t, 32_32);
PEERLOOM_LANES(std::int16_t, std::int64_t, 16_64);
PEERLOOM_LANES(std::int32_t, std::int64_t, 32_64);
PEERLOOM_LANES(std::int64_t, std::int64_t, 64_64);
#undef PEERLOOM_LANES

// A wide table is never asked for narrow lanes.
inline void net(std::int64_t, const std::int64_t*, const std::int32_t*, std::int32_t*,
                std::int32_t*) {}
inline std::int32_t most_left(std::int64_t, const std::int64_t*, const std::int32_t*) { return 0; }

// Room for one stretch of a row.
template <typename Lane>
struct Stretch {
    std::int32_t room[TILE];
    Lane nets[TILE];
    Lane tops[TILE / CHUNK];
    std::int64_t count = 0;

    void read(const Table& table, std::int64_t row, std::int64_t start, const Lane* prices) {
        count = std::min(TILE, table.size - start);
        table.row(row, start, count, room,
                  [&](const auto* weights) { net(count, weights, prices + start, nets, tops); });
    }

    // The same, and beside it the weights less other prices.
    void read(const Table& table, std::int64_t row, std::int64_t start, const Lane* prices,
              const Lane* others, Stretch& beside) {
        beside.count = count = std::min(TILE, table.size - start);
        table.row(row, start, count, room, [&](const auto* weights) {
            net(count, weights, prices + start, nets, tops);
            net(count, weights, others, beside.nets, beside.tops);
        });
    }

    // At least `most` columns here have this net or a larger one: no smaller one can be among the
    // best. (The best column of each chunk is one.)
    Lane bar(std::int64_t most) const {
        const std::int64_t chunks = (count + CHUNK - 1) / CHUNK;
        if (chunks < most) return std::numeric_limits<Lane>::min();
        Lane sorted[TILE / CHUNK];
        std::copy(tops, tops + chunks, sorted);
        std::nth_element(sorted, sorted + most - 1, sorted + chunks, std::greater<Lane>());
        return sorted[most - 1];
    }

    // Calls `use(k)` for all columns whose net is at least what `least()` says at that moment.
    template <typename Least, typename Use>
    void each(Least least, Use use) const {
        for (std::int64_t first = 0; first < count; first += CHUNK) {
            if (tops[first / CHUNK] < least()) continue;
            const std::int64_t last = std::min(count, first + CHUNK);
            for (std::int64_t k = first; k < last; ++k) {
                if (nets[k] >= least()) use(k);
            }
        }
    }
};

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

constexpr int STEPS = 16;
constexpr std::int64_t SMALL_CHANGE = 100;

// Twice the dual price of each person, estimated by a few steps towards balance among the first
// `sample` people; see candidates.py.
template <typename Lane>
std::vector<Lane> hub_prices(const Table& table, std::int64_t sample, std::int64_t threads) {
    const std::int64_t size = table.size;
    const std::int64_t few = std::min(size, sample);
    std::vector<Lane> price(size, 0), wanted(few, 0);
    // Twice the best weight that is left to one person after the prices of the first few.
    const auto left = [&](std::int64_t row) {
        std::int32_t room[TILE];
        Lane most = std::numeric_limits<Lane>::min();
        for (std::int64_t start = 0; start < few; start += TILE) {
            const std::int64_t count = std::min(TILE, few - start);
            most = std::max(most, table.row(row, start, count, room, [&](const auto* weights) {
                return most_left(count, weights, price.data() + start);
            }));
        }
        return most;
    };
    const auto each_row = [&](std::int64_t first, std::int64_t last, auto use) {
        in_blocks((last - first + BLOCK - 1) / BLOCK, threads, [&](std::int64_t block) {
            const std::int64_t begin = first + block * BLOCK;
            for (std::int64_t row = begin; row < std::min(last, begin + BLOCK); ++row) use(row);
        });
    };
    each_row(0, few, [&](std::int64_t row) { wanted[row] = left(row) >> 1; });
    std::copy(wanted.begin(), wanted.end(), price.begin());
    for (int step = 0; step < STEPS; ++step) {
        each_row(0, few, [&](std::int64_t row) { wanted[row] = left(row); });
        std::int64_t changed = 0, whole = 0;
        for (std::int64_t row = 0; row < few; ++row) {
            const Lane change = static_cast<Lane>((wanted[row] - price[row]) >> 1);
            price[row] += change;
            changed += std::abs(static_cast<std::int64_t>(change));
            whole += std::abs(static_cast<std::int64_t>(price[row]));
        }
        if (SMALL_CHANGE * changed <= whole) break;
    }
    each_row(few, size, [&](std::int64_t row) { price[row] = left(row); });
    return price;
}

// The best partners of each person with hub prices, as sorted codes of pairs.
//
// Every pair is worked out once and offered to both: a block of rows keeps its own best to itself
// until it is done; what it has for later rows goes to their lists, one block of them at a time.
// Few people are quicker without: then each row reads all pairs of its own.
template <typename Lane>
class Candidates {
public:
    Candidates(const Table& table, std::int64_t most, std::int64_t sample, std::int64_t threads)
        : table_(table),
          most_(most),
          threads_(threads),
          prices_(hub_prices<Lane>(table, sample, threads)),
          locks_((table.size + BLOCK - 1) / BLOCK) {
        for (std::int64_t row = 0; row < table.size; ++row) {
            best_.emplace_back(row, table.size, most);
        }
    }

    std::vector<std::int64_t> codes() {
        const auto blocks = static_cast<std::int64_t>(locks_.size());
        in_blocks(blocks, threads_, [&](std::int64_t block) { read(block); });
        std::vector<std::vector<std::int64_t>> found(blocks);
        in_blocks(blocks, threads_, [&](std::int64_t block) {
            for (std::int64_t row = block * BLOCK; row < end(block); ++row) {
                best_[row].each([&](Lane, Vertex column) {
                    found[block].push_back(code(table_.size, row, column));
                });
            }
        });
        return joined(found);
    }

private:
    static constexpr std::int64_t FEW = 4096;
    // Below every key, and far enough from the least number to be taken off a weight.
    static constexpr Lane FLOOR = std::numeric_limits<Lane>::min() / 2;

    struct Offer {
        Lane key;
        Vertex row, column;
    };

    const Table& table_;
    std::int64_t most_, threads_;
    std::vector<Lane> prices_;
    std::vector<Best<Lane>> best_;
    std::vector<std::mutex> locks_;

    std::int64_t end(std::int64_t block) const {
        return std::min(table_.size, (block + 1) * BLOCK);
    }

    void read(std::int64_t block) {
        const std::int64_t first = block * BLOCK;
        std::vector<Best<Lane>> mine;
        for (std::int64_t row = first; row < end(block); ++row) {
            mine.emplace_back(row, table_.size, most_);
        }
        const auto stretch = std::make_unique<Stretch<Lane>>();
        const auto later = std::make_unique<Stretch<Lane>>();
        std::vector<Lane> least(TILE);
        std::vector<Offer> offers;
        const bool is_small = table_.size <= FEW;
        for (std::int64_t start = is_small ? 0 : first; start < table_.size; start += TILE) {
            const std::int64_t count = std::min(TILE, table_.size - start);
            if (!is_small) {
                each_block(start, count, [&](std::int64_t begin, std::int64_t last) {
                    for (std::int64_t row = begin; row < last; ++row) {
                        least[row - start] = std::max(best_[row].least(), FLOOR);
                    }
                });
            }
            for (Best<Lane>& list : mine) {
                const std::int64_t row = list.row();
                if (is_small) {
                    stretch->read(table_, row, start, prices_.data());
                } else {
                    stretch->read(table_, row, start, prices_.data(), least.data(), *later);
                }
                const Lane bar = std::max<Lane>(stretch->bar(most_), FLOOR);
                stretch->each([&] { return std::max(list.least(), bar); },
                              [&](std::int64_t k) { list.offer(stretch->nets[k], start + k); });
                if (is_small) continue;
                const Lane price = prices_[row];
                later->each([&] { return price; }, [&](std::int64_t k) {
                    if (start + k < end(block)) return;
                    const Lane key = later->nets[k] + least[k] - price;
                    offers.push_back({key, static_cast<Vertex>(start + k),
                                      static_cast<Vertex>(row)});
                });
            }
            if (!is_small) give(start, count, offers);
        }
        const std::lock_guard<std::mutex> lock(locks_[block]);
        for (Best<Lane>& list : mine) {
            list.each([&](Lane key, Vertex column) { best_[list.row()].offer(key, column); });
        }
    }

    // Calls `use(begin, last)` for each block of a stretch, while nobody else touches it.
    template <typename Use>
    void each_block(std::int64_t start, std::int64_t count, Use use) {
        for (std::int64_t begin = start; begin < start + count; begin += BLOCK) {
            const std::lock_guard<std::mutex> lock(locks_[begin / BLOCK]);
            use(begin, std::min(begin + BLOCK, start + count));
        }
    }

    void give(std::int64_t start, std::int64_t count, std::vector<Offer>& offers) {
        each_block(start, count, [&](std::int64_t begin, std::int64_t last) {
            for (const Offer& offer : offers) {
                if (offer.row >= begin && offer.row < last) {
                    best_[offer.row].offer(offer.key, offer.column);
                }
            }
        });
        offers.clear();
    }
};

// What the blossoms of a forest add to the prices of two people inside. Mirrors tolls.py.
class Tolls {
public:
    explicit Tolls(const BlossomForest* forest) {
        if (!forest) return;
        row_.assign(forest->size(), -1);
        place_.assign(forest->size(), 0);
        for (Vertex node = forest->size(); node < forest->nodes(); ++node) {
            if (forest->is_blossom(node) && forest->holder[node] < 0) lay_out(*forest, node);
        }
    }

    bool has(std::int64_t vertex) const { return !row_.empty() && row_[vertex] >= 0; }

    // What two people pay together: the least step between their places, in two looks.
    Weight between(std::int64_t one, std::int64_t other) const {
        if (row_[one] < 0 || row_[one] != row_[other]) return 0;
        const auto [first, last] = std::minmax(place_[one], place_[other]);
        const Levels& levels = levels_[row_[one]];
        std::size_t level = 0;
        while ((std::size_t{2} << level) <= last - first) ++level;
        return std::min(levels[level][first], levels[level][last - (std::size_t{1} << level)]);
    }

private:
    std::vector<Vertex> row_;
    std::vector<std::size_t> place_;
    // Level k holds the least of 2^k steps from each place on.
    using Levels = std::vector<std::vector<Weight>>;
    std::vector<Levels> levels_;

    void lay_out(const BlossomForest& forest, Vertex top) {
        struct Visit {
            Vertex node;
            Weight paid;    // with the tolls of all around
            Weight before;  // what it pays together with the one before it
        };
        std::size_t places = 0;
        std::vector<Weight> steps;
        std::vector<Visit> pending{{top, 0, 0}};
        while (!pending.empty()) {
            const Visit visit = pending.back();
            pending.pop_back();
            if (!forest.is_blossom(visit.node)) {
                if (places > 0) steps.push_back(visit.before);
                row_[visit.node] = static_cast<Vertex>(levels_.size());
                place_[visit.node] = places++;
                continue;
            }
            const Weight paid = visit.paid + forest.toll[visit.node];
            const Nodes& circle = *forest.members[visit.node];
            for (std::size_t index = circle.size(); index-- > 0;) {
                pending.push_back({circle[index], paid, index > 0 ? paid : visit.before});
            }
        }
        Levels levels{std::move(steps)};
        for (std::size_t width = 1; 2 * width <= levels[0].size(); width *= 2) {
            const std::vector<Weight>& below = levels.back();
            std::vector<Weight> level(below.size() - width);
            for (std::size_t place = 0; place < level.size(); ++place) {
                level[place] = std::min(below[place], below[place + width]);
            }
            levels.push_back(std::move(level));
        }
        levels_.push_back(std::move(levels));
    }
};

struct Violations {
    std::vector<std::int64_t> codes;
    std::vector<std::int64_t> crowded;  // rows that may have more
    std::int64_t excess = 0;  // sum over the rows of the largest violation
};

// More than this is only "very much", and sums stay whole.
constexpr std::int64_t LARGEST_EXCESS = std::int64_t{1} << 62;

inline void add_excess(std::int64_t& sum, std::int64_t more) {
    sum = more > LARGEST_EXCESS - sum ? LARGEST_EXCESS : sum + more;
}

// The pairs that prices and tolls do not pay for, at most `most` for each person.
// Prices are those of doubled weights without the bonus.
// With `rows`, only the pairs of those people; else every pair once.
template <typename Lane>
Violations violations(const Table& table, const BlossomForest* forest, std::int64_t most,
                      const Lane* prices, const std::int64_t* rows, std::int64_t asked,
                      std::int64_t threads) {
    const std::int64_t size = table.size;
    const std::int64_t people = rows ? asked : size;
    const std::int64_t blocks = (people + BLOCK - 1) / BLOCK;
    const Tolls tolls(forest);
    std::vector<std::vector<std::int64_t>> found(blocks), crowded(blocks);
    std::vector<std::int64_t> excess(blocks, 0);
    in_blocks(blocks, threads, [&](std::int64_t block) {
        const std::int64_t first = block * BLOCK;
        const std::int64_t last = std::min(people, first + BLOCK);
        std::vector<Best<Lane>> best;
        for (std::int64_t at = first; at < last; ++at) {
            best.emplace_back(rows ? rows[at] : at, size, most);
        }
        const auto stretch = std::make_unique<Stretch<Lane>>();
        for (std::int64_t start = rows ? 0 : first; start < size; start += TILE) {
            for (Best<Lane>& list : best) {
                const std::int64_t row = list.row();
                const Lane price = prices[row];
                stretch->read(table, row, start, prices);
                const auto least = [&] { return std::max<Lane>(list.least(), price + 1); };
                const bool has_tolls = tolls.has(row);
                stretch->each(least, [&](std::int64_t k) {
                    Weight left = static_cast<Weight>(stretch->nets[k]) - price;
                    if (has_tolls) left -= tolls.between(row, start + k);
                    if (left > 0) list.offer(static_cast<Lane>(price + left), start + k);
                });
            }
        }
        for (Best<Lane>& list : best) {
            const std::int64_t row = list.row();
            std::int64_t most_excess = 0, count = 0;
            list.each([&](Lane key, Vertex column) {
                found[block].push_back(code(size, row, column));
                most_excess = std::max(most_excess, static_cast<std::int64_t>(key) - prices[row]);
                ++count;
            });
            add_excess(excess[block], most_excess);
            if (count >= most) crowded[block].push_back(row);
        }
    });
    Violations result;
    for (const std::int64_t part : excess) add_excess(result.excess, part);
    result.codes = joined(found);
    result.crowded = joined(crowded);
    return result;
}

}  // namespace peerloom

// The half-integral optimum. Mirrors fractional.py step by step: same steps, same answers.
#pragma once

#include <algorithm>
#include <memory>
#include <queue>
#include <unordered_map>
#include <utility>

#include "graph.hpp"

namespace peerloom {

class HalfIntegralMatching {
public:
    using Ring = std::shared_ptr<std::vector<Vertex>>;

    const SparseGraph& graph;
    std::vector<Vertex> mate;
    std::vector<Weight> price;
    std::vector<Ring> ring;

    explicit HalfIntegralMatching(const SparseGraph& given)
        : graph(given),
          mate(given.size(), -1),
          price(given.size(), 0),
          ring(given.size()),
          label_(given.size(), 0),
          since_(given.size(), 0),
          parent_(given.size(), -1),
          reach_(given.size(), NEVER) {
        for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
            Weight best = 0;
            for (const Edge& edge : graph.neighbours[vertex]) best = std::max(best, edge.weight);
            price[vertex] = half(best);
        }
        lower_and_match();
    }

    void solve() {
        for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
            if (mate[vertex] < 0 && !ring[vertex] && price[vertex] > 0) search(vertex);
        }
    }

    void raise_prices(std::int64_t count, const Weight* tails, const Weight* heads,
                      const Weight* doubled) {
        for (std::int64_t k = 0; k < count; ++k) {
            const auto tail = static_cast<Vertex>(tails[k]);
            const auto head = static_cast<Vertex>(heads[k]);
            const Weight lack = doubled[k] - price[tail] - price[head];
            if (lack > 0) {
                const Vertex vertex = (mate[head] < 0 && !ring[head]) ? head : tail;
                price[vertex] += lack;
                release(vertex);
            }
        }
    }

    void open_rings() {
        for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
            if (ring[vertex]) open_ring(vertex);
        }
    }

private:
    static constexpr signed char OUTER = 1;
    static constexpr signed char INNER = 2;

    std::vector<signed char> label_;
    std::vector<Weight> since_;
    std::vector<Vertex> parent_;
    std::vector<Weight> reach_;
    std::vector<Vertex> outer_, inner_, reached_;

    void lower_and_match() {
        for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
            if (mate[vertex] >= 0) continue;
            Weight lowest = 0;
            Vertex partner = -1;
            for (const Edge& edge : graph.neighbours[vertex]) {
                const Weight need = edge.weight - price[edge.head];
                if (need > lowest) {
                    lowest = need;
                    partner = edge.head;
                }
                if (need == lowest && mate[edge.head] < 0) partner = edge.head;
            }
            price[vertex] = lowest;
            if (partner >= 0 && mate[partner] < 0) {
                mate[vertex] = partner;
                mate[partner] = vertex;
            }
        }
    }

    void search(Vertex root) {
        using Event = std::pair<Weight, Vertex>;
        std::priority_queue<Event, std::vector<Event>, std::greater<Event>> heap;
        outer_.clear();
        inner_.clear();
        reached_.clear();
        Weight clock = 0;
        Weight stop = NEVER;
        Vertex stop_tail = root;
        Vertex stop_head = -1;
        Vertex vertex = root;
        while (true) {
            label_[vertex] = OUTER;
            since_[vertex] = clock;
            outer_.push_back(vertex);
            const Weight date = clock + price[vertex];
            if (date < stop) {
                stop = date;
                stop_tail = vertex;
                stop_head = -1;
            }
            for (const Edge& edge : graph.neighbours[vertex]) {
                const Vertex other = edge.head;
                if (label_[other] == 0) {
                    const Weight moment = date + price[other] - edge.weight;
                    if (moment < stop && moment < reach_[other]) {
                        reach_[other] = moment;
                        reached_.push_back(other);
                        if (mate[other] < 0) {
                            stop = moment;
                            stop_tail = vertex;
                            stop_head = other;
                        } else {
                            parent_[other] = vertex;
                            heap.emplace(moment, other);
                        }
                    }
                } else if (label_[other] == OUTER) {
                    const Weight moment = half(date + price[other] + since_[other] - edge.weight);
                    if (moment < stop) {
                        stop = moment;
                        stop_tail = vertex;
                        stop_head = other;
                    }
                }
            }
            Vertex entered = -1;
            while (!heap.empty()) {
                const Event event = heap.top();
                heap.pop();
                clock = event.first;
                if (clock >= stop) break;
                if (label_[event.second] == 0) {
                    entered = event.second;
                    break;
                }
            }
            if (entered < 0) break;
            label_[entered] = INNER;
            since_[entered] = clock;
            inner_.push_back(entered);
            vertex = mate[entered];
        }
        const bool is_odd_cycle = stop_head >= 0 && label_[stop_head] == OUTER;
        for (const Vertex member : outer_) {
            price[member] -= stop - since_[member];
            label_[member] = 0;
        }
        for (const Vertex member : inner_) {
            price[member] += stop - since_[member];
            label_[member] = 0;
        }
        for (const Vertex member : reached_) reach_[member] = NEVER;
        if (is_odd_cycle) {
            close_ring(stop_tail, stop_head);
            return;
        }
        if (stop_head >= 0 && ring[stop_head]) open_ring(stop_head);
        flip(stop_tail, stop_head);
    }

    void flip(Vertex vertex, Vertex partner) {
        while (true) {
            const Vertex left = mate[vertex];
            mate[vertex] = partner;
            if (partner >= 0) mate[partner] = vertex;
            if (left < 0) return;
            partner = left;
            vertex = parent_[left];
        }
    }

    void close_ring(Vertex tail, Vertex head) {
        const std::vector<Vertex> first = path_to_root(tail);
        const std::vector<Vertex> second = path_to_root(head);
        std::unordered_map<Vertex, std::size_t> depth;
        for (std::size_t index = 0; index < first.size(); ++index) depth[first[index]] = index;
        std::size_t split = 0;
        while (!depth.count(second[split])) ++split;
        const Vertex meeting = second[split];
        flip(meeting, -1);
        auto circle = std::make_shared<std::vector<Vertex>>();
        circle->push_back(meeting);
        for (std::size_t index = depth[meeting]; index-- > 0;) circle->push_back(first[index]);
        circle->insert(circle->end(), second.begin(), second.begin() + split);
        for (const Vertex member : *circle) {
            mate[member] = -1;
            ring[member] = circle;
        }
    }

    std::vector<Vertex> path_to_root(Vertex vertex) const {
        std::vector<Vertex> path{vertex};
        while (mate[path.back()] >= 0) {
            const Vertex inside = mate[path.back()];
            path.push_back(inside);
            path.push_back(parent_[inside]);
        }
        return path;
    }

    void open_ring(Vertex vertex) {
        const Ring circle = ring[vertex];
        if (!circle) return;
        const std::size_t count = circle->size();
        const std::size_t start =
            std::find(circle->begin(), circle->end(), vertex) - circle->begin();
        for (const Vertex member : *circle) ring[member] = nullptr;
        for (std::size_t step = 1; step + 1 < count; step += 2) {
            const Vertex tail = (*circle)[(start + step) % count];
            const Vertex head = (*circle)[(start + step + 1) % count];
            mate[tail] = head;
            mate[head] = tail;
        }
    }

    void release(Vertex vertex) {
        open_ring(vertex);
        const Vertex partner = mate[vertex];
        if (partner >= 0) mate[vertex] = mate[partner] = -1;
    }
};

}  // namespace peerloom

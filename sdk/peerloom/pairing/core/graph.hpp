// The sparse graph that the exact solver works on. Mirrors graph.py.
#pragma once

#include <cstdint>
#include <vector>

namespace peerloom {

using Vertex = std::int32_t;
using Weight = std::int64_t;

constexpr Weight NEVER = Weight{1} << 62;

// Rounds down, also below zero, as Python does.
inline Weight half(Weight value) { return value >> 1; }

struct Edge {
    Vertex head;
    Weight weight;  // doubled, so that every step of the prices is a whole number
};

struct SparseGraph {
    std::vector<std::vector<Edge>> neighbours;

    explicit SparseGraph(std::int64_t size) : neighbours(size) {}

    Vertex size() const { return static_cast<Vertex>(neighbours.size()); }

    void add(std::int64_t count, const Weight* tails, const Weight* heads, const Weight* doubled) {
        for (std::int64_t k = 0; k < count; ++k) {
            const auto tail = static_cast<Vertex>(tails[k]);
            const auto head = static_cast<Vertex>(heads[k]);
            neighbours[tail].push_back({head, doubled[k]});
            neighbours[head].push_back({tail, doubled[k]});
        }
    }

    Weight weight(Vertex tail, Vertex head) const {
        for (const Edge& edge : neighbours[tail]) {
            if (edge.head == head) return edge.weight;
        }
        return 0;
    }
};

}  // namespace peerloom

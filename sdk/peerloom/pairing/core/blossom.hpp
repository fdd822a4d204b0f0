// A matching, its prices and its blossoms. Mirrors blossom.py.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include "graph.hpp"

namespace peerloom {

using Link = std::pair<Vertex, Vertex>;
using Nodes = std::vector<Vertex>;
using Links = std::vector<Link>;

class BlossomForest {
public:
    const SparseGraph* graph;
    std::vector<Weight> price;
    std::vector<Vertex> mate, base, holder;
    std::vector<Weight> toll;
    // Shared between copies, and replaced as a whole instead of changed.
    std::vector<std::shared_ptr<const Nodes>> members;
    std::vector<std::shared_ptr<const Links>> links;

    BlossomForest(const SparseGraph& given, const Weight* prices, const Weight* mates)
        : graph(&given) {
        const Vertex size = given.size();
        price.assign(prices, prices + size);
        mate.assign(mates, mates + size);
        toll.assign(size, 0);
        holder.assign(size, -1);
        members.resize(size);
        links.resize(size);
        for (Vertex vertex = 0; vertex < size; ++vertex) {
            base.push_back(vertex);
        }
        first_ = last_ = next_ = name_ = named_ = base;
        top_ = base;
        count_.assign(size, 1);
    }

    Vertex size() const { return graph->size(); }
    Vertex nodes() const { return static_cast<Vertex>(members.size()); }

    // The vertices inside a node stand in one chain; members keep their stretches of it.
    template <typename Use>
    void each_vertex(Vertex node, Use use) const {
        for (Vertex vertex = first_[node];; vertex = next_[vertex]) {
            use(vertex);
            if (vertex == last_[node]) return;
        }
    }

    Nodes vertices(Vertex node) const {
        Nodes found;
        each_vertex(node, [&](Vertex vertex) { found.push_back(vertex); });
        return found;
    }

    // The outermost node around a vertex.
    Vertex top(Vertex vertex) const { return top_[named_[vertex]]; }
    Vertex count(Vertex node) const { return count_[node]; }
    bool is_blossom(Vertex node) const { return members[node] != nullptr; }

    Vertex close(Nodes circle, Links joints) {
        const Vertex node = nodes();
        base.push_back(base[circle[0]]);
        holder.push_back(-1);
        toll.push_back(0);
        Vertex largest = circle[0];
        Vertex all = 0;
        for (std::size_t index = 0; index < circle.size(); ++index) {
            const Vertex member = circle[index];
            holder[member] = node;
            if (index > 0) next_[last_[circle[index - 1]]] = first_[member];
            if (count_[member] > count_[largest]) largest = member;
            all += count_[member];
        }
        first_.push_back(first_[circle.front()]);
        last_.push_back(last_[circle.back()]);
        count_.push_back(all);
        // The new node goes by the name of its largest member: only the others' vertices change.
        name_.push_back(name_[largest]);
        for (const Vertex member : circle) {
            if (member != largest) rename(member, name_[largest]);
        }
        top_[name_[largest]] = node;
        members.push_back(std::make_shared<const Nodes>(std::move(circle)));
        links.push_back(std::make_shared<const Links>(std::move(joints)));
        return node;
    }

    std::shared_ptr<const Nodes> open(Vertex node) {
        std::shared_ptr<const Nodes> circle = std::move(members[node]);
        members[node] = nullptr;
        links[node] = nullptr;
        for (const Vertex member : *circle) {
            holder[member] = -1;
            if (name_[member] != name_[node]) rename(member, name_[member]);
            top_[name_[member]] = member;
        }
        return circle;
    }

    void rotate(Vertex root, Vertex chosen) {
        std::vector<Link> pending{{root, chosen}};
        Nodes around;
        while (!pending.empty()) {
            const auto [outermost, vertex] = pending.back();
            pending.pop_back();
            // Everything around the vertex, from the inside out.
            around.assign(1, vertex);
            while (around.back() != outermost) around.push_back(holder[around.back()]);
            for (std::size_t depth = around.size(); depth-- > 0;) {
                base[around[depth]] = vertex;
                if (depth > 0) turn(around[depth], around[depth - 1], pending);
            }
        }
    }

    void set_aside(Vertex vertex, Weight unpayable) {
        if (is_blossom(top(vertex))) dissolve(top(vertex));
        part(vertex);
        mate[vertex] = vertex;
        price[vertex] = unpayable;
    }

    void take_back(Vertex vertex) {
        mate[vertex] = -1;
        Weight need = 0;
        for (const Edge& edge : graph->neighbours[vertex]) {
            need = std::max(need, edge.weight - price[edge.head]);
        }
        price[vertex] = need;
    }

    void dissolve(Vertex node) {
        const Nodes all = vertices(node);
        Nodes pending{node};
        while (!pending.empty()) {
            const Vertex blossom = pending.back();
            pending.pop_back();
            if (toll[blossom] != 0) {
                const Weight each = half(toll[blossom]);
                each_vertex(blossom, [&](Vertex vertex) { price[vertex] += each; });
            }
            const std::shared_ptr<const Nodes> circle = open(blossom);
            for (const Vertex member : *circle) {
                if (is_blossom(member)) pending.push_back(member);
            }
        }
        for (const Vertex vertex : all) {
            const Vertex partner = mate[vertex];
            if (partner >= 0 &&
                price[vertex] + price[partner] != graph->weight(vertex, partner)) {
                part(vertex);
            }
        }
    }

    void raise_prices(std::int64_t count, const Weight* tails, const Weight* heads,
                      const Weight* doubled) {
        for (std::int64_t k = 0; k < count; ++k) {
            const auto tail = static_cast<Vertex>(tails[k]);
            const auto head = static_cast<Vertex>(heads[k]);
            if (price[tail] + price[head] >= doubled[k]) continue;
            for (const Vertex vertex : {tail, head}) {
                if (is_blossom(top(vertex))) dissolve(top(vertex));
            }
            const Weight lack = doubled[k] - price[tail] - price[head];
            if (lack > 0) {
                const Vertex vertex = mate[head] < 0 ? head : tail;
                price[vertex] += lack;
                part(vertex);
            }
        }
    }

private:
    std::vector<Vertex> first_, last_, next_, count_;
    // A node goes by the name of one of its vertices; `named_` gives the name that a vertex goes by
    // now, and `top_` the outermost node of a name.
    std::vector<Vertex> name_, named_, top_;

    void rename(Vertex node, Vertex name) {
        each_vertex(node, [&](Vertex vertex) { named_[vertex] = name; });
    }

    // Re-matches the circle of a blossom so that `entry` holds its base.
    void turn(Vertex node, Vertex entry, std::vector<Link>& pending) {
        const Nodes& circle = *members[node];
        const Links& joints = *links[node];
        const std::size_t length = circle.size();
        const std::size_t place = std::find(circle.begin(), circle.end(), entry) - circle.begin();
        if (place == 0) return;
        std::size_t index = place % 2 == 0 ? 0 : place + 1;
        const std::size_t end = place % 2 == 0 ? place : length;
        for (; index < end; index += 2) {
            const auto [tail, head] = joints[index];
            mate[tail] = head;
            mate[head] = tail;
            pending.emplace_back(circle[index], tail);
            pending.emplace_back(circle[(index + 1) % length], head);
        }
        auto turned = std::make_shared<Nodes>(circle);
        auto turned_links = std::make_shared<Links>(joints);
        std::rotate(turned->begin(), turned->begin() + place, turned->end());
        std::rotate(turned_links->begin(), turned_links->begin() + place, turned_links->end());
        members[node] = std::move(turned);
        links[node] = std::move(turned_links);
    }

    void part(Vertex vertex) {
        const Vertex partner = mate[vertex];
        if (partner >= 0) mate[vertex] = mate[partner] = -1;
    }
};

}  // namespace peerloom

// The exact primal-dual search. Mirrors search.py step by step: same steps, same answers.
#pragma once

#include <queue>
#include <tuple>

#include "blossom.hpp"

namespace peerloom {

// Trees from all free vertices at once, by one clock.
class Search {
public:
    explicit Search(BlossomForest& given)
        : forest(given),
          label(given.nodes(), 0),
          entry(given.nodes()),
          tree(given.nodes(), -1) {}

    void solve() {
        for (Vertex vertex = 0; vertex < forest.size(); ++vertex) {
            const Weight price = forest.price[vertex];
            if (forest.mate[vertex] < 0 && price > 0) {
                ++living;
                push(price & 1, START, vertex, -1, 0);
            }
        }
        while (living > 0) {
            const Event event = heap.top();
            heap.pop();
            clock = event.moment;
            const Vertex tail = event.tail, head = event.head;
            if (event.kind == EDGE) {
                edge(tail, head, event.weight);
            } else if (event.kind == START) {
                if (forest.mate[tail] < 0) start(tail);
            } else if (event.kind == FINISH) {
                if (label[forest.top(tail)] == OUTER && forest.price[tail] == clock) finish(tail);
            } else if (label[tail] == INNER && forest.is_blossom(tail) &&
                       forest.toll[tail] == 2 * clock) {
                expand(tail);
            }
        }
    }

private:
    static constexpr signed char OUTER = 1;
    static constexpr signed char INNER = -1;
    static constexpr int START = 0;
    static constexpr int FINISH = 1;
    static constexpr int EDGE = 2;
    static constexpr int OPEN = 3;

    struct Event {
        Weight moment;
        int kind;
        Vertex tail, head;
        Weight weight;

        bool operator>(const Event& other) const {
            return std::tie(moment, kind, tail, head, weight) >
                   std::tie(other.moment, other.kind, other.tail, other.head, other.weight);
        }
    };

    BlossomForest& forest;
    std::vector<signed char> label;
    std::vector<Link> entry;
    // For each labelled node its tree; for each tree all nodes that it ever had, and the moment at
    // which it ends at the latest.
    std::vector<Vertex> tree;
    std::vector<Nodes> nodes;
    std::vector<Weight> limits;
    std::int64_t living = 0;
    std::vector<std::size_t> place[2];
    Weight clock = 0;
    std::priority_queue<Event, std::vector<Event>, std::greater<Event>> heap;

    void push(Weight moment, int kind, Vertex tail, Vertex head, Weight weight) {
        heap.push({moment, kind, tail, head, weight});
    }

    void start(Vertex root) {
        const Vertex node = forest.top(root);
        nodes.emplace_back();
        limits.push_back(NEVER);
        join(node, OUTER, static_cast<Vertex>(nodes.size()) - 1);
        scan(forest.vertices(node));
    }

    void finish(Vertex vertex) {
        Nodes free;
        settle(tree[forest.top(vertex)], free);
        augment(vertex, -1);
        --living;
        scan_back(free);
    }

    void edge(Vertex tail, Vertex head, Weight weight) {
        const Vertex near = forest.top(tail);
        const Vertex far = forest.top(head);
        const signed char mark = label[far];
        if (near == far || label[near] != OUTER || mark == INNER) return;
        const Weight slack =
            forest.price[tail] + forest.price[head] - (1 + mark) * clock - weight;
        if (slack > 0) {
            push(clock + (mark == OUTER ? half(slack) : slack), EDGE, tail, head, weight);
        } else if (mark == OUTER) {
            if (tree[near] == tree[far]) {
                shrink(tail, head);
            } else {
                meet(tail, head);
            }
        } else if (forest.mate[forest.base[far]] < 0) {
            reach(tail, head);
        } else {
            const Vertex number = tree[near];
            join(far, INNER, number);
            entry[far] = {tail, head};
            watch(far);
            const Vertex partner = forest.top(forest.mate[forest.base[far]]);
            join(partner, OUTER, number);
            scan(forest.vertices(partner));
        }
    }

    void meet(Vertex tail, Vertex head) {
        Nodes free;
        settle(tree[forest.top(tail)], free);
        settle(tree[forest.top(head)], free);
        augment(tail, -1);
        augment(head, tail);
        living -= 2;
        scan_back(free);
    }

    void reach(Vertex tail, Vertex head) {
        const Vertex far = forest.top(head);
        Nodes free;
        settle(tree[forest.top(tail)], free);
        living -= forest.price[forest.base[far]] > 0 ? 2 : 1;
        forest.rotate(far, head);
        augment(tail, head);
        scan_back(free);
    }

    void scan(const Nodes& vertices) {
        if (vertices.empty()) return;
        Weight& limit = limits[tree[forest.top(vertices.front())]];
        for (const Vertex vertex : vertices) {
            const Weight stored = forest.price[vertex];
            const Vertex node = forest.top(vertex);
            if (stored < limit) {
                limit = stored;
                push(stored, FINISH, vertex, -1, 0);
            }
            for (const Edge& next : forest.graph->neighbours[vertex]) {
                const Vertex far = forest.top(next.head);
                const signed char mark = label[far];
                if (far == node || mark == INNER) continue;
                Weight moment = stored + forest.price[next.head] - next.weight;
                if (mark == OUTER) {
                    moment = half(moment);
                } else if (living == 1 && moment < limit && forest.mate[forest.base[far]] < 0) {
                    limit = moment;
                }
                if (moment <= limit) push(moment, EDGE, vertex, next.head, next.weight);
            }
        }
    }

    void watch(Vertex node) {
        if (forest.is_blossom(node)) push(half(forest.toll[node]), OPEN, node, -1, 0);
    }

    void join(Vertex node, signed char mark, Vertex number) {
        tree[node] = number;
        nodes[number].push_back(node);
        set_label(node, mark);
    }

    void set_label(Vertex node, signed char fresh) {
        const signed char old = label[node];
        label[node] = fresh;
        const Weight shift = (fresh - old) * clock;
        if (shift == 0) return;
        forest.each_vertex(node, [&](Vertex vertex) { forest.price[vertex] += shift; });
        if (forest.is_blossom(node)) forest.toll[node] -= 2 * shift;
    }

    // One side of a circle to be: nodes and links on the way to the root.
    struct Side {
        Nodes nodes;
        Links links;
    };

    // Goes from an outer node to the next one towards the root, if there is one.
    bool climb(Side& side) const {
        const Vertex base = forest.base[side.nodes.back()];
        const Vertex inner_vertex = forest.mate[base];
        if (inner_vertex < 0) return false;
        const Vertex inner = forest.top(inner_vertex);
        const auto [tail, head] = entry[inner];
        side.links.emplace_back(base, inner_vertex);
        side.links.emplace_back(head, tail);
        side.nodes.push_back(inner);
        side.nodes.push_back(forest.top(tail));
        return true;
    }

    void shrink(Vertex tail, Vertex head) {
        constexpr std::size_t NOWHERE = static_cast<std::size_t>(-1);
        Side sides[2] = {{{forest.top(tail)}, {}}, {{forest.top(head)}, {}}};
        for (std::vector<std::size_t>& places : place) places.resize(forest.nodes(), NOWHERE);
        for (int side : {0, 1}) place[side][sides[side].nodes[0]] = 0;
        // Both ends climb in turn, so that the way is no longer than the circle asks for.
        Vertex meeting = -1;
        while (meeting < 0) {
            for (int side : {0, 1}) {
                Nodes& nodes = sides[side].nodes;
                if (climb(sides[side])) place[side][nodes.back()] = nodes.size() - 1;
                if (place[1 - side][nodes.back()] != NOWHERE) {
                    meeting = nodes.back();
                    break;
                }
            }
        }
        const std::size_t start = place[0][meeting];
        const std::size_t split = place[1][meeting];
        for (int side : {0, 1}) {
            for (const Vertex node : sides[side].nodes) place[side][node] = NOWHERE;
        }
        const auto& [first, first_links] = sides[0];
        const auto& [second, second_links] = sides[1];
        Nodes circle{meeting};
        Links joints;
        for (std::size_t index = start; index-- > 0;) {
            circle.push_back(first[index]);
            joints.emplace_back(first_links[index].second, first_links[index].first);
        }
        circle.insert(circle.end(), second.begin(), second.begin() + split);
        joints.emplace_back(tail, head);
        joints.insert(joints.end(), second_links.begin(), second_links.begin() + split);
        const Vertex number = tree[meeting];
        Nodes fresh;
        for (const Vertex node : circle) {
            if (label[node] == INNER) {
                set_label(node, OUTER);
                forest.each_vertex(node, [&](Vertex vertex) { fresh.push_back(vertex); });
            }
            if (forest.is_blossom(node)) forest.toll[node] += 2 * clock;
            label[node] = 0;
        }
        const Vertex blossom = forest.close(std::move(circle), std::move(joints));
        label.push_back(OUTER);
        entry.emplace_back();
        tree.push_back(number);
        nodes[number].push_back(blossom);
        forest.toll[blossom] = -2 * clock;
        scan(fresh);
    }

    void expand(Vertex node) {
        const auto [tail, head] = entry[node];
        const std::shared_ptr<const Links> joints = forest.links[node];
        const std::shared_ptr<const Nodes> circle = forest.open(node);
        label[node] = 0;
        const Vertex number = tree[node];
        for (const Vertex member : *circle) {
            label[member] = INNER;
            tree[member] = number;
            nodes[number].push_back(member);
            if (forest.is_blossom(member)) forest.toll[member] += 2 * clock;
        }
        const std::size_t count = circle->size();
        const std::size_t place =
            std::find(circle->begin(), circle->end(), forest.top(head)) - circle->begin();
        const bool is_backward = place % 2 == 0;
        const std::size_t step = is_backward ? count - 1 : 1;
        std::vector<std::size_t> path{place};
        while (path.back() != 0) path.push_back((path.back() + step) % count);
        entry[(*circle)[place]] = {tail, head};
        // On the path inner and outer members alternate, inner at both ends.
        std::vector<signed char> role(count, 0);
        for (std::size_t position = 0; position < path.size(); ++position) {
            const std::size_t index = path[position];
            role[index] = position % 2 ? OUTER : INNER;
            if (position % 2) {
                const std::size_t after = (index + step) % count;
                entry[(*circle)[after]] =
                    is_backward ? Link{(*joints)[after].second, (*joints)[after].first}
                                : (*joints)[index];
            }
        }
        Nodes fresh, dropped;
        for (std::size_t index = 0; index < count; ++index) {
            const Vertex member = (*circle)[index];
            if (role[index] == OUTER) {
                set_label(member, OUTER);
                forest.each_vertex(member, [&](Vertex vertex) { fresh.push_back(vertex); });
            } else if (role[index] == INNER) {
                watch(member);
            } else {
                set_label(member, 0);
                forest.each_vertex(member, [&](Vertex vertex) { dropped.push_back(vertex); });
            }
        }
        scan(fresh);
        scan_back(dropped);
    }

    void scan_back(const Nodes& vertices) {
        for (const Vertex vertex : vertices) {
            for (const Edge& next : forest.graph->neighbours[vertex]) {
                const Vertex near = forest.top(next.head);
                if (label[near] != OUTER) continue;
                const Weight moment =
                    forest.price[vertex] + forest.price[next.head] - next.weight;
                if (moment <= limits[tree[near]]) {
                    push(moment, EDGE, next.head, vertex, next.weight);
                }
            }
        }
    }

    void settle(Vertex number, Nodes& free) {
        for (const Vertex node : nodes[number]) {
            if (label[node] == 0 || tree[node] != number) continue;
            set_label(node, 0);
            forest.each_vertex(node, [&](Vertex vertex) { free.push_back(vertex); });
        }
        nodes[number] = {};
    }

    void augment(Vertex vertex, Vertex partner) {
        while (true) {
            const Vertex node = forest.top(vertex);
            const Vertex left = forest.mate[forest.base[node]];
            forest.rotate(node, vertex);
            forest.mate[vertex] = partner;
            if (partner >= 0) forest.mate[partner] = vertex;
            if (left < 0) return;
            const Vertex inner = forest.top(left);
            vertex = entry[inner].first;
            partner = entry[inner].second;
            forest.rotate(inner, partner);
        }
    }
};

}  // namespace peerloom

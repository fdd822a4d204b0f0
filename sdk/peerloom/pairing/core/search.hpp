// The exact primal-dual search. Mirrors search.py step by step: same steps, same answers.
#pragma once

#include <queue>
#include <tuple>

#include "blossom.hpp"

namespace peerloom {

// One search after the other on one forest; what is kept between them is only memory.
class Search {
public:
    explicit Search(BlossomForest& given) : forest(given) {}

    void solve() {
        for (Vertex vertex = 0; vertex < forest.size(); ++vertex) {
            if (forest.mate[vertex] < 0 && forest.price[vertex] > 0) run(vertex);
        }
    }

private:
    static constexpr signed char OUTER = 1;
    static constexpr signed char INNER = -1;
    static constexpr int FINISH = 0;
    static constexpr int EDGE = 1;
    static constexpr int OPEN = 2;

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
    Nodes labelled;
    std::vector<std::size_t> place[2];
    Weight clock = 0;
    Weight limit = NEVER;
    std::priority_queue<Event, std::vector<Event>, std::greater<Event>> heap;

    void run(Vertex root) {
        label.resize(forest.nodes(), 0);
        entry.resize(forest.nodes());
        labelled.clear();
        clock = 0;
        limit = NEVER;
        heap = {};
        const Vertex first = forest.top(root);
        set_label(first, OUTER);
        scan(forest.vertices(first));
        while (true) {
            const Event event = heap.top();
            heap.pop();
            clock = event.moment;
            if (event.kind == OPEN) {
                if (label[event.tail] == INNER && forest.is_blossom(event.tail)) {
                    expand(event.tail);
                }
            } else if (event.head < 0) {
                settle();
                augment(event.tail, -1);
                break;
            } else if (edge(event.tail, event.head, event.weight)) {
                settle();
                forest.rotate(forest.top(event.head), event.head);
                augment(event.tail, event.head);
                break;
            }
        }
        for (const Vertex node : labelled) label[node] = 0;
    }

    void push(Weight moment, int kind, Vertex tail, Vertex head, Weight weight) {
        heap.push({moment, kind, tail, head, weight});
    }

    bool edge(Vertex tail, Vertex head, Weight weight) {
        const Vertex near = forest.top(tail);
        const Vertex far = forest.top(head);
        const signed char mark = label[far];
        if (near == far || mark == INNER) return false;
        const Weight slack =
            forest.price[tail] + forest.price[head] - (1 + mark) * clock - weight;
        if (slack > 0) {
            push(clock + (mark == OUTER ? half(slack) : slack), EDGE, tail, head, weight);
            return false;
        }
        if (mark == OUTER) {
            shrink(tail, head);
            return false;
        }
        if (forest.mate[forest.base[far]] < 0) return true;
        set_label(far, INNER);
        entry[far] = {tail, head};
        watch(far);
        const Vertex partner = forest.top(forest.mate[forest.base[far]]);
        set_label(partner, OUTER);
        scan(forest.vertices(partner));
        return false;
    }

    void scan(const Nodes& vertices) {
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
                int kind = EDGE;
                if (mark == OUTER) {
                    moment = half(moment);
                } else if (moment <= limit && forest.mate[forest.base[far]] < 0) {
                    limit = moment;
                    kind = FINISH;
                }
                if (moment <= limit) push(moment, kind, vertex, next.head, next.weight);
            }
        }
    }

    void watch(Vertex node) {
        if (!forest.is_blossom(node)) return;
        const Weight moment = half(forest.toll[node]);
        if (moment <= limit) push(moment, OPEN, node, -1, 0);
    }

    void set_label(Vertex node, signed char fresh) {
        const signed char old = label[node];
        label[node] = fresh;
        labelled.push_back(node);
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
        labelled.push_back(blossom);
        forest.toll[blossom] = -2 * clock;
        scan(fresh);
    }

    void expand(Vertex node) {
        const auto [tail, head] = entry[node];
        const std::shared_ptr<const Links> joints = forest.links[node];
        const std::shared_ptr<const Nodes> circle = forest.open(node);
        label[node] = 0;
        for (const Vertex member : *circle) {
            label[member] = INNER;
            labelled.push_back(member);
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
                if (label[forest.top(next.head)] != OUTER) continue;
                const Weight moment =
                    forest.price[vertex] + forest.price[next.head] - next.weight;
                if (moment <= limit) push(moment, EDGE, next.head, vertex, next.weight);
            }
        }
    }

    void settle() {
        for (std::size_t index = 0; index < labelled.size(); ++index) {
            const Vertex node = labelled[index];
            if (label[node] == 0) continue;
            const Weight shift = -label[node] * clock;
            label[node] = 0;
            forest.each_vertex(node, [&](Vertex vertex) { forest.price[vertex] += shift; });
            if (forest.is_blossom(node)) forest.toll[node] -= 2 * shift;
        }
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

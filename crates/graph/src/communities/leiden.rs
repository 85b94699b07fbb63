//! The three steps of the Leiden algorithm, over and over: move single nodes, refine what came of it, and make each
//! refined community one node of a smaller network.

use super::super::adjacency::Adjacency;
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::VecDeque;

/// θ of the paper: how much chance there is in merging, in units of a typical line. With 0 only the best merger would
/// ever be chosen.
const CHANCE: f64 = 0.01;
/// Least gain that a move must bring, in units of a typical line: what is below may be rounding.
const LEAST: f64 = 1e-9;

/// A weighted network whose nodes are albums, or groups of them.
pub(super) struct Network {
    start: Vec<usize>,
    to: Vec<u32>,
    weight: Vec<f64>,
    /// Sum of the weights at each node, what is within it counted twice.
    strength: Vec<f64>,
}

/// What a gain in modularity is reckoned with. Gains are in units of weight: modularity's times m.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    /// Resolution ÷ 2m: the weight that chance would put between two nodes, per product of their strengths.
    chance: f64,
    /// Mean weight of a line.
    line: f64,
}

impl Scale {
    fn gain(self, weight: f64, strength: f64, total: f64) -> f64 {
        weight - self.chance * strength * total
    }
}

impl Network {
    pub(super) fn new(adjacency: &Adjacency) -> Self {
        let mut network =
            Self { start: vec![0], to: adjacency.to.clone(), weight: Vec::new(), strength: Vec::new() };
        network.weight = adjacency.similarity.iter().map(|&s| f64::from(s)).collect();
        for a in 0..adjacency.len() as u32 {
            let arcs = adjacency.arcs(a);
            network.start.push(arcs.end);
            network.strength.push(network.weight[arcs].iter().sum());
        }
        network
    }

    /// How gains are reckoned in this network; `None` if it has no lines.
    pub(super) fn scale(&self, resolution: f64) -> Option<Scale> {
        let twice: f64 = self.strength.iter().sum();
        (twice > 0.0).then(|| Scale { chance: resolution / twice, line: twice / self.to.len() as f64 })
    }

    fn len(&self) -> usize {
        self.strength.len()
    }

    fn of(&self, node: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        (self.start[node]..self.start[node + 1]).map(|arc| (self.to[arc] as usize, self.weight[arc]))
    }

    /// One run of the algorithm, which begins with the given communities and leaves better ones, or the same. Labels
    /// are below the number of nodes.
    pub(super) fn improve(&self, community: &mut [u32], scale: Scale, rng: &mut ChaCha8Rng) {
        let mut level: Option<Network> = None;
        // The node of the present level in which each node of this network is, and the community of each of those.
        let mut node_of: Vec<u32> = (0..self.len() as u32).collect();
        let mut mine = community.to_vec();
        loop {
            let network = level.as_ref().unwrap_or(self);
            network.move_nodes(&mut mine, scale, rng);
            if compact(&mut mine) == network.len() {
                break;
            }
            let mut refined = network.refine(&mine, scale, rng);
            let count = compact(&mut refined);
            if count == network.len() {
                break;
            }
            let mut next = vec![0; count];
            for (&r, &c) in refined.iter().zip(&mine) {
                next[r as usize] = c;
            }
            for node in &mut node_of {
                *node = refined[*node as usize];
            }
            level = Some(network.merged(&refined, count));
            mine = next;
        }
        for (label, node) in community.iter_mut().zip(node_of) {
            *label = mine[node as usize];
        }
    }

    /// Moves nodes to the community where each brings the greatest gain until none wants to move: “MoveNodesFast” of
    /// the paper.
    fn move_nodes(&self, community: &mut [u32], scale: Scale, rng: &mut ChaCha8Rng) {
        let n = self.len();
        let mut total = vec![0.0; n];
        let mut members = vec![0u32; n];
        for (node, &c) in community.iter().enumerate() {
            total[c as usize] += self.strength[node];
            members[c as usize] += 1;
        }
        let mut empty: Vec<u32> = (0..n as u32).rev().filter(|&c| members[c as usize] == 0).collect();
        let mut near = Near::new(n);
        let mut queue: VecDeque<u32> = shuffled(0..n as u32, rng).into();
        let mut waits = vec![true; n];
        while let Some(node) = queue.pop_front() {
            let (v, own) = (node as usize, community[node as usize]);
            waits[v] = false;
            near.gather(self.of(v).map(|(u, weight)| (community[u], weight)));
            let strength = self.strength[v];
            total[own as usize] -= strength;
            members[own as usize] -= 1;
            let gain = |c: u32, weight: f64| scale.gain(weight, strength, total[c as usize]);
            let stay = gain(own, near.weight[own as usize]) + LEAST * scale.line;
            let mut best = (stay, own);
            for &c in near.met.iter().filter(|&&c| c != own) {
                let gain = gain(c, near.weight[c as usize]);
                if gain > best.0 || (gain == best.0 && best.1 != own && c < best.1) {
                    best = (gain, c);
                }
            }
            if best.0 < 0.0
                && members[own as usize] > 0
                && let Some(&c) = empty.last()
            {
                best = (0.0, c);
            }
            let to = best.1;
            if members[to as usize] == 0 && to != own {
                empty.pop();
            }
            total[to as usize] += strength;
            members[to as usize] += 1;
            if to != own {
                if members[own as usize] == 0 {
                    empty.push(own);
                }
                community[v] = to;
                for (u, _) in self.of(v) {
                    if community[u] != to && !std::mem::replace(&mut waits[u], true) {
                        queue.push_back(u as u32);
                    }
                }
            }
        }
    }

    /// Divides each community into parts that hang together: starting from single nodes, each that is well connected
    /// to its community may join a part that is so too, the likelier the more it gains: “RefinePartition” of the paper.
    fn refine(&self, community: &[u32], scale: Scale, rng: &mut ChaCha8Rng) -> Vec<u32> {
        let n = self.len();
        let mut order: Vec<u32> = (0..n as u32).collect();
        order.sort_by_key(|&v| community[v as usize]);
        let mut part: Vec<u32> = (0..n as u32).collect();
        let mut alone = vec![true; n];
        let mut total = self.strength.clone();
        // Weight between each part and the rest of its community.
        let mut outward: Vec<f64> = (0..n)
            .map(|v| {
                self.of(v).filter(|&(u, _)| community[u] == community[v]).map(|(_, weight)| weight).sum()
            })
            .collect();
        let mut near = Near::new(n);
        let mut choices: Vec<(u32, f64)> = Vec::new();
        for members in order.chunk_by(|&a, &b| community[a as usize] == community[b as usize]) {
            let whole: f64 = members.iter().map(|&v| self.strength[v as usize]).sum();
            for node in shuffled(members.iter().copied(), rng) {
                let v = node as usize;
                let strength = self.strength[v];
                // A node moves once, and not after another has joined it.
                if !alone[v] || scale.gain(outward[v], strength, whole - strength) < 0.0 {
                    continue;
                }
                let within = self.of(v).filter(|&(u, _)| community[u] == community[v]);
                near.gather(within.map(|(u, weight)| (part[u], weight)));
                choices.clear();
                choices.push((node, 0.0));
                for &p in &near.met {
                    let connected =
                        scale.gain(outward[p as usize], total[p as usize], whole - total[p as usize]);
                    let gain = scale.gain(near.weight[p as usize], strength, total[p as usize]);
                    if connected >= 0.0 && gain >= 0.0 {
                        choices.push((p, gain));
                    }
                }
                let to = chosen(&choices, CHANCE * scale.line, rng);
                if to != node {
                    let t = to as usize;
                    part[v] = to;
                    total[t] += strength;
                    outward[t] += outward[v] - 2.0 * near.weight[t];
                    // The part is named after its first node, which stays.
                    alone[v] = false;
                    alone[t] = false;
                }
            }
        }
        part
    }

    /// The network whose nodes are the `count` parts.
    fn merged(&self, part: &[u32], count: usize) -> Network {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_by_key(|&v| part[v as usize]);
        let mut near = Near::new(count);
        let mut merged = Network { start: vec![0], to: Vec::new(), weight: Vec::new(), strength: Vec::new() };
        for members in order.chunk_by(|&a, &b| part[a as usize] == part[b as usize]) {
            let own = part[members[0] as usize];
            let arcs = members.iter().flat_map(|&v| self.of(v as usize));
            near.gather(arcs.map(|(u, weight)| (part[u], weight)));
            near.met.sort_unstable();
            for &p in near.met.iter().filter(|&&p| p != own) {
                merged.to.push(p);
                merged.weight.push(near.weight[p as usize]);
            }
            merged.start.push(merged.to.len());
            merged.strength.push(members.iter().map(|&v| self.strength[v as usize]).sum());
        }
        merged
    }
}

/// Weights to the communities around a node.
struct Near {
    weight: Vec<f64>,
    met: Vec<u32>,
}

impl Near {
    fn new(n: usize) -> Self {
        Self { weight: vec![0.0; n], met: Vec::new() }
    }

    /// Sums weights by community. Weights are above 0, so that 0 means not met.
    fn gather(&mut self, weights: impl Iterator<Item = (u32, f64)>) {
        for c in self.met.drain(..) {
            self.weight[c as usize] = 0.0;
        }
        for (c, weight) in weights {
            let sum = &mut self.weight[c as usize];
            if *sum == 0.0 {
                self.met.push(c);
            }
            *sum += weight;
        }
    }
}

/// One of the choices, with probability proportional to exp(gain ÷ `chance`).
fn chosen(choices: &[(u32, f64)], chance: f64, rng: &mut ChaCha8Rng) -> u32 {
    let most = choices.iter().map(|c| c.1).fold(0.0, f64::max);
    let odds = |gain: f64| ((gain - most) / chance).exp();
    let mut rest = rng.gen_range(0.0..1.0) * choices.iter().map(|c| odds(c.1)).sum::<f64>();
    let mut last = choices[0].0;
    for &(choice, gain) in choices {
        let odds = odds(gain);
        if odds > 0.0 {
            last = choice;
            rest -= odds;
            if rest < 0.0 {
                break;
            }
        }
    }
    last
}

/// Renumbers labels from 0 in the order of first appearance; how many there are.
pub(super) fn compact(labels: &mut [u32]) -> usize {
    let mut number = vec![u32::MAX; labels.iter().map(|&l| l as usize + 1).max().unwrap_or(0)];
    let mut count = 0;
    for label in labels {
        let number = &mut number[*label as usize];
        if *number == u32::MAX {
            *number = count;
            count += 1;
        }
        *label = *number;
    }
    count as usize
}

fn shuffled(nodes: impl Iterator<Item = u32>, rng: &mut ChaCha8Rng) -> Vec<u32> {
    let mut nodes: Vec<u32> = nodes.collect();
    nodes.shuffle(rng);
    nodes
}

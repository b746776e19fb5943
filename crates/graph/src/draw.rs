//! The part of a graph that people want to look at: the heads and where they part.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use onehead_model::escape::{for_dot, for_mermaid, for_terminal};
use onehead_model::{EnvironmentGraph, GraphReport, Node, RevisionId};
use renderdag::{Ancestor, GraphRowRenderer, Renderer};

/// How many revisions of an arm are drawn next to its head, and next to where it parts.
const NEAR_HEAD: usize = 3;
const NEAR_FORK: usize = 2;

/// How many common ancestors are drawn below.
const BELOW: usize = 2;

/// For a terminal: a graph of lines, the heads first.
#[must_use]
pub fn text(report: &GraphReport) -> String {
    let mut out = String::new();
    for (index, environment) in report.environments.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let name = for_terminal(&environment.name);
        let heads = counted(environment.heads.len(), "head");
        let _ = writeln!(
            out,
            "{name}: {heads}, {}",
            counted(environment.revisions.len(), "revision")
        );
        let picture = Picture::of(environment);
        let mut renderer = GraphRowRenderer::new()
            .output()
            .with_min_row_height(1)
            .build_box_drawing();
        for id in picture.top_down() {
            let node = picture.nodes[id];
            let parents = picture.edges[id].iter().map(|edge| match edge {
                Edge::Parent(id) => Ancestor::Parent((*id).clone()),
                Edge::Ancestor(id) => Ancestor::Ancestor((*id).clone()),
                Edge::OutOfSight => Ancestor::Anonymous,
            });
            let head = if environment.heads.contains(id) {
                " (head)"
            } else {
                ""
            };
            let message = first_line(&node.message);
            let line = format!(
                "{}{head}  {}  {}",
                for_terminal(id.as_str()),
                for_terminal(message),
                for_terminal(node.path.as_str())
            );
            let glyph = if environment.heads.contains(id) {
                "@"
            } else {
                "o"
            };
            out.push_str(&renderer.next_row((*id).clone(), parents.collect(), glyph.into(), line));
        }
    }
    out.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// For Markdown: a Mermaid flowchart, parents above their children.
#[must_use]
pub fn mermaid(report: &GraphReport) -> String {
    let mut out = String::from("flowchart TD\n");
    for (index, environment) in report.environments.iter().enumerate() {
        let picture = Picture::of(environment);
        let _ = writeln!(
            out,
            "  subgraph e{index}[\"{}\"]",
            for_mermaid(&environment.name)
        );
        let names = picture.names(index);
        for id in picture.bottom_up() {
            let node = picture.nodes[id];
            let head = if environment.heads.contains(id) {
                " (head)"
            } else {
                ""
            };
            let (open, close) = if head.is_empty() {
                ("[", "]")
            } else {
                ("([", "])")
            };
            let message = for_mermaid(first_line(&node.message));
            let _ = writeln!(
                out,
                "    {}{open}\"{}{head}<br/>{message}\"{close}",
                names[id],
                for_mermaid(id.as_str())
            );
        }
        for (above, below, direct) in picture.links() {
            let arrow = if direct { "-->" } else { "-.->" };
            let _ = writeln!(out, "    {} {arrow} {}", names[above], names[below]);
        }
        out.push_str("  end\n");
    }
    out
}

/// For Graphviz.
#[must_use]
pub fn dot(report: &GraphReport) -> String {
    let mut out = String::from("digraph onehead {\n  rankdir = TB;\n  node [shape = box];\n");
    for (index, environment) in report.environments.iter().enumerate() {
        let picture = Picture::of(environment);
        let _ = writeln!(
            out,
            "  subgraph cluster_{index} {{\n    label = \"{}\";",
            for_dot(&environment.name)
        );
        let names = picture.names(index);
        for id in picture.bottom_up() {
            let node = picture.nodes[id];
            let is_head = environment.heads.contains(id);
            let (head, shape) = if is_head {
                (" (head)", ", style = bold")
            } else {
                ("", "")
            };
            let message = for_dot(first_line(&node.message));
            let _ = writeln!(
                out,
                "    {} [label = \"{}{head}\\n{message}\"{shape}];",
                names[id],
                for_dot(id.as_str())
            );
        }
        for (above, below, direct) in picture.links() {
            let style = if direct { "" } else { " [style = dotted]" };
            let _ = writeln!(out, "    {} -> {}{style};", names[above], names[below]);
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
    out
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

enum Edge<'a> {
    Parent(&'a RevisionId),
    /// There are revisions in between that are not drawn.
    Ancestor(&'a RevisionId),
    /// None of what comes before is drawn.
    OutOfSight,
}

/// The revisions that are drawn, and how they hang together.
struct Picture<'a> {
    nodes: BTreeMap<&'a RevisionId, &'a Node>,
    edges: HashMap<&'a RevisionId, Vec<Edge<'a>>>,
}

impl<'a> Picture<'a> {
    fn of(environment: &'a EnvironmentGraph) -> Self {
        let all: HashMap<&RevisionId, &Node> = environment
            .revisions
            .iter()
            .map(|node| (&node.id, node))
            .collect();
        let mut chosen: BTreeSet<&RevisionId> = BTreeSet::new();
        for group in &environment.groups {
            let fork: BTreeSet<&RevisionId> = group.branch_points.iter().collect();
            for head in &group.heads {
                chosen.extend(descend(&all, [head], NEAR_HEAD));
            }
            for arm in &group.arms {
                // Where the arm begins: revisions whose parents are no part of it.
                let inside: BTreeSet<&RevisionId> = arm.revisions.iter().collect();
                let begins = arm.revisions.iter().filter(|id| {
                    all.get(id).is_some_and(|node| {
                        !node
                            .down_revisions
                            .iter()
                            .any(|parent| inside.contains(parent))
                    })
                });
                chosen.extend(begins.take(NEAR_FORK));
            }
            chosen.extend(descend(&all, fork, BELOW));
        }
        chosen.retain(|id| all.contains_key(id));
        let edges = chosen
            .iter()
            .map(|id| (*id, edges(&all, &chosen, id)))
            .collect();
        let nodes = chosen.iter().map(|id| (*id, all[id])).collect();
        Self { nodes, edges }
    }

    /// Children before their parents.
    fn top_down(&self) -> Vec<&'a RevisionId> {
        let mut order = self.bottom_up();
        order.reverse();
        order
    }

    /// Parents before their children; where that leaves a choice, by id.
    fn bottom_up(&self) -> Vec<&'a RevisionId> {
        let mut order: Vec<&RevisionId> = Vec::new();
        let mut waiting: Vec<&RevisionId> = self.nodes.keys().copied().collect();
        while !waiting.is_empty() {
            let is_ready = |id: &&RevisionId| {
                self.edges[*id].iter().all(|edge| match edge {
                    Edge::Parent(parent) | Edge::Ancestor(parent) => order.contains(parent),
                    Edge::OutOfSight => true,
                })
            };
            // In a circle nothing is ever ready: take the first, so that it is drawn at all.
            let next = waiting.iter().position(is_ready).unwrap_or(0);
            order.push(waiting.remove(next));
        }
        order
    }

    /// Parent, child, and whether nothing lies between them.
    fn links(&self) -> Vec<(&'a RevisionId, &'a RevisionId, bool)> {
        let mut links = Vec::new();
        for id in self.bottom_up() {
            for edge in &self.edges[id] {
                match edge {
                    Edge::Parent(parent) => links.push((*parent, id, true)),
                    Edge::Ancestor(above) => links.push((*above, id, false)),
                    Edge::OutOfSight => {}
                }
            }
        }
        links
    }

    fn names(&self, environment: usize) -> HashMap<&'a RevisionId, String> {
        self.nodes
            .keys()
            .enumerate()
            .map(|(index, id)| (*id, format!("e{environment}r{index}")))
            .collect()
    }
}

/// Up to `count` revisions along first parents, from each of `starts`, which count.
fn descend<'a>(
    all: &HashMap<&'a RevisionId, &'a Node>,
    starts: impl IntoIterator<Item = &'a RevisionId>,
    count: usize,
) -> Vec<&'a RevisionId> {
    let mut found = Vec::new();
    for start in starts {
        let mut at = Some(start);
        for _ in 0..count {
            let Some(node) = at.and_then(|id| all.get(id)) else {
                break;
            };
            found.push(&node.id);
            at = node.down_revisions.first();
        }
    }
    found
}

fn edges<'a>(
    all: &HashMap<&'a RevisionId, &'a Node>,
    chosen: &BTreeSet<&'a RevisionId>,
    id: &RevisionId,
) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    let mut seen = BTreeSet::new();
    for parent in &all[id].down_revisions {
        let Some(parent) = all.get(parent).map(|node| &node.id) else {
            continue;
        };
        if chosen.contains(parent) {
            edges.push(Edge::Parent(parent));
            continue;
        }
        let mut todo = vec![parent];
        let mut reached = false;
        while let Some(at) = todo.pop() {
            if !seen.insert(at) {
                continue;
            }
            for above in all
                .get(at)
                .into_iter()
                .flat_map(|node| &node.down_revisions)
            {
                match chosen.get(above) {
                    Some(above) => {
                        reached = true;
                        if seen.insert(above) {
                            edges.push(Edge::Ancestor(above));
                        }
                    }
                    None => todo.push(above),
                }
            }
        }
        if !reached {
            edges.push(Edge::OutOfSight);
        }
    }
    edges
}

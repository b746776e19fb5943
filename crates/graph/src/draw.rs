//! The part of a graph that people want to look at: the heads and where they part.

use std::collections::HashMap;
use std::fmt::Write;

use onehead_model::escape::{for_dot, for_log, for_mermaid};
use onehead_model::{EnvironmentGraph, GraphReport, Node, words};
use renderdag::{Ancestor, GraphRowRenderer, Renderer};

use crate::dag::{Dag, Numbers};

/// How many revisions of a side are drawn next to its head, and next to where it parts.
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
        let name = for_log(&environment.name);
        let heads = words::counted(environment.heads.len(), "head");
        let _ = writeln!(
            out,
            "{name}: {heads}, {}",
            words::counted(environment.revisions.len(), "revision")
        );
        let picture = Picture::of(environment);
        let mut renderer = GraphRowRenderer::new()
            .output()
            .with_min_row_height(1)
            .build_box_drawing();
        for number in picture.top_down() {
            let node = picture.dag.revision(number);
            let id = &node.id;
            let parents = picture.edges[&number].iter().map(|edge| match edge {
                Edge::Parent(number) => Ancestor::Parent(*number),
                Edge::Ancestor(number) => Ancestor::Ancestor(*number),
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
                for_log(id.as_str()),
                for_log(message),
                for_log(node.path.as_str())
            );
            let glyph = if environment.heads.contains(id) {
                "@"
            } else {
                "o"
            };
            out.push_str(&renderer.next_row(number, parents.collect(), glyph.into(), line));
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
        for number in picture.bottom_up() {
            let node = picture.dag.revision(number);
            let id = &node.id;
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
                names[&number],
                for_mermaid(id.as_str())
            );
        }
        for (above, below, direct) in picture.links() {
            let arrow = if direct { "-->" } else { "-.->" };
            let _ = writeln!(out, "    {} {arrow} {}", names[&above], names[&below]);
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
        for number in picture.bottom_up() {
            let node = picture.dag.revision(number);
            let id = &node.id;
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
                names[&number],
                for_dot(id.as_str())
            );
        }
        for (above, below, direct) in picture.links() {
            let style = if direct { "" } else { " [style = dotted]" };
            let _ = writeln!(out, "    {} -> {}{style};", names[&above], names[&below]);
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
    out
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

enum Edge {
    Parent(usize),
    /// There are revisions in between that are not drawn.
    Ancestor(usize),
    /// None of what comes before is drawn.
    OutOfSight,
}

/// The revisions that are drawn, by the numbers of their ids in order, and how they hang together.
struct Picture<'a> {
    dag: Dag<'a, Node>,
    drawn: Numbers,
    edges: HashMap<usize, Vec<Edge>>,
}

impl<'a> Picture<'a> {
    fn of(environment: &'a EnvironmentGraph) -> Self {
        let dag = Dag::of(environment);
        let mut drawn = dag.none();
        for group in &environment.groups {
            for head in dag.numbers(&group.heads).ones() {
                drawn.extend(descend(&dag, head, NEAR_HEAD));
            }
            for side in &group.sides {
                // Where the side begins: revisions whose parents are no part of it.
                let inside = dag.numbers(&side.revisions);
                let begins = inside.ones().filter(|&number| {
                    let mut parents = dag.parents(number).iter();
                    !parents.any(|&parent| inside.contains(parent))
                });
                drawn.extend(begins.take(NEAR_FORK));
            }
            for fork in dag.numbers(&group.branch_points).ones() {
                drawn.extend(descend(&dag, fork, BELOW));
            }
        }
        let edges = drawn
            .ones()
            .map(|number| (number, edges(&dag, &drawn, number)))
            .collect();
        Self { dag, drawn, edges }
    }

    /// Children before their parents.
    fn top_down(&self) -> Vec<usize> {
        let mut order = self.bottom_up();
        order.reverse();
        order
    }

    /// Parents before their children; where that leaves a choice, by id.
    fn bottom_up(&self) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        let mut waiting: Vec<usize> = self.drawn.ones().collect();
        while !waiting.is_empty() {
            let is_ready = |number: &usize| {
                self.edges[number].iter().all(|edge| match edge {
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
    fn links(&self) -> Vec<(usize, usize, bool)> {
        let mut links = Vec::new();
        for number in self.bottom_up() {
            for edge in &self.edges[&number] {
                match edge {
                    Edge::Parent(parent) => links.push((*parent, number, true)),
                    Edge::Ancestor(above) => links.push((*above, number, false)),
                    Edge::OutOfSight => {}
                }
            }
        }
        links
    }

    /// What a drawing calls each of them.
    fn names(&self, environment: usize) -> HashMap<usize, String> {
        self.drawn
            .ones()
            .enumerate()
            .map(|(index, number)| (number, format!("e{environment}r{index}")))
            .collect()
    }
}

/// Up to `count` revisions along first parents, with that where it begins.
fn descend(dag: &Dag<'_, Node>, start: usize, count: usize) -> impl Iterator<Item = usize> {
    let parent = |&number: &usize| dag.parents(number).first().copied();
    std::iter::successors(Some(start), parent).take(count)
}

fn edges(dag: &Dag<'_, Node>, drawn: &Numbers, number: usize) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut seen = dag.none();
    for &parent in dag.parents(number) {
        if drawn.contains(parent) {
            edges.push(Edge::Parent(parent));
            continue;
        }
        let mut todo = vec![parent];
        let mut reached = false;
        while let Some(at) = todo.pop() {
            if seen.put(at) {
                continue;
            }
            for &above in dag.parents(at) {
                if !drawn.contains(above) {
                    todo.push(above);
                    continue;
                }
                reached = true;
                if !seen.put(above) {
                    edges.push(Edge::Ancestor(above));
                }
            }
        }
        if !reached {
            edges.push(Edge::OutOfSight);
        }
    }
    edges
}

//! The plan of a fixture: its nodes, each once, children before parents.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use oci_fixture_grammar::Reference;

use crate::declared::{Declared, Edge};
use crate::error::Result;
use crate::platform;
use crate::problem::Problem;

/// The nodes of a fixture, checked, in the order in which they can be sealed.
pub(crate) struct Plan<'f> {
    pub(crate) steps: Vec<Step<'f>>,
    pub(crate) roots: Vec<Root>,
}

/// One node, at the first place where it stands.
pub(crate) struct Step<'f> {
    pub(crate) node: &'f Declared,
    /// The numbers of the steps of its children, in order.
    pub(crate) children: Vec<usize>,
    edge: &'f Edge,
    /// What stands before it below the same parent.
    before: &'f [Edge],
    parent: Option<usize>,
}

/// An entry of index.json.
pub(crate) struct Root {
    pub(crate) step: usize,
    pub(crate) reference: Option<Reference>,
}

impl<'f> Plan<'f> {
    /// Plans and checks what stands at the top level.
    pub(crate) fn of(edges: &'f [Edge]) -> Result<Self> {
        let mut plan = Self { steps: Vec::new(), roots: Vec::new() };
        let roots = plan.walk(edges);
        plan.check()?;
        let mut names = HashSet::new();
        for (step, edge) in roots.into_iter().zip(edges) {
            let reference = plan.reference(step, edge, &mut names)?;
            plan.roots.push(Root { step, reference });
        }
        Ok(plan)
    }

    /// Makes a step of each node, children first, without recursion. Gives the steps of the top level.
    fn walk(&mut self, edges: &'f [Edge]) -> Vec<usize> {
        let mut known: HashMap<*const Declared, usize> = HashMap::new();
        let mut roots = Open { node: None, edges, children: Vec::new(), begun: 0 };
        let mut open: Vec<Open<'f>> = Vec::new();
        loop {
            let top = open.last_mut().unwrap_or(&mut roots);
            let position = top.children.len();
            if let Some(edge) = top.edges.get(position) {
                match known.get(&Arc::as_ptr(&edge.node)) {
                    Some(step) => top.children.push(*step),
                    None => {
                        let before = top.edges.get(..position).unwrap_or_default();
                        let (node, edges, begun) =
                            (Some((edge, before)), edge.node.edges(), self.steps.len());
                        open.push(Open { node, edges, children: Vec::new(), begun });
                    }
                }
                continue;
            }
            let Some(Open { node: Some((edge, before)), children, begun, .. }) = open.pop() else {
                return roots.children;
            };
            let number = self.steps.len();
            // A child that was planned before stands at its first place, which is another.
            for child in children.iter().filter(|child| **child >= begun) {
                if let Some(child) = self.steps.get_mut(*child) {
                    child.parent.get_or_insert(number);
                }
            }
            known.insert(Arc::as_ptr(&edge.node), number);
            open.last_mut().unwrap_or(&mut roots).children.push(number);
            self.steps.push(Step { node: &edge.node, children, edge, before, parent: None });
        }
    }

    fn check(&self) -> Result<()> {
        for (number, step) in self.steps.iter().enumerate() {
            step.node.check().map_err(|problem| problem.into_error(self.place(number)))?;
            for (child, edge) in step.children.iter().zip(step.node.edges()) {
                if edge.reference.is_some() {
                    let problem = Problem::new(
                        "only an entry of index.json has a reference; remove it, or move the node to the top level",
                    );
                    return Err(problem.into_error(self.place(*child)));
                }
            }
        }
        Ok(())
    }

    /// The name of an entry of index.json, which no other entry may have.
    fn reference(&self, step: usize, edge: &Edge, names: &mut HashSet<String>) -> Result<Option<Reference>> {
        let Some(text) = &edge.reference else { return Ok(None) };
        let failed = |problem: Problem| problem.into_error(self.place(step));
        let reference =
            Reference::parse(text.as_str()).map_err(|invalid| failed(invalid.into()))?.or_latest();
        if !names.insert(reference.to_string()) {
            return Err(failed(Problem::new(format!(
                "two entries of index.json have the reference `{reference}`; give each its own"
            ))));
        }
        Ok(Some(reference))
    }

    /// The way from the top level to a node: `index "app:1" > linux/arm64 > layer 2`.
    pub(crate) fn place(&self, step: usize) -> String {
        let mut way: Vec<String> = Vec::new();
        let mut next = Some(step);
        while let Some(step) = next.and_then(|number| self.steps.get(number)) {
            way.extend(step.name());
            next = step.parent;
        }
        way.reverse();
        way.join(" > ")
    }
}

/// A node whose children are being planned; the top level itself has no node.
struct Open<'f> {
    node: Option<(&'f Edge, &'f [Edge])>,
    edges: &'f [Edge],
    children: Vec<usize>,
    /// How many steps there were before it.
    begun: usize,
}

impl Step<'_> {
    /// How the declaration calls the node; nothing for the layer that a manifest's bare entries are.
    fn name(&self) -> Option<String> {
        let keyword = self.node.keyword();
        match (self.node, &self.edge.reference) {
            (Declared::Layer(layer), _) if layer.bare => None,
            (_, Some(reference)) => Some(format!("{keyword} {:?}", reference.as_str())),
            (Declared::Manifest(manifest), None) if platform::check(manifest.platform()).is_ok() => {
                Some(platform::or_default(manifest.platform()).to_string())
            }
            _ => {
                let same = self.before.iter().filter(|edge| edge.node.keyword() == keyword).count();
                Some(format!("{keyword} {}", same + 1))
            }
        }
    }
}

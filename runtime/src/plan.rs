//! The plan of a fixture: its nodes, each once, children before parents.

use std::collections::HashMap;
use std::sync::Arc;

use crate::declared::{Declared, Edge, Kind};
use crate::error::Result;
use crate::names::Names;
use crate::platform;
use crate::problem::Problem;
use crate::seal::Sealed;
use crate::text::Text;
use crate::{config, fixture, manifest};

/// The nodes of a fixture, checked, in the order in which they can be sealed.
pub(crate) struct Plan<'f> {
    pub(crate) fixture: &'f fixture::Parts,
    /// The steps of their nodes.
    pub(crate) roots: Vec<usize>,
    pub(crate) steps: Vec<Step<'f>>,
    numbers: HashMap<*const Declared, usize>,
}

/// One node, at the first place where it stands.
pub(crate) struct Step<'f> {
    pub(crate) node: &'f Declared,
    pub(crate) edge: &'f Edge,
    /// The steps of the nodes that it lists.
    pub(crate) children: Vec<usize>,
    /// What its parent lists before it.
    siblings: &'f [Edge],
    /// The steps of that, for a config: the layers that it is made from.
    pub(crate) before: Vec<usize>,
    /// The manifest that lists it.
    pub(crate) manifest: Option<&'f manifest::Parts>,
    /// Its media types are Docker's, as its parent's are.
    pub(crate) docker: bool,
    /// A parent embeds its bytes.
    pub(crate) embedded: bool,
    /// It was mentioned before it stood anywhere; by which step, or by the top level.
    mentioned: bool,
    mentioned_by: Option<usize>,
    parent: Option<usize>,
}

impl<'f> Plan<'f> {
    /// Plans and checks a fixture.
    pub(crate) fn of(fixture: &'f fixture::Parts) -> Result<Self> {
        let mut plan = Self { fixture, roots: Vec::new(), steps: Vec::new(), numbers: HashMap::new() };
        plan.walk();
        plan.embed();
        plan.check()?;
        Ok(plan)
    }

    /// The entries of index.json.
    pub(crate) fn edges(&self) -> &'f [Edge] {
        &self.fixture.edges
    }

    /// Their nodes, as they were sealed.
    pub(crate) fn nodes<'s>(&'s self, sealed: &'s [Sealed]) -> impl Iterator<Item = &'s Sealed> {
        self.roots.iter().filter_map(|root| sealed.get(*root))
    }

    /// Makes a step of each node, after those that it lists and mentions, without recursion.
    fn walk(&mut self) {
        let mut roots = Open::of(self.fixture);
        let mut open: Vec<Open<'f>> = Vec::new();
        loop {
            let top = open.last_mut().unwrap_or(&mut roots);
            if let Some((edge, mentioned)) = top.next() {
                match self.numbers.get(&Arc::as_ptr(&edge.node)) {
                    Some(step) => top.done(*step, mentioned),
                    None => {
                        let below = top.below(edge, mentioned, self.steps.len());
                        open.push(below);
                    }
                }
                continue;
            }
            let Some(Open { children, mentions, begun, node: Some(node), .. }) = open.pop() else { break };
            let number = self.steps.len();
            for edge in mentions {
                if let Some(step) = self.step_of(edge).and_then(|step| self.steps.get_mut(step)) {
                    step.mentioned_by.get_or_insert(number);
                }
            }
            // A child that was planned before stands at its first place, which is another.
            for child in children.iter().filter(|child| **child >= begun) {
                if let Some(child) = self.steps.get_mut(*child) {
                    child.parent.get_or_insert(number);
                }
            }
            self.numbers.insert(Arc::as_ptr(&node.edge.node), number);
            open.last_mut().unwrap_or(&mut roots).done(number, node.mentioned);
            self.steps.push(Step { children, ..node });
        }
        self.roots = roots.children;
    }

    /// Finds the nodes whose bytes a parent embeds.
    fn embed(&mut self) {
        let embeds =
            |edge: &Edge| edge.descriptor.as_ref().is_some_and(|descriptor| descriptor.embeds_data());
        let mut embedded = Vec::new();
        for (edges, steps) in self.lists() {
            let steps = edges.iter().zip(steps).filter(|(edge, _)| embeds(edge)).map(|(_, step)| *step);
            embedded.extend(steps);
        }
        for number in embedded {
            if let Some(step) = self.steps.get_mut(number) {
                step.embedded = true;
            }
        }
    }

    /// The lists of nodes: what each node lists, and the top level.
    fn lists(&self) -> impl Iterator<Item = (&'f [Edge], &[usize])> {
        let nodes = self.steps.iter().map(|step| (step.node.edges(), step.children.as_slice()));
        nodes.chain(std::iter::once((self.edges(), self.roots.as_slice())))
    }

    fn check(&self) -> Result<()> {
        for (number, step) in self.steps.iter().enumerate() {
            let at = |number: usize| move |problem: Problem| problem.into_error(self.place(number));
            step.node.check().map_err(at(number))?;
            step.check_mention().map_err(|problem| {
                problem.into_error(step.mentioned_by.map(|step| self.place(step)).unwrap_or_default())
            })?;
            for (child, edge) in step.children.iter().zip(step.node.edges()) {
                self.check_edge(step, *child, edge).map_err(at(*child))?;
            }
        }
        self.fixture.check().map_err(|problem| problem.into_error("index.json".to_owned()))?;
        let mut names = Names::default();
        for (root, edge) in self.roots.iter().zip(self.edges()) {
            let at = |problem: Problem| problem.into_error(self.place(*root));
            edge.check().map_err(at)?;
            // A text that is not known yet is looked at when it is.
            if let Some(text) = edge.reference.as_ref().and_then(Text::plain)
                && !edge.unchecked
            {
                names.add(text).map_err(at)?;
            }
        }
        Ok(())
    }

    /// What is wrong with a node below another.
    fn check_edge(&self, parent: &Step<'_>, child: usize, edge: &Edge) -> Result<(), Problem> {
        if edge.reference.is_some() {
            return Err(Problem::new(
                "only an entry of index.json has a reference; remove it, or move the node to the top level",
            ));
        }
        if let (Kind::Manifest(manifest), Kind::Config(config), Some(child)) =
            (&parent.node.kind, &edge.node.kind, self.steps.get(child))
        {
            check_config(parent, manifest, config, child)?;
        }
        edge.check()
    }

    /// The step of a node.
    pub(crate) fn step_of(&self, edge: &Edge) -> Option<usize> {
        self.numbers.get(&Arc::as_ptr(&edge.node)).copied()
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

/// A list of nodes that is being planned: what a node lists and mentions, or the top level.
struct Open<'f> {
    /// The step that the node will be.
    node: Option<Step<'f>>,
    edges: &'f [Edge],
    /// The steps of the edges that are planned.
    children: Vec<usize>,
    mentions: Vec<&'f Edge>,
    /// How many of the mentions are planned.
    mentioned: usize,
    /// How many steps there were before.
    begun: usize,
}

impl<'f> Open<'f> {
    fn of(fixture: &'f fixture::Parts) -> Self {
        let mut mentions = Vec::new();
        fixture.mentions(&mut mentions);
        let edges = &fixture.edges;
        for edge in edges {
            edge.mentions(&mut mentions);
        }
        Self { node: None, edges, children: Vec::new(), mentions, mentioned: 0, begun: 0 }
    }

    /// What is to be planned next, and whether it is only mentioned.
    fn next(&self) -> Option<(&'f Edge, bool)> {
        match self.edges.get(self.children.len()) {
            Some(edge) => Some((edge, false)),
            None => self.mentions.get(self.mentioned).map(|edge| (*edge, true)),
        }
    }

    /// What was next is planned.
    fn done(&mut self, step: usize, mentioned: bool) {
        if mentioned {
            self.mentioned += 1;
        } else {
            self.children.push(step);
        }
    }

    fn below(&self, edge: &'f Edge, mentioned: bool, begun: usize) -> Self {
        let listed_by = self.node.as_ref().filter(|_| !mentioned).map(|parent| &parent.node.kind);
        let manifest = match listed_by {
            Some(Kind::Manifest(manifest)) => Some(&**manifest),
            _ => None,
        };
        let docker =
            edge.node.is_docker() || self.node.as_ref().is_some_and(|parent| !mentioned && parent.docker);
        let step = Step {
            node: &edge.node,
            edge,
            children: Vec::new(),
            siblings: self.edges.get(..self.children.len()).unwrap_or_default(),
            before: match edge.node.kind {
                Kind::Config(_) => listed(self.edges, &self.children),
                _ => Vec::new(),
            },
            manifest,
            docker,
            embedded: false,
            mentioned,
            mentioned_by: None,
            parent: None,
        };
        let (edges, mentions) = (edge.node.edges(), edge.node.mentions());
        Self { node: Some(step), edges, children: Vec::new(), mentions, mentioned: 0, begun }
    }
}

/// The steps of the nodes that are listed.
fn listed(edges: &[Edge], steps: &[usize]) -> Vec<usize> {
    edges.iter().zip(steps).filter(|(edge, _)| !edge.unlisted).map(|(_, step)| *step).collect()
}

/// A config that is used again says what it says of its first place.
fn check_config(
    parent: &Step<'_>,
    manifest: &manifest::Parts,
    config: &config::Parts,
    step: &Step<'_>,
) -> Result<(), Problem> {
    if step.manifest.is_some() && config.has_platform() {
        return Err(Problem::new(
            "a config has the platform of its manifest; say the platform there, and remove it here",
        ));
    }
    let layers = parent.children.split_last().map_or(&[][..], |(_, layers)| layers);
    let layers = listed(parent.node.edges(), layers);
    let platform = match step.manifest {
        Some(first) => &first.platform,
        None => config.platform(),
    };
    let same =
        step.before == layers && platform::or_default(platform) == platform::or_default(&manifest.platform);
    if config.is_image() && !same {
        return Err(Problem::new(
            "the config was made from the platform and the layers of another place; give this manifest one of its own",
        ));
    }
    Ok(())
}

impl Step<'_> {
    /// A digest can only be said of a node that stands before.
    fn check_mention(&self) -> Result<(), Problem> {
        let label = self.node.label().unwrap_or_default();
        match self.node.kind {
            // The subject of an artifact does not have to be there.
            Kind::Dangling(_) => Ok(()),
            Kind::Config(_) if self.mentioned => Err(Problem::new(format!(
                "the config `'{label}` is made from the layers of its manifest, so none of them can mention it"
            ))),
            _ if self.mentioned => Err(Problem::new(format!(
                "the label `'{label}` is mentioned before its node stands anywhere; put the node first"
            ))),
            _ => Ok(()),
        }
    }

    /// How the declaration calls the node; nothing for the layer that a manifest's bare entries are.
    fn name(&self) -> Option<String> {
        let keyword = self.node.keyword();
        match (&self.node.kind, &self.edge.reference) {
            (Kind::Layer(layer), _) if layer.bare => None,
            (_, Some(reference)) => Some(format!("{keyword} {:?}", reference.to_string())),
            (Kind::Manifest(manifest), None) if platform::declared(&manifest.platform).is_some() => {
                platform::declared(&manifest.platform).map(ToString::to_string)
            }
            _ => {
                let same = self.siblings.iter().filter(|edge| edge.node.keyword() == keyword).count();
                Some(format!("{keyword} {}", same + 1))
            }
        }
    }
}

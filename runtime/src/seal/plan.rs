//! The plan of a fixture: each node once, children before parents.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::declare::config::ConfigData;
use crate::declare::context::{Context, Contexts};
use crate::declare::encoded::SealedNode;
use crate::declare::extra_file::ExtraFile;
use crate::declare::fixture::FixtureData;
use crate::declare::graph::{DeclaredNode, Edge, NodeKind};
use crate::declare::manifest::ManifestData;
use crate::declare::platform;
use crate::declare::text::Text;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, Problem, Result};
use crate::seal::names::{EntryName, UsedNames};

/// The checked nodes of a fixture, in the order in which they are sealed.
pub(crate) struct Plan<'f> {
    pub(crate) fixture: &'f FixtureData,
    /// The steps of the nodes of index.json.
    pub(crate) roots: Vec<usize>,
    pub(crate) steps: Vec<Step<'f>>,
    numbers: BTreeMap<*const DeclaredNode, usize>,
    /// The names of the entries of index.json. One that mentions a node is known only once the node is sealed.
    pub(crate) names: Vec<Option<EntryName>>,
    pub(crate) used_names: UsedNames,
}

/// A node of the plan. Its place is the first one in the declaration.
pub(crate) struct Step<'f> {
    pub(crate) node: &'f DeclaredNode,
    pub(crate) edge: &'f Edge,
    /// The steps of the nodes that the node lists.
    pub(crate) children: Vec<usize>,
    /// The nodes that the parent lists before this one.
    siblings: &'f [Edge],
    /// For a config: the steps of the layers from which its `rootfs` is made.
    pub(crate) before: Vec<usize>,
    /// The manifest that lists the node.
    pub(crate) manifest: Option<&'f ManifestData>,
    /// The node declares Docker's media types, or inherits them from its parent.
    pub(crate) docker: bool,
    /// The algorithm that the node declares, or inherits from its parent.
    pub(crate) algorithm: DigestAlgorithm,
    /// A parent embeds the node's bytes as `data`.
    pub(crate) embedded: bool,
    /// Whether a text mentions the node's digest before the node has a parent.
    mentioned: bool,
    mentioned_by: Option<usize>,
    parent: Option<usize>,
}

impl<'f> Plan<'f> {
    /// Plans and checks a fixture.
    pub(crate) fn of(fixture: &'f FixtureData) -> Result<Self> {
        let (names, used_names) = (Vec::new(), UsedNames::default());
        let (roots, steps, numbers) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut plan = Self { fixture, roots, steps, numbers, names, used_names };
        plan.walk();
        plan.check()?;
        (plan.names, plan.used_names) = plan.read_names()?;
        Ok(plan)
    }

    /// The entries of index.json, in their order.
    pub(crate) fn edges(&self) -> &'f [Edge] {
        &self.fixture.edges
    }

    /// The sealed nodes of the entries of index.json.
    pub(crate) fn nodes<'s>(&'s self, sealed: &'s [SealedNode]) -> impl Iterator<Item = &'s SealedNode> {
        self.roots.iter().filter_map(|root| sealed.get(*root))
    }

    /// Makes a step of each node, after the steps of the nodes that it lists and mentions. It is a loop with a stack of its
    /// own, because the declaration may be deep.
    fn walk(&mut self) {
        let mut roots = OpenList::of(self.fixture);
        let mut open: Vec<OpenList<'f>> = Vec::new();
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
            let Some(OpenList { children, mentions, begun, node: Some(node), .. }) = open.pop() else {
                break;
            };
            let number = self.steps.len();
            for edge in mentions {
                if let Some(step) = self.step_of(edge).and_then(|step| self.steps.get_mut(step)) {
                    step.mentioned_by.get_or_insert(number);
                }
            }
            for (child, edge) in children.iter().zip(node.node.edges()) {
                let Some(step) = self.steps.get_mut(*child) else { continue };
                step.embedded |= edge.embeds_data();
                // A child that was planned before has its first place, and so its parent, elsewhere.
                if *child >= begun {
                    step.parent.get_or_insert(number);
                }
            }
            self.numbers.insert(Arc::as_ptr(&node.edge.node), number);
            open.last_mut().unwrap_or(&mut roots).done(number, node.mentioned);
            self.steps.push(Step { children, ..node });
        }
        for (root, edge) in roots.children.iter().zip(&self.fixture.edges) {
            if let Some(step) = self.steps.get_mut(*root) {
                step.embedded |= edge.embeds_data();
            }
        }
        self.roots = roots.children;
    }

    fn check(&self) -> Result<()> {
        for (number, step) in self.steps.iter().enumerate() {
            let at = |number: usize| move |problem: Problem| problem.into_error(self.place(number));
            step.node.check().map_err(at(number))?;
            self.check_history(step).map_err(at(number))?;
            step.check_mention().map_err(|problem| self.error_of_mention(step, problem))?;
            for (child, edge) in step.children.iter().zip(step.node.edges()) {
                self.check_edge(step, *child, edge).map_err(at(*child))?;
            }
        }
        let files = self.fixture.extra_files();
        files.iter().try_for_each(ExtraFile::check).map_err(|problem| problem.into_error(String::new()))?;
        self.fixture.check().map_err(|problem| problem.into_error("index.json".to_owned()))
    }

    /// Checks the entries of index.json, and reads their names.
    fn read_names(&self) -> Result<(Vec<Option<EntryName>>, UsedNames)> {
        let (mut names, mut used) = (Vec::with_capacity(self.roots.len()), UsedNames::default());
        for (root, edge) in self.roots.iter().zip(self.edges()) {
            let at = |problem: Problem| problem.into_error(self.place(*root));
            edge.check().map_err(at)?;
            let text = edge.listing.reference.as_ref().and_then(Text::plain);
            let name = text.map(|text| used.add(edge, text)).transpose();
            names.push(name.map_err(at)?);
        }
        Ok((names, used))
    }

    /// The error at the first place that mentions the node: an entry, where the node is mentioned in a layer.
    fn error_of_mention(&self, mentioned: &Step<'_>, problem: Problem) -> Error {
        let Some(by) = mentioned.mentioned_by else { return problem.into_error(String::new()) };
        let entry = match self.steps.get(by).map(|step| &step.node.kind) {
            Some(NodeKind::Layer(layer)) => layer.place_of_mention(mentioned.node),
            _ => None,
        };
        let problem = match entry {
            Some(entry) => problem.at(entry),
            None => problem,
        };
        problem.into_error(self.place(by))
    }

    /// Refuses faults on the wire, for which only a registry has a place.
    pub(crate) fn check_unserved(&self) -> Result<()> {
        for (number, step) in self.steps.iter().enumerate() {
            if let Some(http) = step.node.http.first() {
                let problem = format!("`{http}` is shown by a registry alone; write `serve()`, or remove it");
                return Err(Problem::new(problem).into_error(self.place(number)));
            }
        }
        Ok(())
    }

    /// Refuses the further files for which a way out has no place. `why` says so, and names the cure.
    pub(crate) fn check_no_files(&self, is_refused: impl Fn(&ExtraFile) -> bool, why: &str) -> Result<()> {
        match self.fixture.extra_files().iter().find(|file| is_refused(file)) {
            Some(file) => Err(Problem::new(why).into_error(file.place())),
            None => Ok(()),
        }
    }

    /// Checks the history of a config against the layers from which its `rootfs` is made.
    fn check_history(&self, step: &Step<'_>) -> Result<(), Problem> {
        let NodeKind::Config(config) = &step.node.kind else { return Ok(()) };
        if step.node.unchecked {
            return Ok(());
        }
        let before = step.before.iter().filter_map(|step| self.steps.get(*step));
        let base = step.manifest.and_then(|manifest| manifest.base.as_ref());
        config.check_history(before.filter(|step| step.node.has_diff_id()).count(), base)
    }

    /// Checks a node that another node lists.
    fn check_edge(&self, parent: &Step<'_>, child: usize, edge: &Edge) -> Result<(), Problem> {
        if edge.listing.reference.is_some() {
            return Err(Problem::new(
                "only an entry of index.json has a reference; remove it, or move the node to the top level",
            ));
        }
        if edge.listing.descriptor.as_ref().is_some_and(|descriptor| descriptor.is_named()) {
            return Err(Problem::new(
                "only an entry of index.json has a `ref_name`; remove it, or move the node to the top level",
            ));
        }
        if let (NodeKind::Manifest(manifest), NodeKind::Config(config), Some(child)) =
            (&parent.node.kind, &edge.node.kind, self.steps.get(child))
        {
            check_config(manifest, config, child)?;
        }
        edge.check()
    }

    /// The context in which a step is encoded; `None` for index.json.
    pub(crate) fn context<'s>(&'s self, step: Option<usize>, sealed: &'s [SealedNode]) -> Context<'s> {
        let numbers = &self.numbers;
        match step.and_then(|step| self.steps.get(step)) {
            Some(step) => Context {
                edges: step.node.edges(),
                children: &step.children,
                before: &step.before,
                manifest: step.manifest,
                docker: step.docker,
                algorithm: step.algorithm,
                sealed,
                numbers,
                nodes: self,
            },
            None => Context {
                edges: self.edges(),
                children: &self.roots,
                before: &[],
                manifest: None,
                docker: false,
                algorithm: DigestAlgorithm::default(),
                sealed,
                numbers,
                nodes: self,
            },
        }
    }

    /// The step of a node.
    pub(crate) fn step_of(&self, edge: &Edge) -> Option<usize> {
        self.numbers.get(&Arc::as_ptr(&edge.node)).copied()
    }

    /// The node in which a node stands first; `None` at the top level.
    pub(crate) fn parent_of(&self, edge: &Edge) -> Option<&'f Edge> {
        let parent = self.steps.get(self.step_of(edge)?)?.parent?;
        Some(self.steps.get(parent)?.edge)
    }

    /// The path from the top level to a node: `index "app:1" > linux/arm64 > layer 2`.
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

impl Contexts for Plan<'_> {
    fn context<'s>(&'s self, number: usize, sealed: &'s [SealedNode]) -> Context<'s> {
        self.context(Some(number), sealed)
    }
}

/// A list of nodes that is being planned: those that a node lists and mentions, or the top level.
struct OpenList<'f> {
    /// The step of the node, without its children; `None` for the top level.
    node: Option<Step<'f>>,
    edges: &'f [Edge],
    /// The steps of the listed nodes that are planned already.
    children: Vec<usize>,
    mentions: Vec<&'f Edge>,
    /// The number of mentioned nodes that are planned already.
    mentioned: usize,
    /// The number of steps before the first node of this list.
    begun: usize,
}

impl<'f> OpenList<'f> {
    fn of(fixture: &'f FixtureData) -> Self {
        let mut mentions = Vec::new();
        fixture.mentions(&mut mentions);
        let edges = &fixture.edges;
        for edge in edges {
            edge.mentions(&mut mentions);
        }
        Self { node: None, edges, children: Vec::new(), mentions, mentioned: 0, begun: 0 }
    }

    /// The next node to plan, and whether it is only mentioned.
    fn next(&self) -> Option<(&'f Edge, bool)> {
        match self.edges.get(self.children.len()) {
            Some(edge) => Some((edge, false)),
            None => self.mentions.get(self.mentioned).map(|edge| (*edge, true)),
        }
    }

    /// Records the step of the node that was next.
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
            Some(NodeKind::Manifest(manifest)) => Some(&**manifest),
            _ => None,
        };
        let docker =
            edge.node.is_docker() || self.node.as_ref().is_some_and(|parent| !mentioned && parent.docker);
        let inherited = self.node.as_ref().filter(|_| !mentioned).map(|parent| parent.algorithm);
        let algorithm = match &edge.node.kind {
            NodeKind::Copied(copied) => DigestAlgorithm::of(copied.member("digest")),
            _ if edge.node.sha512 => DigestAlgorithm::Sha512,
            _ => inherited.unwrap_or_default(),
        };
        let step = Step {
            node: &edge.node,
            edge,
            children: Vec::new(),
            siblings: self.edges.get(..self.children.len()).unwrap_or_default(),
            before: match edge.node.kind {
                NodeKind::Config(_) => listed(self.edges, &self.children),
                _ => Vec::new(),
            },
            manifest,
            docker,
            algorithm,
            embedded: false,
            mentioned,
            mentioned_by: None,
            parent: None,
        };
        let (edges, mentions) = (edge.node.edges(), edge.node.mentions());
        Self { node: Some(step), edges, children: Vec::new(), mentions, mentioned: 0, begun }
    }
}

/// The steps without those of unlisted nodes.
fn listed(edges: &[Edge], steps: &[usize]) -> Vec<usize> {
    edges.iter().zip(steps).filter(|(edge, _)| !edge.listing.unlisted).map(|(_, step)| *step).collect()
}

/// Checks the platform of a config in a second manifest, because its bytes follow from the first one. The `diff_id`s are
/// compared once the layers are sealed.
fn check_config(manifest: &ManifestData, config: &ConfigData, step: &Step<'_>) -> Result<(), Problem> {
    if step.manifest.is_some() && config.has_platform() {
        return Err(Problem::new(
            "a config has the platform of its manifest; say the platform there, and remove it here",
        ));
    }
    let platform = match step.manifest {
        Some(first) => &first.platform,
        None => config.platform(),
    };
    if config.is_image() && platform::or_default(platform) != platform::or_default(&manifest.platform) {
        return Err(Problem::new(
            "the config was made for the platform of its first manifest; give this manifest the same, or a config of its own",
        ));
    }
    Ok(())
}

impl Step<'_> {
    /// Refuses a mention of a node that has no parent before the mention.
    fn check_mention(&self) -> Result<(), Problem> {
        let label = self.node.label().unwrap_or_default();
        match self.node.kind {
            // A dangling node, such as the subject of an artifact, needs no parent.
            NodeKind::Dangling(_) => Ok(()),
            NodeKind::Config(_) if self.mentioned => Err(Problem::new(format!(
                "the config `'{label}` is made from the layers of its manifest, so none of them can mention it"
            ))),
            _ if self.mentioned => Err(Problem::new(format!(
                "the label `'{label}` is used before the declaration has its node; declare the node before this place"
            ))),
            _ => Ok(()),
        }
    }

    /// The name of the node in errors. `None` for the layer of a manifest's bare entries.
    fn name(&self) -> Option<String> {
        let keyword = self.node.keyword();
        match (&self.node.kind, &self.edge.listing.reference) {
            (NodeKind::Layer(layer), _) if layer.bare => None,
            (_, Some(reference)) => Some(format!("{keyword} {:?}", reference.to_string())),
            (NodeKind::Manifest(manifest), None) if platform::declared(&manifest.platform).is_some() => {
                platform::declared(&manifest.platform).map(ToString::to_string)
            }
            _ => {
                let same = self.siblings.iter().filter(|edge| edge.node.keyword() == keyword).count();
                Some(format!("{keyword} {}", same + 1))
            }
        }
    }
}

//! The reasons why a fixture has no archive for Docker, computed from the model.

use std::collections::BTreeMap;

use oci_fixture::{Error, ErrorKind};
use oci_fixture_test_support::sha256;

use crate::declare;
use crate::faults::Saying;
use crate::identity::resolve;
use crate::model::{Edge, Id, Kind, Manifest, Model, Platform};
use crate::sealed::Sealed;

const NOT_ALONE: &str = "keep it in a layout, by `.docker_archive().with_layout()`, or take it out";
const NOTHING: &str = "`write_archive` writes the layout without one";
const NO_PLACE: &str = "has no place in an archive that is not a layout, too; make it one with `.docker_archive().with_layout()`";

/// The expected text of an error: all of it, or its end.
#[derive(Debug)]
pub(crate) enum Refusal {
    Says(String),
    EndsWith(&'static str),
}

/// The images of an entry of index.json, or the reason why it gives none.
enum Choice<'m> {
    Image(Vec<&'m Edge>),
    NotAnImage(&'static str),
    OtherPlatform(String),
}

/// Checks that an archive is refused exactly if the model gives a reason, and for this reason.
pub(crate) fn assert_refused(refusal: Option<&Refusal>, error: Option<&Error>) {
    let error = error.map(|error| {
        assert_eq!(error.kind(), ErrorKind::Declaration, "{error}");
        let text = error.to_string();
        text.strip_prefix(&format!("{}: ", error.place())).map(str::to_owned).unwrap_or(text)
    });
    match (refusal, error) {
        (None, None) => {}
        (Some(Refusal::Says(expected)), Some(found)) => assert_eq!(found, *expected),
        (Some(Refusal::EndsWith(expected)), Some(found)) => assert!(found.ends_with(expected), "{found}"),
        (expected, found) => panic!("{found:?} instead of {expected:?}"),
    }
}

/// The reason why the archive is refused. `None` if it is not refused.
pub(crate) fn refusal(
    model: &Model,
    sealed: &Sealed,
    with_layout: bool,
    platform: Option<&str>,
) -> Option<Refusal> {
    let model = Images { model, platform };
    model.refusal(with_layout).err().or_else(|| model.twin_tag(sealed).map(Refusal::Says))
}

/// The entries of index.json that an archive for Docker lists in manifest.json, each with the manifest of its image.
pub(crate) fn loaded<'m>(model: &'m Model, platform: Option<&'m str>) -> Vec<(&'m Edge, &'m Edge)> {
    let images = Images { model, platform };
    let image = |root: &'m Edge| match images.choice(root) {
        Ok(Choice::Image(way)) => Some((root, way[way.len() - 1])),
        _ => None,
    };
    let loaded = model.roots.iter().filter_map(image);
    loaded.filter(|(_, manifest)| images.problem(manifest).is_none()).collect()
}

/// The name that Docker gives to an entry of index.json: the reference without its digest.
pub(crate) fn name(root: &Edge, sealed: &Sealed) -> Option<String> {
    let reference = root.reference.as_ref().filter(|reference| reference.tag.is_some())?;
    let full = resolve(&reference.full, &sealed.identities);
    Some(full.split('@').next().unwrap().to_owned())
}

struct Images<'m> {
    model: &'m Model,
    platform: Option<&'m str>,
}

impl<'m> Images<'m> {
    fn refusal(&self, with_layout: bool) -> Result<(), Refusal> {
        if !with_layout && !self.model.faults.is_empty() {
            return Err(Refusal::EndsWith(NO_PLACE));
        }
        let (mut images, mut unloadable, mut other, mut not_images) = (vec![], vec![], vec![], vec![]);
        for root in &self.model.roots {
            match self.choice(root)? {
                Choice::Image(way) => match self.problem(way[way.len() - 1]) {
                    None => images.push(way),
                    Some(problem) => unloadable.push(problem),
                },
                Choice::NotAnImage(reason) => not_images.push(reason),
                Choice::OtherPlatform(problem) => other.push(problem),
            }
        }
        let none = images.is_empty();
        let says = |text: String| Err(Refusal::Says(text));
        match (unloadable.first(), other.first(), not_images.first()) {
            (Some(problem), _, _) if none || !with_layout => says(problem.clone()),
            (_, Some(problem), _) if none => says(problem.clone()),
            (_, _, Some(reason)) if none => says(format!("{reason}; {NOTHING}")),
            _ if none => says(format!("the fixture has no image that Docker could load; {NOTHING}")),
            (_, _, Some(reason)) if !with_layout => says(format!("{reason}; {NOT_ALONE}")),
            _ if !with_layout && images.iter().any(|way| self.has_faults(way)) => {
                Err(Refusal::EndsWith(NO_PLACE))
            }
            _ => Ok(()),
        }
    }

    /// The one image of an entry of index.json.
    fn choice(&self, root: &'m Edge) -> Result<Choice<'m>, Refusal> {
        let mut found = Vec::new();
        self.find(vec![root], &mut found, &mut Vec::new());
        let platform_of = |way: &Vec<&'m Edge>| self.platform_of(way[way.len() - 1]);
        found.retain(|way| !platform_of(way).is_some_and(Platform::is_unknown));
        let mut named: Vec<String> = found
            .iter()
            .filter_map(platform_of)
            .map(|platform| format!("`{}`", declare::platform(platform)))
            .collect();
        named.sort();
        named.dedup();
        if found.is_empty() {
            return Ok(Choice::NotAnImage(if root.unlisted {
                "is not listed, so Docker could not load it"
            } else {
                "is no image that Docker could load"
            }));
        }
        let Some(wanted) = self.platform else {
            return match (found.len(), named.as_slice()) {
                (1, _) => Ok(Choice::Image(found.remove(0))),
                (_, [first, _, ..]) => Err(Refusal::Says(format!(
                    "has images for {}, and Docker loads one; choose it: `.docker_archive().platform({:?})`",
                    named.join(", "),
                    first.trim_matches('`')
                ))),
                _ => Err(same_platform()),
            };
        };
        let wanted_platform = oci_fixture::Platform::parse(wanted).unwrap();
        let rank = |way: &Vec<&'m Edge>| wanted_platform.rank(&declare::platform(platform_of(way)?));
        let best = found.iter().filter_map(rank).min();
        found.retain(|way| best.is_some() && rank(way) == best);
        match found.len() {
            1 => Ok(Choice::Image(found.remove(0))),
            0 => {
                let named = if named.is_empty() { "none".to_owned() } else { named.join(", ") };
                Ok(Choice::OtherPlatform(format!("has no image for `{wanted}`; choose one of {named}")))
            }
            _ => Err(same_platform()),
        }
    }

    /// Collects the manifests of images below an edge, each with the edges that lead to it. A node counts once.
    fn find(&self, way: Vec<&'m Edge>, found: &mut Vec<Vec<&'m Edge>>, seen: &mut Vec<Id>) {
        let edge = way[way.len() - 1];
        if edge.unlisted || seen.contains(&edge.node) {
            return;
        }
        match &self.model.node(edge).kind {
            Kind::Manifest(manifest) if self.is_image(manifest) => {
                seen.push(edge.node);
                found.push(way);
            }
            Kind::Index(index) => {
                seen.push(edge.node);
                for below in &index.edges {
                    self.find(way.iter().copied().chain([below]).collect(), found, seen);
                }
            }
            _ => {}
        }
    }

    fn is_image(&self, manifest: &Manifest) -> bool {
        let config = manifest.config.as_ref().map(|config| &self.model.node(config).kind);
        matches!(config, Some(Kind::Config(_)))
    }

    /// The platform that an index says of an image.
    fn platform_of(&self, edge: &'m Edge) -> Option<&'m Platform> {
        let said = edge.said.as_ref().and_then(|said| match &said.how {
            Saying::Platform(platform) => Some(platform),
            _ => None,
        });
        let linked = edge.link.as_ref().and_then(|link| link.platform.as_ref());
        said.or(linked).or(self.model.node(edge).platform.as_ref())
    }

    /// The reason why Docker cannot load an image.
    fn problem(&self, edge: &Edge) -> Option<String> {
        let Kind::Manifest(manifest) = &self.model.node(edge).kind else { return None };
        let layers = manifest.layers.iter().filter(|layer| !layer.unlisted);
        for (number, layer) in layers.enumerate() {
            let number = number + 1;
            match &self.model.node(layer).kind {
                Kind::Layer(_) => {}
                Kind::Dangling(_) => {
                    return Some(format!(
                        "layer {number} of the image dangles, so Docker could not unpack it; make it a `layer`"
                    ));
                }
                _ => {
                    return Some(format!(
                        "layer {number} of the image is no `layer`, which Docker could unpack; make it one"
                    ));
                }
            }
        }
        let is_listed = manifest.config.as_ref().is_some_and(|config| !config.unlisted);
        (!is_listed).then(|| "lists no config, without which Docker loads nothing; list one".to_owned())
    }

    /// Whether an image has a fault that neither manifest.json nor a config or a layer can show.
    fn has_faults(&self, way: &[&Edge]) -> bool {
        // Only a manifest that is no artifact has a platform of its own, which a descriptor could contradict.
        let is_said = |edge: &Edge| {
            let node = self.model.node(edge);
            let has_platform = matches!(node.kind, Kind::Manifest(_)) && node.platform.is_some();
            edge.said.as_ref().is_some_and(|said| has_platform || !matches!(said.how, Saying::Platform(_)))
        };
        let is_labelled = |edge: &Edge| {
            let fault = &self.model.node(edge).faults.layer;
            fault.as_ref().is_some_and(|fault| fault.label.is_some())
        };
        let Kind::Manifest(manifest) = &self.model.node(way[way.len() - 1]).kind else { return false };
        let mut parts = manifest.layers.iter().chain(&manifest.config);
        way.iter().any(|edge| is_said(edge) || !self.model.node(edge).faults.is_empty())
            || parts.any(|part| part.unlisted || is_said(part) || is_labelled(part))
    }

    /// Two images have the same name for Docker.
    fn twin_tag(&self, sealed: &Sealed) -> Option<String> {
        let mut tagged: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
        for (root, image) in loaded(self.model, self.platform) {
            let Some(name) = name(root, sealed) else { continue };
            let files = self.files(image, sealed);
            match tagged.get(&name) {
                Some(known) if *known != files && !root.unchecked => {
                    return Some(format!(
                        "another image is `{name}` for Docker, too; give one of them another tag"
                    ));
                }
                Some(_) => {}
                None => drop(tagged.insert(name, files)),
            }
        }
        None
    }

    /// The digests of the config and of the tars of the layers. Images in which they are equal are one image for Docker.
    fn files(&self, edge: &Edge, sealed: &Sealed) -> Vec<Option<String>> {
        let Kind::Manifest(manifest) = &self.model.node(edge).kind else { return Vec::new() };
        let config = manifest.config.iter().map(|config| sealed.digest(config.node).map(str::to_owned));
        let layers = manifest.layers.iter().filter(|layer| !layer.unlisted).map(|layer| {
            let tar = sealed.tar(self.model, layer.node).map(|tar| format!("sha256:{}", sha256(&tar)));
            tar.or_else(|| sealed.digest(layer.node).map(str::to_owned))
        });
        config.chain(layers).collect()
    }
}

fn same_platform() -> Refusal {
    Refusal::Says(
        "has several images for the same platform, and Docker loads one; name them apart".to_owned(),
    )
}

//! Adds faults to the model of an honest fixture.

use std::ops::RangeInclusive;

use super::choices::{Choices, Made};
use super::faults::{self, Faults, FileFault, How, Said, StoredFault};
use super::media_type::{CONFIGS, INDEXES, MANIFESTS};
use super::model::{Config, Content, Edge, Id, Kind, Layer, Manifest, Model, Node, Reference, Word, Words};
use super::sealed::Sealed;

/// Adds one to three faults.
pub(crate) fn inject_faults(mut model: Model, numbers: &[u16]) -> Model {
    make_explicit(&mut model);
    inject(model, numbers, 1..=3).0
}

/// Adds `count` faults to a model in which everything is explicit. A fault is left out if no node can have it.
pub(crate) fn inject(mut model: Model, numbers: &[u16], count: RangeInclusive<usize>) -> (Model, Made) {
    let mut choices = Choices::new(numbers);
    let (least, most) = (*count.start(), *count.end());
    let (mut stored, first) = (0, choices.begin());
    for number in 0..most {
        let begin = choices.begin();
        let is_further = number < least || choices.more(most - number);
        if number == least {
            // If the first fault is left out, the second one takes its place.
            choices.end(first);
        }
        if !is_further {
            break;
        }
        match choices.below(12) {
            0..3 => stored += 1,
            3..6 => say(&mut model, number, &mut choices),
            6..8 => edit(&mut model, &mut choices),
            8..10 => change_layer(&mut model, number, &mut choices),
            10 if choices.one_in(2) => say_diff_id(&mut model, &mut choices),
            10 => unlist(&mut model, &mut choices),
            _ => match choices.below(3) {
                0 => change_file(
                    &mut model,
                    faults::edit::of_index().into_iter().map(FileFault::Edit),
                    &mut choices,
                ),
                1 => change_file(&mut model, faults::of_layout().into_iter(), &mut choices),
                _ => repeat_name(&mut model, &mut choices),
            },
        }
        choices.end(begin);
    }
    if stored > 0 {
        let sealed = Sealed::of(&model);
        for _ in 0..stored {
            change_stored(&mut model, &sealed, &mut choices);
        }
    }
    (model, choices.made())
}

/// The number of faults that a model has.
pub(crate) fn count(model: &Model) -> usize {
    let of_edge = |edge: &Edge| {
        let has_name = edge.reference.is_some() && edge.unchecked;
        [edge.said.is_some(), edge.unlisted, has_name].into_iter().filter(|is_there| *is_there).count()
    };
    let declared = model.declared();
    let below = declared.iter().flat_map(|id| model.nodes[*id].kind.edges());
    let of_edges: usize = model.roots.iter().chain(below).map(of_edge).sum();
    model.faults.len() + of_edges + declared.iter().map(|id| model.nodes[*id].faults.count()).sum::<usize>()
}

fn chosen<T>(mut all: Vec<T>, choices: &mut Choices<'_>) -> Option<T> {
    let position = choices.below(all.len().max(1));
    (position < all.len()).then(|| all.swap_remove(position))
}

/// Chooses one of some nodes: first its kind, and then one of this kind, so that the choice stays the same if other nodes
/// are left out.
fn chosen_node(model: &Model, nodes: Vec<Id>, choices: &mut Choices<'_>) -> Option<Id> {
    chosen_by(nodes, |id| *id, model, choices)
}

/// The way to one of some nodes, which is chosen as by [`chosen_node`].
fn chosen_way(model: &mut Model, ways: Vec<Way>, choices: &mut Choices<'_>) -> Option<Way> {
    let nodes: Vec<(Id, Way)> = ways.into_iter().map(|way| (edge_mut(model, way).node, way)).collect();
    chosen_by(nodes, |(id, _)| *id, model, choices).map(|(_, way)| way)
}

fn chosen_by<T>(all: Vec<T>, id: impl Fn(&T) -> Id, model: &Model, choices: &mut Choices<'_>) -> Option<T> {
    const KINDS: [&str; 6] = ["manifest", "config", "layer", "index", "blob", "dangling"];
    let (kind, which) = (choices.below(KINDS.len()), choices.below(32));
    let is_of = |kind: &str, node: &T| model.nodes[id(node)].kind.keyword() == kind;
    let mut kinds = KINDS.iter().cycle().skip(kind).take(KINDS.len());
    let kind = kinds.find(|kind| all.iter().any(|node| is_of(kind, node)))?;
    let mut fitting: Vec<T> = all.into_iter().filter(|node| is_of(kind, node)).collect();
    let position = which.checked_rem(fitting.len())?;
    Some(fitting.swap_remove(position))
}

/// A parent, or `None` for index.json, and a position in it.
type Way = (Option<Id>, usize);

/// Gives a label to each node, and to each manifest the config that it would have.
pub(crate) fn make_explicit(model: &mut Model) {
    for id in 0..model.nodes.len() {
        let node = model.nodes[id].clone();
        model.nodes[id].label = Some(format!("n{id}"));
        let Kind::Manifest(mut manifest) = node.kind else { continue };
        manifest.bare = false;
        if manifest.config.is_none() {
            let kind = if manifest.artifact_type.is_some() {
                let media_type = Words::plain("application/vnd.oci.empty.v1+json");
                Kind::Other(media_type, Content::Bytes(b"{}".to_vec()))
            } else {
                let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
                Kind::Config(Config { env: vec![Words::plain(path)], ..Config::default() })
            };
            let label = Some(format!("n{}", model.nodes.len()));
            let platform = node.platform.clone().filter(|_| matches!(kind, Kind::Config(_)));
            manifest.config = Some(Edge::of(model.nodes.len()));
            model.nodes.push(Node { kind, label, docker: node.docker, platform, faults: Faults::default() });
        }
        // The history may no longer fit the layers once some of them have faults.
        if let Some(config) = &mut manifest.config
            && matches!(&model.nodes[config.node].kind, Kind::Config(config) if !config.history.is_empty())
        {
            config.unchecked = true;
        }
        model.nodes[id].kind = Kind::Manifest(manifest);
    }
}

/// The ways to all nodes: their parents, and their positions in the parents.
fn edges(model: &Model, fits: impl Fn(&Edge, Option<&Kind>) -> bool) -> Vec<Way> {
    let mut ways: Vec<_> = model.roots.iter().map(|edge| (None, edge)).enumerate().collect();
    for id in model.declared() {
        ways.extend(model.nodes[id].kind.edges().into_iter().map(|edge| (Some(id), edge)).enumerate());
    }
    let fits = |(_, (parent, edge)): &(usize, (Option<Id>, &Edge))| {
        fits(edge, parent.map(|parent| &model.nodes[parent].kind))
    };
    ways.into_iter().filter(fits).map(|(position, (parent, _))| (parent, position)).collect()
}

fn edge_mut(model: &mut Model, (parent, position): Way) -> &mut Edge {
    let Some(parent) = parent else { return &mut model.roots[position] };
    match &mut model.nodes[parent].kind {
        Kind::Index(index) => &mut index.edges[position],
        Kind::Manifest(Manifest { layers, config, .. }) => {
            let config = config.as_mut().filter(|_| position == layers.len());
            config.unwrap_or_else(|| &mut layers[position])
        }
        _ => panic!("it lists nothing"),
    }
}

/// Gives a descriptor a false value.
fn say(model: &mut Model, number: usize, choices: &mut Choices<'_>) {
    let is_dangling = |edge: &Edge| matches!(model.node(edge).kind, Kind::Dangling(_));
    let ways = edges(model, |edge, _| {
        // A tag has no descriptor of its own.
        let is_tag = edge.again && edge.reference.is_some();
        let is_taken = edge.said.is_some() || is_dangling(edge) && !model.node(edge).faults.is_empty();
        !is_tag && !is_taken && !edge.unlisted
    });
    let Some(way) = chosen_way(model, ways, choices) else { return };
    let edge = edge_mut(model, way).clone();
    let node = &mut model.nodes[edge.node];
    let is_dangling = matches!(node.kind, Kind::Dangling(_));
    let mut all = faults::said::of_descriptor(is_dangling, number);
    let is_edited = node.faults.edit.is_some() || node.faults.layer.is_some();
    if !is_edited {
        all.extend(media_types(&node.kind).into_iter().map(Said::media_type));
    }
    let said = chosen(all, choices);
    if is_dangling && !edge.again {
        // The false value stands in each descriptor of the node, so no descriptor has another one.
        node.faults.said = said;
        for way in edges(model, |other, _| other.node == edge.node) {
            edge_mut(model, way).said = None;
        }
    } else {
        edge_mut(model, way).said = said;
    }
}

/// The false media types that a descriptor of a node may have.
fn media_types(kind: &Kind) -> Vec<&'static str> {
    const LAYERS: [&str; 6] = [
        "application/vnd.oci.image.layer.v1.tar",
        "application/vnd.oci.image.layer.v1.tar+gzip",
        "application/vnd.oci.image.layer.v1.tar+zstd",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "application/vnd.docker.image.rootfs.foreign.diff.tar",
    ];
    match kind {
        Kind::Index(_) | Kind::Manifest(_) => [INDEXES, MANIFESTS].concat(),
        Kind::Config(_) => CONFIGS.to_vec(),
        Kind::Layer(_) => LAYERS.to_vec(),
        _ => Vec::new(),
    }
}

/// Edits a document.
fn edit(model: &mut Model, choices: &mut Choices<'_>) {
    let may_be = |id: &Id| {
        let node = &model.nodes[*id];
        let is_document = matches!(node.kind, Kind::Index(_) | Kind::Manifest(_) | Kind::Config(_));
        is_document && node.faults.is_empty() && !is_taken_for_another(model, *id)
    };
    let nodes = model.declared().into_iter().filter(may_be).collect();
    let Some(id) = chosen_node(model, nodes, choices) else { return };
    let edits = match &model.nodes[id].kind {
        Kind::Index(_) => faults::edit::of_index(),
        Kind::Manifest(_) => faults::edit::of_manifest(),
        _ => {
            let manifest = manifest_of(model, id);
            let diff_ids =
                manifest.map(|manifest| Sealed::of(model).diff_ids(model, manifest)).unwrap_or_default();
            faults::edit::of_config(&diff_ids)
        }
    };
    let Some(edit) = chosen(edits, choices) else { return };
    if matches!(edit.how, How::Raw(_)) && !make_raw(&mut model.nodes[id].kind) {
        return;
    }
    model.nodes[id].faults.edit = Some(edit);
}

/// Whether a descriptor of a node has a false media type. Readers then judge its bytes by that media type.
fn is_taken_for_another(model: &Model, id: Id) -> bool {
    let says_another = |edge: &Edge| edge.node == id && edge.said.as_ref().is_some_and(Said::has_media_type);
    !edges(model, |edge, _| says_another(edge)).is_empty()
}

/// Adds a fault to a layer, or to its compression.
fn change_layer(model: &mut Model, number: usize, choices: &mut Choices<'_>) {
    let may_be = |id: &Id| {
        let node = &model.nodes[*id];
        // A layer with a fault is made by itself, which is not possible if the layer mentions another node.
        let is_alone = |layer: &Layer| layer.entries.iter().all(|entry| entry.content.mentions().is_empty());
        let is_layer = matches!(&node.kind, Kind::Layer(layer) if is_alone(layer));
        is_layer && node.faults.is_empty() && !is_taken_for_another(model, *id)
    };
    let layers = model.declared().into_iter().filter(may_be).collect();
    let Some(id) = chosen(layers, choices) else { return };
    let Kind::Layer(layer) = &model.nodes[id].kind else { panic!("no layer") };
    let fault = chosen(faults::layer::of_layer(layer.format, number), choices);
    model.nodes[id].faults.layer = fault;
}

/// Gives a `diff_id` to a blob that no index lists. In an index, a config beside the blob would be made from it.
fn say_diff_id(model: &mut Model, choices: &mut Choices<'_>) {
    let indexes = model.nodes.iter().filter(|node| matches!(node.kind, Kind::Index(_)));
    let listed: Vec<Id> =
        indexes.flat_map(|index| index.kind.edges()).chain(&model.roots).map(|edge| edge.node).collect();
    let may_be = |id: &Id| {
        let node = &model.nodes[*id];
        matches!(node.kind, Kind::Blob(..)) && node.faults.is_empty() && !listed.contains(id)
    };
    let blobs = model.declared().into_iter().filter(may_be).collect();
    let Some(id) = chosen(blobs, choices) else { return };
    let diff_ids = vec![format!("sha256:{:064}", 2), "sha999:abc".to_owned(), "none".to_owned()];
    model.nodes[id].faults.diff_id = chosen(diff_ids, choices);
}

/// The manifest that a config is of.
pub(crate) fn manifest_of(model: &Model, config: Id) -> Option<Id> {
    model.nodes.iter().position(|node| match &node.kind {
        Kind::Manifest(manifest) => manifest.config.as_ref().is_some_and(|edge| edge.node == config),
        _ => false,
    })
}

/// Takes away what `raw` would replace; unless that changes which platform it is for.
fn make_raw(kind: &mut Kind) -> bool {
    match kind {
        Kind::Index(index) => {
            (index.annotations, index.artifact_type, index.subject) = (Vec::new(), None, None);
        }
        Kind::Manifest(manifest) => {
            if manifest.artifact_type.is_some() {
                return false;
            }
            (manifest.annotations, manifest.subject) = (Vec::new(), None);
        }
        Kind::Config(config) => {
            if config.os_version.is_some() || !config.os_features.is_empty() {
                return false;
            }
            *config = Config { platform: config.platform.take(), ..Config::default() };
        }
        _ => {}
    }
    true
}

/// Lets a parent not list a node.
fn unlist(model: &mut Model, choices: &mut Choices<'_>) {
    let ways = edges(model, |edge, parent| {
        let is_plain = !edge.again && edge.reference.is_none() && edge.link.is_none() && edge.said.is_none();
        let is_stored = !matches!(model.node(edge).kind, Kind::Dangling(_));
        let is_config = matches!(parent, Some(Kind::Manifest(_)))
            && matches!(model.node(edge).kind, Kind::Config(_) | Kind::Other(..));
        is_plain && is_stored && !is_config
    });
    if let Some(way) = chosen_way(model, ways, choices) {
        edge_mut(model, way).unlisted = true;
    }
}

/// Adds one of the faults, unless the file has one already.
fn change_file(model: &mut Model, all: impl Iterator<Item = FileFault>, choices: &mut Choices<'_>) {
    let fault = chosen(all.collect(), choices);
    let is_of_index = |fault: &FileFault| matches!(fault, FileFault::Edit(_));
    let is_new =
        |fault: &FileFault| model.faults.iter().all(|other| is_of_index(other) != is_of_index(fault));
    model.faults.extend(fault.filter(is_new).into_iter().collect::<Vec<_>>());
}

/// Gives an entry of index.json the name of another one.
fn repeat_name(model: &mut Model, choices: &mut Choices<'_>) {
    let is_plain = |reference: &Reference| matches!(reference.full.0.as_slice(), [Word::Plain(text)] if !text.contains('@'));
    let named: Vec<usize> = (0..model.roots.len())
        .filter(|position| model.roots[*position].reference.as_ref().is_some_and(is_plain))
        .collect();
    let may_be = |position: &usize| !model.roots[*position].again;
    let Some(other) = chosen(named.iter().copied().filter(may_be).collect(), choices) else { return };
    let Some(one) = chosen(named.into_iter().filter(|position| *position != other).collect(), choices) else {
        return;
    };
    let Reference { full, tag, .. } = model.roots[one].reference.clone().unwrap();
    let root = &mut model.roots[other];
    root.reference = Some(Reference { declared: full.clone(), full, tag });
    root.unchecked = true;
}

/// Gives a node faults, unless a node of the same bytes has some.
fn change_stored(model: &mut Model, sealed: &Sealed, choices: &mut Choices<'_>) {
    let has_faults = |id: Id| !model.nodes[id].faults.stored.is_empty();
    let declared = model.declared();
    let taken: Vec<_> =
        declared.iter().filter(|id| has_faults(**id)).map(|id| sealed.digest(*id).unwrap()).collect();
    let may_be = |id: &Id| sealed.digest(*id).is_some_and(|digest| !taken.contains(&digest));
    let nodes = declared.iter().copied().filter(may_be).collect();
    let Some(id) = chosen_node(model, nodes, choices) else { return };
    let before = sealed.bytes(id);
    let faults = stored_faults(before.len(), choices);
    let after = faults.iter().try_fold(before.to_vec(), |bytes, fault| fault.apply(bytes));
    if after.is_none_or(|after| after != before) {
        model.nodes[id].faults.stored = faults;
    }
}

/// Faults of so many bytes.
fn stored_faults(length: usize, choices: &mut Choices<'_>) -> Vec<StoredFault> {
    let mut length = i64::try_from(length).unwrap();
    let mut faults = Vec::new();
    for number in 0..2 {
        if number > 0 && !choices.more(1) {
            break;
        }
        match choices.below(6) {
            0 if number == 0 => return vec![StoredFault::Missing],
            1 if number == 0 => {
                faults.push(StoredFault::Replace(b"{}".to_vec()));
                length = 2;
            }
            2 if length > 0 => {
                let keep = choices.below(usize::try_from(length).unwrap());
                let keep = i64::try_from(keep).unwrap();
                faults.push(StoredFault::Truncate(if choices.one_in(2) { keep - length } else { keep }));
                length = keep;
            }
            3 => {
                faults.push(StoredFault::Prepend(b"\xef\xbb\xbf".to_vec()));
                length += 3;
            }
            4 if length > 0 => {
                let byte = i64::try_from(choices.below(usize::try_from(length).unwrap())).unwrap();
                faults.push(StoredFault::Flip(if choices.one_in(2) { byte - length } else { byte }));
            }
            _ => {
                faults.push(StoredFault::Append(b"\n".to_vec()));
                length += 1;
            }
        }
    }
    faults
}

//! Layers, their entries, and contents.

use oci_fixture::{Content, Entry, Gzip, Layer, LayerEntryKind, LayerFormat};

use super::super::faults::{self, Faults, LayerFault};
use super::super::model;

type Contents<'c> = &'c dyn Fn(&model::Content) -> Content;

pub(super) fn layer(model: &model::Layer, faults: &Faults, content: Contents<'_>) -> Layer {
    let tar = made(model, faults, content);
    let layer = match model.format {
        // A layer with an odd number of entries has all fields of a gzip header.
        LayerFormat::Gzip if model.entries.len() % 2 == 1 => {
            tar.encoder(Gzip::stored().name("layer.tar").comment(b"\xe9").mtime(7).extra("AB\x01\0x"))
        }
        LayerFormat::Gzip => tar.gzip(),
        LayerFormat::Zstd => tar.zstd(),
        _ => tar,
    };
    match &faults.layer {
        Some(LayerFault { how: faults::layer::How::Encoder(encoder), .. }) => layer.encoder(encoder.clone()),
        _ => layer,
    }
}

/// A layer that is not compressed and mentions no labelled nodes.
pub(crate) fn tar(model: &model::Layer, faults: &Faults) -> Layer {
    made(model, faults, &content)
}

fn made(model: &model::Layer, faults: &Faults, content: Contents<'_>) -> Layer {
    let mut layer = Layer::new();
    let how = faults.layer.as_ref().map(|fault| &fault.how);
    if let Some(faults::layer::How::Raw(tar)) = how {
        return layer.raw(tar);
    }
    entries(&model.entries, content).for_each(|entry| layer.push(entry));
    match how {
        Some(faults::layer::How::Entries(entries)) => layer.splice(entries),
        Some(faults::layer::How::Headers(headers)) => layer.splice(headers),
        Some(faults::layer::How::Eof(blocks)) => return layer.eof(*blocks),
        Some(faults::layer::How::Raw(_) | faults::layer::How::Encoder(_)) | None => {}
    }
    layer
}

pub(super) fn content(model: &model::Content) -> Content {
    match model {
        model::Content::Bytes(bytes) => Content::new(bytes),
        model::Content::Zeros(size) => Content::zeros(*size),
        model::Content::Random(seed, size) => Content::random(*seed, *size),
        model::Content::Repeat(inner, times) => Content::repeat(content(inner), *times),
        model::Content::Sparse(hole, bytes) => {
            Content::sparse(2 * hole + bytes.len() as u64, [(*hole, bytes)])
        }
        model::Content::Text(_) | model::Content::Json(_) | model::Content::Node(_) => {
            panic!("a mention in a layer that is made alone")
        }
    }
}

pub(super) fn entries<'m>(
    models: &'m [model::Entry],
    content: Contents<'m>,
) -> impl Iterator<Item = Entry> + 'm {
    models.iter().map(move |model| {
        let target = models.iter().find(|other| Some(&other.name) == model.link.as_ref());
        entry(model, target.filter(|_| model.kind == LayerEntryKind::Hardlink), content)
    })
}

/// An entry, and the target of a hard link.
fn entry(model: &model::Entry, target: Option<&model::Entry>, content: Contents<'_>) -> Entry {
    let name = model.name.as_str();
    let link = || model.link.as_deref().unwrap();
    let (major, minor) = model.device.unwrap_or_default();
    let base = name.rsplit('/').next().unwrap();
    let mut entry = match model.kind {
        LayerEntryKind::File if name == ".wh..wh..opq" => Entry::opaque("./"),
        LayerEntryKind::File if base == ".wh..wh..opq" => Entry::opaque(name.strip_suffix(base).unwrap()),
        LayerEntryKind::File if base.starts_with(".wh.") => Entry::whiteout(name.replace(".wh.", "")),
        LayerEntryKind::File => Entry::file(name, content(&model.content)),
        LayerEntryKind::Directory => Entry::directory(name),
        LayerEntryKind::Symlink => Entry::symlink(name, link()),
        LayerEntryKind::Hardlink => Entry::hardlink(name, link()),
        LayerEntryKind::Char => Entry::char(name, major, minor),
        LayerEntryKind::Block => Entry::block(name, major, minor),
        _ => Entry::fifo(name),
    };
    // A field that is not declared equals its default.
    let mode = match model.kind {
        LayerEntryKind::Directory => 0o755,
        LayerEntryKind::Symlink => 0o777,
        _ => 0o644,
    };
    let default =
        target.map_or((mode, 0, 0, 0), |target| (target.mode, target.uid, target.gid, target.mtime));
    let named = target.map_or(("", "", None), |target| {
        (target.uname.as_str(), target.gname.as_str(), target.fractional.as_ref())
    });
    if model.mode != default.0 {
        entry = entry.mode(model.mode);
    }
    if model.uid != default.1 {
        entry = entry.uid(model.uid);
    }
    if model.gid != default.2 {
        entry = entry.gid(model.gid);
    }
    if model.uname != named.0 {
        entry = entry.uname(&model.uname);
    }
    if model.gname != named.1 {
        entry = entry.gname(&model.gname);
    }
    if (model.mtime, model.fractional.as_ref()) != (default.3, named.2) {
        entry = match &model.fractional {
            Some(time) => entry.mtime(time.as_str()),
            None => entry.mtime(model.mtime),
        };
    }
    for (name, value) in model.xattrs.iter().rev() {
        entry = entry.xattr(name, value);
    }
    entry
}

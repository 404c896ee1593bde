//! Prints manifests, configs and layers.

use std::sync::Arc;

use oci_fixture_grammar::Platform;

use super::literal;
use super::page::{Group, SourcePiece};
use super::platform::platform_text;
use super::printer::{Inherited, Printer, described, edited, map};
use super::stop::{PrintStop, Printed};
use crate::declare::config::ConfigData;
use crate::declare::graph::{Edge, NodeKind};
use crate::declare::history::History;
use crate::declare::layer::LayerData;
use crate::declare::manifest::ManifestData;
use crate::declare::platform;

/// The encoder of a layer for which none is declared.
const PLAIN: &str = "Plain::new()";

impl<'f> Printer<'f> {
    pub(super) fn manifest(
        &mut self,
        data: &'f ManifestData,
        edge: &'f Edge,
        reference: &str,
        inherited: Inherited,
        listed: bool,
        depth: usize,
    ) -> Printed<'f> {
        let Some((config, layers)) = data.edges.split_last() else {
            return Err(PrintStop::unsayable("a manifest has no config"));
        };
        let mut fields = self.head(&data.head);
        fields.push(described(edge, listed));
        let mut pieces = Vec::new();
        let is_declared = self.labels.contains_key(&Arc::as_ptr(&config.node));
        self.block(fields, &data.edges, &mut pieces, |printer, pieces| {
            // The config stands first, as people write it, unless it mentions the layers.
            let first = if is_declared || config.node.label().is_some() {
                None
            } else {
                printer.before(layers, |printer| printer.declared_config(data, config, inherited, depth))?
            };
            let is_first = first.is_some();
            pieces.extend(first.flatten());
            match layers {
                [layer] if printer.is_bare(layer)? => {
                    if let NodeKind::Layer(layer) = &layer.node.kind {
                        pieces.extend(printer.members(layer)?);
                    }
                }
                _ => {
                    for layer in layers {
                        pieces.extend(printer.edge(layer, inherited, false, depth + 1)?);
                    }
                }
            }
            if !is_first {
                pieces.extend(printer.declared_config(data, config, inherited, depth)?);
            }
            Ok(())
        })?;
        let platform = platform::declared(&data.platform).map(|declared| match &data.base {
            // The config is printed as bytes, so the manifest itself has the whole platform.
            Some(_) => declared.clone(),
            None => own_platform(declared, config),
        });
        let platform = platform.map(|platform| platform_text(&platform)).transpose()?;
        let implied = data.head.artifact_type.is_none() && data.is_image();
        let text = match platform {
            Some(platform) if reference.is_empty() => platform,
            Some(platform) if !(implied && platform == "linux/amd64") => {
                format!("manifest{reference} {platform}")
            }
            _ => format!("manifest{reference}"),
        };
        Ok(SourcePiece::group(text, Group::braces(pieces)))
    }

    /// Whether the entries of the only layer can stand in the manifest itself.
    pub(super) fn is_bare(&mut self, edge: &'f Edge) -> Printed<'f, bool> {
        let node = &*edge.node;
        let listing = &edge.listing;
        let NodeKind::Layer(data) = &node.kind else { return Ok(false) };
        let is_plain = match &data.encoder {
            Some(encoder) => encoder.calls().is_some() && self.encoder(encoder)? == PLAIN,
            None => true,
        };
        Ok(is_plain
            && data.len() > 0
            && data.raw.is_none()
            && data.eof.is_none()
            && data.media_type.is_none()
            && node.label().is_none()
            && node.faults.is_empty()
            && node.http.is_empty()
            && !node.unchecked
            && !node.sha512
            && !listing.unlisted
            && described(edge, true)(self)?.is_none()
            && !self.labels.contains_key(&Arc::as_ptr(&edge.node)))
    }

    /// The config of a manifest. `None` for the config of a manifest that declares none.
    pub(super) fn declared_config(
        &mut self,
        manifest: &'f ManifestData,
        config: &'f Edge,
        inherited: Inherited,
        depth: usize,
    ) -> Printed<'f, Option<SourcePiece>> {
        const IMPLIED: &str =
            "config { env: [\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"] }";
        const EMPTY: &str = "config \"application/vnd.oci.empty.v1+json\" => json {}";
        let implied = if manifest.head.artifact_type.is_some() { EMPTY } else { IMPLIED };
        self.of_manifest = Some(manifest);
        let piece = self.edge(config, inherited, false, depth + 1);
        self.of_manifest = None;
        Ok(piece?.filter(|piece| piece.flat() != implied))
    }

    pub(super) fn config(
        &mut self,
        data: &'f ConfigData,
        edge: &'f Edge,
        reference: &str,
        listed: bool,
    ) -> Printed<'f> {
        let descriptor = described(edge, listed)(self)?;
        if self.of_manifest.is_some_and(|manifest| manifest.base.is_some()) {
            return self.config_of_base(edge, descriptor);
        }
        if let Some((media_type, content)) = &data.other {
            // At the top level, a text before a block is a reference. So the reference and the descriptor of the config are printed
            // where its label is used.
            if self.of_manifest.is_none() && (descriptor.is_some() || !reference.is_empty()) {
                return Err(self.early(edge));
            }
            let text = format!("config {}", self.constant(media_type)?);
            let content = self.content(content)?;
            return Ok(match descriptor {
                None => content.behind(&format!("{text} => ")),
                Some(descriptor) => {
                    SourcePiece::group(text, Group::braces(vec![content.behind("content: "), descriptor]))
                }
            });
        }
        let ConfigData {
            listing: _,
            faults: _,
            platform,
            other: _,
            created,
            author,
            os_version,
            os_features,
            user,
            exposed_ports,
            env,
            entrypoint,
            cmd,
            volumes,
            working_dir,
            labels,
            stop_signal,
            history,
            diff_ids,
            nulls,
            edits,
            is_random: _,
        } = data;
        // The members of the platform come first, whether they were declared by the platform or by fields.
        let mut pieces: Vec<_> = self.optional("os_version", os_version)?.into_iter().collect();
        let platform = match platform::declared(platform) {
            Some(platform) if reference.is_empty() => {
                // A text behind the keyword is a reference. So a platform is printed there only if it consists of words, and its version
                // and features are printed as fields.
                let words = platform.clone().with_os_version("").with_os_features([""; 0]);
                if let Some(version) = platform.os_version().filter(|_| os_version.is_none()) {
                    pieces.push(SourcePiece::text(format!("os_version: {}", literal::text(version))));
                }
                if !platform.os_features().is_empty() && os_features.is_empty() {
                    let features = platform
                        .os_features()
                        .iter()
                        .map(|feature| SourcePiece::text(literal::text(feature)));
                    pieces.push(SourcePiece::group("os_features:", Group::brackets(features.collect())));
                }
                match platform_text(&words)? {
                    words if words.starts_with('"') => {
                        return Err(PrintStop::unsayable(format!(
                            "the platform {words} of a config is no word"
                        )));
                    }
                    words if !pieces.is_empty() && edits.is_raw() => {
                        return Err(PrintStop::unsayable(format!(
                            "the platform {words} of a config has a version"
                        )));
                    }
                    words => format!(" {words}"),
                }
            }
            Some(platform) => format!(" {}", platform_text(platform)?),
            None => String::new(),
        };
        if !os_features.is_empty() {
            pieces.push(self.list("os_features", os_features)?);
        }
        let texts = [("created", created), ("author", author), ("user", user), ("working_dir", working_dir)];
        for (name, text) in texts.into_iter().chain([("stop_signal", stop_signal)]) {
            pieces.extend(self.optional(name, text)?);
        }
        let lists = [("env", env), ("entrypoint", entrypoint), ("cmd", cmd), ("volumes", volumes)];
        for (name, list) in lists.into_iter().chain([("exposed_ports", exposed_ports)]) {
            if !list.is_empty() {
                pieces.push(self.list(name, list)?);
            }
        }
        pieces.extend(map("labels", labels)(self)?);
        pieces.extend(nulls.iter().map(|name| SourcePiece::text(format!("{name}: null"))));
        if !history.is_empty() {
            let steps = history.iter().map(|step| self.history(step)).collect::<Printed<'f, Vec<_>>>()?;
            pieces.push(SourcePiece::group("history:", Group::brackets(steps)));
        }
        if let Some(diff_ids) = diff_ids {
            pieces.push(self.list("diff_ids", diff_ids)?);
        }
        pieces.extend(descriptor);
        for edit in edited(edits) {
            pieces.extend(edit(self)?);
        }
        Ok(SourcePiece::group(format!("config{reference}{platform}"), Group::braces(pieces)))
    }

    pub(super) fn history(&mut self, step: &'f History) -> Printed<'f> {
        let data = step.data();
        let mut pieces = Vec::new();
        let texts = [
            ("created", &data.created),
            ("created_by", &data.created_by),
            ("author", &data.author),
            ("comment", &data.comment),
        ];
        for (name, text) in texts {
            pieces.extend(self.optional(name, text)?);
        }
        if data.empty_layer {
            pieces.push(SourcePiece::text("empty_layer: true"));
        }
        Ok(SourcePiece::group("", Group::braces(pieces)))
    }

    pub(super) fn layer(&mut self, data: &'f LayerData, edge: &'f Edge, listed: bool) -> Printed<'f> {
        let encoder = data.encoder.as_ref().map(|encoder| self.encoder(encoder)).transpose()?;
        let encoder = match encoder.as_deref() {
            None | Some(PLAIN) => String::new(),
            Some("Gzip::stored()") => " gzip".to_owned(),
            Some("Zstd::stored()") => " zstd".to_owned(),
            Some(encoder) => format!(" ({encoder})"),
        };
        let text = match &data.media_type {
            Some(media_type) => format!("layer {}{encoder}", self.constant(media_type)?),
            None => format!("layer{encoder}"),
        };
        let mut pieces: Vec<SourcePiece> = described(edge, listed)(self)?.into_iter().collect();
        if let Some(raw) = &data.raw {
            pieces.push(self.content(raw)?.behind("raw: "));
        }
        pieces.extend(self.members(data)?);
        pieces.extend(data.eof.map(|blocks| SourcePiece::text(format!("eof: {blocks}"))));
        Ok(SourcePiece::group(text, Group::braces(pieces)))
    }
}

/// The platform that is printed with the manifest: without the version and the features that its config declares.
fn own_platform(platform: &Platform, config: &Edge) -> Platform {
    let mut own = platform.clone();
    if let NodeKind::Config(config) = &config.node.kind {
        if config.os_version.is_some() {
            own = own.with_os_version("");
        }
        if !config.os_features.is_empty() {
            own = own.with_os_features([""; 0]);
        }
    }
    own
}

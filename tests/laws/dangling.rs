//! What is found of a layout that is honest but for descriptors with nothing behind them.

use std::collections::BTreeSet;

use crate::check::Files;
use crate::json::Json;

/// A line for each digest that a descriptor dangles by, at the first way that leads to it.
pub(crate) fn findings(files: &Files) -> Vec<String> {
    let mut finding = Findings { files, lines: Vec::new(), seen: BTreeSet::new() };
    finding.document("index.json", &Json::read(&files["index.json"]));
    finding.lines
}

struct Findings<'f> {
    files: &'f Files,
    lines: Vec<String>,
    /// What was come across, and as what.
    seen: BTreeSet<(String, String)>,
}

impl Findings<'_> {
    fn document(&mut self, place: &str, document: &Json) {
        let Json::Object(members) = document else { panic!("{document:?} is no document") };
        for (name, value) in members {
            match (name.as_str(), value) {
                ("manifests" | "layers", Json::List(descriptors)) => {
                    for (index, descriptor) in descriptors.iter().enumerate() {
                        self.descriptor(&format!("{place} > {name}[{index}]"), descriptor);
                    }
                }
                ("config", descriptor) => self.descriptor(&format!("{place} > config"), descriptor),
                ("subject", descriptor) => self.subject(&format!("{place} > subject"), descriptor),
                _ => {}
            }
        }
    }

    /// What a subject is about need not be there.
    fn subject(&mut self, place: &str, descriptor: &Json) {
        if self.files.contains_key(&path(descriptor.str("digest"))) {
            self.descriptor(place, descriptor);
        }
    }

    fn descriptor(&mut self, place: &str, descriptor: &Json) {
        let (digest, media_type) = (descriptor.str("digest"), descriptor.str("mediaType"));
        let Some(bytes) = self.files.get(&path(digest)) else {
            if self.seen.insert((digest.to_owned(), String::new())) {
                self.lines.push(format!("{place}: the blob {digest} is not stored"));
            }
            return;
        };
        let has_links = ["image.index.", "image.manifest.", "distribution.manifest."];
        if has_links.iter().any(|name| media_type.contains(name))
            && self.seen.insert((digest.to_owned(), media_type.to_owned()))
        {
            self.document(place, &Json::read(bytes));
        }
    }
}

fn path(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

//! Prints the attributes before a node: its faults, and those that apply to all nodes in it.

use super::printer::{Inherited, Printer, has_algorithm, is_bytes_alone, is_document};
use super::stop::Printed;
use super::stored::is_unchecked_blob;
use crate::declare::fault::Fault;
use crate::declare::graph::{Edge, NodeKind};
use crate::declare::http::{Http, Word};

impl<'f> Printer<'f> {
    pub(super) fn attributes(
        &mut self,
        edge: &'f Edge,
        inherited: Inherited,
        listed: bool,
    ) -> Printed<'f, Vec<String>> {
        let node = &*edge.node;
        let mut attributes = Vec::new();
        let sealed = self.properties(edge);
        if node.is_docker() || sealed.docker && !inherited.docker && is_document(node) {
            attributes.push("#[docker]".to_owned());
        }
        if node.sha512 || sealed.sha512 && !inherited.sha512 && has_algorithm(node) {
            attributes.push("#[sha512]".to_owned());
        }
        let unchecked = match &node.kind {
            NodeKind::Copied(copied) => is_unchecked_blob(copied),
            // The attribute belongs to the entries, and a layer that is printed as a blob has none.
            NodeKind::Layer(_) if is_bytes_alone(node) => false,
            _ => node.unchecked || edge.listing.unchecked,
        };
        if unchecked {
            attributes.push("#[unchecked]".to_owned());
        }
        for fault in &node.faults {
            attributes.push(match fault {
                Fault::Missing | Fault::Truncate(_) | Fault::Flip(_) => fault.to_string(),
                Fault::Prepend(content) => format!("#[prepend = {}]", self.content(content)?.flat()),
                Fault::Append(content) => format!("#[append = {}]", self.content(content)?.flat()),
                Fault::Replace(content) => format!("#[replace = {}]", self.content(content)?.flat()),
            });
        }
        for http in &node.http {
            attributes.push(self.http(http)?);
        }
        if listed && edge.listing.unlisted {
            attributes.push("#[unlisted]".to_owned());
        }
        Ok(attributes)
    }

    pub(super) fn http(&mut self, http: &'f Http) -> Printed<'f, String> {
        let mut words = Vec::with_capacity(http.0.len());
        for word in &http.0 {
            words.push(match word {
                Word::Method(method) => format!("method = {}", self.constant(method)?),
                Word::Header(name, value) => {
                    format!("header({}, {})", self.constant(name)?, self.value(value)?.flat())
                }
                Word::Body(content) => format!("body = {}", self.content(content)?.flat()),
                Word::Raw(content) => format!("raw = {}", self.content(content)?.flat()),
                Word::Redirect(Some(url)) => format!("redirect = {}", self.constant(url)?),
                Word::After(_)
                | Word::Times(_)
                | Word::Status(_)
                | Word::Chunked
                | Word::Cut(_)
                | Word::Reset
                | Word::Stall(..)
                | Word::Rate(_)
                | Word::Redirect(None)
                | Word::Ranges(_) => word.to_string(),
            });
        }
        Ok(format!("#[http({})]", words.join(", ")))
    }
}

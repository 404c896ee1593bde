//! The common code for podman and buildah: how they pull one image of a layout or of an archive, and where they store
//! it.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use oci_fixture_test_support::{Service, Tool};

use super::{Declared, Source, Way, lines, run};

/// podman or buildah, with a store of its own for each image.
pub(crate) struct Containers {
    tool: Tool,
    service: Service,
    store: Cell<u32>,
}

impl Containers {
    /// `None` where the tool is not here or its store cannot be made.
    pub(crate) fn start(tool: Tool) -> Option<Self> {
        if !tool.is_here() {
            return None;
        }
        Some(Self {
            tool,
            service: Service::start("storage", env!("CARGO_TARGET_TMPDIR"))?,
            store: Cell::new(0),
        })
    }

    pub(crate) fn run_in(&self, directory: &Path, words: &[&str]) -> Result<Vec<u8>, String> {
        let options = self.service.options(self.tool, &self.store.get().to_string());
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        run(self.tool, directory, &[&options[..], words].concat())
    }

    /// The one line that a command prints.
    pub(crate) fn print(&self, words: &[&str]) -> Result<String, String> {
        let printed = self.run_in(&self.service.data, words)?;
        Ok(String::from_utf8(printed).unwrap().trim_end().to_owned())
    }

    pub(super) fn pull(&self, source: &Source<'_>) -> Result<Vec<u8>, String> {
        let located = source.located();
        let options = ["--os", "--arch", "--variant"];
        let platform = &source.image.unwrap().platform;
        let words = options.into_iter().zip(platform).flat_map(|(option, word)| [option, word]);
        let words: Vec<_> = ["pull"].into_iter().chain(words).chain([&*located]).collect();
        self.run_in(source.parent, &words)
    }

    pub(super) fn clear(&self) {
        // With all stores of one test, the disk would have to hold each image many times.
        let store = self.store.get().to_string();
        let places =
            [self.service.data.join(&store), Path::new(&self.service.address).with_file_name(&store)];
        for place in places {
            drop(fs::remove_dir_all(place));
        }
        self.store.set(self.store.get() + 1);
    }

    pub(super) fn names(&self, format: &str) -> BTreeSet<String> {
        let list = self.print(&["images", "--format", format]).unwrap();
        lines(list.as_bytes()).into_iter().filter(|name| name != "<none>:<none>").collect()
    }

    /// Where a command mounts something.
    pub(super) fn mount(&self, words: &[&str]) -> Result<PathBuf, String> {
        Ok(self.print(words)?.into())
    }
}

/// The name of an image. One of a layout in a directory has that of the directory, whatever its tag is.
pub(super) fn named(way: Way, image: &Declared<'_>) -> Option<String> {
    if way == Way::Directory { Some("localhost/image:latest".to_owned()) } else { image.reference.clone() }
}

//! umoci: reads one image of a layout, and unpacks it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;

use oci_fixture::{Node, TempDir};
use serde_json::{Value, json};
use tar::EntryType;

use crate::blobs::{parsed, sha256};
use crate::images::{Listed, images, is_manifest, listed, long, platform};
use crate::refusals::{Refusal, Refusals};
use crate::tool::{GNU_TAR, UMOCI};

const NO_TAG: Refusal = Refusal {
    images: &["dangling without a tag", "docker without a tag", "mixed without a tag"],
    what: "",
    says: "tag contains invalid characters: ''",
    why: "umoci 0.4.7 finds an image by its tag, and not otherwise",
};
const PLATFORMS: Refusal = Refusal {
    images: &[
        "two_platform:latest",
        "multi_platform:latest",
        "partial_multi_platform:latest",
        "mixed:1.2",
        "loadable:1.2",
        "loadable:1",
    ],
    what: "",
    says: "tag is ambiguous",
    why: "umoci 0.4.7 chooses no platform",
};
const NO_MANIFEST: Refusal = Refusal {
    images: &["empty_index:latest", "config_target:latest", "mixed:config"],
    what: "",
    says: "not found: ",
    why: "the tag leads to no manifest",
};
const NOT_STORED: Refusal = Refusal {
    images: &["partial_multi_platform:latest linux/arm64", "partial_multi_platform:latest linux/riscv64"],
    what: "",
    says: "no such file or directory",
    why: "the index lists what is not stored",
};
const DOCKER: Refusal = Refusal {
    images: &[
        "mixed:docker",
        "mixed:docker linux/amd64",
        "loadable:docker",
        "docker without a tag linux/amd64",
        "docker without a tag linux/arm/v5",
    ],
    what: "",
    says: "not implemented: application/vnd.docker.distribution.manifest",
    why: "umoci 0.4.7 does not take Docker's media types",
};
/// Why it comes to no manifest, whatever it is to do with that.
const NOT_FOUND: [&Refusal; 5] = [&NO_TAG, &PLATFORMS, &NO_MANIFEST, &NOT_STORED, &DOCKER];

#[test]
fn umoci_says_the_history_of_each_image() {
    const ARTIFACT: Refusal = Refusal {
        images: &["text_plain:text-plain", "mixed:sbom", "mixed:chart"],
        what: "stat",
        says: "unknown config blob type",
        why: "umoci 0.4.7 takes the config of an artifact for bytes",
    };
    if !UMOCI.is_here() {
        return;
    }
    let mut refusals = Refusals::new(NOT_FOUND.into_iter().chain([&ARTIFACT]));
    each_image(|name, at, node| {
        let stat = UMOCI.run(["stat", "--json", "--image", at]);
        let Some(found) = refusals.check(name, "stat", stat) else { return };
        assert_eq!(parsed(&found), json!({ "history": history_of(node) }), "{name}");
    });
    refusals.finish();
}

#[test]
fn umoci_unpacks_each_image_as_it_is_declared() {
    const ARTIFACT: Refusal = Refusal {
        images: &["text_plain:text-plain", "mixed:sbom", "mixed:chart"],
        what: "unpack",
        says: "config blob is not correct mediatype application/vnd.oci.image.config.v1+json",
        why: "an artifact has no files",
    };
    const NO_DIFF_ID: Refusal = Refusal {
        images: &["foreign:latest", "mixed:1.2 unknown/unknown"],
        what: "unpack",
        says: "panic: runtime error: index out of range [0] with length 0",
        why: "umoci 0.4.7 panics where a layer has no diff_id",
    };
    const WINDOWS: Refusal = Refusal {
        images: &["mixed:1.2 windows/amd64"],
        what: "unpack",
        says: "unsupported OS: windows",
        why: "umoci 0.4.7 unpacks images for Linux alone",
    };
    const ZSTD: Refusal = Refusal {
        images: &["mixed:zstd", "loadable:zstd"],
        what: "unpack",
        says: "blob is not correct mediatype: application/vnd.oci.image.layer.v1.tar+zstd",
        why: "umoci 0.4.7 does not take zstd layers",
    };
    // GNU tar reads what was unpacked.
    if !UMOCI.is_here() || !GNU_TAR.is_here() {
        return;
    }
    let own = [&ARTIFACT, &NO_DIFF_ID, &WINDOWS, &ZSTD];
    let mut refusals = Refusals::new(NOT_FOUND.into_iter().chain(own));
    let trees = TREES.iter().flat_map(|(images, tree)| images.iter().map(|image| (*image, *tree)));
    let mut trees: BTreeMap<_, _> = trees.collect();
    each_image(|name, at, _| {
        // Not among other temporary files, whose disk may know of no extended attributes.
        let temp = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let bundle = temp.path().join("bundle");
        let unpacked = UMOCI.run(["unpack", "--rootless", "--image", at, bundle.to_str().unwrap()]);
        if refusals.check(name, "unpack", unpacked).is_some() {
            let expected = trees.remove(name).unwrap_or_else(|| panic!("{name} has no tree"));
            let expected = expected.replace("LONG", &long());
            assert_eq!(tree(&bundle.join("rootfs")), expected.lines().collect::<Vec<_>>(), "{name}");
        }
    });
    refusals.finish();
    assert_eq!(trees, BTreeMap::new(), "these were not unpacked");
}

/// Calls for each entry of an index.json, and for each manifest of an index as if it were an entry: with its name, what
/// umoci calls it, and the node.
fn each_image(mut check: impl FnMut(&str, &str, &Node<'_, TempDir>)) {
    for (image, fixture) in images() {
        let layout = fixture.tempdir().unwrap();
        let at = |tag: &str| format!("{}:{tag}", layout.path().display());
        let entries = listed(image, &layout);
        for Listed { name, tag, node } in &entries {
            check(name, &at(tag.as_deref().unwrap_or_default()), node);
        }
        for Listed { name, node, .. } in entries.iter().filter(|entry| !is_manifest(&entry.node)) {
            for node in node.walk().map(Result::unwrap).filter(is_manifest) {
                let mut descriptor = json!(node.descriptor());
                descriptor["annotations"] = json!({ "org.opencontainers.image.ref.name": "one" });
                let index = json!({ "schemaVersion": 2, "manifests": [descriptor] });
                fs::write(layout.path().join("index.json"), index.to_string()).unwrap();
                check(&format!("{name} {}", platform(&node).join("/")), &at("one"), &node);
            }
        }
    }
}

/// What `umoci stat` says of an image: the steps of its history, each with its layer.
fn history_of(node: &Node<'_, TempDir>) -> Value {
    // umoci follows an index to the one manifest that it leads to.
    let manifest = node.walk().map(Result::unwrap).find(is_manifest).unwrap();
    let [config, layers @ ..] = &*manifest.children().unwrap() else { panic!("{manifest:?}") };
    let config = parsed(&config.bytes().unwrap());
    let mut layers = layers.iter().zip(config["rootfs"]["diff_ids"].as_array().unwrap());
    let step = |step: &Value| {
        let layer = if step["empty_layer"] == true { None } else { layers.next() };
        let mut step = step.clone();
        step["layer"] = layer.map_or(Value::Null, |(layer, _)| json!(layer.descriptor()));
        step["diff_id"] = layer.map_or(json!(""), |(_, diff_id)| diff_id.clone());
        step
    };
    config["history"].as_array().map(|history| history.iter().map(step).collect::<Vec<_>>()).into()
}

/// What a directory holds, as GNU tar archives it: a line for each file. Type, mode, owner, time, path, target or
/// content, extended attributes; what is 0 or empty is left out.
fn tree(directory: &Path) -> Vec<String> {
    let words =
        ["--create", "--format=posix", "--sort=name", "--xattrs", "--xattrs-include=user.*", "--file=-"];
    let directory = ["--directory", directory.to_str().unwrap(), "."];
    let archive = GNU_TAR.run(words.into_iter().chain(directory)).unwrap();
    let mut archive = tar::Archive::new(&*archive);
    // The first is the directory itself.
    archive.entries().unwrap().skip(1).map(|entry| line(entry.unwrap())).collect()
}

fn line(mut entry: tar::Entry<'_, &[u8]>) -> String {
    let mut xattrs = BTreeMap::new();
    let (mut owner, mut time) = (String::new(), entry.header().mtime().unwrap().to_string());
    for record in entry.pax_extensions().unwrap().into_iter().flatten().map(Result::unwrap) {
        match (record.key().unwrap(), record.value_bytes()) {
            ("mtime", value) => time = text(value),
            ("SCHILY.xattr.user.rootlesscontainers", value) => owner = rootless(value),
            (key, value) => {
                let name = key.strip_prefix("SCHILY.xattr.").map(str::to_owned);
                xattrs.extend(name.map(|name| (name, value.to_owned())));
            }
        }
    }
    // A layer has whole seconds; what it does not have was made just now.
    let time = if time.contains('.') { "now".to_owned() } else { time };

    let header = entry.header();
    let kind = match header.entry_type() {
        EntryType::Regular => '-',
        EntryType::Directory => 'd',
        EntryType::Symlink => 'l',
        EntryType::Link => 'h',
        EntryType::Fifo => 'p',
        other => panic!("{other:?}"),
    };
    let mut line = format!("{kind}{:o}", header.mode().unwrap());
    if !owner.is_empty() {
        write!(line, " {owner}").unwrap();
    }
    if time != "0" {
        write!(line, " @{time}").unwrap();
    }
    let path = text(entry.path_bytes().strip_prefix(b"./").unwrap());
    write!(line, " {}", path.replace('\\', r"\\").replace('\t', r"\t")).unwrap();
    if let Some(target) = entry.link_name_bytes() {
        write!(line, " -> {}", text(&target)).unwrap();
    }
    let mut content = Vec::new();
    entry.read_to_end(&mut content).unwrap();
    match content.len() {
        0 => {}
        1..100 => write!(line, " = {:?}", text(&content)).unwrap(),
        size => write!(line, " = {size} bytes {}", sha256(&content)).unwrap(),
    }
    for (name, value) in xattrs {
        write!(line, " {{{name} = {}}}", value.escape_ascii()).unwrap();
    }
    line
}

/// An owner that only root could give to a file, and which umoci keeps in an attribute instead: [a message of two
/// numbers](https://github.com/rootless-containers/proto), of which 2^32 - 1 is none.
fn rootless(mut message: &[u8]) -> String {
    let mut owner = ["0".to_owned(), "0".to_owned()];
    while let [field, rest @ ..] = message {
        let size = 1 + rest.iter().take_while(|byte| **byte >= 0x80).count();
        let number = rest[..size].iter().rev().fold(0, |number, byte| number << 7 | u64::from(byte & 0x7f));
        let none = number == u64::from(u32::MAX);
        owner[usize::from(field >> 3) - 1] = if none { "-".to_owned() } else { number.to_string() };
        message = &rest[size..];
    }
    owner.join("/")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

/// What images are unpacked to, without root's rights: a device becomes an empty file, and an owner is only noted.
const TREES: [(&[&str], &str); 15] = [
    (&["two_platform:latest linux/amd64"], r#"-644 bash = "layer1""#),
    (&["two_platform:latest linux/arm64"], r#"-644 bash = "layer2""#),
    (
        &["multi_layer:latest"],
        r#"-644 bar = "2"
-644 foo = "1"
-644 hello = "world""#,
    ),
    (
        &["multi_layer_custom:latest"],
        r#"-644 asdf = "3"
-644 foo = "1""#,
    ),
    (
        &["multi_platform:latest linux/amd64", "partial_multi_platform:latest linux/amd64"],
        r#"-644 bash = "layer-linux/amd64""#,
    ),
    (&["multi_platform:latest linux/arm/v7"], r#"-644 bash = "layer-linux/arm/v7""#),
    (
        &["random_single_platform:latest"],
        r#"-644 layer-0 = "0"
-644 layer-1 = "1"
-644 layer-2 = "2"
-644 layer-3 = "3""#,
    ),
    (&["labeled:latest", "empty_fs:latest", "mixed:1.2 linux/s390x"], ""),
    (&["mixed:nested", "mixed:nested linux/amd64"], r#"-644 a = "b""#),
    (
        &["mixed:1.2 linux/arm64/v8"],
        r#"d755 lib/
-644 lib/arm = "v8"
-644 lib/base"#,
    ),
    (
        &["mixed:1.2 linux/arm/v7"],
        r#"d755 lib/
-644 lib/arm = "v7"
-644 lib/base"#,
    ),
    (
        &["mixed:1.2 linux/arm/v6"],
        "d755 lib/
-644 lib/base",
    ),
    (
        &["loadable:1.2 linux/amd64", "loadable:1 linux/amd64"],
        r#"d755 etc/
-644 etc/name = "app""#,
    ),
    (
        &["loadable:1.2 linux/arm64", "loadable:1 linux/arm64", "loadable:base"],
        r#"d755 etc/
-644 etc/name = "base""#,
    ),
    (
        &["mixed:amd64", "mixed:1.2 linux/amd64"],
        r#"d755 bin/
-755 bin/bash = "\u{7f}ELF"
h755 bin/rbash -> ./bin/bash
l777 bin/sh -> su
-4755 bin/su = "setuid"
-2755 bin/wall = "setgid"
d755 dev/
-666 dev/null
-660 -/6 dev/sda
d755 etc/
-644 etc/changed = "after"
-644 etc/hostname = "fixture\n"
-644 @1700000000 etc/hosts = "127.0.0.1 localhost\n" {user.bytes = \x00\xff} {user.origin = a test}
l777 etc/mtab -> /proc/mounts
h644 etc/name -> ./etc/hostname
d755 @now home/
d711 home/alice/
-600 1000/1000 home/alice/.profile = "PS1=$"
-640 3000000/4294967294 home/stranger
d755 run/
p600 run/initctl
d1777 tmp/
-644 @-1 tmp/before-1970
d755 usr/
-644 usr/café
-400 usr/large = 300000 bytes sha256:3ec3ac3878d0ee678cad2961c305fec0ce8ee56772049ce2ce92e283614f8a94
d755 usr/LONG/
l777 usr/LONG/link -> ../LONG/LONG
-644 usr/LONG/LONG
-644 usr/with space, 'quotes', "\t\\
d755 usr/日本/
l777 usr/日本/語 -> ../café
d755 var/
d755 var/cache/
-644 var/cache/new
d755 var/lib/
-644 var/lib/replaced = "by a file""#,
    ),
];

//! The images that the tools are given.

// The tests in `tests/source` use these images, too.
#[path = "images/constructs.rs"]
mod constructs;

use oci_fixture::{Content, Fixture, Gzip, LayerEntry, Layout, Node, TempDir, oci_image};

use crate::specialimage;

/// The media types of configs that say how an image is run.
pub(crate) const IMAGE_CONFIGS: [&str; 2] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

/// The name of each image, and its fixture: the special images, and those below.
pub(crate) fn images() -> impl Iterator<Item = (&'static str, Fixture)> {
    let own: [(_, fn() -> Fixture); 15] = [
        ("mixed", mixed),
        ("system", system),
        ("linked", linked),
        ("loadable", loadable),
        ("docker", docker),
        ("foreign", foreign),
        ("names", constructs::names),
        ("sparse", constructs::sparse),
        ("old_sparse", constructs::old_sparse),
        ("owned", constructs::owned),
        ("encoded", constructs::encoded),
        ("based", constructs::based),
        ("files", constructs::files),
        ("chart", constructs::chart),
        ("hashed", constructs::hashed),
    ];
    specialimage::IMAGES.into_iter().chain(own).map(|(name, image)| (name, image()))
}

/// The fixtures, each in one layout.
fn mixed() -> Fixture {
    oci_image! {
        index "registry.example:5000/team/mixed:1.2" {
            annotations: { "org.opencontainers.image.licenses": "MIT" }
            'amd64: linux/amd64 {
                annotations: { "org.example.team": "storage" }
                config { env: ["A=1"] }
                layer { "usr/" }
            }
            linux/arm64/v8 { 'base: layer { "lib/", "lib/base" => "" } layer gzip { "lib/arm" => "v8" } }
            linux/arm/v7 { 'base, layer gzip { "lib/arm" => "v7" } }
            linux/arm/v6 { 'base }
            linux/s390x {}
            "windows(10.0.17763)/amd64" { layer gzip { "Files/", "Files/app.exe" => "MZ" } }
            unknown/unknown {
                annotations: { "vnd.docker.reference.digest": 'amd64.digest }
                descriptor: { annotations: { "vnd.docker.reference.type": "attestation-manifest" } }
                blob "application/vnd.in-toto+json" => json { "subject": 'amd64.digest },
            }
        }
        tag "team/mixed:amd64" => 'amd64,
        manifest "team/mixed:zstd" { layer { "plain" => "1" } layer zstd { "compressed" => "2" } }
        index "team/mixed:nested" { index { linux/amd64 { "a" => "b" } } }
        #[docker] index "team/mixed:docker" { linux/amd64 { "a" => "b" } }
        manifest "team/mixed:sbom" {
            artifact_type: "application/spdx+json",
            subject: 'amd64,
            blob "application/spdx+json" => json { "spdxVersion": "SPDX-2.3" },
        }
        manifest "team/mixed:chart" {
            config "application/vnd.cncf.helm.config.v1+json" => json { "name": "chart" },
            blob "application/vnd.cncf.helm.chart.content.v1.tar+gzip" => "...",
        }
        config "team/mixed:config" linux/arm64 { env: ["A=1"] }
        blob "text/plain" => "no manifest, and no name",
    }
}

/// A name that alone is too long for the header of a tar.
pub(crate) fn long() -> String {
    "long-".repeat(21)
}

/// The constructs that can occur in one image.
#[allow(clippy::too_many_lines, reason = "it is one declaration, of everything")]
fn system() -> Fixture {
    let long = long();
    oci_image! {
        manifest "registry.example:5000/team/system:1.2" {
            config {
                created: "2024-05-01T12:00:00.5Z",
                author: "somebody",
                user: "1000:1000",
                exposed_ports: ["80/tcp", "53/udp"],
                env: ["PATH=/bin", "HTML=<&>"],
                entrypoint: ["/bin/sh", "-c"],
                cmd: ["true"],
                volumes: ["/data", "/var/lib/x"],
                working_dir: "/srv",
                labels: { "org.example.b": 2, "org.example.a": "\u{e9}\u{2028}" },
                stop_signal: "SIGQUIT",
                history: [
                    { created: "2024-05-01T12:00:00Z", created_by: "ADD base /", comment: "the base" },
                    { created_by: "ENV PATH=/bin", empty_layer: true },
                    { created_by: "RUN change", author: "somebody" },
                    { created_by: "RUN change again" },
                ],
            }
            layer {
                "bin/",
                #[mode = 0o755] "bin/bash" => b"\x7fELF",
                hardlink "bin/rbash" -> "bin/bash",
                "bin/sh" -> "bash",
                #[mode = 0o4755] "bin/su" => "setuid",
                #[mode = 0o2755] "bin/wall" => "setgid",
                "dev/",
                #[mode = 0o666] char "dev/null" (1, 3),
                #[mode = 0o660] #[gid = 6] block "dev/sda" (8, 0),
                "etc/",
                "etc/changed" => "before",
                "etc/hostname" => "fixture\n",
                hardlink "etc/name" -> "etc/hostname",
                #[mtime = 1_700_000_000] #[xattr("user.bytes", [0, 255])] #[xattr("user.origin", "a test")]
                "etc/hosts" => "127.0.0.1 localhost\n",
                "etc/mtab" -> "/proc/mounts",
                "etc/removed" => "",
                // The layer has no entry for the directory `home`.
                #[mode = 0o700] #[uid = 1000] #[gid = 1000] #[mtime = 1_000_000_000] "home/alice/",
                #[mode = 0o600] #[uid = 1000] #[gid = 1000] "home/alice/.profile" => "PS1=$",
                #[mode = 0o640] #[uid = 3_000_000] #[gid = 4_294_967_294] "home/stranger" => "",
                "run/",
                #[mode = 0o600] fifo "run/initctl",
                #[mode = 0o1777] "tmp/",
                #[mtime = 8_589_934_592] "tmp/after-2242" => "",
                #[mtime = -1] "tmp/before-1970" => "",
                "usr/",
                "usr/caf\u{e9}" => "",
                "usr/with space, 'quotes', \"\t\\" => "",
                "usr/\u{65e5}\u{672c}/",
                "usr/\u{65e5}\u{672c}/\u{8a9e}" -> "../caf\u{e9}",
                #[mode = 0o400] "usr/large" => Content::random(1, 300_000),
                (format!("usr/{long}/")),
                (format!("usr/{long}/{long}")) => "",
                (format!("usr/{long}/link")) -> (format!("../{long}/{long}")),
                "var/",
                "var/cache/",
                "var/cache/deep/",
                "var/cache/deep/older" => "",
                "var/cache/old" => "",
                "var/lib/",
                "var/lib/removed/",
                "var/lib/removed/file" => "",
                "var/lib/replaced/",
                "var/lib/replaced/file" => "",
            }
            layer gzip {
                "etc/changed" => "after",
                whiteout "etc/removed",
                // The mode changes, and the entries in the directory stay.
                #[mode = 0o711] "home/alice/",
                opaque "var/cache/",
                "var/cache/new" => "",
                whiteout "var/lib/removed",
                whiteout "var/lib/replaced",
            }
            layer (Gzip::stored().members(3)) {
                "bin/sh" -> "su",
                whiteout "tmp/after-2242",
                "var/lib/replaced" => "by a file",
            }
        }
    }
}

/// A hard link to a file that only the layer below has.
fn linked() -> Fixture {
    oci_image! {
        manifest "linked:latest" {
            layer { "etc/", "etc/hostname" => "fixture\n" }
            layer { #[unchecked] hardlink "etc/name" -> "etc/hostname" }
        }
    }
}

/// Images that Docker loads: several names for one of them, a layer in two of them, and every compression.
fn loadable() -> Fixture {
    oci_image! {
        'app: index "registry.example:5000/team/app:1.2" {
            linux/amd64 {
                config { created: "2024-05-01T12:00:00Z", labels: { "a": "<&>" }, volumes: ["/data"] }
                'base: layer { "etc/", "etc/name" => "base" }
                layer gzip { "etc/name" => "app" }
            }
            linux/arm64 { 'base }
        }
        tag "team/app:1" => 'app,
        manifest "base:base" { 'base }
        manifest "base:zstd" { layer zstd { #[mode = 0o400] "usr/large" => Content::random(2, 300_000) } 'base }
        #[docker] manifest "base:docker" { layer gzip { "etc/name" => "docker" } }
    }
}

/// An image with Docker's media types, and without a name.
fn docker() -> Fixture {
    oci_image! {
        #[docker] index {
            linux/amd64 { layer { "plain" => "1" } layer gzip { "compressed" => "2" } }
            linux/arm/v5 { layer gzip { "compressed" => "2" } }
        }
    }
}

/// A layer with a URL at which no server answers.
fn foreign() -> Fixture {
    oci_image! {
        manifest "foreign:latest" {
            #[unchecked]
            dangling {
                media_type: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
                digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                size: 456,
                urls: ["http://127.0.0.1:1/layer"],
            }
        }
    }
}

/// An entry of index.json.
pub(crate) struct Listed<'l> {
    /// The fixture and the tag.
    pub(crate) name: String,
    pub(crate) tag: Option<String>,
    pub(crate) node: Node<'l, TempDir>,
}

/// The entries of a fixture's index.json.
pub(crate) fn listed<'l>(image: &str, layout: &'l Layout<TempDir>) -> Vec<Listed<'l>> {
    let entry = |node: Node<'l, TempDir>| {
        let annotations = node.descriptor().annotations().clone().unwrap_or_default();
        let tag = annotations.get("org.opencontainers.image.ref.name").cloned();
        let name = match &tag {
            Some(tag) => format!("{image}:{tag}"),
            None => format!("{image} without a tag"),
        };
        Listed { name, tag, node }
    };
    layout.nodes().unwrap().into_iter().map(entry).collect()
}

/// A manifest, or an index for a platform.
pub(crate) struct Chosen<'l> {
    /// The name of the entry and, for an index, the platform.
    pub(crate) name: String,
    /// The operating system, the architecture and the variant. They are empty if there is only one image.
    pub(crate) platform: Vec<String>,
    pub(crate) manifest: Option<Node<'l, TempDir>>,
}

/// The platforms that can be chosen in an entry of index.json: one for each manifest below the entry, and linux/amd64
/// without a manifest if there is none.
pub(crate) fn chosen<'l>(name: &str, entry: &Node<'l, TempDir>) -> Vec<Chosen<'l>> {
    if is_manifest(entry) {
        return vec![Chosen { name: name.to_owned(), platform: Vec::new(), manifest: Some(entry.clone()) }];
    }
    let choice = |platform: Vec<String>, manifest| {
        let name = format!("{name} {}", platform.join("/"));
        Chosen { name, platform, manifest }
    };
    let manifests = entry.walk().map(Result::unwrap).filter(is_manifest);
    let mut choices: Vec<_> = manifests.map(|node| choice(platform(&node), Some(node))).collect();
    if choices.is_empty() {
        choices.push(choice(vec!["linux".to_owned(), "amd64".to_owned()], None));
    }
    choices
}

/// The words of the platform that a node's descriptor has.
pub(crate) fn platform(node: &Node<'_, TempDir>) -> Vec<String> {
    let Some(platform) = node.descriptor().platform() else { return Vec::new() };
    let words = [platform.os().to_string(), platform.architecture().to_string()];
    words.into_iter().chain(platform.variant().clone()).collect()
}

pub(crate) fn is_manifest(node: &Node<'_, TempDir>) -> bool {
    let manifests = [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ];
    manifests.contains(&node.media_type())
}

/// Calls a function for each stored layer, with a name of the layer, its file, and its declared entries.
pub(crate) fn each_layer(mut check: impl FnMut(&str, &str, &[LayerEntry])) {
    let media_types =
        ["application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar"];
    let mut copied = 0;
    for (image, fixture) in images() {
        let layout = fixture.tempdir().unwrap();
        for node in layout.walk().unwrap().map(Result::unwrap) {
            if media_types.iter().any(|media_type| node.media_type().starts_with(media_type)) {
                let entries = node.declared_entries().unwrap();
                // One layer is declared as bytes, those of a tar without entries, and one is copied from another
                // layout.
                let is_copied = image == "based" && entries.is_none();
                assert_eq!(entries.is_none(), image == "empty_fs" || is_copied, "{image}");
                copied += usize::from(is_copied);
                if is_copied {
                    continue;
                }
                let entries = entries.unwrap_or_default();
                check(&format!("{image}: {}", node.digest()), node.path().to_str().unwrap(), &entries);
            }
        }
    }
    assert_eq!(copied, 1);
}

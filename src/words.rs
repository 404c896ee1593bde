//! The words of the language by the blocks in which they fit, for editors. A test of the macro writes this file.

#![allow(missing_docs, non_upper_case_globals, reason = "only rust-analyzer reads this file: a block is a module, and a word is a constant")]

pub mod fixture {
    pub use crate::os::{aix, android, darwin, dragonfly, freebsd, hurd, illumos, ios, js, linux, nacl, netbsd, openbsd, plan9, solaris, unknown, wasi, wasip1, windows, zos};
    /// An index lists images, usually one for each platform: `index "app:1" { linux/amd64 { ... } }`.
    pub const index: () = ();
    /// A manifest is one image, or an artifact: `manifest "app:1" linux/amd64 { ... }`.
    pub const manifest: () = ();
    /// The config of an image: `config { cmd: ["/bin/app"] }`; or one of another type: `config "TYPE" => CONTENT`.
    pub const config: () = ();
    /// A blob of any media type: `blob "text/plain" => "content"`.
    pub const blob: () = ();
    /// A descriptor of a blob that is not stored: `dangling { media_type: "text/plain", digest: "sha256:...", size: 1 }`.
    pub const dangling: () = ();
    /// One more reference of a node with a label: `tag "app:latest" => 'app`.
    pub const tag: () = ();
    /// A further file or symbolic link of the layout: `file "README" => "content"`.
    pub const file: () = ();
    /// `annotations:` takes a map: `{ "key": "..." }`. It is [`Fixture::annotations`](crate::Fixture::annotations).
    pub const annotations: () = ();
    /// `merge:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Fixture::merge`](crate::Fixture::merge).
    pub const merge: () = ();
    /// `extend:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Fixture::extend`](crate::Fixture::extend).
    pub const extend: () = ();
    /// `raw:` takes a content: a string, or another value that is bytes. It is [`Fixture::raw`](crate::Fixture::raw).
    pub const raw: () = ();
    /// `oci_layout:` takes a content: a string, or another value that is bytes. It is [`Fixture::oci_layout`](crate::Fixture::oci_layout).
    pub const oci_layout: () = ();
}

pub mod index {
    pub use crate::os::{aix, android, darwin, dragonfly, freebsd, hurd, illumos, ios, js, linux, nacl, netbsd, openbsd, plan9, solaris, unknown, wasi, wasip1, windows, zos};
    /// An index lists images, usually one for each platform: `index "app:1" { linux/amd64 { ... } }`.
    pub const index: () = ();
    /// A manifest is one image, or an artifact: `manifest "app:1" linux/amd64 { ... }`.
    pub const manifest: () = ();
    /// The config of an image: `config { cmd: ["/bin/app"] }`; or one of another type: `config "TYPE" => CONTENT`.
    pub const config: () = ();
    /// A blob of any media type: `blob "text/plain" => "content"`.
    pub const blob: () = ();
    /// A descriptor of a blob that is not stored: `dangling { media_type: "text/plain", digest: "sha256:...", size: 1 }`.
    pub const dangling: () = ();
    /// `annotations:` takes a map: `{ "key": "..." }`. It is [`Index::annotations`](crate::Index::annotations).
    pub const annotations: () = ();
    /// `artifact_type:` takes text: `"..."`. It is [`Index::artifact_type`](crate::Index::artifact_type).
    pub const artifact_type: () = ();
    /// `subject:` takes a label, or the fields of a descriptor: `'image`. It is [`Index::subject`](crate::Index::subject).
    pub const subject: () = ();
    /// `descriptor:` takes a block of fields: `{ annotations: { ... } }`. It is [`Index::descriptor`](crate::Index::descriptor).
    pub const descriptor: () = ();
    /// `merge:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Index::merge`](crate::Index::merge).
    pub const merge: () = ();
    /// `extend:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Index::extend`](crate::Index::extend).
    pub const extend: () = ();
    /// `raw:` takes a content: a string, or another value that is bytes. It is [`Index::raw`](crate::Index::raw).
    pub const raw: () = ();
}

pub mod manifest {
    /// A layer is a tar of entries: `layer gzip { "etc/name" => "content" }`.
    pub const layer: () = ();
    /// The config of an image: `config { cmd: ["/bin/app"] }`; or one of another type: `config "TYPE" => CONTENT`.
    pub const config: () = ();
    /// A blob of any media type: `blob "text/plain" => "content"`.
    pub const blob: () = ();
    /// A descriptor of a blob that is not stored: `dangling { media_type: "text/plain", digest: "sha256:...", size: 1 }`.
    pub const dangling: () = ();
    /// A hard link to an entry before it in the layer: `hardlink "bin/ls" -> "bin/busybox"`.
    pub const hardlink: () = ();
    /// A whiteout hides a path of lower layers: `whiteout "etc/passwd"`.
    pub const whiteout: () = ();
    /// An opaque whiteout hides all that lower layers have in a directory: `opaque "etc/"`.
    pub const opaque: () = ();
    /// A named pipe: `fifo "run/initctl"`.
    pub const fifo: () = ();
    /// A character device with its major and its minor number: `char "dev/null" (1, 3)`.
    pub const char: () = ();
    /// A block device with its major and its minor number: `block "dev/sda" (8, 0)`.
    pub const block: () = ();
    /// An entry by the fields of its tar header: `entry { name: "etc/name", mode: 0o644 }`.
    pub const entry: () = ();
    /// The image on which a manifest builds: `from (NODE)`.
    pub const from: () = ();
    /// `annotations:` takes a map: `{ "key": "..." }`. It is [`Manifest::annotations`](crate::Manifest::annotations).
    pub const annotations: () = ();
    /// `artifact_type:` takes text: `"..."`. It is [`Manifest::artifact_type`](crate::Manifest::artifact_type).
    pub const artifact_type: () = ();
    /// `subject:` takes a label, or the fields of a descriptor: `'image`. It is [`Manifest::subject`](crate::Manifest::subject).
    pub const subject: () = ();
    /// `descriptor:` takes a block of fields: `{ annotations: { ... } }`. It is [`Manifest::descriptor`](crate::Manifest::descriptor).
    pub const descriptor: () = ();
    /// `merge:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Manifest::merge`](crate::Manifest::merge).
    pub const merge: () = ();
    /// `extend:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Manifest::extend`](crate::Manifest::extend).
    pub const extend: () = ();
    /// `raw:` takes a content: a string, or another value that is bytes. It is [`Manifest::raw`](crate::Manifest::raw).
    pub const raw: () = ();
}

pub mod config {
    /// `user:` takes text: `"..."`. It is [`Config::user`](crate::Config::user).
    pub const user: () = ();
    /// `exposed_ports:` takes a list: `["...", "..."]`. It is [`Config::exposed_ports`](crate::Config::exposed_ports).
    pub const exposed_ports: () = ();
    /// `env:` takes a list: `["...", "..."]`. It is [`Config::env`](crate::Config::env).
    pub const env: () = ();
    /// `entrypoint:` takes a list: `["...", "..."]`. It is [`Config::entrypoint`](crate::Config::entrypoint).
    pub const entrypoint: () = ();
    /// `cmd:` takes a list: `["...", "..."]`. It is [`Config::cmd`](crate::Config::cmd).
    pub const cmd: () = ();
    /// `volumes:` takes a list: `["...", "..."]`. It is [`Config::volumes`](crate::Config::volumes).
    pub const volumes: () = ();
    /// `working_dir:` takes text: `"..."`. It is [`Config::working_dir`](crate::Config::working_dir).
    pub const working_dir: () = ();
    /// `labels:` takes a map: `{ "key": "..." }`. It is [`Config::labels`](crate::Config::labels).
    pub const labels: () = ();
    /// `stop_signal:` takes text: `"..."`. It is [`Config::stop_signal`](crate::Config::stop_signal).
    pub const stop_signal: () = ();
    /// `created:` takes text: `"..."`. It is [`Config::created`](crate::Config::created).
    pub const created: () = ();
    /// `author:` takes text: `"..."`. It is [`Config::author`](crate::Config::author).
    pub const author: () = ();
    /// `os_version:` takes text: `"..."`. It is [`Config::os_version`](crate::Config::os_version).
    pub const os_version: () = ();
    /// `os_features:` takes a list: `["...", "..."]`. It is [`Config::os_features`](crate::Config::os_features).
    pub const os_features: () = ();
    /// `history:` takes a list of blocks: `[{ created_by: "..." }]`. It is [`Config::history`](crate::Config::history).
    pub const history: () = ();
    /// `diff_ids:` takes a list: `["...", "..."]`. It is [`Config::diff_ids`](crate::Config::diff_ids).
    pub const diff_ids: () = ();
    /// `descriptor:` takes a block of fields: `{ annotations: { ... } }`. It is [`Config::descriptor`](crate::Config::descriptor).
    pub const descriptor: () = ();
    /// `merge:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Config::merge`](crate::Config::merge).
    pub const merge: () = ();
    /// `extend:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Config::extend`](crate::Config::extend).
    pub const extend: () = ();
    /// `raw:` takes a content: a string, or another value that is bytes. It is [`Config::raw`](crate::Config::raw).
    pub const raw: () = ();
}

pub mod other_config {
    /// `content:` takes a content: a string, or another value that is bytes. It is [`Config::content`](crate::Config::content).
    pub const content: () = ();
    /// `descriptor:` takes a block of fields: `{ annotations: { ... } }`. It is [`Config::descriptor`](crate::Config::descriptor).
    pub const descriptor: () = ();
}

pub mod layer {
    /// A hard link to an entry before it in the layer: `hardlink "bin/ls" -> "bin/busybox"`.
    pub const hardlink: () = ();
    /// A whiteout hides a path of lower layers: `whiteout "etc/passwd"`.
    pub const whiteout: () = ();
    /// An opaque whiteout hides all that lower layers have in a directory: `opaque "etc/"`.
    pub const opaque: () = ();
    /// A named pipe: `fifo "run/initctl"`.
    pub const fifo: () = ();
    /// A character device with its major and its minor number: `char "dev/null" (1, 3)`.
    pub const char: () = ();
    /// A block device with its major and its minor number: `block "dev/sda" (8, 0)`.
    pub const block: () = ();
    /// An entry by the fields of its tar header: `entry { name: "etc/name", mode: 0o644 }`.
    pub const entry: () = ();
    /// `descriptor:` takes a block of fields: `{ annotations: { ... } }`. It is [`Layer::descriptor`](crate::Layer::descriptor).
    pub const descriptor: () = ();
    /// `raw:` takes a content: a string, or another value that is bytes. It is [`Layer::raw`](crate::Layer::raw).
    pub const raw: () = ();
    /// `eof:` takes the number of blocks of zeros at the end: `0` or `1`. It is [`Layer::eof`](crate::Layer::eof).
    pub const eof: () = ();
}

pub mod blob {
    /// `content:` takes a content: a string, or another value that is bytes. It is [`Blob::content`](crate::Blob::content).
    pub const content: () = ();
    /// `descriptor:` takes a block of fields: `{ annotations: { ... } }`. It is [`Blob::descriptor`](crate::Blob::descriptor).
    pub const descriptor: () = ();
    /// `diff_id:` takes `true` for the digest of the blob, or text: `"..."`. It is [`Blob::diff_id`](crate::Blob::diff_id).
    pub const diff_id: () = ();
}

pub mod dangling {
    /// `media_type:` takes text: `"..."`. It is [`Descriptor::media_type`](crate::Descriptor::media_type).
    pub const media_type: () = ();
    /// `digest:` takes text: `"..."`. It is [`Descriptor::digest`](crate::Descriptor::digest).
    pub const digest: () = ();
    /// `size:` takes a number of JSON: `1234`. It is [`Descriptor::size`](crate::Descriptor::size).
    pub const size: () = ();
    /// `platform:` takes a platform: `linux/amd64`. It is [`Descriptor::platform`](crate::Descriptor::platform).
    pub const platform: () = ();
    /// `annotations:` takes a map: `{ "key": "..." }`. It is [`Descriptor::annotations`](crate::Descriptor::annotations).
    pub const annotations: () = ();
    /// `urls:` takes a list: `["...", "..."]`. It is [`Descriptor::urls`](crate::Descriptor::urls).
    pub const urls: () = ();
    /// `artifact_type:` takes text: `"..."`. It is [`Descriptor::artifact_type`](crate::Descriptor::artifact_type).
    pub const artifact_type: () = ();
    /// `data:` takes `true`, or a content: a string, or another value that is bytes. It is [`Descriptor::data`](crate::Descriptor::data).
    pub const data: () = ();
    /// `diff_id:` takes `true` for the digest of the blob, or text: `"..."`. It is [`Descriptor::diff_id`](crate::Descriptor::diff_id).
    pub const diff_id: () = ();
    /// `merge:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Descriptor::merge`](crate::Descriptor::merge).
    pub const merge: () = ();
}

pub mod label {
    /// `descriptor:` takes a block of fields: `{ annotations: { ... } }`. It is [`Label::descriptor`](crate::Label::descriptor).
    pub const descriptor: () = ();
}

pub mod descriptor {
    /// `annotations:` takes a map: `{ "key": "..." }`. It is [`Descriptor::annotations`](crate::Descriptor::annotations).
    pub const annotations: () = ();
    /// `urls:` takes a list: `["...", "..."]`. It is [`Descriptor::urls`](crate::Descriptor::urls).
    pub const urls: () = ();
    /// `platform:` takes a platform: `linux/amd64`. It is [`Descriptor::platform`](crate::Descriptor::platform).
    pub const platform: () = ();
    /// `artifact_type:` takes text: `"..."`. It is [`Descriptor::artifact_type`](crate::Descriptor::artifact_type).
    pub const artifact_type: () = ();
    /// `data:` takes `true`, or a content: a string, or another value that is bytes. It is [`Descriptor::data`](crate::Descriptor::data).
    pub const data: () = ();
    /// `ref_name:` takes text: `"..."`. It is [`Descriptor::ref_name`](crate::Descriptor::ref_name).
    pub const ref_name: () = ();
    /// `media_type:` takes text: `"..."`. It is [`Descriptor::media_type`](crate::Descriptor::media_type).
    pub const media_type: () = ();
    /// `digest:` takes text: `"..."`. It is [`Descriptor::digest`](crate::Descriptor::digest).
    pub const digest: () = ();
    /// `size:` takes a number of JSON: `1234`. It is [`Descriptor::size`](crate::Descriptor::size).
    pub const size: () = ();
    /// `merge:` takes a map of JSON: `{ "key": [1, null] }`. It is [`Descriptor::merge`](crate::Descriptor::merge).
    pub const merge: () = ();
}

pub mod history {
    /// `created:` takes text: `"..."`. It is [`History::created`](crate::History::created).
    pub const created: () = ();
    /// `created_by:` takes text: `"..."`. It is [`History::created_by`](crate::History::created_by).
    pub const created_by: () = ();
    /// `author:` takes text: `"..."`. It is [`History::author`](crate::History::author).
    pub const author: () = ();
    /// `comment:` takes text: `"..."`. It is [`History::comment`](crate::History::comment).
    pub const comment: () = ();
    /// `empty_layer:` takes `true` or `false`. It is [`History::empty_layer`](crate::History::empty_layer).
    pub const empty_layer: () = ();
}

pub mod entry {
    /// `name:` takes text or bytes: `"..."` or `b"..."`. It is [`Header::name`](crate::Header::name).
    pub const name: () = ();
    /// `linkname:` takes text or bytes: `"..."` or `b"..."`. It is [`Header::linkname`](crate::Header::linkname).
    pub const linkname: () = ();
    /// `typeflag:` takes one byte: `"0"`. It is [`Header::typeflag`](crate::Header::typeflag).
    pub const typeflag: () = ();
    /// `mode:` takes a number or bytes: `0o644` or `b"0000644\0"`. It is [`Header::mode`](crate::Header::mode).
    pub const mode: () = ();
    /// `uid:` takes a number or bytes: `0o644` or `b"0000644\0"`. It is [`Header::uid`](crate::Header::uid).
    pub const uid: () = ();
    /// `gid:` takes a number or bytes: `0o644` or `b"0000644\0"`. It is [`Header::gid`](crate::Header::gid).
    pub const gid: () = ();
    /// `size:` takes a number or bytes: `0o644` or `b"0000644\0"`. It is [`Header::size`](crate::Header::size).
    pub const size: () = ();
    /// `mtime:` takes a number or bytes: `0o644` or `b"0000644\0"`. It is [`Header::mtime`](crate::Header::mtime).
    pub const mtime: () = ();
    /// `checksum:` takes a number or bytes: `0o644` or `b"0000644\0"`. It is [`Header::checksum`](crate::Header::checksum).
    pub const checksum: () = ();
    /// `magic:` takes text or bytes: `"..."` or `b"..."`. It is [`Header::magic`](crate::Header::magic).
    pub const magic: () = ();
    /// `version:` takes text or bytes: `"..."` or `b"..."`. It is [`Header::version`](crate::Header::version).
    pub const version: () = ();
    /// `uname:` takes text or bytes: `"..."` or `b"..."`. It is [`Header::uname`](crate::Header::uname).
    pub const uname: () = ();
    /// `gname:` takes text or bytes: `"..."` or `b"..."`. It is [`Header::gname`](crate::Header::gname).
    pub const gname: () = ();
    /// `devmajor:` takes a number or bytes: `0o644` or `b"0000644\0"`. It is [`Header::devmajor`](crate::Header::devmajor).
    pub const devmajor: () = ();
    /// `devminor:` takes a number or bytes: `0o644` or `b"0000644\0"`. It is [`Header::devminor`](crate::Header::devminor).
    pub const devminor: () = ();
    /// `prefix:` takes text or bytes: `"..."` or `b"..."`. It is [`Header::prefix`](crate::Header::prefix).
    pub const prefix: () = ();
    /// `body:` takes a content: a string, or another value that is bytes. It is [`Header::body`](crate::Header::body).
    pub const body: () = ();
    /// `pax:` takes pairs of a key and a content: `{ "path": "..." }`. It is [`Header::pax`](crate::Header::pax).
    pub const pax: () = ();
    /// `raw:` takes a content: a string, or another value that is bytes. It is [`Header::raw`](crate::Header::raw).
    pub const raw: () = ();
}

pub mod attribute {
    /// `#[mode = 0o755]` fits on an entry.
    pub const mode: () = ();
    /// `#[uid = 1000]` fits on an entry.
    pub const uid: () = ();
    /// `#[gid = 1000]` fits on an entry.
    pub const gid: () = ();
    /// `#[uname = "root"]` fits on an entry.
    pub const uname: () = ();
    /// `#[gname = "root"]` fits on an entry.
    pub const gname: () = ();
    /// `#[mtime = 0]` fits on an entry.
    pub const mtime: () = ();
    /// `#[sparse = "1.0"]` fits on an entry.
    pub const sparse: () = ();
    /// `#[xattr("user.key", "value")]` fits on an entry.
    pub const xattr: () = ();
    /// `#[docker]` fits on an `index` or a manifest.
    pub const docker: () = ();
    /// `#[sha512]` fits on an `index`, a manifest, a `config`, a `layer` or a `blob`.
    pub const sha512: () = ();
    /// `#[missing]` fits on an `index`, a manifest, a `config`, a `layer` or a `blob`.
    pub const missing: () = ();
    /// `#[truncate = 100]` fits on an `index`, a manifest, a `config`, a `layer` or a `blob`.
    pub const truncate: () = ();
    /// `#[prepend = "..."]` fits on an `index`, a manifest, a `config`, a `layer` or a `blob`.
    pub const prepend: () = ();
    /// `#[append = "..."]` fits on an `index`, a manifest, a `config`, a `layer` or a `blob`.
    pub const append: () = ();
    /// `#[flip = 0]` fits on an `index`, a manifest, a `config`, a `layer` or a `blob`.
    pub const flip: () = ();
    /// `#[replace = "..."]` fits on an `index`, a manifest, a `config`, a `layer` or a `blob`.
    pub const replace: () = ();
    /// `#[http(status = 503)]` fits on an `index`, a manifest, a `config`, a `layer`, a `blob` or a dangling descriptor.
    pub const http: () = ();
    /// `#[unlisted]` fits on an `index`, a manifest, a `config`, a `layer` or a `blob`.
    pub const unlisted: () = ();
    /// `#[unchecked]` fits on an `index`, a manifest, a `config`, a `layer`, a `blob`, a dangling descriptor or an entry.
    pub const unchecked: () = ();
}

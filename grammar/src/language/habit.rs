//! Habits: words of Dockerfiles, Compose files, shells, Go structs and other libraries, which people write in a declaration.

use BlockKind::{Blob, Config, Dangling, Descriptor, Entry, Fixture, History, Index, Layer, Manifest};

use super::BlockKind;

/// A word that the language does not have, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::language::{BlockKind, Cure, Habit, HabitPlace};
///
/// let habit = Habit::of("WORKDIR", HabitPlace::Item, BlockKind::Manifest).unwrap();
/// assert_eq!(habit.cure, Cure::InConfig("working_dir: \"/srv\""));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habit {
    /// The spellings of the word, as [`plain_word`] gives them.
    pub words: &'static [&'static str],
    /// Where people write it.
    pub place: HabitPlace,
    /// The blocks in which people write it. An empty list means all blocks.
    pub within: &'static [BlockKind],
    /// The cure.
    pub cure: Cure,
}

/// The place of the word in a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HabitPlace {
    /// The word that begins an item.
    Item,
    /// The name of a field.
    Field,
    /// The name of an attribute.
    Attribute,
    /// The operating system of a platform.
    Os,
    /// The architecture of a platform.
    Architecture,
    /// A value of JSON.
    Value,
    /// A word of `#[http(...)]`.
    Http,
    /// The compression of a layer.
    Compression,
}

/// The cure of a habit: the text to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cure {
    /// Another word.
    Word(&'static str),
    /// This field of a `config`.
    InConfig(&'static str),
    /// The item without its first word, because files and symbolic links begin with their path.
    PathAlone,
    /// A file with the content of another file.
    Copy,
    /// A path that ends with a slash.
    Directory,
    /// This text, which follows the `;` of the message.
    Say(&'static str),
}

impl Habit {
    /// The habit with this word. Upper case, `_` and `-` make no difference.
    pub fn of(word: &str, place: HabitPlace, within: BlockKind) -> Option<Self> {
        let word = plain_word(word);
        Self::all(place, within).find(|habit| habit.words.contains(&word.as_str()))
    }

    /// The habits of this place.
    pub fn all(place: HabitPlace, within: BlockKind) -> impl Iterator<Item = Self> {
        HABITS.iter().copied().filter(move |habit| {
            habit.place == place && (habit.within.is_empty() || habit.within.contains(&within))
        })
    }
}

/// A word in lower case, without `_` and `-`: `ExposedPorts`, `exposed-ports` and `exposed_ports` are one word.
pub fn plain_word(word: &str) -> String {
    word.chars().filter(|character| !matches!(character, '_' | '-')).flat_map(char::to_lowercase).collect()
}

const fn item(words: &'static [&'static str], cure: Cure) -> Habit {
    Habit { words, place: HabitPlace::Item, within: &[], cure }
}

const fn field(within: &'static [BlockKind], words: &'static [&'static str], cure: Cure) -> Habit {
    Habit { words, place: HabitPlace::Field, within, cure }
}

const fn attribute(words: &'static [&'static str], cure: Cure) -> Habit {
    Habit { words, place: HabitPlace::Attribute, within: &[], cure }
}

/// A habit of people who want to declare a fault of a node.
const fn fault(words: &'static [&'static str], cure: Cure) -> Habit {
    Habit { words, place: HabitPlace::Attribute, within: &[Index, Manifest, Config, Layer, Blob], cure }
}

const fn os(words: &'static [&'static str], cure: &'static str) -> Habit {
    Habit { words, place: HabitPlace::Os, within: &[], cure: Cure::Word(cure) }
}

const fn architecture(words: &'static [&'static str], cure: &'static str) -> Habit {
    Habit { words, place: HabitPlace::Architecture, within: &[], cure: Cure::Word(cure) }
}

const fn http(words: &'static [&'static str], cure: &'static str) -> Habit {
    Habit { words, place: HabitPlace::Http, within: &[], cure: Cure::Word(cure) }
}

const fn compression(words: &'static [&'static str], cure: Cure) -> Habit {
    Habit { words, place: HabitPlace::Compression, within: &[], cure }
}

const fn value(words: &'static [&'static str], cure: &'static str) -> Habit {
    Habit { words, place: HabitPlace::Value, within: &[], cure: Cure::Word(cure) }
}

/// All habits.
pub const HABITS: &[Habit] = &[
    // Dockerfiles.
    item(&["from", "extends", "inherit"], OWN_LAYERS),
    item(
        &["include", "import", "unpack", "untar", "extract"],
        Cure::Say(
            "no other file is unpacked, so write each entry by its path: `\"etc/name\" => \"content\"`",
        ),
    ),
    item(
        &["run"],
        Cure::Say("no command runs here, so write the files that it makes: `\"etc/name\" => \"content\"`"),
    ),
    item(&["arg"], Cure::Say("write a variable of Rust before `oci_image!`")),
    item(&["env"], Cure::InConfig("env: [\"KEY=value\"]")),
    item(&["workdir", "cd"], Cure::InConfig("working_dir: \"/srv\"")),
    item(&["cmd", "command"], Cure::InConfig("cmd: [\"/bin/app\"]")),
    item(&["entrypoint"], Cure::InConfig("entrypoint: [\"/bin/app\"]")),
    item(&["expose", "port", "ports"], Cure::InConfig("exposed_ports: [\"80/tcp\"]")),
    item(&["label", "labels"], Cure::InConfig("labels: { \"key\": \"value\" }")),
    item(&["user"], Cure::InConfig("user: \"1000\"")),
    item(&["volume", "volumes"], Cure::InConfig("volumes: [\"/data\"]")),
    item(&["stopsignal"], Cure::InConfig("stop_signal: \"SIGTERM\"")),
    item(&["maintainer", "author"], Cure::InConfig("author: \"name\"")),
    item(&["healthcheck", "onbuild", "shell"], NOT_IN_THE_SPECIFICATION),
    // Shells.
    item(&["copy", "cp", "mv", "add"], Cure::Copy),
    item(&["file", "touch", "cat", "echo", "text", "binary", "script"], Cure::PathAlone),
    item(&["json"], Cure::Say("write it before the content: `\"PATH\" => json { ... }`")),
    item(
        &["symlink", "softlink"],
        Cure::Say("a symbolic link begins with its path: `\"PATH\" -> \"TARGET\"`"),
    ),
    item(&["dir", "directory", "folder", "mkdir"], Cure::Directory),
    item(
        &["link", "ln"],
        Cure::Say(
            "a hard link begins with `hardlink`, and a symbolic link with its path: `\"PATH\" -> \"TARGET\"`",
        ),
    ),
    item(&["delete", "remove", "rm", "unlink", "del", "erase"], Cure::Word("whiteout")),
    item(&["mkfifo", "pipe", "namedpipe"], Cure::Word("fifo")),
    item(
        &["mknod", "device", "dev"],
        Cure::Say("write `char \"dev/null\" (1, 3)`, or `block` for a block device"),
    ),
    item(&["socket", "sock"], Cure::Say("a tar holds no sockets, so remove it")),
    item(&["chardev", "chardevice", "characterdevice"], Cure::Word("char")),
    item(&["blockdev", "blockdevice"], Cure::Word("block")),
    item(&["chmod", "mode"], Cure::Say("write an attribute before the entry: `#[mode = 0o755]`")),
    item(&["chown", "owner"], Cure::Say("write an attribute before the entry: `#[uid = 1000]`")),
    // Other libraries, and the specification's own names.
    item(&["image", "img", "container"], Cure::Say("write `manifest`, or `index` for several platforms")),
    item(&["imagemanifest", "artifact"], Cure::Word("manifest")),
    item(&["imageindex", "manifestlist", "multiarch"], Cure::Word("index")),
    item(&["imageconfig", "imageconfiguration"], Cure::Word("config")),
    item(&["descriptor", "desc"], Cure::Word("dangling")),
    item(
        &["rootfs", "tarball", "tar", "fs", "addlayer", "withlayer", "appendlayer", "newlayer"],
        Cure::Word("layer"),
    ),
    item(&["addmanifest", "withmanifest", "appendmanifest", "newmanifest"], Cure::Word("manifest")),
    item(&["alias", "tagged"], Cure::Word("tag")),
    item(&["gzip", "gz", "tgz", "compress", "compressed"], GZIP),
    item(&["zstd", "zst"], ZSTD),
    item(&["opaquedir", "opq"], Cure::Word("opaque")),
    item(&["header", "tarheader"], Cure::Word("entry")),
    item(
        &["ref", "reference", "name"],
        Cure::Say("a reference stands behind the keyword: `manifest \"app:1\" { ... }`"),
    ),
    item(&["platform"], Cure::Say("write the platform alone: `linux/amd64 { ... }`")),
    // Rust and the templates of its libraries.
    item(&["as"], Cure::Say("a label stands before its node: `'label: layer { ... }`")),
    item(
        &["let", "const", "static", "fn", "use", "struct", "mod", "return"],
        Cure::Say("no statement stands here, so write it before `oci_image!`"),
    ),
    item(&["break", "continue"], Cure::Say("write `if CONDITION { ... }` around what is declared")),
    item(
        &["println", "eprintln", "print", "dbg", "assert", "asserteq"],
        Cure::Say("no statement stands here, so write it before `oci_image!`"),
    ),
    item(&["match", "switch", "case"], Cure::Say("write `if let PATTERN = VALUE { ... }`")),
    item(
        &["while", "loop", "foreach", "repeat", "until"],
        Cure::Say("write `for PATTERN in VALUES { ... }`"),
    ),
    item(&["unless"], Cure::Say("write `if !CONDITION { ... }`")),
    item(&["elif", "elsif", "elseif"], Cure::Say("write `else if` behind the block of an `if`")),
    item(&["else"], Cure::Say("it stands behind the block of an `if`: `if CONDITION { ... } else { ... }`")),
    // Fields of a config: Compose, Kubernetes, Docker's JSON.
    field(&[Config], &["command"], Cure::Say("write `cmd` or `entrypoint`")),
    field(&[Config], &["args", "arguments"], Cure::Word("cmd")),
    field(&[Config], &["environment", "envvars", "variables", "vars"], Cure::Word("env")),
    field(&[Config], &["port", "ports", "expose", "exposed", "listen"], Cure::Word("exposed_ports")),
    field(
        &[Config],
        &["workdir", "workingdirectory", "cwd", "pwd", "dir", "directory"],
        Cure::Word("working_dir"),
    ),
    field(&[Config], &["label"], Cure::Word("labels")),
    field(&[Config], &["maintainer", "authors"], Cure::Word("author")),
    field(&[Config], &["signal", "stop", "kill"], Cure::Word("stop_signal")),
    field(&[Config], &["uid", "username", "runasuser", "userid"], Cure::Word("user")),
    field(&[Config], &["mounts", "volumemounts", "mountpoints", "volume"], Cure::Word("volumes")),
    field(
        &[Config],
        &["group", "gid", "groups", "runasgroup"],
        Cure::Say("write it behind the user: `user: \"1000:1000\"`"),
    ),
    field(&[Config, History], &["date", "time", "timestamp", "createdat"], Cure::Word("created")),
    field(
        &[Config],
        &["architecture", "arch", "os", "platform", "variant"],
        Cure::Say("it has the platform of its manifest, so write that: `linux/amd64 { ... }`"),
    ),
    field(
        &[Config],
        &["rootfs", "layers"],
        Cure::Say("it follows from the layers of the manifest, so remove it"),
    ),
    field(
        &[Config],
        &[
            "healthcheck",
            "onbuild",
            "shell",
            "hostname",
            "domainname",
            "image",
            "tty",
            "restart",
            "argsescaped",
            "networkmode",
            "networks",
            "privileged",
            "readonly",
            "memory",
            "cpus",
            "resources",
            "envfile",
            "dependson",
            "stdinonce",
            "openstdin",
            "attachstdout",
        ],
        NOT_IN_THE_SPECIFICATION,
    ),
    field(
        &[Config],
        &["config", "containerconfig"],
        Cure::Say("write what is in it, such as `env: [\"KEY=value\"]`"),
    ),
    // Fields of documents.
    field(
        &[Fixture, Index, Manifest, Config],
        &["schemaversion"],
        Cure::Say("it is `2` in every document, so remove it"),
    ),
    field(
        &[Fixture, Index, Manifest, Config],
        &["mediatype"],
        Cure::Say("its media type follows from its keyword, so remove it"),
    ),
    field(
        &[Index, Manifest, Config, Layer, Blob],
        &["digest", "hash", "size", "length", "sha256", "checksum", "diffid"],
        Cure::Say("it follows from the bytes, so remove it"),
    ),
    field(
        &[Manifest],
        &["platform", "os", "arch", "architecture", "variant"],
        Cure::Say("write the platform behind the keyword: `manifest linux/amd64 { ... }`"),
    ),
    field(
        &[Index, Fixture],
        &["platform", "platforms", "os", "arch", "architecture"],
        Cure::Say("write each platform with its block: `linux/amd64 { ... }`"),
    ),
    field(&[Index], NAMES, Cure::Say("a reference stands behind the keyword: `index \"app:1\" { ... }`")),
    field(
        &[Manifest, Fixture],
        NAMES,
        Cure::Say("a reference stands behind the keyword: `manifest \"app:1\" { ... }`"),
    ),
    field(
        &[Manifest, Layer],
        &["files", "file", "entries", "content", "contents", "fs", "rootfs", "dir", "dirs", "directories"],
        Cure::Say("write each entry by its path: `\"etc/name\" => \"content\"`"),
    ),
    field(&[Index, Manifest], &["type", "kind"], Cure::Word("artifact_type")),
    field(&[Manifest], &["from", "base", "baseimage", "parent"], OWN_LAYERS),
    field(
        &[Fixture],
        &["services", "version", "apiversion", "kind", "metadata", "spec"],
        Cure::Say("a declaration holds images, such as `linux/amd64 { \"etc/name\" => \"content\" }`"),
    ),
    field(&[Fixture], &["imagelayoutversion"], Cure::Say("it is `1.0.0` in every layout, so remove it")),
    field(
        &[Layer],
        &["compression", "compress", "compressed", "encoding", "encoder", "codec", "gzip", "zstd"],
        GZIP,
    ),
    field(
        &[Layer],
        &["mediatype", "type"],
        Cure::Say("write it behind the keyword if it is not the usual one: `layer \"TYPE\" { ... }`"),
    ),
    field(
        &[Blob],
        &["mediatype", "type", "contenttype"],
        Cure::Say("write it behind the keyword: `blob \"application/json\" { ... }`"),
    ),
    field(&[Blob], &["raw", "data", "body", "bytes"], Cure::Word("content")),
    field(&[Dangling, Descriptor], &["type", "contenttype", "mime"], Cure::Word("media_type")),
    field(&[Dangling, Descriptor], &["hash", "sha", "sha256", "checksum", "blobsum"], Cure::Word("digest")),
    field(&[Dangling, Descriptor], &["length", "bytes", "contentlength"], Cure::Word("size")),
    field(&[Dangling, Descriptor], &["url", "href", "uri"], Cure::Word("urls")),
    field(&[Dangling, Descriptor], &["os", "arch", "architecture"], Cure::Word("platform")),
    field(&[Dangling, Descriptor], &["content", "body"], Cure::Word("data")),
    field(&[History], &["cmd", "command", "instruction", "by", "run"], Cure::Word("created_by")),
    field(&[History], &["message", "note", "description"], Cure::Word("comment")),
    field(&[History], &["empty", "throwaway"], Cure::Word("empty_layer")),
    field(&[Entry], &["path", "filename", "file"], Cure::Word("name")),
    field(&[Entry], &["target", "link", "linkpath", "linktarget"], Cure::Word("linkname")),
    field(&[Entry], &["content", "contents", "data"], Cure::Word("body")),
    field(&[Entry], &["type", "kind", "flag"], Cure::Word("typeflag")),
    field(&[Entry], &["major"], Cure::Word("devmajor")),
    field(&[Entry], &["minor"], Cure::Word("devminor")),
    field(&[Entry], &["owner", "user", "username"], Cure::Word("uname")),
    field(&[Entry], &["group", "groupname"], Cure::Word("gname")),
    field(&[Entry], &["modtime", "modified", "time", "date"], Cure::Word("mtime")),
    field(&[Entry], &["perm", "perms", "permissions"], Cure::Word("mode")),
    field(&[Entry], &["paxrecords", "paxheaders", "records"], Cure::Word("pax")),
    field(
        &[Entry],
        &["xattr", "xattrs", "attributes"],
        Cure::Say("write a record: `pax: { \"SCHILY.xattr.user.key\": \"value\" }`"),
    ),
    field(&[Entry], &["chksum", "cksum"], Cure::Word("checksum")),
    field(&[Entry], &["length", "len"], Cure::Word("size")),
    // Attributes.
    attribute(&["owner", "user", "chown"], Cure::Say("write `#[uid = 1000]`")),
    attribute(&["group", "chgrp"], Cure::Say("write `#[gid = 1000]`")),
    attribute(
        &["perm", "perms", "permissions", "chmod", "executable", "exec"],
        Cure::Say("write `#[mode = 0o755]`"),
    ),
    attribute(&["setuid", "suid"], Cure::Say("write `#[mode = 0o4755]`")),
    attribute(&["setgid", "sgid"], Cure::Say("write `#[mode = 0o2755]`")),
    attribute(&["sticky"], Cure::Say("write `#[mode = 0o1777]`")),
    attribute(
        &["time", "modtime", "modified", "date", "timestamp", "touch"],
        Cure::Say("write `#[mtime = 0]`"),
    ),
    attribute(
        &["attr", "xattrs", "setfattr", "capability", "setcap", "selinux"],
        Cure::Say("write `#[xattr(\"user.key\", \"value\")]`"),
    ),
    attribute(&["gzip", "compress", "compressed", "compression", "gz"], GZIP),
    attribute(&["zstd", "zst"], ZSTD),
    attribute(&["platform", "os", "arch"], Cure::Say("write the platform alone: `linux/amd64 { ... }`")),
    attribute(
        &["tag", "name", "reference"],
        Cure::Say("a reference stands behind the keyword: `manifest \"app:1\" { ... }`"),
    ),
    attribute(&["hardlink", "link"], Cure::Say("write `hardlink \"PATH\" -> \"TARGET\"`")),
    attribute(&["symlink"], Cure::Say("write `\"PATH\" -> \"TARGET\"`")),
    attribute(&["dir", "directory"], Cure::Say("write the path with a `/` at its end: `\"etc/\"`")),
    attribute(&["whiteout", "deleted"], Cure::Say("write `whiteout \"PATH\"`")),
    attribute(&["opaque"], Cure::Say("write `opaque \"PATH\"`")),
    attribute(
        &["label", "annotation", "annotations"],
        Cure::Say("write a field: `annotations: { \"key\": \"value\" }`"),
    ),
    attribute(&["sha256"], Cure::Say("every digest is one of sha256 without it, so remove it")),
    // Faults.
    fault(
        &[
            "corrupt",
            "corrupted",
            "broken",
            "invalid",
            "tamper",
            "tampered",
            "damage",
            "damaged",
            "bad",
            "wrong",
            "baddigest",
            "wrongdigest",
            "digestmismatch",
            "mismatch",
            "bitflip",
        ],
        Cure::Say("write `#[flip = 0]` for a bit that is wrong, or `#[replace = \"...\"]` for other bytes"),
    ),
    fault(
        &["delete", "remove", "removed", "absent", "notfound", "notstored", "lost"],
        Cure::Say("write `#[missing]`"),
    ),
    fault(
        &["cut", "cutoff", "shorten", "shortened", "short", "partial", "incomplete"],
        Cure::Say("write `#[truncate = 100]` for the first 100 bytes"),
    ),
    fault(&["hidden", "unreferenced", "orphan", "orphaned", "loose"], Cure::Say("write `#[unlisted]`")),
    fault(&["status", "error", "fail", "unavailable"], Cure::Say("write `#[http(status = 503)]`")),
    fault(&["unauthorized", "forbidden", "auth"], Cure::Say("write `#[http(status = 401)]`")),
    fault(
        &["ratelimit", "ratelimited", "throttle", "toomanyrequests"],
        Cure::Say("write `#[http(status = 429)]`"),
    ),
    fault(
        &["slow", "delay", "delayed", "timeout", "stall", "latency"],
        Cure::Say("write `#[http(stall = 100)]`"),
    ),
    fault(&["reset", "disconnect", "drop", "dropped"], Cure::Say("write `#[http(reset)]`")),
    fault(&["redirect"], Cure::Say("write `#[http(redirect)]`")),
    fault(
        &["digest", "hash", "checksum"],
        Cure::Say("write it in a field: `descriptor: { digest: \"sha256:...\" }`"),
    ),
    fault(
        &["size", "length", "wrongsize", "badsize", "sizemismatch"],
        Cure::Say("write it in a field: `descriptor: { size: 1 }`"),
    ),
    Habit {
        words: &["corrupt", "corrupted", "broken", "invalid", "tampered", "damaged", "bad"],
        place: HabitPlace::Attribute,
        within: &[Entry],
        cure: Cure::Say("a fault of bytes belongs to a node, so write it before the `layer`: `#[flip = 0]`"),
    },
    Habit {
        words: &["size", "length", "len"],
        place: HabitPlace::Attribute,
        within: &[Entry],
        cure: Cure::Say("it follows from the content, so remove it"),
    },
    attribute(
        &["allow", "expect", "warn", "deny", "derive", "test", "inline", "rustfmt"],
        Cure::Say("it is Rust's, so remove it"),
    ),
    attribute(
        &[
            "unsafe",
            "raw",
            "dangerous",
            "insecure",
            "verbatim",
            "asis",
            "allowduplicate",
            "duplicate",
            "noverify",
        ],
        Cure::Say("write `#[unchecked]` for names that are written as they are"),
    ),
    // Compressions.
    compression(&["gzip", "gz", "tgz", "targz", "deflate"], Cure::Word("gzip")),
    compression(&["zstd", "zst", "zstandard"], Cure::Word("zstd")),
    compression(
        &["tar", "none", "plain", "uncompressed"],
        Cure::Say("a layer is a tar without one, so remove the word"),
    ),
    compression(
        &["xz", "lzma", "bzip2", "bz2", "lz4", "brotli"],
        Cure::Say("write an encoder of your own: `(Encoder::new(\"NAME\", FUNCTION))`"),
    ),
    // Faults on the wire.
    http(&["code", "error", "statuscode"], "status"),
    http(&["headers", "retryafter"], "header"),
    http(&["content", "response", "text"], "body"),
    http(&["delay", "sleep", "wait", "slow", "latency", "pause", "hang", "timeout"], "stall"),
    http(&["truncate", "truncated", "short", "partial"], "cut"),
    http(&["drop", "disconnect", "close", "abort", "refuse"], "reset"),
    http(&["speed", "throttle", "bandwidth", "limit"], "rate"),
    http(&["location", "moved"], "redirect"),
    http(&["range"], "ranges"),
    http(&["verb"], "method"),
    http(&["skip"], "after"),
    http(&["count", "once", "repeat"], "times"),
    // Platforms.
    os(&["macos", "osx", "mac"], "darwin"),
    os(&["win", "win32", "win64", "windowsnt"], "windows"),
    os(&["gnulinux", "ubuntu", "debian", "alpine", "unix"], "linux"),
    architecture(&["x8664", "x64", "intel"], "amd64"),
    architecture(&["x86", "i486", "i586", "i686", "ia32"], "386"),
    architecture(&["aarch64", "armv8", "arm64v8"], "arm64"),
    architecture(&["armhf", "armv7", "armv7l", "arm32", "arm32v7"], "arm/v7"),
    architecture(&["armel", "armv6", "armv6l", "arm32v6"], "arm/v6"),
    architecture(&["armv5", "arm32v5"], "arm/v5"),
    architecture(&["powerpc64le", "ppc64el"], "ppc64le"),
    architecture(&["loongarch64"], "loong64"),
    architecture(&["mips64el"], "mips64le"),
    architecture(&["wasm32", "wasm64"], "wasm"),
    // JSON.
    value(&["none", "null"], "null"),
    value(&["true"], "true"),
    value(&["false"], "false"),
];

const GZIP: Cure = Cure::Say("write the compression behind the keyword: `layer gzip { ... }`");

const ZSTD: Cure = Cure::Say("write the compression behind the keyword: `layer zstd { ... }`");

/// The cure for a base image.
const OWN_LAYERS: Cure = Cure::Say(
    "an image has all of its own layers, so write them: `layer { ... }`, or `from (NODE)` for those of a stored image",
);

/// The fields in which other formats have the name of an image.
const NAMES: &[&str] =
    &["name", "tag", "tags", "ref", "refname", "reference", "image", "repository", "repotags"];

const NOT_IN_THE_SPECIFICATION: Cure = Cure::Say("the image specification has no such field, so remove it");

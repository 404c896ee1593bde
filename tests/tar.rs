//! The entries of a layer: their tar is byte for byte that of Go, and another reader finds what was declared.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::io::Read;

use oci_fixture::{Content, Entry, Fixture, Label, Layer, Manifest, Text};
use proptest::prelude::*;
use tar::EntryType;

// The bytes.

#[test]
fn every_entry_is_as_go_writes_it() {
    let mut different = Vec::new();
    for (name, entry, digest) in measured() {
        let found = digest_of(Layer::new().with(entry));
        if found != format!("sha256:{digest}") {
            different.push(format!("{name}: {found}"));
        }
    }
    assert_eq!(different, [""; 0]);
}

/// Tars of one entry and their digests, measured with the archive/tar of Go 1.19.
// As rustfmt would write it, the table is twice as long.
#[rustfmt::skip]
fn measured() -> Vec<(&'static str, Entry, &'static str)> {
    vec![
        ("a file", Entry::file("bash", "layer1"),
         "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0"),
        ("an empty file", Entry::file("empty", ""),
         "30035e2c75862c634cfa3e1b9ceec1444e935f1d0278c86f1bd85ca5b9944a0f"),
        ("a full block", Entry::file("block", "x".repeat(512)),
         "9b474ba13f9924670c37e13bf828209aee1a4303476d75c470337e2021800e88"),
        ("a block and a byte", Entry::file("block", "x".repeat(513)),
         "dd07b45890a912b7a8904981602487e7f5beb2113eac51f151dd3e2a5f8de408"),
        ("a directory", Entry::directory("etc/"),
         "aae3c57242d66053f4687887040cec638b8144399a3713c4066f673165fabce1"),
        ("a symlink", Entry::symlink("bin/sh", "bash"),
         "4c91b2d4828d5e244b75cf8b5c5761fdfa4cfba7d65f40649aaf144de97ddd10"),
        ("a symlink to the root", Entry::symlink("usr/bin/root", "../.."),
         "ad4fbbeb3045f86da0c3b856453b778b767a50798c021bc4c6eed8dc829854c0"),
        ("an absolute symlink", Entry::symlink("etc/mtab", "/proc/mounts"),
         "2a444c2a8f368675d810eb3755ed2ebdb1f0134269358808f1a9709a23be3419"),
        ("a symlink to a directory", Entry::symlink("lib", "usr/lib/"),
         "301ede663a99909438232c98b4c65017d903e4c5e1d9e4c680da125de516e01a"),
        ("a hardlink", Entry::hardlink("bin/ls", "bin/busybox"),
         "bfaa8e19a4dfdc0ec3404e917ae8f27debe98545dac76b460c7e3845f5b129c1"),
        ("a whiteout", Entry::whiteout("etc/passwd"),
         "539d5f82dd3c49637973a9a7aeb61922ab241d45a50c43b9cbc705a6bf79de6f"),
        ("a whiteout in the root", Entry::whiteout("etc/"),
         "4a2b3a213aadc8825cc8e13d2dc28b7bf91503200cee882f951adbe9b31da68e"),
        ("an opaque directory", Entry::opaque("etc/"),
         "7154dc5b4a21fb1c8a4fcc9a0b298280fbd8ba74ea6528161679048cdbfc34ea"),
        ("an opaque root", Entry::opaque("./"),
         "ceafb8da2f2e900b77173406ec3f5affec2a971bbb852d287d333d64d5a94694"),
        ("a fifo", Entry::fifo("run/initctl"),
         "4a8b5ddc2f94effd15bf12d763a89a685901d7196eb8886e4447c78d9c0e5334"),
        ("a character device", Entry::char("dev/null", 1, 3),
         "c431651859b1b67b44cb76ab717079cf77b463ac496a558ec9da33081d110c27"),
        ("a block device", Entry::block("dev/sda", 8, 16),
         "6f543dcd7d3bd0641072cf099c8c5edcd36ac8e1f6972c840df19a3744e1e754"),
        ("the largest device", Entry::block("dev/last", 0o7_777_777, 0o7_777_777),
         "96d8de5f2dcaafa0d0f8745f7a701a9dface1d8e734042627439ca37ffa92146"),
        ("a name of 99", Entry::file(path_of("a*99"), ""),
         "98347d8835e4165a81e6a1036a7cb9ba18bf4cb8b56400b0a8611db6a8580c71"),
        ("a name of 100", Entry::file(path_of("a*100"), ""),
         "54bcb5aa3793f628c38c8184c0f20a570267e2f72d0cc57dc05ca0f6030a7787"),
        ("a name of 101", Entry::file(path_of("a*101"), ""),
         "6ff6ad23684bd97f16889d6b4fea2ef1b1a02ddae1c51bd4cfed31246e85651c"),
        ("a name of 102", Entry::file(path_of("a*102"), ""),
         "14c1add9172bc3f304ecd236150dd823c4eab44938e7856c8bd94350e1d4d859"),
        ("a prefix of 154", Entry::file(path_of("a*154 / b"), ""),
         "4abb66bc52ddbe7b035f453ae974fcc38b47a5d0218be84d859dac9f25e04389"),
        ("a prefix of 155", Entry::file(path_of("a*155 / b"), ""),
         "3f9fec39470ff2bfbf0bfbabc96aea7c80506c9afa0a023cfb3b3aaf3b4d7fec"),
        ("a prefix of 156", Entry::file(path_of("a*156 / b"), ""),
         "539844b24f7bbeae6572995852b143580528c080a554b765d58bb96251e366d7"),
        ("a prefix of 157", Entry::file(path_of("a*157 / b"), ""),
         "c428d9632033889f7bf8418a961767e8fc9d4cc0fad5d7e59e3593921830d117"),
        ("a base of 98", Entry::file(path_of("d / b*98"), ""),
         "81b55c21ca039609666c7903bab1d5cf26b56b128997b0a2df638dfecd37d5f0"),
        ("a base of 99", Entry::file(path_of("d / b*99"), ""),
         "d026904da35a9874aad3bc79df883baabbfaff7507f4ae04f4375641f005d6bb"),
        ("a base of 100", Entry::file(path_of("d / b*100"), ""),
         "4fd78e8a1bfe7685f78b5a1da6be81f6e29dd8bcbc10e844a08bacd68aeb835e"),
        ("a base of 101", Entry::file(path_of("d / b*101"), ""),
         "1ca9b9a2cf557c38c35ea25d051c3d6bd890689c20ffc6041e3863990682ec9b"),
        ("a prefix of 155, a base of 99", Entry::file(path_of("a*155 / b*99"), ""),
         "fe049a35e134936cf80553298052cc3b078f04a3eceb324e609ae8e84d05c1c0"),
        ("a prefix of 155, a base of 100", Entry::file(path_of("a*155 / b*100"), ""),
         "ff92840ea933f0c794fd91bde0e31f536d69cdd003a47a6b64c882de8bd693b3"),
        ("a prefix of 155, a base of 101", Entry::file(path_of("a*155 / b*101"), ""),
         "b73807a204d44c4afb8e42027cf9a89e095c2a32c463d72bf551c2861ffddee7"),
        ("a prefix of 154, a base of 100", Entry::file(path_of("a*154 / b*100"), ""),
         "c434951b91744aa5fa21bd660c1d1da29b645870ce41cdf0d2f331640f4ce73b"),
        ("a prefix of 156, a base of 100", Entry::file(path_of("a*156 / b*100"), ""),
         "f0d1693c71cf7ef6b5b09ee552202cdd39e1df66c432a05704ee0434fd4bde01"),
        ("a deep path", Entry::file(path_of("a/*127 b"), ""),
         "2e8f14a2d9e6ed42447a8d18d3812e2cd9dc2b9dc7bc68caeccfc3463b27cd4e"),
        ("a deeper path", Entry::file(path_of("a/*128 b"), ""),
         "37538501b3bd95722901d73bf15b10956b1e2b234457d34172a490a8a7b4070b"),
        ("a path split at its last slash", Entry::file(path_of("a*120 / b*90"), "layer1"),
         "021a25a8b581a9d94342dde14e71f45d199c1183c9204ec3ddefcd978cae7ce8"),
        ("a path split at one of many", Entry::file(path_of("d/*60 b*60"), ""),
         "384c34081f61644575c7d6c343a2a3b3996804046001ab29f1ae28c79302ea2c"),
        ("a directory of 98", Entry::directory(path_of("a*98 /")),
         "86b1b8ee62f8bd6562c908b1499e0939df6c667f6d1ef9ad8f410e5a17cfd078"),
        ("a directory of 99", Entry::directory(path_of("a*99 /")),
         "1704a7bd5135c05c00b90a47539869f21a282e5751ccdbed9bd8bf630eb4f051"),
        ("a directory of 100", Entry::directory(path_of("a*100 /")),
         "ba274f76f1be0d1e217f5bb37a1e48c42f81dcccc4a0c8bc884abe2453fbf13a"),
        ("a directory of 149 in one of 50", Entry::directory(path_of("d*50 / a*98 /")),
         "e0bb301627534536db8c34038fbbdbc4a4ccebf83ee5327b21040d5cc043578f"),
        ("a directory of 150 in one of 50", Entry::directory(path_of("d*50 / a*99 /")),
         "8fcbb4b7342da4e8406ededbdc664297d5ca35219605338d77b276eedd7fb0b1"),
        ("a directory of 151 in one of 50", Entry::directory(path_of("d*50 / a*100 /")),
         "ed34691808f55e083d2ee4e0ab03d181cc2e30c9da86c562e795b42035fbc48d"),
        ("a directory of 152 in one of 50", Entry::directory(path_of("d*50 / a*101 /")),
         "76c4fc72be6ecfdf1a49e0a0cf54c38ed522fc9f7d0463b6cf0297cd6d8497e7"),
        ("a directory of 255", Entry::directory(path_of("a*155 / b*98 /")),
         "4557b7c735a192e36646eef642365ca296e5112389b96aaf9d6708f2e53b11b0"),
        ("a directory of 256", Entry::directory(path_of("a*155 / b*99 /")),
         "f65d1c19f61402eb2b7c290c726e7772ea11bf73e5a7e903eefd73ae26e97208"),
        ("a directory of 257", Entry::directory(path_of("a*155 / b*100 /")),
         "aebb7f57724f308e3548aa1f2bbe4b090b8bbb1290147c1ac645699130dcac17"),
        ("a long name cut off at a slash", Entry::file(path_of("a*99 / b*200"), ""),
         "a86f28b4f5eca1c90ac385d34f63adfea5c46e3a6637020e22f30cb4a601485a"),
        ("a long name cut off before a slash", Entry::file(path_of("a*100 / b*200"), ""),
         "a8ca9e84558f4e06ca43849d235c0f475aa143fd097ba26e3cb6fc447bdeaa81"),
        ("the name of a directory's PAX header cut off", Entry::directory(path_of("a*86 / b*101 /")),
         "b0f04e802af6cb21244abb95c37ccf81a27c45347f2a3c2246ee072a02d094ab"),
        ("the name of a PAX header cut off at a slash", Entry::file(path_of("a*86 / c*160"), ""),
         "27e4484200342f641b945ed614fe33d9189846bae0f0b7e7b16486fefe72e47f"),
        ("a non-ASCII path", Entry::file("usr/share/\u{e9}t\u{e9}/\u{65e5}\u{672c}", "layer1"),
         "5d165e64ae4c3cf2c14d27e32f0a28e4a48c6a033aa7ec69ebe10a1bece86727"),
        ("a non-ASCII directory", Entry::directory("\u{1f600}/"),
         "f0e0a0a054c75bc39c7f4299499e70ab300e8c9cae0aa67d990de87e06d6ee01"),
        ("a name without ASCII", Entry::file("\u{65e5}", ""),
         "87fbe44698560e3c3c85bcbfa155631dcf843839a8f8c3a01ef5cf0fc3b77965"),
        ("a long non-ASCII path", Entry::file(path_of("\u{e9}*60 / b*30"), ""),
         "575ecef60cc305f95bfddc0f9f0b09e22ce853705c15766160e03fdfe35f1ea5"),
        ("a symlink to a target of 100", Entry::symlink("l", path_of("t*100")),
         "e7a4e830b4d13dc6cc3ff942ea633301c74ce45f3476d5ce3a8a4c7e3e7644f9"),
        ("a symlink to a target of 101", Entry::symlink("l", path_of("t*101")),
         "cfcbb71d0740e7ebd3c35fca66b5ba0753a91d754c5a6e4ea203cc16e564f1d2"),
        ("a symlink to a target cut off at a slash", Entry::symlink("l", path_of("t*99 /u")),
         "870d0d70726bf34f3cf720d9513e377eff51ef73fa5d8606e4bc8da4925b4be7"),
        ("a symlink to a non-ASCII target", Entry::symlink("l", "caf\u{e9}"),
         "8426af5eadcc82ec5afbe726f2d51c34e1d957928388334827d7a08af066d709"),
        ("a hardlink to a target of 100", Entry::hardlink("l", path_of("t*100")),
         "ba8b6c2c9c43228af6495f3667382214b75a1df368145a6053748cc4352a80ab"),
        ("a hardlink to a target of 101", Entry::hardlink("l", path_of("t*50 / u*50")),
         "83162fd4f059060dfacdde68ec5bca7893a6ea05b067a93746fcae2456537456"),
        ("a hardlink to a non-ASCII target", Entry::hardlink("l", "caf\u{e9}"),
         "c6d8ba4c386914324faf8048dd1327667c85ed88773f09f2aa95eaed32b23419"),
        ("a long symlink to a long target", Entry::symlink(path_of("a*120 /l"), path_of("t*120")),
         "8d073e9edbcf741eedba206abf34f032d2affbc98ddd727d1126d1719e533906"),
        ("a long whiteout", Entry::whiteout(path_of("a*120 / b*97")),
         "4c531a6966244202f5de0a8cf75b677f56e7f58404f3329606b1db96522f741c"),
        ("a mode with every bit", Entry::file("all", "").mode(0o7777),
         "71bffa82a407a769d5eda7d3fe9f165393f986bdc5c466589f4cf814b9c5e8bc"),
        ("uid 2097151", Entry::file("u", "").uid(2_097_151),
         "06e389e1eadc21a07a7f12cff3214b68cc59e8648c557410026f9c1e98a9982c"),
        ("uid 2097152", Entry::file("u", "").uid(2_097_152),
         "092d304b6cb7154451045a2306d991e77bd541e476afd0a78c3e62d61282c47f"),
        ("gid 2097152", Entry::file("g", "").gid(2_097_152),
         "b087b3878f262478edeed6d63ee6f6587efa11556487b0aae633c0aa7447e9f5"),
        ("mtime 1", Entry::file("t", "").mtime(1),
         "8602eb53236c3b1ef868d7c03ecdcf97481f3b5b65ae2237e21debc1ec31a9bb"),
        ("mtime -1", Entry::file("t", "").mtime(-1),
         "5f0665d987e0a31f11486ddaf1c2b5c3034a6dc4751183ff56f4ff01fac909b1"),
        ("mtime 8589934591", Entry::file("t", "").mtime(8_589_934_591),
         "c22fefc81460ea6dac99f3cdf96536a62143c3b366c8243202418210f80a2774"),
        ("mtime 8589934592", Entry::file("t", "").mtime(8_589_934_592),
         "8d2605848924a2e82b85fe0668575ff81f532dd884e1ff3980842661a3ac6313"),
        ("an xattr", Entry::file("x", "layer1").xattr("user.comment", "a test"),
         "4eec6b0a837fc6fffe5276c8f4b4b51cdcbb3608b93e334b70ed964a4197de77"),
        ("an empty xattr", Entry::file("x", "").xattr("user.empty", ""),
         "14cfe1fbd1e011eb0af931a0697d23c1e2936bc27417f422b3e7ba0d7c21181a"),
        ("an xattr of 69 bytes", Entry::file("x", "").xattr("user.k", "v".repeat(69)),
         "7207e543428f30341e258c75110e43156b3e0c3bcd4bcfdcca3fe2df75de5275"),
        ("binary xattrs", Entry::file("x", "").xattr("user.b", (0..=255).collect::<Vec<u8>>()).xattr("user.a", b"\x00\xff=\n").xattr("security.capability", b"\x01\0\0\x02\0 ").xattr("user.\u{e9}", "\u{e9}"),
         "e732ad1e11eb31ae64d4c681d0da995dbc09c9f80e0672ba5aede2cb8c7c7ba5"),
        ("a path that is not split beside an xattr", Entry::file(path_of("a*120 / b*90"), "").xattr("user.k", "v"),
         "eac98aaf169fd35296b29041c23db66d89524833cd93cbc8a515c19d92dd98b5"),
        ("a directory with an xattr", Entry::directory("d/e/").xattr("trusted.overlay.opaque", "y"),
         "4b6aba60cdfa3b6a826322c43d7d8fcebe9c6fe88c6a9d4875b109a75dcd36f8"),
        ("all together", Entry::file(path_of("\u{e9}/*100 f"), "layer1").mode(0o4755).uid(4_294_967_294).gid(1 << 40).mtime(-62_135_596_801).xattr("user.b", "2").xattr("user.a", b"\0"),
         "af106c28497821a246e0875dd55cefff1bb2a84cf6d42309539158a00292ce7a"),
        ("all together for a symlink", Entry::symlink(path_of("a*101"), path_of("\u{e9}/ b*100")).mode(1).uid(2_097_152).gid(2_097_152).mtime(1 << 40).xattr("user.a", "1"),
         "0f1b5e3a05ab199c7425392d8b2ed75ac4cdb4bf0fe0dbae8472eb81521bb5eb"),
    ]
}

#[test]
fn a_mode_is_that_of_its_kind_unless_it_is_declared() {
    let default = Layer::new()
        .with(("f", ""))
        .with(Entry::directory("d/"))
        .with(Entry::symlink("s", "f"))
        .with(Entry::hardlink("h", "f"))
        .with(Entry::whiteout("w"))
        .with(Entry::opaque("d/"))
        .with(Entry::fifo("p"))
        .with(Entry::char("c", 1, 3))
        .with(Entry::block("b", 8, 0));
    let declared = Layer::new()
        .with(Entry::file("f", "").mode(0o644))
        .with(Entry::directory("d/").mode(0o755))
        .with(Entry::symlink("s", "f").mode(0o777))
        .with(Entry::hardlink("h", "f").mode(0o644))
        .with(Entry::whiteout("w").mode(0o644))
        .with(Entry::opaque("d/").mode(0o644))
        .with(Entry::fifo("p").mode(0o644))
        .with(Entry::char("c", 1, 3).mode(0o644))
        .with(Entry::block("b", 8, 0).mode(0o644));
    assert_eq!(digest_of(default), digest_of(declared));
}

#[test]
fn the_order_of_xattrs_does_not_count() {
    let one = Entry::file("f", "").xattr("user.a", "1").xattr("user.b", "2");
    let other = Entry::file("f", "").xattr("user.b", "2").xattr("user.a", "1");
    assert_eq!(tar_of(Layer::new().with(one)), tar_of(Layer::new().with(other)));
}

#[test]
fn an_xattr_can_be_made_lazily() {
    let lazy = Entry::file("f", "").xattr("user.a", Content::repeat("ab", 3));
    let plain = Entry::file("f", "").xattr("user.a", "ababab");
    assert_eq!(tar_of(Layer::new().with(lazy)), tar_of(Layer::new().with(plain)));
}

// What a reader finds.

/// An entry as it is declared, and as a reader finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Declared {
    kind: EntryType,
    /// The name in the tar.
    name: String,
    link: Option<String>,
    mode: u32,
    uid: u64,
    gid: u64,
    mtime: i64,
    device: Option<(u32, u32)>,
    xattrs: BTreeMap<String, Vec<u8>>,
    content: Vec<u8>,
}

#[test]
fn each_kind_reads_back() {
    let plain = |kind, name: &str, mode| Declared {
        kind,
        name: name.to_owned(),
        link: None,
        mode,
        uid: 0,
        gid: 0,
        mtime: 0,
        device: None,
        xattrs: BTreeMap::new(),
        content: Vec::new(),
    };
    let link = |kind, name, target: &str, mode| Declared {
        link: Some(target.to_owned()),
        ..plain(kind, name, mode)
    };
    let device = |kind, name, numbers| Declared { device: Some(numbers), ..plain(kind, name, 0o644) };
    for (entry, expected) in [
        (
            Entry::file("f", "layer1"),
            Declared { content: b"layer1".to_vec(), ..plain(EntryType::Regular, "f", 0o644) },
        ),
        (Entry::directory("d/e/"), plain(EntryType::Directory, "d/e/", 0o755)),
        (Entry::symlink("d/s", "../f"), link(EntryType::Symlink, "d/s", "../f", 0o777)),
        (Entry::hardlink("d/h", "f"), link(EntryType::Link, "d/h", "f", 0o644)),
        (Entry::whiteout("d/w"), plain(EntryType::Regular, "d/.wh.w", 0o644)),
        (Entry::whiteout("d/w/"), plain(EntryType::Regular, "d/.wh.w", 0o644)),
        (Entry::whiteout("w"), plain(EntryType::Regular, ".wh.w", 0o644)),
        (Entry::opaque("d/e"), plain(EntryType::Regular, "d/e/.wh..wh..opq", 0o644)),
        (Entry::opaque("d/e/"), plain(EntryType::Regular, "d/e/.wh..wh..opq", 0o644)),
        (Entry::opaque("./"), plain(EntryType::Regular, ".wh..wh..opq", 0o644)),
        (Entry::fifo("p"), plain(EntryType::Fifo, "p", 0o644)),
        (Entry::char("c", 1, 3), device(EntryType::Char, "c", (1, 3))),
        (Entry::block("b", 2_097_151, 2_097_151), device(EntryType::Block, "b", (2_097_151, 2_097_151))),
        (
            Entry::directory("all/")
                .mode(0o1777)
                .uid(i64::MAX as u64)
                .gid(1 << 40)
                .mtime(i64::MIN)
                .xattr("user.k", [0, 255]),
            Declared {
                uid: i64::MAX as u64,
                gid: 1 << 40,
                mtime: i64::MIN,
                xattrs: [("user.k".to_owned(), vec![0, 255])].into(),
                ..plain(EntryType::Directory, "all/", 0o1777)
            },
        ),
        // Go's zero time, of which Go itself writes 0.
        (
            Entry::file("t", "").mtime(-62_135_596_800),
            Declared { mtime: -62_135_596_800, ..plain(EntryType::Regular, "t", 0o644) },
        ),
    ] {
        assert_eq!(read(&tar_of(Layer::new().with(entry))), [expected]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_entries_read_back(entries in prop::collection::vec(entry(), 0..8)) {
        let mut layer = Layer::new();
        let mut expected = Vec::new();
        for (number, (entry, lazy)) in entries.into_iter().enumerate() {
            // No two have the same name, and none is below another.
            let entry = Declared { name: format!("{number}.{}", entry.name), ..entry };
            layer.push(entry.declare(lazy));
            expected.push(entry);
        }
        let tar = tar_of(layer.clone());
        prop_assert_eq!(&read(&tar), &expected);
        prop_assert_eq!(tar_of(layer), tar);
    }
}

impl Declared {
    fn declare(&self, lazy: bool) -> Entry {
        let name = self.name.as_str();
        let target = || self.link.as_deref().unwrap();
        let (major, minor) = self.device.unwrap_or_default();
        let (directory, base) = name.rsplit_once('/').unwrap_or(("", name));
        let mut entry = match self.kind {
            EntryType::Regular if base == ".wh..wh..opq" => Entry::opaque(format!("{directory}/")),
            EntryType::Regular if base.starts_with(".wh.") => Entry::whiteout(name.replace(".wh.", "")),
            EntryType::Regular if lazy => Entry::file(name, Content::repeat(self.content.as_slice(), 1)),
            EntryType::Regular => Entry::file(name, self.content.as_slice()),
            EntryType::Directory => Entry::directory(name),
            EntryType::Symlink => Entry::symlink(name, target()),
            EntryType::Link => Entry::hardlink(name, target()),
            EntryType::Char => Entry::char(name, major, minor),
            EntryType::Block => Entry::block(name, major, minor),
            _ => Entry::fifo(name),
        };
        for (name, value) in &self.xattrs {
            entry = entry.xattr(name, value);
        }
        entry.mode(self.mode).uid(self.uid).gid(self.gid).mtime(self.mtime)
    }
}

/// An entry and whether its content is made lazily. Most numbers are near a limit of the format.
fn entry() -> impl Strategy<Value = (Declared, bool)> {
    let uid = || prop_oneof![4 => Just(0), 2 => 2_097_150..2_097_154_u64, 1 => 0..=i64::MAX as u64];
    let mtime =
        prop_oneof![4 => Just(0), 1 => -2..2_i64, 1 => 8_589_934_590..8_589_934_594_i64, 1 => any::<i64>()];
    // The `tar` crate ends a PAX record at the first line break, so there is none here; Go's reader takes them, and
    // the measured digests have some.
    let value = any::<u8>().prop_filter("no line break", |byte| *byte != b'\n');
    let xattrs = prop_oneof![
        3 => Just(BTreeMap::new()),
        1 => prop::collection::btree_map("user\\.[a-z\u{e9}]{1,4}", prop::collection::vec(value, 0..200), 1..4),
    ];
    let content = prop::collection::vec(any::<u8>(), 0..1100);
    let device = (0..=2_097_151_u32, 0..=2_097_151_u32);
    let numbers = (0..=0o7777_u32, uid(), uid(), mtime);
    (0..9, path(), path(), numbers, device, xattrs, content, any::<bool>()).prop_map(
        |(kind, path, target, (mode, uid, gid, mtime), device, xattrs, content, lazy)| {
            let (directory, base) = path.rsplit_once('/').unwrap_or(("d", &path));
            let (kind, name) = match kind {
                0 => (EntryType::Regular, path),
                1 => (EntryType::Directory, format!("{path}/")),
                2 => (EntryType::Symlink, path),
                3 => (EntryType::Link, path),
                4 => (EntryType::Char, path),
                5 => (EntryType::Block, path),
                6 => (EntryType::Fifo, path),
                7 => (EntryType::Regular, format!("{directory}/.wh.{base}")),
                _ => (EntryType::Regular, format!("{path}/.wh..wh..opq")),
            };
            let is_link = matches!(kind, EntryType::Symlink | EntryType::Link);
            let is_device = matches!(kind, EntryType::Char | EntryType::Block);
            let is_file = kind == EntryType::Regular && !name.contains(".wh.");
            let entry = Declared {
                kind,
                name,
                link: is_link.then_some(target),
                mode,
                uid,
                gid,
                mtime,
                device: is_device.then_some(device),
                xattrs,
                content: if is_file { content } else { Vec::new() },
            };
            (entry, lazy)
        },
    )
}

/// Paths of the lengths at which the format changes.
fn path() -> impl Strategy<Value = String> {
    let component = prop_oneof![4 => "[a-z]{1,8}", 2 => "[a-z]{48,103}", 1 => "[a-z\u{e9}\u{65e5} =]{1,60}"];
    prop::collection::vec(component, 1..5).prop_map(|components| components.join("/"))
}

/// What the `tar` crate, a reader by other people, finds.
fn read(tar: &[u8]) -> Vec<Declared> {
    let mut archive = tar::Archive::new(tar);
    let mut found = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut pax = BTreeMap::new();
        for record in entry.pax_extensions().unwrap().into_iter().flatten() {
            let record = record.unwrap();
            pax.insert(record.key().unwrap().to_owned(), record.value_bytes().to_vec());
        }
        let number =
            |key: &str| pax.get(key).map(|value| str::from_utf8(value).unwrap().parse::<i128>().unwrap());
        let text = |bytes: &[u8]| str::from_utf8(bytes).unwrap().to_owned();
        let header = entry.header();
        let kind = header.entry_type();
        let is_device = matches!(kind, EntryType::Char | EntryType::Block);
        let mut declared = Declared {
            kind,
            name: text(&entry.path_bytes()),
            link: entry.link_name_bytes().map(|link| text(&link)),
            mode: header.mode().unwrap(),
            uid: number("uid").map_or_else(|| header.uid().unwrap(), |uid| uid.try_into().unwrap()),
            gid: number("gid").map_or_else(|| header.gid().unwrap(), |gid| gid.try_into().unwrap()),
            mtime: number("mtime").unwrap_or_else(|| header.mtime().unwrap().into()).try_into().unwrap(),
            device: is_device
                .then(|| (header.device_major().unwrap().unwrap(), header.device_minor().unwrap().unwrap())),
            xattrs: BTreeMap::new(),
            content: Vec::new(),
        };
        for (key, value) in pax {
            if let Some(name) = key.strip_prefix("SCHILY.xattr.") {
                declared.xattrs.insert(name.to_owned(), value);
            }
        }
        entry.read_to_end(&mut declared.content).unwrap();
        found.push(declared);
    }
    found
}

// What is refused.

macro_rules! hides {
    ($entry:literal) => {
        concat!(
            "layer 1 > whiteout \"a\": a whiteout takes effect on lower layers only, but this layer has ",
            $entry,
            " too; remove one of the two"
        )
    };
}
#[test]
fn an_entry_that_no_tar_should_hold_is_an_error() {
    for (layer, error) in [
        (
            Layer::new().with(Entry::symlink("bin/sh", "../../bash")),
            r#"layer 1 > "bin/sh": symlink target `../../bash` climbs above the root from `bin/sh`; write `../bash`"#,
        ),
        (
            Layer::new().with(Entry::symlink("bin/", "bash")),
            r#"layer 1 > "bin/": path `bin/` ends with `/`, as only a directory's does; write `bin`"#,
        ),
        (
            Layer::new().with(Entry::hardlink("bin/ls", "/bin/busybox")),
            r#"layer 1 > "bin/ls": hardlink target `/bin/busybox` starts with `/`; write `bin/busybox`"#,
        ),
        (
            Layer::new().with(Entry::whiteout("../etc")),
            r#"layer 1 > whiteout "../etc": path `../etc` has the component `..`; write `etc`"#,
        ),
        (
            Layer::new().with(Entry::opaque(".")),
            r#"layer 1 > opaque ".": path `.` has the component `.`; write `./`, which is the root"#,
        ),
        (
            Layer::new().with(Entry::fifo("a//b")),
            r#"layer 1 > "a//b": path `a//b` has an empty component; write `a/b`"#,
        ),
        (
            Layer::new().with(Entry::char("null", 1, 2_097_152)),
            "layer 1 > \"null\": device number `2097152` is above 2097151 (`0o7777777`), which is all that a tar \
             header holds; write a smaller one, Linux has major numbers up to 4095 and minor numbers up to 1048575",
        ),
        (
            Layer::new().with(Entry::file("f", "").xattr("", "v")),
            r#"layer 1 > "f": xattr name is empty; write one, such as `user.comment`"#,
        ),
        (
            Layer::new().with(Entry::file("f", "").xattr("user.k", "1").xattr("user.k", "2")),
            r#"layer 1 > "f": the xattr "user.k" is there twice; remove one of the two"#,
        ),
        (
            Layer::new().with(("a", "")).with(Entry::fifo("a")),
            r#"layer 1 > "a": this path is twice in the layer; remove one of the two entries"#,
        ),
        (
            Layer::new().with(Entry::whiteout("a")).with(Entry::whiteout("a/")),
            r#"layer 1 > whiteout "a/": this path is twice in the layer; remove one of the two entries"#,
        ),
        (
            Layer::new().with(Entry::opaque("./")).with(Entry::opaque("./")),
            r#"layer 1 > opaque "./": this path is twice in the layer; remove one of the two entries"#,
        ),
        (Layer::new().with(Entry::whiteout("a")).with(("a", "")), hides!("\"a\"")),
        (Layer::new().with(Entry::directory("a/")).with(Entry::whiteout("a")), hides!("\"a/\"")),
        (Layer::new().with(Entry::whiteout("a")).with(("a/b/c", "")), hides!("\"a/b/c\"")),
        (Layer::new().with(Entry::opaque("a/")).with(Entry::whiteout("a")), hides!("opaque \"a/\"")),
        (Layer::new().with(Entry::whiteout("a")).with(Entry::whiteout("a/b")), hides!("whiteout \"a/b\"")),
    ] {
        let error = format!("linux/amd64 > {error}");
        assert_eq!(fixture(layer).tempdir().unwrap_err().to_string(), error);
    }
}

#[test]
fn a_whiteout_beside_entries_of_other_names_is_none() {
    let layer = Layer::new()
        .with(Entry::whiteout("a"))
        .with(("ab", ""))
        .with(("b/a", ""))
        .with(("A", ""))
        .with(Entry::opaque("b/"))
        .with(Entry::whiteout("b/c/"))
        .with(("b/cd/e", ""));
    assert_eq!(read(&tar_of(layer)).len(), 7);
}

#[test]
fn a_name_that_mentions_a_node_is_an_error() {
    let label = Label::new("image", Manifest::new().platform("linux/arm64"));
    let name = || Text::new("a-") + label.hex();
    for (entry, place) in [
        (Entry::file(name(), ""), "a-{'image.hex}"),
        (Entry::symlink("a", name()), "a"),
        (Entry::hardlink("a", name()), "a"),
        (Entry::directory("a/").xattr(name(), ""), "a/"),
    ] {
        let error = fixture(Layer::new().with(entry)).tempdir().unwrap_err().to_string();
        let expected = "a name in a layer cannot mention a labelled node; write it out";
        assert_eq!(error, format!("linux/amd64 > layer 1 > {place:?}: {expected}"));
    }
}

#[test]
fn a_pax_header_of_more_than_one_mebibyte_is_an_error() {
    let xattr = |value: Content| Entry::file("f", "").xattr("user.k", value);
    // "LENGTH SCHILY.xattr.user.k=VALUE\n"
    let around = "1048576 SCHILY.xattr.user.k=\n".len() as u64;
    digest_of(Layer::new().with(xattr(Content::zeros((1 << 20) - around))));
    for entry in [
        xattr(Content::zeros((1 << 20) - around + 1)),
        xattr(Content::zeros(u64::MAX >> 1)),
        xattr(Content::random(1, 1 << 40)).xattr("user.l", Content::random(1, 1 << 40)),
        Entry::symlink("f", "a".repeat(1 << 20)),
    ] {
        let error = fixture(Layer::new().with(entry)).tempdir().unwrap_err();
        let expected = ": \"f\": its names and extended attributes are larger than the 1 MiB that readers take; \
                        make them smaller";
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}

fn fixture(layer: Layer) -> Fixture {
    Fixture::new().with(Manifest::new().with(layer))
}

fn digest_of(layer: Layer) -> String {
    let layout = fixture(layer).tempdir().unwrap();
    layout.platform("linux/amd64").unwrap().layers().unwrap()[0].digest().to_string()
}

fn tar_of(layer: Layer) -> Vec<u8> {
    let layout = fixture(layer).tempdir().unwrap();
    layout.platform("linux/amd64").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned()
}

/// Words put together, `a*3 / b` for `aaa/b`.
fn path_of(words: &str) -> String {
    let mut path = String::new();
    for word in words.split(' ') {
        match word.split_once('*') {
            Some((text, count)) => path.push_str(&text.repeat(count.parse().unwrap())),
            None => path.push_str(word),
        }
    }
    path
}

//! The end of a tar, and layers that are not a tar.

use std::collections::BTreeSet;

use oci_fixture::{Content, Encoder, Entry, Gzip, Header, Layer, Manifest, Plain, Zstd};
use oci_fixture_test_support::{digest, fixture, layer_of};

use super::{END, entries_of, shown};

#[test]
fn a_tar_ends_with_as_many_blocks_as_are_declared() {
    let layer = || Layer::new().with(("a", "layer1"));
    let honest = layer_of(layer());
    for (blocks, removed) in [(0, 1024), (1, 512)] {
        assert_eq!(shown(&layer_of(layer().eof(blocks))), shown(&honest[..honest.len() - removed]));
        assert_eq!(shown(&layer_of(Layer::new().eof(blocks))), shown(&END[removed..]));
    }
}

#[test]
fn bytes_can_follow_the_end() {
    let (one, other) = (entries_of(Layer::new().with(("a", "1"))), entries_of(Layer::new().with(("b", "2"))));
    let layer = Layer::new()
        .with(("a", "1"))
        .with(Header::new().raw(Content::zeros(1024)))
        .with(("b", "2"))
        .with(Header::new().raw("garbage"))
        .eof(0);
    assert_eq!(shown(&layer_of(layer)), shown(&[one.as_slice(), &END, &other, b"garbage"].concat()));
}

/// All digests are those of the bytes: the image is consistent, but its layer is no tar.
#[test]
fn any_bytes_can_be_the_tar() {
    for raw in [&b""[..], b"x", b"no tar", &[0; 1024], &vec![0xff; 100_000]] {
        let encoders: [Option<Encoder>; 5] = [
            None,
            Some(Plain::new().labelled("gzip").into()),
            Some(Gzip::stored().into()),
            Some(Zstd::stored().into()),
            Some(Gzip::stored().bad_crc().into()),
        ];
        for encoder in encoders {
            let layer = Layer::new().raw(raw);
            let is_plain = encoder.is_none();
            let layer = encoder.into_iter().fold(layer, Layer::encoder);
            let layout = fixture(layer).in_memory().unwrap();
            let image = layout.platform("linux/amd64").unwrap();
            let layer = &image.layers().unwrap()[0];
            assert_eq!(*image.config().unwrap().rootfs().diff_ids(), [digest(raw)]);
            assert_eq!(layer.digest().as_str(), digest(layer.bytes().unwrap()));
            if is_plain {
                assert_eq!(*layer.bytes().unwrap(), *raw);
            }
        }
    }
}

#[test]
fn the_bytes_of_a_declared_tar_give_the_same_layer() {
    let honest = || Layer::new().with(("a", "layer1")).with(Entry::directory("d/"));
    let raw = || Layer::new().raw(layer_of(honest()));
    for (honest, raw) in [(honest(), raw()), (honest().gzip(), raw().gzip()), (honest().zstd(), raw().zstd())]
    {
        let [honest, raw] = [honest, raw].map(|layer| fixture(layer).in_memory().unwrap());
        assert_eq!(honest.index_bytes().unwrap(), raw.index_bytes().unwrap());
    }
}

#[test]
fn a_fault_in_a_layer_changes_only_the_digests_above_it() {
    let blobs = |layer: Layer| {
        let image = Manifest::new().with(("a", "b")).platform("linux/arm64");
        let faulty = Manifest::new().with(Layer::new().with(("a", "b"))).with(layer);
        let layout = oci_fixture::Fixture::new().with(image).with(faulty).in_memory().unwrap();
        let digests: BTreeSet<String> =
            layout.blobs().unwrap().map(|blob| blob.unwrap().0.to_string()).collect();
        let faulty = &layout.nodes().unwrap()[1];
        let moved: BTreeSet<String> = faulty
            .children()
            .unwrap()
            .iter()
            .map(|node| node.digest().to_string())
            .filter(|digest| *digest != faulty.layers().unwrap()[0].digest().as_str())
            .chain([faulty.digest().to_string()])
            .collect();
        (digests, moved)
    };
    let (honest, was) = blobs(Layer::new().with(("c", "")));
    for fault in [
        Layer::new().with(("c", "")).eof(0),
        Layer::new().raw(""),
        Layer::new().with(Header::new().name("c").checksum(0)),
        Layer::new().with(Entry::file("/c", "").unchecked()),
    ] {
        let (faulty, is) = blobs(fault);
        assert_eq!(&honest - &faulty, was);
        assert_eq!(&faulty - &honest, is);
    }
}

#[test]
fn the_tree_marks_each_fault() {
    let unchecked = || Entry::file("/a", "").unchecked();
    for (layer, faults) in [
        (Layer::new().with(("a", "")), ""),
        (Layer::new().eof(1), " ! eof:"),
        (Layer::new().raw(END), " ! raw:"),
        (Layer::new().with(unchecked()).with(unchecked()), " ! #[unchecked]"),
        (Layer::new().with(Header::new()).with(Header::new().raw("")), " ! entry"),
        (
            Layer::new()
                .with(unchecked())
                .with(Header::new())
                .eof(0)
                .encoder(Plain::new().labelled("gzip"))
                .flip(0),
            " ! #[flip = 0], eof:, #[unchecked], entry, labelled()",
        ),
    ] {
        let layout = fixture(layer).in_memory().unwrap();
        let tree = layout.to_string();
        let line = tree.lines().find(|line| line.contains("layer")).unwrap();
        let (_, marked) = line.split_once(" bytes").unwrap();
        assert_eq!(marked.split(" (").next().unwrap(), faults, "{tree}");
    }
}

//! Encoders of users, and layers of other media types.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use oci_fixture::{Config, Encoder, Fixture, Gzip, Layer, LayerEntry, Manifest, Plain, Zstd, oci_image};
use oci_fixture_test_support::{fixture, layer_of, sha256};

const HELM: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

fn error_of(layer: Layer) -> String {
    fixture(layer).in_memory().unwrap_err().to_string()
}

#[test]
fn an_encoder_of_the_user_writes_the_layer_and_its_tar_is_hashed() {
    let gzip = Encoder::new("gzip", |tar, out| {
        let mut gzip = GzEncoder::new(out, Compression::best());
        tar.write_to(&mut gzip)?;
        gzip.finish().map(drop)
    });
    let layer = || Layer::new().with(("a", "b".repeat(5000)));
    let declared = oci_image! { linux/amd64 { layer (gzip.clone()) { "a" => "b".repeat(5000) } } };
    let built = fixture(layer().encoder(gzip));
    built.write_archive(Vec::new()).unwrap();
    assert_eq!(
        declared.in_memory().unwrap().index_bytes().unwrap(),
        built.in_memory().unwrap().index_bytes().unwrap()
    );
    let layout = built.tempdir().unwrap();
    layout.assert_verified();
    let image = layout.platform("linux/amd64").unwrap();
    let tar = layer_of(layer());
    assert_eq!(image.config().unwrap().rootfs().diff_ids(), &[format!("sha256:{}", sha256(&tar))]);
    let layer = &image.layers().unwrap()[0];
    assert_eq!(layer.media_type(), "application/vnd.oci.image.layer.v1.tar+gzip");
    assert!(layer.size() < 200);
    let mut read = Vec::new();
    io::copy(&mut flate2::read::GzDecoder::new(&*layer.bytes().unwrap()), &mut read).unwrap();
    assert_eq!(read, tar);
}

/// The specification names no such compression, and forbids none.
#[test]
fn an_encoder_of_another_compression_is_honest() {
    let odd = Encoder::new("odd", |tar, out| {
        out.write_all(b"odd")?;
        tar.write_to(out)
    });
    let layout = fixture(Layer::new().with(("a", "b")).encoder(odd)).in_memory().unwrap();
    layout.assert_verified();
    let layer = &layout.platform("linux/amd64").unwrap().layers().unwrap()[0];
    assert_eq!(layer.media_type(), "application/vnd.oci.image.layer.v1.tar+odd");
    assert!(layer.bytes().unwrap().starts_with(b"odda\0"));
    assert_eq!(layer.declared_entries().unwrap().map(|entries| entries.len()), Some(1));
}

#[test]
fn an_encoder_that_cannot_be_run_again_is_an_error() {
    let runs = AtomicU8::new(0);
    let other = Encoder::new("odd", move |tar, out| {
        out.write_all(&[runs.fetch_add(1, Ordering::Relaxed)])?;
        tar.write_to(out)
    });
    assert_eq!(
        error_of(Layer::new().encoder(other)),
        "linux/amd64 > layer 1: the encoder gives other bytes in a second run; let them depend on the tar alone"
    );
    let never = Encoder::new("odd", |_, out| out.write_all(b"x"));
    assert_eq!(
        error_of(Layer::new().encoder(never)),
        "linux/amd64 > layer 1: cannot be made: the encoder never takes the tar; write it by `tar.write_to(&mut writer)?`"
    );
    let failed = Encoder::new("odd", |_, _| Err(io::Error::other("no more")));
    assert_eq!(error_of(Layer::new().encoder(failed)), "linux/amd64 > layer 1: cannot be made: no more");
    let name = Encoder::new("\u{e9}", |tar, out| tar.write_to(out));
    assert!(error_of(Layer::new().encoder(name)).contains("has 'é' in its subtype"));
}

#[test]
fn a_tar_has_any_media_type() {
    let declared = oci_image! {
        manifest "chart:1" {
            config "application/vnd.cncf.helm.config.v1+json" => json { "name": "chart" },
            layer "application/vnd.cncf.helm.chart.content.v1.tar+gzip" gzip { "chart/Chart.yaml" => "name: chart" }
            layer "application/x-tar" { "a" => "b" }
            layer (HELM) gzip { "a" => "c" }
            layer (HELM) (Gzip::stored().members(2)) { "a" => "d" }
            layer "application/x-tar+zstd" (Zstd::stored()) { "a" => "e" }
        }
    };
    let layer = |name: &str, content: &str| Layer::new().with((name, content));
    let built = Manifest::new()
        .reference("chart:1")
        .with(Config::of("application/vnd.cncf.helm.config.v1+json", r#"{"name":"chart"}"#))
        .with(layer("chart/Chart.yaml", "name: chart").gzip().media_type(HELM))
        .with(layer("a", "b").media_type("application/x-tar"))
        .with(layer("a", "c").media_type(HELM).gzip())
        .with(layer("a", "d").media_type(HELM).encoder(Gzip::stored().members(2)))
        .with(layer("a", "e").media_type("application/x-tar+zstd").zstd());
    let layout = declared.in_memory().unwrap();
    assert_eq!(
        layout.index_bytes().unwrap(),
        Fixture::new().with(built).in_memory().unwrap().index_bytes().unwrap()
    );
    layout.assert_verified();
    let layers = layout.reference("chart:1").unwrap().layers().unwrap();
    let types: Vec<_> = layers.iter().map(|layer| layer.media_type().to_owned()).collect();
    assert_eq!(types, [HELM, "application/x-tar", HELM, HELM, "application/x-tar+zstd"]);
    let entries = layers[0].declared_entries().unwrap().unwrap();
    assert_eq!(
        entries.iter().map(LayerEntry::to_string).collect::<Vec<_>>(),
        ["-rw-r--r-- 11 chart/Chart.yaml"]
    );
    assert_eq!(layers[1].entries().unwrap().len(), 1);
}

/// An image may have a layer of any media type. The layer has a `diff_id`.
#[test]
fn an_image_with_a_layer_of_another_type_is_honest() {
    let fixture =
        oci_image! { linux/amd64 { layer "application/x-tar" { "a" => "b" } layer { "c" => "d" } } };
    let layout = fixture.in_memory().unwrap();
    layout.assert_verified();
    let config = layout.platform("linux/amd64").unwrap().config().unwrap();
    assert_eq!(config.rootfs().diff_ids().len(), 2);
}

#[test]
fn a_media_type_says_the_compression_of_its_layer() {
    let layer = "application/vnd.oci.image.layer.v1.tar";
    let of = |media_type: &str| Layer::new().media_type(media_type);
    for (layer, expected) in [
        (of(HELM), "says gzip, but the layer is not compressed; write `gzip` behind it, or another type"),
        (of(HELM).zstd(), "says gzip, but the encoder makes zstd; write another type, or another encoder"),
        (
            of(layer).gzip(),
            "says no compression, but the encoder makes gzip; write another type, or no encoder",
        ),
        (of(&format!("{layer}+zstd")).gzip(), "says zstd, but the encoder makes gzip"),
        (
            of("application/vnd.oci.image.index.v1+json"),
            "is that of an index; write `index { ... }`, or another type",
        ),
        (of("tar"), "has no `/`; write a type and a subtype, as in `application/json`"),
    ] {
        let error = error_of(layer);
        assert!(
            error.starts_with("linux/amd64 > layer 1: media type `") && error.contains(expected),
            "{error}"
        );
    }
    let labelled = of(HELM).encoder(Plain::new().labelled("gzip"));
    assert!(error_of(labelled).ends_with("so `labelled` changes nothing; remove one of the two"));
    fixture(of(HELM).unchecked()).in_memory().unwrap();
    fixture(of("application/x.tar.gz").gzip()).in_memory().unwrap();
}

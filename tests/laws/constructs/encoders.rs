//! Layers of any media type and of any encoder: the types in the manifest, the stored bytes, and the digests of the
//! tars.

use std::io::Read;

use oci_fixture::{Config, Encoder, Fixture, Gzip, Layer, Manifest, Zstd};
use oci_fixture_test_support::{decompressed, sha256};
use proptest::prelude::*;

use super::tar::read;
use super::{blob, document, has_a_text, in_memory, is_honest, listed};
use crate::config;

#[derive(Clone, Debug)]
enum How {
    Plain,
    Gzip(Header),
    /// A number of members.
    Members(u64),
    Zstd,
    /// An encoder of the test: it writes some bytes, and then the tar with each byte changed by this one.
    Own {
        name: String,
        start: Vec<u8>,
        change: u8,
    },
}

/// The fields of a gzip header.
#[derive(Clone, Debug, Default)]
struct Header {
    name: Option<String>,
    comment: Option<String>,
    mtime: Option<u32>,
    extra: Option<Vec<u8>>,
}

#[derive(Clone, Debug)]
struct Declared {
    how: How,
    /// The media type without the compression.
    media_type: Option<&'static str>,
    files: Vec<Vec<u8>>,
}

/// Types of tars that no layer of an image has.
const TYPES: [&str; 3] =
    ["application/vnd.cncf.helm.chart.content.v1.tar", "application/vnd.example.source", "application/x-tar"];

fn header() -> impl Strategy<Value = Header> {
    let text = || prop::option::of("[a-z\u{e9}. ]{1,20}");
    let extra = prop::option::of(prop::collection::vec(any::<u8>(), 0..9).prop_map(|bytes| {
        let length = u16::try_from(bytes.len()).unwrap().to_le_bytes();
        [b"AB".as_slice(), &length, &bytes].concat()
    }));
    (text(), text(), prop::option::of(any::<u32>()), extra).prop_map(|(name, comment, mtime, extra)| Header {
        name,
        comment,
        mtime,
        extra,
    })
}

fn layer() -> impl Strategy<Value = Declared> {
    let how = prop_oneof![
        Just(How::Plain),
        header().prop_map(How::Gzip),
        (2..5_u64).prop_map(How::Members),
        Just(How::Zstd),
        ("[a-z]{2,6}", prop::collection::vec(any::<u8>(), 0..20), 1..=u8::MAX)
            .prop_map(|(name, start, change)| How::Own { name, start, change }),
    ];
    let files = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..1500), 0..3);
    (how, prop::option::of(prop::sample::select(&TYPES[..])), files)
        .prop_map(|(how, media_type, files)| Declared { how, media_type, files })
}

impl Declared {
    fn built(&self) -> Layer {
        let files = self.files.iter().enumerate();
        let mut layer =
            files.fold(Layer::new(), |layer, (number, bytes)| layer.with((format!("f{number}"), bytes)));
        layer = match &self.how {
            How::Plain => layer,
            How::Gzip(Header { name, comment, mtime, extra }) => {
                let mut gzip = Gzip::stored();
                if let Some(name) = name {
                    gzip = gzip.name(name);
                }
                if let Some(comment) = comment {
                    gzip = gzip.comment(comment);
                }
                if let Some(mtime) = mtime {
                    gzip = gzip.mtime(*mtime);
                }
                if let Some(extra) = extra {
                    gzip = gzip.extra(extra);
                }
                layer.encoder(gzip)
            }
            How::Members(count) => layer.encoder(Gzip::stored().members(*count)),
            How::Zstd => layer.encoder(Zstd::stored()),
            How::Own { name, start, change } => {
                let (start, change) = (start.clone(), *change);
                layer.encoder(Encoder::new(name, move |tar, out| {
                    out.write_all(&start)?;
                    let mut whole = Vec::new();
                    tar.write_to(&mut whole)?;
                    out.write_all(&whole.iter().map(|byte| byte ^ change).collect::<Vec<_>>())
                }))
            }
        };
        match self.full_type() {
            Some(media_type) => layer.media_type(media_type),
            None => layer,
        }
    }

    /// The compression in the media type.
    fn suffix(&self) -> String {
        match &self.how {
            How::Plain => String::new(),
            How::Gzip(_) | How::Members(_) => "+gzip".to_owned(),
            How::Zstd => "+zstd".to_owned(),
            How::Own { name, .. } => format!("+{name}"),
        }
    }

    fn full_type(&self) -> Option<String> {
        self.media_type.map(|media_type| format!("{media_type}{}", self.suffix()))
    }

    /// The tar of the stored bytes.
    fn tar(&self, stored: &[u8]) -> Vec<u8> {
        match &self.how {
            How::Own { start, change, .. } => {
                let rest = stored.strip_prefix(start.as_slice()).unwrap();
                rest.iter().map(|byte| byte ^ change).collect()
            }
            How::Gzip(declared) => {
                let mut decoder = flate2::read::GzDecoder::new(stored);
                let mut tar = Vec::new();
                decoder.read_to_end(&mut tar).unwrap();
                let found = decoder.header().unwrap();
                // The text fields of gzip have one byte for each character.
                let latin = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
                assert_eq!(found.filename().map(<[u8]>::to_vec), latin(&declared.name));
                assert_eq!(found.comment().map(<[u8]>::to_vec), latin(&declared.comment));
                assert_eq!(found.extra().map(<[u8]>::to_vec), declared.extra);
                assert_eq!(found.mtime(), declared.mtime.unwrap_or_default());
                tar
            }
            How::Members(count) => {
                let mut rest = stored;
                let mut tar = Vec::new();
                let mut members = 0;
                while !rest.is_empty() {
                    flate2::bufread::GzDecoder::new(&mut rest).read_to_end(&mut tar).unwrap();
                    members += 1;
                }
                assert_eq!(members, *count);
                tar
            }
            How::Plain | How::Zstd => decompressed(stored),
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_layer_of_any_type_and_encoder_is_its_tar(layers in prop::collection::vec(layer(), 0..4)) {
        let mut manifest = layers.iter().fold(Manifest::new(), |image, layer| image.with(layer.built()));
        // Tars with other media types are the layers of an artifact.
        let is_artifact = layers.iter().any(|layer| layer.media_type.is_some());
        if is_artifact {
            manifest = manifest.with(Config::of("application/vnd.example.config", "{}"));
        }
        let fixture = Fixture::new().with(manifest);
        let files = in_memory(&fixture);
        let image = document(&files, &listed(&files)[0]);
        let found = image["layers"].as_array().unwrap();
        prop_assert_eq!(found.len(), layers.len());
        let mut diff_ids = Vec::new();
        for (descriptor, layer) in found.iter().zip(&layers) {
            let usual = format!("application/vnd.oci.image.layer.v1.tar{}", layer.suffix());
            prop_assert_eq!(&descriptor["mediaType"], &layer.full_type().unwrap_or(usual));
            let tar = layer.tar(blob(&files, descriptor));
            diff_ids.push(format!("sha256:{}", sha256(&tar)));
            let contents: Vec<Vec<u8>> = read(&tar).into_iter().map(|member| member.content).collect();
            prop_assert_eq!(&contents, &layer.files);
        }
        if !is_artifact {
            prop_assert_eq!(&document(&files, &image["config"])["rootfs"]["diff_ids"], &serde_json::json!(diff_ids));
        }
        let layout = fixture.in_memory().unwrap();
        prop_assert!(is_honest(&layout), "{}", layout.verify().iter().map(ToString::to_string).collect::<String>());
        // An encoder of a user is code, so the text has the stored bytes of its layer.
        has_a_text(&fixture);
    }
}

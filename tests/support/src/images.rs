//! Images that several tests use. Their digests are those that Go gives, and never change: a new construct gets an image of
//! its own.

use oci_fixture::{Content, Fixture, Platform, arch, oci_image, os, variant};

/// The first example of the README.
pub fn example() -> Fixture {
    oci_image! {
        index "twoplatform:latest" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm64 { "bash" => "layer2" }
        }
    }
}

/// Nodes, entries, fields, attributes and flow, with literals and with expressions.
#[allow(clippy::too_many_lines, reason = "there are that many constructs")]
pub fn everything() -> Fixture {
    let version = 3;
    let arm64 = Platform::new(os::linux, arch::arm64).with_variant(variant::v8);
    let user = format!("{0}:{0}", 1000);
    let level = ["LEVEL", "3"].join("=");
    let levels = [("level", version)];
    oci_image! {
        index "registry.example:5000/team/everything:1.0" {
            annotations: { "title": "everything", "version": 3, "Zulu": 1, ("alpha"): 1 + 1 }
            index {
                if version > 2 { annotations: { "level": "2" } } else { annotations: { "level": "0" } }
                index { annotations: levels }
                linux/386 { "empty" => "" }
            }
            manifest linux/amd64 {
                annotations: {
                    "é": "last",
                    "a": "lower case after",
                    "Z": "upper case first",
                    "version": version,
                }
                for odd in [false, true, false] {
                    if odd {
                        layer {
                            "é" => [0, 0xff],
                            #[mode = 0o4755] #[uid = 2_097_152] #[gid = u64::from(u32::MAX)] #[mtime = -1]
                            "before" => Vec::new(),
                            #[mode = 0o0] #[uid = 2_097_151] #[mtime = 1 << 33] "d" => Content::new(""),
                        }
                    } else {
                        layer {
                            "etc/",
                            #[mode = 0o600] #[uid = 1] #[gid = 2] #[mtime = 1_700_000_000]
                            "etc/passwd" => "root:x:0:0::/root:/bin/sh\n",
                            #[mode = 0o1777] #[uid = 1000] #[gid = 1000] "run/lock/",
                            for number in 0..version {
                                (format!("run/{number}")) => format!("number {number}"),
                                if number % 2 == 0 {
                                    (format!("run/even/{number}/"))
                                } else if let Some(odd) = Some(number) {
                                    (format!("run/odd/{odd}/"))
                                } else {
                                    "never" => "",
                                }
                            }
                        }
                    }
                }
                config {
                    user: user,
                    env: ["PATH=/bin", "LANG=C", level],
                    entrypoint: ["/bin/sh", "-c"],
                    cmd: vec!["exit 0"],
                    working_dir: "/srv",
                    labels: { "b": 2, "A": 1, "version": (version), "é": 4 },
                }
            }
            (arm64) { config { } }
            "windows(10.0.17763+win32k)/amd64" { "Files/" }
            unknown/unknown { annotations: { "vnd.docker.reference.type": "attestation-manifest" } layer { } }
            unknown/unknown { }
        }
        manifest (format!("me/app:{version}")) linux/arm/v7 { #[mode = 0o755] "bin/app" => b"#!" }
        config "config" linux/riscv64 { cmd: ["true"] }
        manifest (format!("plain@sha256:2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb")) { "bash" => "layer1" }
        linux/amd64 { "bash" => String::from("layer1") }
    }
}

/// Annotations and labels with so many keys that a map in no order would not write them twice alike.
pub fn many() -> Fixture {
    let pairs =
        || (0..200).map(|number| (format!("org.example.key-{number}"), format!("value {}", number * number)));
    oci_image! {
        index "many" {
            annotations: pairs(),
            for arch in ["amd64", "arm64", "s390x"] {
                (Platform::new(os::linux, arch)) {
                    annotations: pairs(),
                    config { labels: pairs() }
                    layer { "bin/", #[mode = 0o755] (format!("bin/{arch}")) => arch }
                }
            }
        }
    }
}

/// The digests of the documents of [`example`].
pub const EXAMPLE_DOCUMENTS: [&str; 5] = [
    "2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26",
    "2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb",
    "466a044058a4b3efe4612bf49d825d0c688ecd715709d31ce32dd857def3d404",
    "3e7354ca8ed8a7c57e6249b35739acb9312d4a5fd188478034bd2a54369c1fe7",
    "4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240",
];

/// The digests of the layers of [`example`].
pub const EXAMPLE_LAYERS: [&str; 2] = [
    "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
    "296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59",
];

/// The digests of the documents of [`everything`].
pub const EVERYTHING_DOCUMENTS: [&str; 20] = [
    "182873534afe7914f00eb9428d4e2144988648105e10e13a328b1665f9da9b72",
    "a83448582bf758a5b027aedd0e5f194c46a106f6f333d35d20579d6a9adf0282",
    "be3d4408fcd97e23ff43f7365dfeb50e5879440352a840e54b7c51f4d871fc13",
    "9698c7e2742e132c3f9593bf835e2da21fd51627fe013ce0580fe3f133fc9b61",
    "41368fa6f9bcea2b0f2b4bcaf4a17c53b61ba87d2f069b47230e4da67b59734d",
    "80b5f7cc4ecad38746b41e03cd479b1a129111ee37a4db372485c370b084269f",
    "e0814e0bd325e6a2d1f902ddbf8d4d111d54f400043b19ff3bbd738954fc8b89",
    "3a0815cf4e290d5579eeb5657e4279c6e0ef25d80989624ec48a66a5c904be76",
    "17d28d4d190141673eb8bbd722573e1cebd7c6bf8a14e79526eb0d5f7147313d",
    "ea8ca222686c0df1f26483dac5ca86be43614f941168c0a28278d7e4125cdd60",
    "b9098107cb92371ab87036b66e39154d97dc551c0ad5ee824f6f82e643511321",
    "d8e8a092a1d4d6edeb688db22564ed35051126ddc20c9954946d9c7033f204aa",
    "89a34d4c0c796702ae4f820f811b632f5f52efc2115b9e6ee963210808c6b3ab",
    "9c4db85b8a6c2ed081ccbb2c4c2278adc381abb6050b6c85c839504aae1a8c7f",
    "85332d890445cfacd0ca3f4bde44e804d18761f98e1553478cdd17b843a8ffad",
    "fc6688cde5924807ae3956af60d0f8ea41a71b02d8962e84189e706c9baa325b",
    "43089249c506a269d5b6818ca897f8c56cd92d228227577ef4501378733a79ad",
    "3428db63ea80c4f9c698f4bd6bc65be3646d566416d4de531e3e5360486f9b8c",
    "2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26",
    "2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb",
];

/// The digests of the layers of [`everything`].
pub const EVERYTHING_LAYERS: [&str; 7] = [
    "30035e2c75862c634cfa3e1b9ceec1444e935f1d0278c86f1bd85ca5b9944a0f",
    "af1c8dcebcdf976e83a68c63a512bba2776f3f12705af4d36b53d7a71d482a9f",
    "25d751bd07d61ba47ef656581a087b4183eefe6f88acdc7e1c4d2d1f8a333665",
    "af470dd028edd6806da2ccb38a47b677dacb32d63f46cc2317045883bcd32808",
    "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "95aa5709ec9fe461f39c879864060923978716a55af53acf84d3953538ba37f8",
    "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
];

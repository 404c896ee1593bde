//! Images that share layers, have many or have none.

use oci_fixture::oci_image;

use super::assert_shape;

#[test]
fn six_images_have_eight_tags_and_share_their_blobs() {
    let fixture = oci_image! {
        'first: manifest "team/app:1.0" {
            'base: layer { "etc/os" => "base" }
            'app: layer { "app" => "1.0" }
        }
        'second: manifest "team/app:1.1" { 'base, layer { "app" => "1.1" } }
        manifest "team/app:1.1-arm" linux/arm64 { 'base, 'app }
        manifest "team/tool:1" { 'app, 'base }
        manifest "team/tool:2" { 'base }
        manifest "registry.example/tool:2" { 'base, 'base }
        tag "team/app:1" => 'second,
        tag "team/app" => 'second,
    };
    assert_shape(&fixture, "six_images", "1049b3656686617a4cec6dd1c7f94b23b02fef44c7d17d84b6ac386e9bc85de0");
    let layout = fixture.tempdir().unwrap();
    assert_eq!(
        layout.label("second").unwrap().digest(),
        layout.reference("team/app:latest").unwrap().digest()
    );
}

#[test]
fn two_images_share_sixteen_of_twenty_layers() {
    let fixture = oci_image! {
        for image in [1, 2] {
            manifest (format!("app:{image}")) {
                for number in 0..20 {
                    layer { (format!("layer{number}")) => if number < 16 { 0 } else { image }.to_string() }
                }
            }
        }
    };
    assert_shape(
        &fixture,
        "twenty_layers",
        "3421a905f720f50e34df742b36d2c64355f8143bb2bd7a98ac528f82c507f403",
    );
    // 24 layers, two configs, two manifests.
    assert_eq!(fixture.tempdir().unwrap().blobs().unwrap().count(), 28);
}

#[test]
fn a_layer_whites_out_hides_and_links_what_is_in_lower_ones() {
    let fixture = oci_image! {
        manifest "layers:1" {
            layer {
                "bin/", #[mode = 0o755] "bin/busybox" => "ELF",
                "etc/", "etc/passwd" => "root", "etc/cron.d/", "etc/cron.d/daily" => "",
                "var/cache/", "var/cache/old" => "",
            }
            layer {
                whiteout "etc/passwd", whiteout "etc/cron.d/",
                "var/cache/", opaque "var/cache/", "var/cache/new" => "",
                #[mode = 0o755] #[unchecked] hardlink "bin/ls" -> "bin/busybox",
                "bin/sh" -> "busybox",
            }
            layer { opaque "./", #[unchecked] hardlink "ls" -> "bin/ls" }
        }
    };
    assert_shape(&fixture, "whiteouts", "de2076715d83f3df4536da1b051299c24442598d110979087786934fc92aeef4");
}

#[test]
fn an_image_has_no_layers() {
    let fixture = oci_image! { manifest "scratch:1" { } };
    assert_shape(&fixture, "no_layers", "f1b4fa3c4066f6b378fe65754490cad4edc07e1d33ad8c84287730944b18258a");
}

//! Paths, targets and whiteouts.

use crate::fixture;
use crate::image::{Image, Member, bare, file, headers};

#[test]
fn names_lead_out_of_the_layer() {
    let (link, hardlink) = ("link", "../../target");
    let cases: [(_, Vec<Member>); 5] = [
        (fixture("absolute_path"), vec![file("/tmp/oci-fixture-hostile/absolute", b"content")]),
        (fixture("parent_path"), vec![file("../../outside", b"content")]),
        (fixture("symlink_then_write"), vec![bare(link, '2', "../.."), file("link/outside", b"content")]),
        (fixture("symlink_as_root"), vec![bare(".", '2', "../.."), file("outside", b"content")]),
        (fixture("hardlink_outside"), vec![bare(link, '1', hardlink), file(link, b"content")]),
    ];
    for (fixture, members) in cases {
        let image = Image::consistent(&fixture);
        assert_eq!(headers(image.layer()), members);
    }
}

#[test]
fn whiteouts_hide_what_they_must_not() {
    let lower = || vec![bare("directory/", '5', ""), file("directory/file", b"content")];
    let cases: [(_, Vec<Vec<Member>>); 6] = [
        (fixture("whiteout_of_nothing"), vec![lower(), vec![file("directory/.wh.", b"")]]),
        (fixture("whiteout_of_its_directory"), vec![lower(), vec![file("directory/.wh..", b"")]]),
        (
            fixture("whiteout_of_aufs"),
            vec![vec![file(".wh..wh.plnk/1.2", b"content"), bare("file", '1', ".wh..wh.plnk/1.2")]],
        ),
        (
            fixture("whiteout_last"),
            vec![vec![file("file", b"lower")], vec![file("file", b"upper"), file(".wh.file", b"")]],
        ),
        (
            fixture("opaque_last"),
            vec![
                vec![bare("directory/", '5', ""), file("directory/lower", b"content")],
                vec![
                    bare("directory/", '5', ""),
                    file("directory/upper", b"content"),
                    file("directory/.wh..wh..opq", b""),
                ],
            ],
        ),
        (
            fixture("whiteout_below_a_pipe"),
            vec![vec![file("file", b"content"), bare("pipe", '6', "")], vec![file("pipe/.wh.file", b"")]],
        ),
    ];
    for (fixture, layers) in cases {
        let image = Image::consistent(&fixture);
        assert_eq!(image.layers().into_iter().map(headers).collect::<Vec<_>>(), layers);
    }
}

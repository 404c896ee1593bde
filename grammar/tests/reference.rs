//! References, compared with tables. The accepted ones and their parts were measured with
//! `ParseNormalizedNamed` of github.com/distribution/reference v0.6.0; the texts of the errors are ours.

mod common;

use common::{HEX, assert_is_one_line_with_a_cure, assert_refused, odd_strings, table};
use oci_fixture_grammar::{Digest, Reference};

/// Text, domain, path, tag, digest.
type Accepted = (String, String, String, Option<String>, Option<String>);

fn accepted() -> Vec<Accepted> {
    table(include_str!("tables/reference_accepted.txt"))
}

/// Text, short form.
fn familiar() -> Vec<(String, String)> {
    table(include_str!("tables/reference_familiar.txt"))
}

#[test]
fn accepted_references_have_these_parts() {
    for (text, domain, path, tag, digest) in accepted() {
        let reference = Reference::parse(&text).unwrap_or_else(|invalid| panic!("{text:?}: {invalid}"));
        let parts =
            (reference.domain(), reference.path(), reference.tag(), reference.digest().map(Digest::as_str));
        assert_eq!(parts, (&*domain, &*path, tag.as_deref(), digest.as_deref()), "{text:?}");
    }
}

#[test]
fn refused_references_say_why() {
    assert_refused(include_str!("tables/reference_refused.txt"), Reference::parse);
}

#[test]
fn an_error_names_the_part() {
    for (text, part) in [
        ("", "reference"),
        ("http://x", "reference"),
        ("-.com/x", "domain"),
        ("Foo", "repository name"),
        (HEX, "repository name"),
        ("x:", "tag"),
        ("x@", "digest"),
        // From left to right: the first wrong part is named.
        ("-.com/X:-@", "domain"),
        ("a.com/X:-@", "repository name"),
        ("a.com/x:-@", "tag"),
        ("a.com/x:y@", "digest"),
    ] {
        assert_eq!(Reference::parse(text).unwrap_err().part(), part, "{text:?}");
    }
}

#[test]
fn the_full_form_is_the_same_reference() {
    for (text, domain, path, tag, digest) in accepted() {
        let name = if domain.is_empty() { path.clone() } else { format!("{domain}/{path}") };
        let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = digest.map(|digest| format!("@{digest}")).unwrap_or_default();
        let reference: Reference = text.parse().unwrap();
        assert_eq!(reference.name(), name, "{text:?}");
        assert_eq!(reference.to_string(), format!("{name}{tag}{digest}"), "{text:?}");
        assert_eq!(Reference::parse(&reference.to_string()), Ok(reference), "{text:?}");
    }
}

#[test]
fn the_familiar_form_is_short_on_docker_hub() {
    for (text, familiar) in familiar() {
        assert_eq!(Reference::parse(&text).unwrap().familiar(), familiar, "{text:?}");
    }
}

#[test]
fn the_familiar_form_is_the_same_reference() {
    for text in accepted().into_iter().map(|row| row.0).chain(familiar().into_iter().map(|row| row.0)) {
        let reference = Reference::parse(&text).unwrap();
        assert_eq!(Reference::parse(&reference.familiar()), Ok(reference), "{text:?}");
    }
}

#[test]
fn latest_is_added_where_there_is_neither_tag_nor_digest() {
    for (text, _, _, tag, digest) in accepted() {
        let reference = Reference::parse(&text).unwrap();
        let expected = match (tag, digest) {
            (None, None) => format!("{reference}:latest"),
            _ => reference.to_string(),
        };
        assert_eq!(reference.or_latest().to_string(), expected, "{text:?}");
    }
}

#[test]
fn a_tag_has_at_most_128_bytes() {
    let longest = format!("x:{}", "t".repeat(128));
    assert_eq!(Reference::parse(&longest).unwrap().to_string(), format!("docker.io/library/{longest}"));

    let invalid = Reference::parse(&format!("{longest}t")).unwrap_err();
    let error = format!("tag `{}` is 129 bytes long; shorten it to 128", "t".repeat(129));
    assert_eq!((invalid.part(), invalid.to_string()), ("tag", error));
}

#[test]
fn a_name_has_at_most_255_bytes_without_its_domain_but_with_its_library() {
    for (before, fits) in [
        ("", 247),
        ("library/", 247),
        ("docker.io/", 247),
        ("index.docker.io/", 247),
        ("example.com/", 255),
        ("example.com/a/", 253),
        ("localhost/", 255),
        // Its domain is empty, so all of it is the name.
        ("a_b.c/", 249),
    ] {
        let longest = Reference::parse(&format!("{before}{}", "l".repeat(fits))).unwrap();
        assert_eq!(longest.path().len(), 255, "{before}");

        let invalid = Reference::parse(&format!("{before}{}", "l".repeat(fits + 1))).unwrap_err();
        let path = format!("{}l", longest.path());
        assert_eq!(
            invalid.to_string(),
            format!("repository name `{path}` is 256 bytes long; shorten it to 255"),
            "{before}"
        );
    }
}

#[test]
fn a_domain_may_be_of_any_length() {
    let domain = format!("{}.com:{}", "d".repeat(300), "1".repeat(300));
    assert_eq!(Reference::parse(&format!("{domain}/x")).unwrap().domain(), domain);
}

#[test]
fn no_string_panics_and_what_is_accepted_can_be_read_again() {
    for text in odd_strings(50_000) {
        match Reference::parse(&text) {
            Ok(reference) => {
                assert_eq!(Reference::parse(&reference.familiar()).as_ref(), Ok(&reference), "{text:?}");
                assert_eq!(Reference::parse(&reference.to_string()), Ok(reference), "{text:?}");
            }
            Err(invalid) => assert_is_one_line_with_a_cure(&text, &invalid.to_string()),
        }
    }
}

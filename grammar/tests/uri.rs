//! URIs, against the grammar of RFC 3986.

use oci_fixture_grammar::uri;

#[test]
fn uris_of_rfc_3986_are_accepted() {
    for text in [
        "ftp://ftp.is.co.za/rfc/rfc1808.txt",
        "http://www.ietf.org/rfc/rfc2396.txt",
        "ldap://[2001:db8::7]/c=GB?objectClass?one",
        "mailto:John.Doe@example.com",
        "news:comp.infosystems.www.servers.unix",
        "tel:+1-816-555-1212",
        "telnet://192.0.2.16:80/",
        "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
        "http://user:p%40ss@host:/a//b;c=d/@:?x=/?#f/?",
        "x-y+z.1:",
        "file:///etc/passwd",
        "https://[v1f.a:b]:8080",
    ] {
        assert_eq!(uri::check(text), Ok(()), "{text}");
    }
    for text in ["https://example.com", "HTTP://user@[::1]:5000/layer?a=b#c"] {
        assert_eq!(uri::check_http(text), Ok(()), "{text}");
    }
}

#[test]
fn other_texts_are_refused_with_a_cure() {
    const SCHEME: &str = "has no scheme; write one, as in `https://example.com/layer`";
    const HOST: &str = "has no host; write one, as in `https://example.com/layer`";
    const PORT: &str = "has a port that is no number; write digits behind the `:`, or leave it out";
    const LITERAL: &str = "has no IPv6 address in its `[...]`; write one, such as `[::1]`";
    for (text, reason) in [
        ("//example.com/x", SCHEME),
        ("/x", SCHEME),
        ("x", SCHEME),
        ("1a:x", SCHEME),
        ("https://example.com/a b", "has ` `; write `%20`"),
        ("https://example.com/\u{e9}", "has `\u{e9}` (U+00E9); write `%C3%A9`"),
        ("https://example.com/%4", "has `%`; write two hexadecimal digits behind it"),
        ("https://example.com/%\u{e9}x", "has `%`; write two hexadecimal digits behind it"),
        ("https://example.com/[a]", "has `[`; write `%5B`"),
        ("https://example.com/#a#b", "has `#`; write `%23`"),
        ("https://a@b@c/", "has `@`; write `%40`"),
        ("https://exa<mple/", "has `<`; write `%3C`"),
        ("https://host:8o/", PORT),
        ("https://[::1]80/", PORT),
        ("https://[::1/", LITERAL),
        ("https://[fe80::1%25eth0]/", LITERAL),
        ("ftp://example.com/x", "is neither `http` nor `https`; write `https://example.com/x`"),
        ("urn:x", "is neither `http` nor `https`; write one such as `https://example.com/layer`"),
        ("https:///x", HOST),
        ("https:x", HOST),
    ] {
        let error = uri::check_http(text).map_err(|invalid| invalid.to_string());
        assert_eq!(error, Err(format!("URI `{text}` {reason}")));
    }
}

//! The URIs from which a blob can be downloaded.

use std::net::Ipv6Addr;

use crate::Invalid;
use crate::invalid::quoted_char;

/// Checks that the text is a URI of [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986), which begins with a scheme.
///
/// # Errors
///
/// The error names the part that is wrong, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::uri;
///
/// assert!(uri::check("ftp://example.com/layer?a#b").is_ok());
/// assert_eq!(
///     uri::check("example.com/layer").unwrap_err().to_string(),
///     "URI `example.com/layer` has no scheme; write one, as in `https://example.com/layer`"
/// );
/// ```
pub fn check(text: &str) -> Result<(), Invalid> {
    parts(text).map(drop)
}

/// Checks that the text is a URI of the schemes `http` or `https` with a host, as the [descriptor specification] asks for.
///
/// [descriptor specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#properties
///
/// # Errors
///
/// The error names the part that is wrong, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::uri;
///
/// assert!(uri::check_http("https://example.com/layer").is_ok());
/// assert_eq!(
///     uri::check_http("ftp://example.com/layer").unwrap_err().to_string(),
///     "URI `ftp://example.com/layer` is neither `http` nor `https`; write `https://example.com/layer`"
/// );
/// ```
pub fn check_http(text: &str) -> Result<(), Invalid> {
    let (scheme, host) = parts(text)?;
    let wrong = |reason: String| Err(Invalid::new("URI", text, reason));
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        let good = match text.split_once("://") {
            Some((_, rest)) => format!("`https://{rest}`"),
            None => "one such as `https://example.com/layer`".to_owned(),
        };
        return wrong(format!("is neither `http` nor `https`; write {good}"));
    }
    if host.is_none_or(str::is_empty) {
        return wrong("has no host; write one, as in `https://example.com/layer`".to_owned());
    }
    Ok(())
}

/// The scheme, and the host if there is an authority.
fn parts(text: &str) -> Result<(&str, Option<&str>), Invalid> {
    let wrong = |reason: String| Err(Invalid::new("URI", text, reason));
    let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return wrong("has no scheme; write one, as in `https://example.com/layer`".to_owned());
    };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(authority), path)
        }
        None => (None, rest),
    };
    if let Some(unexpected) =
        unexpected(path, ":@/").or_else(|| unexpected(query, ":@/?")).or_else(|| unexpected(fragment, ":@/?"))
    {
        return wrong(not_allowed(unexpected));
    }
    let Some(authority) = authority else { return Ok((scheme, None)) };
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if let Some(unexpected) = unexpected(user, ":") {
        return wrong(not_allowed(unexpected));
    }
    let (host, port) = match host.strip_prefix('[').map(|literal| literal.split_once(']')) {
        Some(Some((literal, port))) if is_literal(literal) => (literal, port),
        Some(_) => return wrong("has no IPv6 address in its `[...]`; write one, such as `[::1]`".to_owned()),
        None => {
            let (host, port) = host.split_at(host.find(':').unwrap_or(host.len()));
            if let Some(unexpected) = unexpected(host, "") {
                return wrong(not_allowed(unexpected));
            }
            (host, port)
        }
    };
    let digits = if port.is_empty() { Some("") } else { port.strip_prefix(':') };
    if digits.is_none_or(|digits| digits.bytes().any(|digit| !digit.is_ascii_digit())) {
        return wrong(
            "has a port that is no number; write digits behind the `:`, or leave it out".to_owned(),
        );
    }
    Ok((scheme, Some(host)))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Whether the text is an address that may stand in brackets.
fn is_literal(text: &str) -> bool {
    if text.parse::<Ipv6Addr>().is_ok() {
        return true;
    }
    let future = text.strip_prefix(['v', 'V']).and_then(|rest| rest.split_once('.'));
    future.is_some_and(|(version, address)| {
        let is_hex = !version.is_empty() && version.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex && !address.is_empty() && !address.contains('%') && unexpected(address, ":").is_none()
    })
}

/// The first character that is neither one of `others` nor allowed in every part. A `%` stands before two hexadecimal digits.
fn unexpected(text: &str, others: &str) -> Option<char> {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let behind = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = behind;
        if first == '%' {
            let (digits, behind) = behind.split_at_checked(2).unwrap_or(("", ""));
            if digits.is_empty() || digits.bytes().any(|digit| !digit.is_ascii_hexdigit()) {
                return Some('%');
            }
            rest = behind;
        } else if !first.is_ascii_alphanumeric()
            && !"-._~!$&'()*+,;=".contains(first)
            && !others.contains(first)
        {
            return Some(first);
        }
    }
    None
}

fn not_allowed(unexpected: char) -> String {
    let cure = match unexpected {
        '%' => "write two hexadecimal digits behind it".to_owned(),
        unexpected => {
            let encoded = unexpected
                .encode_utf8(&mut [0; 4])
                .bytes()
                .fold(String::new(), |encoded, byte| encoded + &format!("%{byte:02X}"));
            format!("write `{encoded}`")
        }
    };
    format!("has {}; {cure}", quoted_char(unexpected))
}

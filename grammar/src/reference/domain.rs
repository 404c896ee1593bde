//! The registry's host and port, the first part of a reference.

use crate::Invalid;
use crate::invalid::{quoted, quoted_char};

/// Checks a host name, an IPv4 address or an IPv6 address in brackets, with or without a port.
pub(super) fn check(domain: &str) -> Result<(), Invalid> {
    let invalid = |reason: String| Err(Invalid::new("domain", domain, reason));
    let port = if let Some(bracketed) = domain.strip_prefix('[') {
        let Some((address, port)) = bracketed.split_once(']') else {
            return invalid("does not close its `[`; write an IPv6 address as in `[::1]`".to_owned());
        };
        if address.is_empty() {
            return invalid(
                "has nothing between its brackets; write an IPv6 address as in `[::1]`".to_owned(),
            );
        }
        if let Some(unexpected) = address.chars().find(|c| !c.is_ascii_hexdigit() && *c != ':') {
            let unexpected = quoted_char(unexpected);
            return invalid(format!(
                "has {unexpected} in its IPv6 address; use hexadecimal digits and `:` alone"
            ));
        }
        match port.strip_prefix(':') {
            Some(port) => Some(port),
            None if port.is_empty() => None,
            None => {
                return invalid(format!("has {} behind its `]`; only `:` and a port go there", quoted(port)));
            }
        }
    } else {
        if is_bare_ipv6(domain) {
            return invalid(format!("is an IPv6 address without brackets; write `[{domain}]`"));
        }
        let (host, port) = super::split_off(domain, ':');
        check_host(host, domain)?;
        port
    };
    match port {
        Some("") => invalid("ends with `:`; write a port behind it, or leave it out".to_owned()),
        Some(port) if !port.bytes().all(|b| b.is_ascii_digit()) => {
            let port = quoted(port);
            invalid(format!("has the port {port}; write a port in digits, or a tag behind the last `/`"))
        }
        _ => Ok(()),
    }
}

fn check_host(host: &str, domain: &str) -> Result<(), Invalid> {
    let invalid = |reason: String| Err(Invalid::new("domain", domain, reason));
    if let Some(unexpected) = host.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')) {
        return invalid(format!("has {}; use letters, digits, `-` and `.` alone", quoted_char(unexpected)));
    }
    for label in host.split('.') {
        if label.is_empty() {
            return invalid(
                "has nothing before or after a `.` or `:`; write a host such as `example.com`".to_owned(),
            );
        }
        if label.starts_with('-') || label.ends_with('-') {
            return invalid(format!(
                "has the label {}; put a letter or a digit at both its ends",
                quoted(label)
            ));
        }
    }
    Ok(())
}

fn is_bare_ipv6(domain: &str) -> bool {
    domain.bytes().filter(|&b| b == b':').count() > 1
        && domain.bytes().all(|b| b.is_ascii_hexdigit() || b == b':')
}

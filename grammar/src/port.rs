//! The ports on which an image listens.

use crate::Invalid;
use crate::invalid::quoted;

/// The protocols that the image specification and Docker know.
const PROTOCOLS: [&str; 3] = ["tcp", "udp", "sctp"];

/// Checks that the text is a key of a config's `ExposedPorts`: `80`, `80/tcp`, or a range such as `8000-8010/udp`.
///
/// # Errors
///
/// The error names the part that is wrong, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::port;
///
/// assert!(port::check("80").is_ok());
/// assert!(port::check("53/udp").is_ok());
/// assert_eq!(
///     port::check("http").unwrap_err().to_string(),
///     "port `http` has no number between 0 and 65535; write one, as in `80/tcp`"
/// );
/// ```
pub fn check(text: &str) -> Result<(), Invalid> {
    let wrong = |reason: String| Err(Invalid::new("port", text, reason));
    let (ports, protocol) = match text.split_once('/') {
        Some((ports, protocol)) => (ports, Some(protocol)),
        None => (text, None),
    };
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let (Some(first), Some(last)) = (number(first), number(last)) else {
        return wrong("has no number between 0 and 65535; write one, as in `80/tcp`".to_owned());
    };
    if first > last {
        return wrong("is a range whose end is before its start; write the smaller number first".to_owned());
    }
    match protocol {
        Some(protocol) if !PROTOCOLS.contains(&protocol) => {
            let lower = protocol.to_ascii_lowercase();
            let good = PROTOCOLS.into_iter().find(|known| *known == lower).unwrap_or("tcp");
            wrong(format!(
                "has no protocol `tcp`, `udp` or `sctp`; write {}",
                quoted(&format!("{ports}/{good}"))
            ))
        }
        _ => Ok(()),
    }
}

fn number(text: &str) -> Option<u16> {
    // `parse` would accept a sign, too.
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok())?
}

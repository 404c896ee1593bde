//! Prints platforms.

use oci_fixture_grammar::Platform;
use oci_fixture_grammar::platform::{arch, os, variant};

use super::literal;
use super::stop::{PrintStop, Printed};

/// A platform as words, if it can be written so, and otherwise as a string.
pub(super) fn platform_text<'f>(platform: &Platform) -> Printed<'f, String> {
    let text = platform.to_string();
    let is_word = os::ALL.contains(&platform.os())
        && arch::ALL.contains(&platform.architecture())
        && platform.variant().is_none_or(|word| variant::ALL.contains(&word))
        && platform.os_version().is_none()
        && platform.os_features().is_empty();
    if is_word {
        return Ok(text);
    }
    if Platform::parse(&text).as_ref() == Ok(platform) {
        return Ok(literal::text(&text));
    }
    // `Display` sorts the features.
    let text = in_order(platform);
    if Platform::parse(&text).as_ref() != Ok(platform) {
        return Err(PrintStop::unsayable(format!("the platform `{text}` has no text")));
    }
    Ok(literal::text(&text))
}

/// The text of a platform, with the features in their own order.
fn in_order(platform: &Platform) -> String {
    let encoded = |text: &str| {
        let mut encoded = String::new();
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'_' | b'-' => encoded.push(byte.into()),
                _ => encoded.extend(["%".to_owned(), format!("{byte:02X}")]),
            }
        }
        encoded
    };
    let mut text = format!("{}({}", platform.os(), encoded(platform.os_version().unwrap_or_default()));
    for feature in platform.os_features() {
        text.push('+');
        text.push_str(&encoded(feature));
    }
    text.push_str(")/");
    text.push_str(platform.architecture());
    if let Some(variant) = platform.variant() {
        text.push('/');
        text.push_str(variant);
    }
    text
}

//! Variables of an image's environment.

use crate::Invalid;
use crate::invalid::quoted;

/// Checks that the text is a variable of a config's `Env`: a name, `=` and a value, which may be empty.
///
/// # Errors
///
/// The error says what is missing, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::env;
///
/// assert!(env::check("EMPTY=").is_ok());
/// assert_eq!(
///     env::check("PATH").unwrap_err().to_string(),
///     "environment variable `PATH` has no `=`; write its name and its value: `PATH=...`"
/// );
/// ```
pub fn check(text: &str) -> Result<(), Invalid> {
    let wrong = |reason: String| Err(Invalid::new("environment variable", text, reason));
    match text.find('=') {
        None if text.is_empty() => {
            wrong("is empty; write a name and a value, such as `HOME=/root`".to_owned())
        }
        None => {
            let variable = text
                .split_once(": ")
                .map_or_else(|| format!("{text}=..."), |(name, value)| format!("{name}={value}"));
            wrong(format!("has no `=`; write its name and its value: {}", quoted(&variable)))
        }
        Some(0) => wrong("has no name before its `=`; write one, as in `HOME=/root`".to_owned()),
        Some(_) => Ok(()),
    }
}

//! The history of an image, compared with its layers.

use crate::Invalid;

/// Checks that a history has as many steps with a layer as the image has layers
/// ([config](https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties)).
///
/// # Errors
///
/// The error has both numbers, and says what to write instead.
///
/// ```
/// use oci_fixture_grammar::history;
///
/// assert!(history::check(2, 2).is_ok());
/// assert_eq!(
///     history::check(1, 2).unwrap_err().to_string(),
///     "history has 1 step with a layer, but the image has 2 layers; add a step for each further layer"
/// );
/// assert_eq!(
///     history::check(2, 1).unwrap_err().to_string(),
///     "history has 2 steps with a layer, but the image has 1 layer; write `empty_layer: true` in each step without one"
/// );
/// ```
pub fn check(steps: usize, layers: usize) -> Result<(), Invalid> {
    if steps == layers {
        return Ok(());
    }
    let plural = |count| if count == 1 { "" } else { "s" };
    let cure = if steps < layers {
        "add a step for each further layer"
    } else {
        "write `empty_layer: true` in each step without one"
    };
    let reason = format!(
        "has {steps} step{} with a layer, but the image has {layers} layer{}; {cure}",
        plural(steps),
        plural(layers)
    );
    Err(Invalid::new("history", "", reason))
}

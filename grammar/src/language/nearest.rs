//! The word that was meant.

/// The candidate that a mistyped word most likely means; nothing where none is near.
///
/// ```
/// use oci_fixture_grammar::language::nearest;
///
/// assert_eq!(nearest("imdex", ["index", "manifest"]), Some("index"));
/// assert_eq!(nearest("entrypiont", ["env", "entrypoint"]), Some("entrypoint"));
/// assert_eq!(nearest("volume", ["index", "manifest"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters must be inserted, removed, replaced or swapped with their neighbour to make one word another.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let first_row: Vec<usize> = (0..=other.len()).collect();
    let mut rows = (Vec::new(), first_row);
    let mut previous = None;
    for character in one.chars() {
        let (before, above) = rows;
        let mut row = vec![above.first().map_or(0, |first| first + 1)];
        for (column, target) in other.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&above, column) + usize::from(character != *target);
            let mut least = replaced.min(at(&above, column + 1) + 1).min(at(&row, column) + 1);
            let left = column.checked_sub(1);
            if left.and_then(|left| other.get(left)) == Some(&character) && previous == Some(*target) {
                least = least.min(left.map_or(least, |left| at(&before, left) + 1));
            }
            row.push(least);
        }
        previous = Some(character);
        rows = (above, row);
    }
    rows.1.last().copied().unwrap_or(0)
}

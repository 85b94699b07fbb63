//! Seeds for each part of an evaluation, so that no part's chance depends on how much another drew.

/// A seed made of the evaluation's own and of what it is for: a pair keeps its folds and forests whichever other genres
/// are evaluated beside it.
pub fn derive(seed: u64, purpose: &str, names: &[&str], number: u64) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    for part in std::iter::once(&purpose).chain(names) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.update(&number.to_le_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::derive;

    #[test]
    fn every_part_changes_the_seed() {
        let all = [
            derive(0, "folds", &["a", "b"], 0),
            derive(1, "folds", &["a", "b"], 0),
            derive(0, "forest", &["a", "b"], 0),
            derive(0, "folds", &["ab", ""], 0),
            derive(0, "folds", &["a", "b"], 1),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|b| a != b));
        }
        assert_eq!(all[0], derive(0, "folds", &["a", "b"], 0));
    }
}

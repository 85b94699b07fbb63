//! What can be made of a cover before a forest sees it, in words.

/// Each kind of features: its name, what a form calls it, and what it is in one line.
pub const FEATURES: [(&str, &str, &str); 6] = [
    ("pixels", "Pixels", "The picture itself, 64 × 64 pixels, reduced by PCA"),
    ("palette", "Palette", "Which colours it has, and how much of each"),
    ("form", "Form", "Edges, texture and layout, without colour"),
    ("palette+form", "Palette and form", "Both of these together"),
    ("named", "Named", "A few measures that have a name, so that rules can be read"),
    ("learned", "Learned", "What a small encoder sees that was trained on covers"),
];

/// Those of [`FEATURES`] whose parts the server can all make.
pub fn choices(offered: &[String]) -> Vec<(&'static str, &'static str, &'static str)> {
    let here = |name: &str| name.split('+').all(|part| offered.iter().any(|offered| offered == part));
    FEATURES.into_iter().filter(|(name, _, _)| here(name)).collect()
}

/// What features are, as part of a sentence; their name where nothing is known of them.
pub fn in_words(name: &str) -> String {
    let words = match name {
        "pixels" => "pixels (covers at 64 × 64 pixels)",
        "palette" => "palette (which colours a cover has, and how much of each)",
        "palette+form" => {
            "palette+form (which colours a cover has and how much of each; edges, texture and layout)"
        }
        "form" => "form (edges, texture and layout, without colour)",
        "named" => "named (a few measures that have a name)",
        "learned" => "learned (codes of a small encoder that was trained on covers)",
        "efficientnet" => "efficientnet (a network trained on photographs)",
        other => other,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_cannot_make_is_not_offered() {
        let offered = ["pixels", "palette", "form"].map(str::to_owned);
        let names: Vec<&str> = choices(&offered).into_iter().map(|choice| choice.0).collect();
        assert_eq!(names, ["pixels", "palette", "form", "palette+form"]);
    }
}

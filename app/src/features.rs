//! What can be made of a cover before a forest sees it, in words.

/// Each kind of features: its name, what a form calls it, and what it is in one line.
pub const FEATURES: [(&str, &str, &str); 5] = [
    ("pixels", "Pixels", "The picture itself, 64 × 64 pixels, reduced by PCA"),
    ("palette", "Palette", "Which colours it has, and how much of each"),
    ("form", "Form", "Edges, texture and layout, without colour"),
    ("named", "Named", "A few measures that have a name, so that rules can be read"),
    ("learned", "Learned", "What a small encoder sees that was trained on covers"),
];

/// What features are, as part of a sentence; their name where nothing is known of them.
pub fn in_words(name: &str) -> String {
    let words = match name {
        "pixels" => "pixels (covers at 64 × 64 pixels)",
        "palette" => "palette (which colours a cover has, and how much of each)",
        "form" => "form (edges, texture and layout, without colour)",
        "named" => "named (a few measures that have a name)",
        "learned" => "learned (codes of a small encoder that was trained on covers)",
        "efficientnet" => "efficientnet (a network trained on photographs)",
        other => other,
    };
    words.to_owned()
}

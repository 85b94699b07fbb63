//! The table of albums as Gatefold writes it (`gatefold export FILE.csv`), which its own import knows again.

/// Names of its columns, in their order.
pub const COLUMNS: [&str; 12] = [
    "id",
    "artist",
    "title",
    "genre",
    "year",
    "plays",
    "listeners",
    "popularity",
    "neighbourhood",
    "cover",
    "x",
    "y",
];

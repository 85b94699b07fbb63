//! A recipe from a stranger's JSON: one that passes its check has weights that relate as they did and can be written and read.
#![no_main]

use gatefold_types::recipe::Recipe;

libfuzzer_sys::fuzz_target!(|json: &[u8]| {
    let Ok(recipe) = serde_json::from_slice::<Recipe>(json) else { return };
    if let Err(error) = recipe.check() {
        assert!(!error.to_string().is_empty());
        return;
    }
    assert!(recipe.pictures() >= 1);
    let levelled = recipe.levelled();
    assert!(levelled.parents.iter().all(|parent| parent.weight.abs() <= 1.0));
    levelled.check().expect("what passes still passes once it is levelled");
    let written = serde_json::to_vec(&levelled).expect("a recipe can be written");
    let read: Recipe = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(read, levelled);
});

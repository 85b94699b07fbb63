//! The albums that a generated cover comes from, and how much of each.

use super::cover::Cover;
use gatefold::recipe::Kind;
use gatefold::wire::Generated;
use leptos::prelude::*;
use leptos_router::components::A;

/// Covers with their shares; nothing for a cover without parents.
#[component]
pub fn Parents(
    /// The generated cover.
    generated: Generated,
) -> impl IntoView {
    let shares = shares(&generated);
    let rows = generated.recipe.parents.iter().zip(shares).map(|(parent, share)| {
        let id = parent.id;
        let line = generated.parents.iter().find(|line| line.id == id);
        let title = line.map_or_else(|| id.to_string(), |line| line.title.clone());
        let artist = line.and_then(|line| line.artist.clone());
        let has_cover = line.is_some_and(|line| line.has_cover);
        view! {
            <li>
                <A href=format!("/album/{id}") attr:class="parent">
                    <Cover id title=title.clone() has_cover />
                    <span class="parent-title">{title}</span>
                    <span class="parent-artist">{artist}</span>
                    {share.map(|share| view! { <span class="parent-share">{format!("{share:.0} %")}</span> })}
                </A>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! { <ul class="parents" aria-label="Made from">{rows}</ul> }
}

/// Percent of each parent, where parents are weighed against each other.
fn shares(generated: &Generated) -> Vec<Option<f32>> {
    let parents = &generated.recipe.parents;
    let sum: f32 = parents.iter().map(|parent| parent.weight.abs()).sum();
    let weighed = generated.recipe.kind == Kind::Average && sum > 0.0;
    parents.iter().map(|parent| weighed.then(|| 100.0 * parent.weight / sum)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::album::AlbumId;
    use gatefold::recipe::{Parent, Recipe};

    fn generated(kind: Kind, weights: &[f32]) -> Generated {
        let parents = weights.iter().map(|&weight| Parent { id: AlbumId(1), weight }).collect();
        let recipe = Recipe::new(kind, parents);
        Generated {
            id: String::new(),
            recipe,
            width: 64,
            height: 64,
            frames: 1,
            seconds: 0.0,
            parents: vec![],
            stars: None,
        }
    }

    #[test]
    fn shares_of_an_average_sum_to_a_hundred() {
        assert_eq!(shares(&generated(Kind::Average, &[1.0, 1.0, 2.0])), [Some(25.0), Some(25.0), Some(50.0)]);
    }

    #[test]
    fn the_ends_of_an_interpolation_have_no_share() {
        assert_eq!(shares(&generated(Kind::Interpolate, &[1.0, 1.0])), [None, None]);
    }
}

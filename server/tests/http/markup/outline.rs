//! What a browser makes of a document: its elements, told by a parser that reads as browsers do.

use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;

/// Attributes that lead somewhere.
const ADDRESSES: [&str; 8] =
    ["href", "src", "action", "formaction", "poster", "data", "srcset", "background"];

/// A parsed page.
pub struct Page(Html);

impl Page {
    pub fn of(document: &str) -> Self {
        Self(Html::parse_document(document))
    }

    fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.0.select(&Selector::parse(selector).unwrap()).collect()
    }

    /// Every kind of element, by where it stands and which attributes it has, and how often there is one.
    pub fn outline(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        for element in self.all("*") {
            let mut place: Vec<&str> =
                element.ancestors().filter_map(ElementRef::wrap).map(|above| above.value().name()).collect();
            place.reverse();
            let mut names: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
            names.sort_unstable();
            let (place, name, names) = (place.join("/"), element.value().name(), names.join(" "));
            *found.entry(format!("{place}/{name}[{names}]")).or_default() += 1;
        }
        found
    }

    /// The text of the elements that `selector` finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).into_iter().map(|element| element.text().collect()).collect()
    }

    /// Each attribute of each element: the element's name, the attribute's, its value.
    pub fn attributes(&self) -> Vec<(&str, &str, &str)> {
        let all = self.all("*").into_iter().map(|element| element.value());
        all.flat_map(|element| element.attrs().map(|(name, value)| (element.name(), name, value))).collect()
    }

    /// Attributes that lead out of this server or run a script.
    pub fn ways_out(&self) -> Vec<String> {
        let ours = |value: &str| {
            let path = value.starts_with('/') && !value.starts_with("//");
            let known =
                ["#", "?", "data:application/json", "https://musicbrainz.org/", "https://www.last.fm/"];
            path || known.iter().any(|known| value.starts_with(known))
        };
        let leads = |name: &str, value: &str| ADDRESSES.contains(&name) && !ours(value);
        let all = self.attributes().into_iter();
        let bad = all.filter(|(_, name, value)| name.starts_with("on") || leads(name, value));
        bad.map(|(element, name, value)| format!("<{element} {name}={value:?}>")).collect()
    }
}

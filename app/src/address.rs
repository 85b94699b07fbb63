//! The address of the map: everything that one sees there, so that a link or a reload shows the same again.

use crate::explore::{Lit, MOST_LINKED};
use crate::filter::Filter;
use crate::map::{Size, Tint, View};
use gatefold::album::AlbumId;
use gatefold::map::Layout;
use gatefold::mixture::Mixture;

/// What the address says here. Other words in it belong to others and stay as they are.
const KEYS: [&str; 9] = ["album", "nearest", "select", "colour", "size", "layout", "mix", "view", "lit"];

/// What is lit, as an address says it.
#[derive(Clone, PartialEq, Debug)]
pub enum Light {
    /// Everything.
    All,
    /// The chosen albums.
    Selection,
    /// The albums of a genre.
    Genre(String),
    /// Whatever answers a search.
    Search(String),
    /// The nearest of one album.
    Nearest(AlbumId, usize),
    /// These albums, for one of the reasons that have no shorter name.
    Albums(Lit, Vec<AlbumId>),
}

/// What an address says of the map; what is `None` is as it is.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Address {
    /// Where one looks and how close; `None` when everything is shown.
    pub view: Option<View>,
    /// How albums are laid out.
    pub layout: Option<Layout>,
    /// What neighbours are made of.
    pub mixture: Option<Mixture>,
    /// What frames show.
    pub tint: Option<Tint>,
    /// What covers are sized by.
    pub size: Option<Size>,
    /// What is filtered by.
    pub filter: Option<Filter>,
    /// Chosen albums.
    pub selected: Option<Vec<AlbumId>>,
    /// What is lit.
    pub light: Option<Light>,
    /// An album to fly to, and how many of its nearest to light.
    pub album: Option<(AlbumId, Option<u32>)>,
}

impl Address {
    /// Reads what `get` finds under each key; what cannot be read is as good as not there.
    pub fn of(get: impl Fn(&str) -> Option<String>) -> Self {
        let album = get("album").and_then(|id| id.parse().ok());
        let nearest = get("nearest").and_then(|n| n.parse().ok());
        Self {
            view: get("view").and_then(|text| view(&text)),
            layout: get("layout").and_then(|name| Layout::named(&name)),
            mixture: get("mix").and_then(|text| Mixture::parse(&text).ok()),
            tint: get("colour").and_then(|key| Tint::of(&key)),
            size: get("size").and_then(|key| Size::of(&key)),
            filter: Some(Filter::of_query(&get)).filter(|filter| !filter.is_empty()),
            selected: get("select").map(|ids| named(&ids)).filter(|albums| !albums.is_empty()),
            light: get("lit").and_then(|text| light(&text)),
            album: album.map(|album| (album, nearest)),
        }
    }

    /// The part after `?`: what stands there for others in `query`, and what is said here.
    pub fn to(&self, query: &str) -> String {
        let key = |pair: &&str| pair.split_once('=').map_or(*pair, |(key, _)| key).to_owned();
        let others = query.split('&').filter(|pair| !pair.is_empty() && !is_ours(&key(pair)));
        let mut pairs: Vec<String> = others.map(str::to_owned).collect();
        let mut say = |key: &str, value: Option<String>| {
            pairs.extend(value.map(|value| format!("{key}={}", escaped(&value))));
        };
        say("layout", self.layout.map(|layout| layout.name().to_owned()));
        say("mix", self.mixture.map(|mixture| mixture.to_string()));
        say("colour", self.tint.map(|tint| tint.key().to_owned()));
        say("size", self.size.map(|size| size.key().to_owned()));
        for (key, value) in self.filter.iter().flat_map(Filter::to_query) {
            say(key, Some(value));
        }
        let selected = self.selected.as_deref().and_then(listed);
        // What is too long to be said must not light what is chosen instead.
        let unsaid = selected.as_ref().map(|_| "all".to_owned());
        say("lit", self.light.as_ref().and_then(|light| in_words(light).or(unsaid)));
        say("select", selected);
        say("view", self.view.map(rounded));
        if let Some((album, nearest)) = self.album {
            say("album", Some(album.to_string()));
            say("nearest", nearest.map(|n| n.to_string()));
        }
        pairs.join("&")
    }
}

fn is_ours(key: &str) -> bool {
    KEYS.contains(&key) || Filter::KEYS.contains(&key)
}

/// The albums of a list of ids, each once; what is no id is left out.
fn named(ids: &str) -> Vec<AlbumId> {
    let mut albums: Vec<AlbumId> = Vec::new();
    for id in ids.split(',').filter_map(|id| id.trim().parse().ok()) {
        if albums.len() < MOST_LINKED && !albums.contains(&id) {
            albums.push(id);
        }
    }
    albums
}

/// A list of ids; `None` for none and for more than an address carries.
fn listed(albums: &[AlbumId]) -> Option<String> {
    let fits = (1..=MOST_LINKED).contains(&albums.len());
    fits.then(|| albums.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

fn view(text: &str) -> Option<View> {
    let numbers: Vec<f64> = text.split(',').map(|n| n.trim().parse().ok()).collect::<Option<_>>()?;
    let [x, y, zoom] = numbers[..] else { return None };
    let good = [x, y, zoom].iter().all(|n| n.is_finite()) && zoom > 0.0;
    good.then_some(View { x, y, zoom })
}

/// A thousandth of a cover is less than a pixel; four digits of the zoom are too.
fn rounded(view: View) -> String {
    let place = |at: f64| (at * 1000.0).round() / 1000.0;
    format!("{},{},{}", place(view.x), place(view.y), place(view.zoom))
}

fn light(text: &str) -> Option<Light> {
    let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
    let albums = |reason: Lit| {
        let albums = named(rest);
        (!albums.is_empty()).then_some(Light::Albums(reason, albums))
    };
    match kind {
        "all" => Some(Light::All),
        "selection" => Some(Light::Selection),
        "genre" => Some(Light::Genre(rest.to_owned())),
        "search" => Some(Light::Search(rest.to_owned())),
        "nearest" => {
            let (id, n) = rest.split_once(':')?;
            Some(Light::Nearest(id.parse().ok()?, n.parse().ok()?))
        }
        "like" => albums(Lit::Like),
        "journey" => albums(Lit::Journey),
        "link" => albums(Lit::Link),
        _ => None,
    }
}

fn in_words(light: &Light) -> Option<String> {
    let albums = |kind: &str, albums: &[AlbumId]| listed(albums).map(|ids| format!("{kind}:{ids}"));
    match light {
        Light::All => Some("all".to_owned()),
        Light::Selection => Some("selection".to_owned()),
        Light::Genre(name) => Some(format!("genre:{name}")),
        Light::Search(words) => Some(format!("search:{words}")),
        Light::Nearest(id, n) => Some(format!("nearest:{id}:{n}")),
        Light::Albums(Lit::Like, ids) => albums("like", ids),
        Light::Albums(Lit::Journey, ids) => albums("journey", ids),
        Light::Albums(_, ids) => albums("link", ids),
    }
}

/// Percent-encoded, except for what addresses carry and people like to read.
fn escaped(text: &str) -> String {
    crate::text::encoded(text).replace("%2C", ",").replace("%3A", ":").replace("%3D", "=")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads an address as a browser does.
    fn read(query: &str) -> Address {
        Address::of(|wanted| {
            let found =
                query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == wanted));
            found.map(|(_, value)| {
                let mut bytes = Vec::new();
                let mut rest = value.bytes();
                while let Some(byte) = rest.next() {
                    let digits =
                        |rest: &mut std::str::Bytes<'_>| [rest.next().unwrap(), rest.next().unwrap()];
                    bytes.push(match byte {
                        b'%' => {
                            let digits = digits(&mut rest);
                            u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                        }
                        byte => byte,
                    });
                }
                String::from_utf8(bytes).unwrap()
            })
        })
    }

    fn full() -> Address {
        Address {
            view: Some(View { x: -12.346, y: 0.5, zoom: 48.125 }),
            layout: Some(Layout::Timeline),
            mixture: Mixture::parse("look=1,year=0.5").ok(),
            tint: Some(Tint::Doubt),
            size: Some(Size::Plays),
            filter: Some(Filter { words: "so what, 50% & more".to_owned(), ..Filter::default() }),
            selected: Some(vec![AlbumId(2), AlbumId(1)]),
            light: Some(Light::Genre("r&b: späť".to_owned())),
            album: None,
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let lights = [
            Light::All,
            Light::Selection,
            Light::Search("so what? 50%".to_owned()),
            Light::Nearest(AlbumId(7), 50),
            Light::Albums(Lit::Like, vec![AlbumId(3), AlbumId(4)]),
            Light::Albums(Lit::Journey, vec![AlbumId(3)]),
            Light::Albums(Lit::Link, vec![AlbumId(3)]),
        ];
        assert_eq!(read(&full().to("")), full());
        for light in lights {
            let address = Address { light: Some(light), ..full() };
            assert_eq!(read(&address.to("")), address);
        }
        assert_eq!(read(&Address::default().to("")), Address::default());
        let album = Address { album: Some((AlbumId(9), Some(20))), ..Address::default() };
        assert_eq!(read(&album.to("")), album);
    }

    #[test]
    fn what_others_say_stays_as_it_is_and_what_was_said_here_is_replaced() {
        let before = "theirs=rock%2Cpop&album=0000000000000001&years=1970-1980&view=1,2,3&flag";
        assert_eq!(Address::default().to(before), "theirs=rock%2Cpop&flag");
        let address = Address { tint: Some(Tint::Genre), ..Address::default() };
        assert_eq!(address.to(before), "theirs=rock%2Cpop&flag&colour=genre");
    }

    #[test]
    fn a_view_that_is_none_is_left_out() {
        for nonsense in ["1,2", "1,2,0", "1,2,-3", "a,b,c", "1,NaN,3", "1,2,inf", ""] {
            assert_eq!(view(nonsense), None, "{nonsense}");
        }
        assert_eq!(rounded(View { x: 0.000_4, y: -1.234_56, zoom: 20.0 }), "0,-1.235,20");
    }

    #[test]
    fn a_link_names_each_album_once_and_not_too_many() {
        let one = AlbumId(1).to_string();
        assert_eq!(named(&format!("{one}, {one},nonsense,,{}", AlbumId(2))), [AlbumId(1), AlbumId(2)]);
        let many: Vec<String> = (0..300).map(|i| AlbumId(i).to_string()).collect();
        assert_eq!(named(&many.join(",")).len(), MOST_LINKED);
        assert_eq!(named(""), []);
    }

    #[test]
    fn more_albums_than_an_address_carries_are_not_cut_but_left_out() {
        let many: Vec<AlbumId> = (0..=MOST_LINKED as u64).map(AlbumId).collect();
        let address = Address { selected: Some(many.clone()), ..Address::default() };
        assert_eq!(address.to(""), "");
        let light = Some(Light::Albums(Lit::Link, many));
        let address = Address { selected: Some(vec![AlbumId(1)]), light, ..Address::default() };
        assert_eq!(address.to(""), "lit=all&select=0000000000000001");
    }
}

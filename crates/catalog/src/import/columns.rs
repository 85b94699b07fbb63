//! Which column of a table says what, by names that people and programs give them.

use super::languages::{self, Means};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Columns by meaning; several may mean the same, the best first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Columns {
    /// A cover's file. Where there is one, it decides.
    pub file: Vec<usize>,
    /// Where a program once put the cover's file, beside a link to where it came from.
    pub place: Vec<usize>,
    /// A cover on the web.
    pub link: Vec<usize>,
    pub genre: Vec<usize>,
    pub genres: Vec<usize>,
    pub artist: Vec<usize>,
    /// An artist's first and last name.
    pub artist_parts: Option<[usize; 2]>,
    pub title: Vec<usize>,
    pub track: Vec<usize>,
    pub year: Vec<usize>,
    pub plays: Vec<usize>,
    pub listeners: Vec<usize>,
    pub popularity: Vec<usize>,
    pub collection: Vec<usize>,
    pub id: Vec<usize>,
    pub similar: Vec<usize>,
    /// In the order of [`AUDIO`].
    pub audio: [Option<usize>; 9],
    /// Whether that column gives percents.
    pub percent: [bool; 9],
    pub audio_level: Option<usize>,
    /// Columns with a name: a row must have as many cells.
    pub named: usize,
    /// All columns.
    pub width: usize,
    /// The columns' names as they stand in the header.
    pub names: Vec<String>,
    own: bool,
}

/// Features of the sound, with the bounds within which a figure makes sense.
pub(super) const AUDIO: [(&str, f32, f32); 9] = [
    ("danceability", 0.0, 1.0),
    ("energy", 0.0, 1.0),
    // Very loud masters are measured a little above 0 dB.
    ("loudness", -100.0, 20.0),
    ("speechiness", 0.0, 1.0),
    ("acousticness", 0.0, 1.0),
    ("instrumentalness", 0.0, 1.0),
    ("liveness", 0.0, 1.0),
    ("valence", 0.0, 1.0),
    ("tempo", 1.0, 1000.0),
];

// The names are those of TidyTuesday's and Kaggle's sets, of Discogs, Last.fm, ListenBrainz, MusicBrainz, Rate Your
// Music, Spotify's exporters, iTunes, beets and the Free Music Archive, and what people call columns in English; other
// languages' names follow them ([`languages`]). Accents do not matter.
const FILE: &str = "\
    file filename filepath path image cover imagefile imagefilename coverfile coverfilename imagepath \
    coverpath coverimage covername picture img imgpath imgfile artwork artworkpath artpath albumcover \
    albumart coverart albumcoverpath albumartpath coverartpath";
/// Of these, those that may as well hold anything else: a hash, a yes, an address.
const LOOSE: &str = "image cover coverimage covername picture img artwork albumcover albumart coverart";
const PLACE: &str = "fileloc filelocation location localfile localpath";
const LINK: &str = "\
    imagelink imageurl coverurl coverlink coverimageurl artworkurl albumcoverurl albumarturl albumimageurl \
    albumimage albumimagefile thumb thumbnail thumbnailurl url link";
const GENRE: &str = "\
    genre albumgenre maingenre primarygenre genretop topgenre genrename trackgenre trackgenretop \
    playlistgenre parentgenre artistgenre artisttopgenre";
const GENRES: &str = "\
    genres albumgenres primarygenres artistgenres trackgenres secondarygenres subgenre subgenres \
    playlistsubgenre styles style albumtags tags tag toptags artisttags topgenres genrelist";
/// Of these, those in which people write whatever they like.
const TAGS: &str = "albumtags tags tag toptags artisttags";
const ARTIST: &str = "\
    albumartist albumartistname albumartistnames albumartists artist artistname artistnames artistsname \
    artistsnames artists artistcredit artistcreditname trackartist trackartists performer performers band bandname \
    cleanname";
/// Of an album, but beside a column for the album of a track.
const TITLE_OF_EITHER: &str = "title";
const TITLE: &str = "\
    album albumname albumtitle trackalbumname trackalbum albumreleasename release releasename releasetitle \
    releasegroup releasegrouptitle releasegroupname";
const TRACK: &str = "track trackname tracktitle song songname songtitle";
/// A reissue's year is not the album's.
const YEAR: &str = "\
    originalyear originalreleaseyear originaldate originalreleasedate firstreleasedate year releaseyear \
    releasedyear albumyear albumreleaseyear yearreleased yearofrelease releasedate albumreleasedate \
    trackalbumreleasedate datereleased albumdatereleased released albumdate date yearyyyy";
const PLAYS: &str = "\
    plays playcount albumplays albumplaycount albumlistens listens listencount totalplays scrobbles \
    scrobblecount streams streamcount totalstreams trackplays trackplaycount artistplays artistplaycount";
const LISTENERS: &str = "listeners albumlisteners listenercount monthlylisteners artistlisteners";
const POPULARITY: &str = "albumpopularity popularity trackpopularity artistpopularity";
const COLLECTION: &str = "source collection";
const ID: &str = "\
    sourceid albumid albummbid albumuri spotifyalbumid trackalbumid releaseid releasembid releasegroupid \
    releasegroupmbid releasegroupgid masterid id mbid gid";
/// Of these, those that name a track where rows are tracks.
const ID_OF_EITHER: &str = "id mbid gid";
const SIMILAR: &str = "similar similaralbums";
/// What only tracks have: a column `name` beside it holds tracks' names.
const OF_TRACKS: &str = "durationms duration isrc tracknumber trackid trackuri danceability explicit time";

impl Columns {
    /// Reads a header.
    pub(super) fn of(header: &[String]) -> Self {
        let plain: &[String] = &header.iter().map(|name| plain(name)).collect::<Vec<_>>();
        // Of columns that are called the same the first counts, and the next ones fill its gaps.
        let of = |name: &str| (0..plain.len()).filter(|&column| plain[column] == name).collect::<Vec<_>>();
        let all = |names: &str| -> Vec<usize> { names.split(' ').flat_map(of).collect() };
        let spoken = |names: &str, means: &[Means]| -> Vec<usize> {
            let others = means.iter().flat_map(|means| languages::names(*means));
            let mut found = all(names);
            for column in others.flat_map(|name| of(name)) {
                if !found.contains(&column) {
                    found.push(column);
                }
            }
            found
        };
        let one = |name: &str| plain.iter().position(|column| column == name);
        let is_one_of = |column: usize, names: &str| names.split(' ').any(|name| name == plain[column]);
        let mut columns = Self {
            file: spoken(FILE, &[Means::File, Means::Cover]),
            place: all(PLACE),
            link: all(LINK),
            genre: spoken(GENRE, &[Means::Genre]),
            genres: spoken(GENRES, &[Means::Genres]),
            artist: spoken(ARTIST, &[Means::Artist]),
            artist_parts: one("firstname").zip(one("lastname")).map(<[usize; 2]>::from),
            title: spoken(TITLE, &[Means::Album]),
            track: spoken(TRACK, &[Means::Track]),
            year: spoken(YEAR, &[Means::Year]),
            plays: spoken(PLAYS, &[Means::Plays]),
            listeners: spoken(LISTENERS, &[Means::Listeners]),
            popularity: spoken(POPULARITY, &[Means::Popularity]),
            collection: all(COLLECTION),
            id: all(ID),
            similar: all(SIMILAR),
            audio: AUDIO.map(|(name, _, _)| match (one(name), name) {
                (None, "tempo") => one("bpm"),
                (found, _) => found,
            }),
            percent: [false; 9],
            audio_level: one("audiolevel"),
            named: plain.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1),
            width: header.len(),
            names: header.iter().map(|name| name.trim().to_owned()).collect(),
            own: header == gatefold_types::album_table::COLUMNS,
        };
        columns.percent =
            columns.audio.map(|column| column.is_some_and(|column| header[column].contains('%')));
        let titles = spoken(TITLE_OF_EITHER, &[Means::Title]);
        let of = if columns.title.is_empty() { &mut columns.title } else { &mut columns.track };
        of.extend(titles);
        if !columns.artist.is_empty() && columns.track.is_empty() {
            let of_tracks = !columns.title.is_empty() || OF_TRACKS.split(' ').any(|name| one(name).is_some());
            let of = if of_tracks { &mut columns.track } else { &mut columns.title };
            of.extend(one("name"));
        }
        if !columns.title.is_empty() && !columns.track.is_empty() {
            columns.id.retain(|&column| !is_one_of(column, ID_OF_EITHER));
        }
        columns
    }

    /// Every column that means something.
    pub(super) fn used(&self) -> Vec<usize> {
        let lists = [
            &self.file,
            &self.place,
            &self.link,
            &self.genre,
            &self.genres,
            &self.artist,
            &self.title,
            &self.track,
            &self.year,
            &self.plays,
            &self.listeners,
            &self.popularity,
            &self.collection,
            &self.id,
            &self.similar,
        ];
        let mut used: Vec<usize> = lists.into_iter().flatten().copied().collect();
        used.extend(self.artist_parts.into_iter().flatten());
        used.extend(self.audio.into_iter().flatten().chain(self.audio_level));
        used
    }

    /// Whether this is the table that `gatefold export` writes.
    pub(super) fn is_own(&self) -> bool {
        self.own
    }

    /// Whether a column is called after several of what it holds: `artists`, `Artist Name(s)`.
    pub(super) fn is_for_several(&self, column: usize) -> bool {
        self.names.get(column).is_some_and(|name| plain(name).ends_with('s'))
    }

    /// Whether a column holds people's tags rather than genres.
    pub(super) fn is_of_tags(&self, column: usize) -> bool {
        self.names.get(column).is_some_and(|name| TAGS.split(' ').any(|tags| tags == plain(name)))
    }

    /// Whether plays are those of a row's track, rather than of its album or artist.
    pub(super) fn plays_are_tracks(&self) -> bool {
        let name = self.plays.first().and_then(|column| self.names.get(*column)).map(|name| plain(name));
        name.is_some_and(|name| !name.starts_with("album") && !name.starts_with("artist"))
    }

    /// How many columns mean something.
    pub(super) fn understood(&self) -> usize {
        self.used().len()
    }

    /// Whether a column of this name means something.
    pub(super) fn means(name: &str) -> bool {
        Self::of(&[name.to_owned()]).understood() > 0
    }

    /// Names of the columns that mean nothing here, but for numbers of rows without a name.
    pub(super) fn unused(&self) -> Vec<String> {
        let used = self.used();
        let named =
            self.names.iter().enumerate().filter(|(at, name)| !used.contains(at) && !is_nameless(name));
        named.map(|(_, name)| name.clone()).collect()
    }

    /// Whether a record can be made of a row: it needs a cover or a name.
    pub(super) fn suffice(&self) -> bool {
        !(self.file.is_empty() && self.place.is_empty() && self.title.is_empty() && self.track.is_empty())
    }

    /// The columns for a cover's file that may as well hold something else.
    pub(super) fn loose(&self) -> Vec<usize> {
        let loose = |column: &&usize| {
            let own = plain(&self.names[**column]);
            LOOSE.split(' ').any(|name| name == own) || languages::names(Means::Cover).contains(&own)
        };
        self.file.iter().filter(loose).copied().collect()
    }

    /// Columns that may hold numbers: all but those for names and places.
    pub(super) fn may_be_numbers(&self) -> Vec<bool> {
        let texts = [
            &self.file,
            &self.place,
            &self.link,
            &self.genre,
            &self.genres,
            &self.artist,
            &self.title,
            &self.track,
            &self.year,
            &self.collection,
            &self.id,
            &self.similar,
        ];
        let mut may = vec![true; self.width];
        texts.into_iter().flatten().for_each(|&column| may[column] = false);
        may
    }
}

/// Without a name, or with the one that pandas writes for none.
pub(super) fn is_nameless(name: &str) -> bool {
    let name = name.trim();
    name.is_empty() || name.starts_with("Unnamed: ")
}

/// `Album Name`, `album_name` and `albumName` are one, and so are `Künstler` and `kunstler`, `Okładka` and `okladka`.
pub(super) fn plain(name: &str) -> String {
    let letters = name.nfkd().filter(|c| !is_combining_mark(*c) && c.is_alphanumeric());
    let base = |c| match c {
        'ł' => 'l',
        'ø' => 'o',
        'đ' => 'd',
        'ı' => 'i',
        c => c,
    };
    letters.flat_map(char::to_lowercase).map(base).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &str) -> Columns {
        let names: Vec<String> = header.split(',').map(str::to_owned).collect();
        Columns::of(&names)
    }

    #[test]
    fn names_are_forgiven() {
        let found = columns("AlbumName,Artist,PlayCount,Listeners,SimilarAlbums,ImageLink,FileLoc,Tags,");
        assert_eq!(
            (found.title.clone(), found.artist.clone(), found.plays.clone()),
            (vec![0], vec![1], vec![2])
        );
        assert_eq!(
            (&found.listeners[..], &found.similar[..], &found.link[..]),
            (&[3][..], &[4][..], &[5][..])
        );
        assert_eq!((&found.place[..], &found.genres[..], found.file.len()), (&[6][..], &[7][..], 0));
        assert_eq!((found.named, found.width), (8, 9));
        let found = columns("Künstler,Titel,Erscheinungsjahr,Hörer");
        assert_eq!(
            (found.artist, found.title, found.year, found.listeners),
            (vec![0], vec![1], vec![2], vec![3])
        );
    }

    #[test]
    fn the_best_of_several_comes_first() {
        let found = columns("image,artist_plays,file,track_popularity,album_popularity,album_plays");
        assert_eq!(found.file, [2, 0]);
        assert_eq!(found.plays, [5, 1]);
        assert_eq!(found.popularity, [4, 3]);
    }

    #[test]
    fn of_two_columns_of_one_name_the_first_comes_first() {
        let found = columns("artist,genre,album,genre,album");
        assert_eq!((found.genre, found.title), (vec![1, 3], vec![2, 4]));
    }

    #[test]
    fn a_title_beside_an_album_is_a_tracks() {
        assert_eq!(columns("title,artist").title, [0]);
        let both = columns("title,album,id,album_id");
        assert_eq!((both.title, both.track, both.id), (vec![1], vec![0], vec![3]));
    }

    #[test]
    fn a_name_beside_an_artist_is_an_albums_or_a_tracks() {
        assert_eq!(columns("name,artists,release_date").title, [0]);
        assert_eq!(columns("name,artists,duration_ms").track, [0]);
        assert_eq!(columns("name,artist,album").track, [0]);
        assert!(columns("name,label").title.is_empty());
    }

    #[test]
    fn a_table_of_something_else_does_not_suffice() {
        assert!(!columns("name,street,town").suffice());
        assert!(columns("path").suffice());
    }

    #[test]
    fn public_tables_are_understood_and_the_rest_is_named() {
        // Artist, title, genre or genres, year: by their places, and what is not used.
        let facts = |header: &str| {
            let found = columns(header);
            let first = |list: &[usize]| list.first().copied();
            let unused = found.unused().join(",");
            let genre = first(&found.genre).or(first(&found.genres));
            ([first(&found.artist), first(&found.title), genre, first(&found.year)], unused)
        };
        let exportify =
            "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Genres";
        for (header, places, unused) in [
            (
                "track_id,track_name,track_artist,track_album_id,track_album_name,track_album_release_date,playlist_genre",
                [Some(2), Some(4), Some(6), Some(5)],
                "track_id",
            ),
            (
                "Unnamed: 0,track_id,artists,album_name,track_genre,mode",
                [Some(2), Some(3), Some(4), None],
                "track_id,mode",
            ),
            (exportify, [Some(3), Some(2), Some(7), Some(4)], "Track URI,Duration (ms)"),
            (
                "Catalog#,Artist,Title,Label,Released,release_id",
                [Some(1), Some(2), None, Some(4)],
                "Catalog#,Label",
            ),
            (
                "position,release_name,artist_name,release_date,primary_genres,descriptors",
                [Some(2), Some(1), Some(4), Some(3)],
                "position,descriptors",
            ),
            (
                "uts,utc_time,artist,artist_mbid,album,album_mbid,track",
                [Some(2), Some(4), None, None],
                "uts,utc_time,artist_mbid",
            ),
            (
                "listened_at,artist_name,release_name,track_name,release_mbid",
                [Some(1), Some(2), None, None],
                "listened_at",
            ),
            (
                "Name,Artist,Album,Genre,Year,Date Added,Play Count",
                [Some(1), Some(2), Some(3), Some(4)],
                "Date Added",
            ),
            (
                "albumartist,album,genre,original_year,artpath,bitrate",
                [Some(0), Some(1), Some(2), Some(3)],
                "bitrate",
            ),
            ("artist-credit,release-group,first-release-date,tags", [Some(0), Some(1), Some(3), Some(2)], ""),
            (
                "album_id,album_date_released,album_listens,album_title,artist_name,tags,album_type",
                [Some(4), Some(3), Some(5), Some(1)],
                "album_type",
            ),
            (
                "artist(s)_name,track_name,released_year,streams,bpm,danceability_%",
                [Some(0), None, None, Some(2)],
                "",
            ),
        ] {
            assert_eq!(facts(header), (places, unused.to_owned()), "{header}");
        }
        assert_eq!(columns("First Name,Last Name,Title").artist_parts, Some([0, 1]));
    }
}

//! Which column of a table says what, by names that people and programs give them.

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
    pub audio_level: Option<usize>,
    /// Columns with a name: a row must have as many cells.
    pub named: usize,
    /// All columns.
    pub width: usize,
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

impl Columns {
    /// Reads a header.
    pub(super) fn of(header: &[String]) -> Self {
        let plain: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let all = |names: &[&str]| -> Vec<usize> {
            names.iter().filter_map(|name| plain.iter().position(|column| column == name)).collect()
        };
        let mut columns = Self {
            file: all(&[
                "file",
                "filename",
                "filepath",
                "path",
                "image",
                "cover",
                "imagefile",
                "coverfile",
                "imagepath",
                "coverpath",
                "picture",
                "img",
                "artwork",
            ]),
            place: all(&["fileloc", "filelocation", "location", "localfile", "localpath"]),
            link: all(&["imagelink", "imageurl", "coverurl", "coverlink", "artworkurl", "url", "link"]),
            genre: all(&["genre", "maingenre", "primarygenre"]),
            genres: all(&["genres", "tags", "tag", "styles", "style"]),
            artist: all(&["artist", "artistname", "albumartist", "artists", "band"]),
            title: all(&["album", "albumname", "albumtitle", "release", "releasetitle", "title"]),
            track: all(&["track", "trackname", "tracktitle", "song", "songname"]),
            year: all(&["year", "releaseyear", "albumyear", "date", "releasedate", "released"]),
            plays: all(&["plays", "playcount", "albumplays", "scrobbles", "artistplays", "artistplaycount"]),
            listeners: all(&["listeners", "albumlisteners", "artistlisteners"]),
            popularity: all(&["albumpopularity", "popularity", "trackpopularity", "artistpopularity"]),
            collection: all(&["source", "collection"]),
            id: all(&["sourceid", "id", "albumid", "mbid", "releaseid"]),
            similar: all(&["similar", "similaralbums"]),
            audio: AUDIO.map(|(name, _, _)| plain.iter().position(|column| column == name)),
            audio_level: plain.iter().position(|column| column == "audiolevel"),
            named: plain.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1),
            width: header.len(),
        };
        // Beside a column for the album, `title` is a track's.
        if let [_, others @ ..] = columns.title.as_slice()
            && let Some(&title) = others.iter().find(|&&column| plain[column] == "title")
        {
            columns.title.retain(|&column| column != title);
            columns.track.push(title);
        }
        columns
    }

    /// Columns that mean something.
    pub(super) fn understood(&self) -> usize {
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
        lists.into_iter().map(Vec::len).sum::<usize>() + self.audio.iter().flatten().count()
    }

    /// Whether a record can be made of a row: it needs a cover or a name.
    pub(super) fn suffice(&self) -> bool {
        !(self.file.is_empty() && self.place.is_empty() && self.title.is_empty() && self.track.is_empty())
    }
}

/// `Album Name`, `album_name` and `albumName` are one.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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
        assert_eq!((found.title, found.artist, found.plays), (vec![0], vec![1], vec![2]));
        assert_eq!((found.listeners, found.similar, found.link), (vec![3], vec![4], vec![5]));
        assert_eq!((found.place, found.genres, found.file), (vec![6], vec![7], vec![]));
        assert_eq!((found.named, found.width), (8, 9));
    }

    #[test]
    fn the_best_of_several_comes_first() {
        let found = columns("image,artist_plays,file,track_popularity,album_popularity,album_plays");
        assert_eq!(found.file, [2, 0]);
        assert_eq!(found.plays, [5, 1]);
        assert_eq!(found.popularity, [4, 3]);
    }

    #[test]
    fn a_title_beside_an_album_is_a_tracks() {
        assert_eq!(columns("title,artist").title, [0]);
        let both = columns("title,album");
        assert_eq!((both.title, both.track), (vec![1], vec![0]));
    }

    #[test]
    fn a_table_of_something_else_does_not_suffice() {
        assert!(!columns("name,street,town").suffice());
        assert!(columns("path").suffice());
    }
}

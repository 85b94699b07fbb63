//! Generated covers: each one's recipe in the catalogue, its pictures in `generated/{id}/`.

use super::{Catalog, CatalogError, Result, from_json, now_ms, to_json};
use crate::report::AlbumLine;
use crate::wire::{Generated, RatedKind};
use gatefold_files as whole;
use rusqlite::{OptionalExtension as _, Row, params};
use std::path::PathBuf;

const COLUMNS: &str = "id, width, height, frames, seconds, recipe, parents, stars";

impl Catalog {
    /// Keeps a generated cover with its PNG files, one per frame; for an interpolation the strip comes last.
    /// One that is kept already is replaced: the same recipe gives the same pictures.
    ///
    /// # Errors
    /// [`CatalogError::Refused`] when the id is not sixteen hexadecimal digits or a picture is missing.
    pub fn put_generated(&mut self, generated: &Generated, pngs: &[Vec<u8>]) -> Result<()> {
        self.put_pictures(generated, pngs)?;
        // The row comes last: without it the files are nobody's.
        let sql =
            "INSERT INTO generated (id, at_ms, width, height, frames, seconds, recipe, parents)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET at_ms = ?2, width = ?3, height = ?4, frames = ?5, seconds = ?6, recipe = ?7,
                   parents = ?8";
        self.connection.prepare_cached(sql)?.execute(params![
            generated.id,
            now_ms(),
            generated.width,
            generated.height,
            generated.frames,
            generated.seconds,
            to_json(&generated.recipe)?,
            to_json(&generated.parents)?,
        ])?;
        Ok(())
    }

    /// Writes the pictures alone, as [`Catalog::put_generated`] does: of one that is kept, and that lost some.
    ///
    /// # Errors
    /// As there.
    pub fn put_pictures(&mut self, generated: &Generated, pngs: &[Vec<u8>]) -> Result<()> {
        self.writable()?;
        let folder = self.generated_folder(&generated.id).ok_or_else(|| {
            CatalogError::Refused(format!("“{}” is no id of a generated cover", generated.id))
        })?;
        let frames = generated.frames as usize;
        if pngs.len() != frames && pngs.len() != frames + 1 {
            let pictures = pngs.len();
            let sentence = format!("{frames} frames were announced and {pictures} pictures were given");
            return Err(CatalogError::Refused(sentence));
        }
        let unfinished = self.dir.join("generated").join(".unfinished");
        for (number, png) in pngs.iter().enumerate() {
            let path = folder.join(format!("{number}.png"));
            whole::write_by_way_of(&unfinished, &path, png).map_err(|source| CatalogError::File {
                what: "written",
                path,
                source,
            })?;
        }
        Ok(())
    }

    /// A generated cover, its parents as the catalogue knows them today.
    pub fn generated(&self, id: &str) -> Result<Option<Generated>> {
        let sql = format!("SELECT {COLUMNS} FROM generated WHERE id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_row([id], read).optional()?.transpose()?;
        found.map(|generated| self.with_parents(generated)).transpose()
    }

    /// One picture of a generated cover as PNG: `frame` counts from 0; for an interpolation the strip follows the
    /// last frame.
    pub fn generated_png(&self, id: &str, frame: u32) -> Result<Option<Vec<u8>>> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM generated WHERE id = ?1")?;
        let (true, Some(folder)) = (statement.exists([id])?, self.generated_folder(id)) else {
            return Ok(None);
        };
        let path = folder.join(format!("{frame}.png"));
        match std::fs::read(&path) {
            Ok(png) => Ok(Some(png)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(CatalogError::File { what: "read", path, source }),
        }
    }

    /// Newest first.
    pub fn generated_list(&self, limit: u32) -> Result<Vec<Generated>> {
        let sql = format!("SELECT {COLUMNS} FROM generated ORDER BY at_ms DESC, rowid DESC LIMIT ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([limit], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().map(|generated| self.with_parents(generated?)).collect()
    }

    /// Keeps what somebody thinks of a generated cover, 1 to 5, or forgets it; whether there is such a cover.
    pub fn rate_generated(&mut self, id: &str, stars: Option<u8>) -> Result<bool> {
        self.writable()?;
        let sql = "UPDATE generated SET stars = ?2 WHERE id = ?1";
        Ok(self.connection.prepare_cached(sql)?.execute(params![id, stars])? > 0)
    }

    /// What people think of each kind of recipe that was made, the kind made most often first.
    pub fn ratings(&self) -> Result<Vec<RatedKind>> {
        let sql = "SELECT json_extract(recipe, '$.kind'), avg(stars), count(stars), count(*) FROM generated
                   GROUP BY 1 ORDER BY 4 DESC, 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<f64>>(1)?, row.get(2)?, row.get(3)?))
        })?;
        rows.map(|row| {
            let (kind, mean, rated, made) = row?;
            let kind = from_json("a kind of recipe", &format!("\"{kind}\""))?;
            Ok(RatedKind { kind, mean: mean.unwrap_or(0.0), rated, made })
        })
        .collect()
    }

    fn with_parents(&self, mut generated: Generated) -> Result<Generated> {
        for line in &mut generated.parents {
            // One that is gone keeps the name it had.
            if let Some(album) = self.album(line.id)? {
                *line = AlbumLine::from(&album);
            }
        }
        Ok(generated)
    }

    fn generated_folder(&self, id: &str) -> Option<PathBuf> {
        let fits = id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| self.dir.join("generated").join(id))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Generated>> {
    let (recipe, parents): (String, String) = (row.get(5)?, row.get(6)?);
    let (recipe, parents) = match (from_json("a recipe", &recipe), from_json("parents", &parents)) {
        (Ok(recipe), Ok(parents)) => (recipe, parents),
        (Err(e), _) | (_, Err(e)) => return Ok(Err(e)),
    };
    Ok(Ok(Generated {
        id: row.get(0)?,
        recipe,
        width: row.get(1)?,
        height: row.get(2)?,
        frames: row.get(3)?,
        seconds: row.get(4)?,
        parents,
        stars: row.get(7)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::album::AlbumId;
    use crate::catalog::{Access, testing};
    use gatefold_types::recipe::{Kind, Parent, Recipe};

    fn made(id: &str, parents: Vec<AlbumLine>) -> Generated {
        let recipe = Recipe {
            seed: 4,
            model: "vae".to_owned(),
            ..Recipe::new(Kind::Reconstruct, vec![Parent { id: AlbumId(1), weight: 0.5 }])
        };
        Generated {
            id: id.to_owned(),
            recipe,
            width: 64,
            height: 64,
            frames: 2,
            seconds: 0.25,
            parents,
            stars: None,
        }
    }

    #[test]
    fn a_generated_cover_is_kept_with_its_frames_and_strip() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let id = "00000000000000aa";
        let pngs = [vec![1], vec![2], vec![3]];
        catalog.put_generated(&made(id, vec![]), &pngs).unwrap();
        catalog.put_generated(&made("00000000000000bb", vec![]), &pngs[..2]).unwrap();
        assert_eq!(catalog.generated(id).unwrap(), Some(made(id, vec![])));
        for (frame, png) in (0..).zip(pngs) {
            assert_eq!(catalog.generated_png(id, frame).unwrap(), Some(png));
        }
        assert_eq!(catalog.generated_png(id, 3).unwrap(), None);
        let list: Vec<String> = catalog.generated_list(9).unwrap().into_iter().map(|g| g.id).collect();
        assert_eq!(list, ["00000000000000bb", id]);
    }

    #[test]
    fn ratings_are_kept_changed_taken_back_and_averaged_by_kind() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let pngs = [vec![1], vec![2]];
        for id in ["00000000000000aa", "00000000000000bb", "00000000000000cc"] {
            catalog.put_generated(&made(id, vec![]), &pngs).unwrap();
        }
        assert!(catalog.rate_generated("00000000000000aa", Some(1)).unwrap());
        assert!(catalog.rate_generated("00000000000000aa", Some(4)).unwrap());
        assert!(catalog.rate_generated("00000000000000bb", Some(5)).unwrap());
        assert!(!catalog.rate_generated("00000000000000dd", Some(5)).unwrap());
        // Made again, it keeps what was thought of it.
        catalog.put_generated(&made("00000000000000bb", vec![]), &pngs).unwrap();
        assert_eq!(catalog.generated("00000000000000bb").unwrap().unwrap().stars, Some(5));
        let kinds = catalog.ratings().unwrap();
        assert_eq!(kinds, [RatedKind { kind: Kind::Reconstruct, mean: 4.5, rated: 2, made: 3 }]);
        catalog.rate_generated("00000000000000bb", None).unwrap();
        assert_eq!(catalog.ratings().unwrap()[0].mean, 4.0);
    }

    #[test]
    fn an_id_cannot_name_a_folder_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let pngs = [vec![1], vec![2]];
        assert!(catalog.put_generated(&made("../../../../etc/x", vec![]), &pngs).is_err());
        assert_eq!(catalog.generated_png("../../../../etc/x", 0).unwrap(), None);
    }

    #[test]
    fn a_picture_too_few_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        assert!(catalog.put_generated(&made("00000000000000aa", vec![]), &[vec![1]]).is_err());
        assert_eq!(catalog.generated("00000000000000aa").unwrap(), None);
    }

    #[test]
    fn parents_carry_the_names_they_have_today() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let id = testing::put(&mut catalog, "a", &testing::named("A", "Old"), None);
        let line = AlbumLine::from(&catalog.album(id).unwrap().unwrap());
        catalog.put_generated(&made("00000000000000aa", vec![line]), &[vec![1], vec![2]]).unwrap();
        testing::put(&mut catalog, "a", &testing::named("A", "New"), None);
        let parents = catalog.generated("00000000000000aa").unwrap().unwrap().parents;
        assert_eq!(parents[0].title, "New");
    }
}

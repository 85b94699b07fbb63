//! What people call columns in languages other than English.

use super::columns::plain;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a column tells of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Means {
    /// A cover, or whether there is one.
    Cover,
    /// A file.
    File,
    Artist,
    Album,
    /// An album's title or, beside an album, a track's.
    Title,
    Track,
    Year,
    Genre,
    Genres,
    Plays,
    Listeners,
    Popularity,
}

/// Names of columns, folded as headers are before they are compared.
pub(super) fn names(means: Means) -> &'static [String] {
    static FOLDED: LazyLock<HashMap<Means, Vec<String>>> = LazyLock::new(|| {
        let mut folded: HashMap<Means, Vec<String>> = HashMap::new();
        for (means, names) in LANGUAGES.iter().flat_map(|(_, columns)| columns.iter()) {
            let list = folded.entry(*means).or_default();
            for name in names.split(", ").map(plain) {
                if !list.contains(&name) {
                    list.push(name);
                }
            }
        }
        folded
    });
    FOLDED.get(&means).map_or(&[], Vec::as_slice)
}

use Means::{Album, Artist, Cover, File, Genre, Genres, Listeners, Plays, Popularity, Title, Track, Year};

/// By language.
const LANGUAGES: [(&str, &[(Means, &str)]); 15] = [
    (
        "de",
        &[
            (Cover, "Titelbild, Bild, Hülle, Plattenhülle, Coverbild, Albumcover, Titelblatt"),
            (File, "Datei, Dateiname, Dateipfad, Pfad, Bilddatei, Coverdatei"),
            (
                Artist,
                "Albumkünstler, Albuminterpret, Künstler, Kuenstler, Künstlername, Interpret, Interpreten, Musiker, Gruppe",
            ),
            (Album, "Albumtitel, Albumname, Platte, Schallplatte"),
            (Title, "Titel"),
            (Track, "Lied, Liedtitel, Stück, Song, Songtitel"),
            (
                Year,
                "Jahr, Erscheinungsjahr, Veröffentlichungsjahr, Erschienen, Erscheinungsdatum, Veröffentlicht",
            ),
            (Genre, "Musikrichtung, Stilrichtung, Gattung"),
            (Genres, "Stile, Musikstile"),
            (Plays, "Wiedergaben, Wiedergabezahl, Wiedergabezähler, Gehört, Abgespielt, Mal gehört"),
            (Listeners, "Hörer, Hörerzahl"),
            (Popularity, "Popularität, Beliebtheit"),
        ],
    ),
    (
        "fr",
        &[
            (Cover, "Pochette, Couverture, Image, Jaquette, Pochette de l'album"),
            (File, "Fichier, Nom du fichier, Chemin, Fichier image"),
            (Artist, "Artiste de l'album, Artiste, Artistes, Nom de l'artiste, Interprète, Groupe"),
            (Album, "Titre de l'album, Nom de l'album, Album titre, Disque"),
            (Title, "Titre"),
            (Track, "Morceau, Chanson, Piste, Titre du morceau"),
            (Year, "Année, Année de sortie, Date de sortie, Date de parution, Année de parution, Sortie"),
            (Genre, "Genre musical"),
            (Genres, "Genres musicaux, Style, Styles"),
            (Plays, "Nombre d'écoutes, Écoutes, Nb d'écoutes, Nombre de lectures, Lectures"),
            (Listeners, "Auditeurs, Nombre d'auditeurs"),
            (Popularity, "Popularité"),
        ],
    ),
    (
        "es",
        &[
            (Cover, "Portada, Carátula, Cubierta, Imagen, Tapa, Portada del álbum"),
            (File, "Archivo, Fichero, Nombre de archivo, Nombre del archivo, Ruta"),
            (Artist, "Artista del álbum, Artista, Artistas, Nombre del artista, Intérprete, Grupo"),
            (Album, "Álbum, Título del álbum, Nombre del álbum, Disco"),
            (Title, "Título"),
            (Track, "Canción, Pista, Tema"),
            (
                Year,
                "Año, Año de lanzamiento, Fecha de lanzamiento, Año de publicación, Fecha de publicación, Lanzamiento",
            ),
            (Genre, "Género, Género musical"),
            (Genres, "Géneros, Estilo, Estilos"),
            (Plays, "Reproducciones, Número de reproducciones, Escuchas"),
            (Listeners, "Oyentes"),
            (Popularity, "Popularidad"),
        ],
    ),
    (
        "it",
        &[
            (Cover, "Copertina, Immagine, Copertina dell'album"),
            (File, "Nome file, Nome del file, Percorso"),
            (Artist, "Artista dell'album, Artista, Artisti, Nome artista, Interprete, Gruppo"),
            (Album, "Titolo dell'album, Titolo album, Nome album, Nome dell'album"),
            (Title, "Titolo"),
            (Track, "Brano, Canzone, Traccia"),
            (
                Year,
                "Anno, Anno di uscita, Data di uscita, Anno di pubblicazione, Data di pubblicazione, Uscita",
            ),
            (Genre, "Genere, Genere musicale"),
            (Genres, "Generi, Stile, Stili"),
            (Plays, "Riproduzioni, Ascolti, Numero di ascolti, Numero di riproduzioni"),
            (Listeners, "Ascoltatori"),
            (Popularity, "Popolarità"),
        ],
    ),
    (
        "nl",
        &[
            (Cover, "Hoes, Albumhoes, Afbeelding, Voorkant, Plaatje"),
            (File, "Bestand, Bestandsnaam, Pad"),
            (Artist, "Albumartiest, Artiest, Artiesten, Naam artiest, Uitvoerende, Uitvoerder, Groep"),
            (Album, "Albumtitel, Albumnaam, Plaat"),
            (Title, "Titel"),
            (Track, "Nummer titel, Liedje, Lied"),
            (
                Year,
                "Jaar, Jaar van uitgave, Uitgavejaar, Verschijningsjaar, Releasejaar, Releasedatum, Jaartal",
            ),
            (Genre, "Muziekgenre, Muziekstijl"),
            (Genres, "Stijl, Stijlen"),
            (Plays, "Keren afgespeeld, Aantal keer afgespeeld, Afgespeeld, Beluisterd"),
            (Listeners, "Luisteraars"),
            (Popularity, "Populariteit"),
        ],
    ),
    (
        "pt",
        &[
            (Cover, "Capa, Imagem, Capa do álbum"),
            (File, "Arquivo, Ficheiro, Nome do arquivo, Nome do ficheiro, Caminho"),
            (Artist, "Artista do álbum, Artista, Artistas, Nome do artista, Intérprete, Banda"),
            (Album, "Álbum, Título do álbum, Nome do álbum, Disco"),
            (Title, "Título"),
            (Track, "Música, Faixa, Canção"),
            (Year, "Ano, Ano de lançamento, Data de lançamento, Lançamento"),
            (Genre, "Gênero, Género, Gênero musical"),
            (Genres, "Gêneros, Géneros, Estilo, Estilos"),
            (Plays, "Reproduções, Número de reproduções, Execuções"),
            (Listeners, "Ouvintes"),
            (Popularity, "Popularidade"),
        ],
    ),
    (
        "pl",
        &[
            (Cover, "Okładka, Obraz, Obrazek, Okładka albumu"),
            (File, "Plik, Nazwa pliku, Ścieżka"),
            (Artist, "Wykonawca albumu, Wykonawca, Wykonawcy, Artysta, Artyści, Zespół"),
            (Album, "Tytuł albumu, Nazwa albumu, Płyta"),
            (Title, "Tytuł"),
            (Track, "Utwór, Piosenka"),
            (Year, "Rok, Rok wydania, Data wydania, Rok premiery"),
            (Genre, "Gatunek, Gatunek muzyczny"),
            (Genres, "Gatunki, Styl, Style"),
            (Plays, "Odtworzenia, Liczba odtworzeń, Odsłuchania"),
            (Listeners, "Słuchacze, Liczba słuchaczy"),
            (Popularity, "Popularność"),
        ],
    ),
    (
        "sv",
        &[
            (Cover, "Omslag, Skivomslag, Albumomslag, Bild"),
            (File, "Fil, Filnamn, Sökväg"),
            (Artist, "Albumartist, Artist, Artister, Artistnamn, Grupp"),
            (Album, "Skiva, Albumtitel, Albumnamn, Skivtitel"),
            (Title, "Titel"),
            (Track, "Låt, Låttitel, Spår"),
            (Year, "År, Utgivningsår, Utgivningsdatum, Utgiven, Årtal"),
            (Genre, "Musikgenre, Musikstil"),
            (Genres, "Genrer, Stil, Stilar"),
            (Plays, "Spelningar, Antal spelningar, Uppspelningar"),
            (Listeners, "Lyssnare"),
            (Popularity, "Popularitet"),
        ],
    ),
    (
        "da",
        &[
            (Cover, "Omslag, Pladecover, Albumcover, Billede, Forside"),
            (File, "Fil, Filnavn, Sti"),
            (Artist, "Albumkunstner, Kunstner, Kunstnere, Kunstnernavn, Gruppe"),
            (Album, "Albumtitel, Albumnavn, Plade"),
            (Title, "Titel"),
            (Track, "Sang, Nummer titel"),
            (Year, "År, Udgivelsesår, Udgivelsesdato, Udgivet, Årstal"),
            (Genre, "Musikgenre"),
            (Genres, "Genrer, Stilarter"),
            (Plays, "Afspilninger, Antal afspilninger"),
            (Listeners, "Lyttere"),
            (Popularity, "Popularitet"),
        ],
    ),
    (
        "no",
        &[
            (Cover, "Omslag, Plateomslag, Bilde, Forside"),
            (File, "Fil, Filnavn, Filbane"),
            (Artist, "Albumartist, Artist, Artister, Artistnavn, Utøver"),
            (Album, "Albumtittel, Albumnavn, Plate"),
            (Title, "Tittel"),
            (Track, "Låt, Sang, Spor"),
            (Year, "År, Utgivelsesår, Utgivelsesdato, Utgitt, Årstall"),
            (Genre, "Sjanger, Musikksjanger"),
            (Genres, "Sjangre, Sjangere"),
            (Plays, "Avspillinger, Antall avspillinger"),
            (Listeners, "Lyttere"),
            (Popularity, "Popularitet"),
        ],
    ),
    (
        "fi",
        &[
            (Cover, "Kansi, Kansikuva, Levynkansi, Kuva"),
            (File, "Tiedosto, Tiedostonimi, Tiedoston nimi, Polku"),
            (Artist, "Albumin esittäjä, Albumin artisti, Artisti, Artistit, Esittäjä, Yhtye"),
            (Album, "Albumi, Levy, Albumin nimi, Levyn nimi"),
            (Title, "Otsikko, Nimeke"),
            (Track, "Kappale, Kappaleen nimi, Biisi"),
            (Year, "Vuosi, Julkaisuvuosi, Julkaisupäivä, Julkaistu"),
            (Genre, "Tyylilaji, Laji, Musiikkityyli, Genre"),
            (Genres, "Tyylilajit, Tyylit, Genret"),
            (Plays, "Toistot, Toistokerrat, Kuuntelut, Kuuntelukerrat, Soittokerrat"),
            (Listeners, "Kuuntelijat"),
            (Popularity, "Suosio"),
        ],
    ),
    (
        "cs",
        &[
            (Cover, "Obal, Obálka, Obrázek, Přebal, Obal alba"),
            (File, "Soubor, Název souboru, Cesta"),
            (Artist, "Interpret alba, Umělec alba, Interpret, Umělec, Umělci, Skupina, Kapela"),
            (Album, "Název alba, Deska"),
            (Title, "Název, Titul"),
            (Track, "Skladba, Píseň, Název skladby"),
            (Year, "Rok, Rok vydání, Datum vydání, Vydáno"),
            (Genre, "Žánr, Hudební žánr"),
            (Genres, "Žánry, Styl, Styly"),
            (Plays, "Přehrání, Počet přehrání, Poslechy, Počet poslechů"),
            (Listeners, "Posluchači, Počet posluchačů"),
            (Popularity, "Popularita, Oblíbenost"),
        ],
    ),
    (
        "ru",
        &[
            (Cover, "Обложка, Картинка, Изображение, Обложка альбома"),
            (File, "Файл, Имя файла, Путь"),
            (Artist, "Исполнитель альбома, Исполнитель, Исполнители, Артист, Группа, Имя исполнителя"),
            (Album, "Альбом, Название альбома, Пластинка"),
            (Title, "Название, Заголовок"),
            (Track, "Трек, Песня, Композиция, Название трека"),
            (Year, "Год, Год выпуска, Год издания, Дата выпуска, Дата выхода, Год выхода"),
            (Genre, "Жанр, Музыкальный жанр"),
            (Genres, "Жанры, Стиль, Стили"),
            (
                Plays,
                "Прослушивания, Прослушиваний, Количество прослушиваний, Воспроизведения, Воспроизведений",
            ),
            (Listeners, "Слушатели, Слушателей"),
            (Popularity, "Популярность"),
        ],
    ),
    (
        "ja",
        &[
            (Cover, "ジャケット, カバー, ジャケット画像, カバー画像, 画像, ジャケ写, アートワーク"),
            (File, "ファイル, ファイル名, パス, 画像ファイル"),
            (Artist, "アルバムアーティスト, アーティスト, アーティスト名, アーチスト, 歌手, 演奏者"),
            (Album, "アルバム, アルバム名, アルバムタイトル"),
            (Title, "タイトル, 題名"),
            (Track, "曲名, 曲, トラック, トラック名, 楽曲"),
            (Year, "年, 発売年, リリース年, 発売日, リリース日, 発表年, 年代"),
            (Genre, "ジャンル, ジャンル名"),
            (Genres, "スタイル, タグ"),
            (Plays, "再生回数, 再生数"),
            (Listeners, "リスナー, リスナー数"),
            (Popularity, "人気, 人気度"),
        ],
    ),
    (
        "zh",
        &[
            (Cover, "封面, 专辑封面, 專輯封面, 图片, 圖片, 封面图片"),
            (File, "文件, 文件名, 檔案, 檔名, 路径, 路徑"),
            (Artist, "专辑艺术家, 專輯藝人, 艺术家, 藝術家, 艺人, 藝人, 歌手, 演唱者"),
            (Album, "专辑, 專輯, 专辑名, 專輯名稱, 专辑名称, 唱片"),
            (Title, "标题, 標題, 名称, 名稱"),
            (Track, "歌曲, 歌名, 曲目"),
            (Year, "年, 年份, 发行年份, 發行年份, 发行日期, 發行日期, 发行年, 發行年"),
            (Genre, "流派, 类型, 類型, 曲风, 曲風, 音乐类型"),
            (Genres, "风格, 風格, 标签, 標籤"),
            (Plays, "播放次数, 播放次數, 播放量"),
            (Listeners, "听众, 聽眾, 听众数"),
            (Popularity, "热度, 人气, 人氣, 流行度"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::columns::Columns;
    use super::*;

    fn columns(header: &str) -> Columns {
        Columns::of(&header.split(';').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_table_of_every_language_is_understood() {
        // Artist, album, year, genre, cover, plays.
        for header in [
            "Interpret;Album;Erscheinungsjahr;Genre;Titelbild;Gehört",
            "Artiste;Titre de l'album;Année;Genre;Pochette;Nombre d'écoutes",
            "Artista;Título;Año;Género;Carátula;Reproducciones",
            "Artista;Titolo;Anno;Genere;Copertina;Ascolti",
            "Artiest;Titel;Jaar;Genre;Hoes;Keren afgespeeld",
            "Artista;Álbum;Ano;Gênero;Capa;Reproduções",
            "Wykonawca;Tytuł;Rok;Gatunek;Okładka;Odtworzenia",
            "WYKONAWCA;Tytul;rok_wydania;gatunek;Okladka;odtworzenia",
            "Artist;Skiva;År;Genre;Omslag;Spelningar",
            "Kunstner;Titel;År;Genre;Omslag;Afspilninger",
            "Artist;Tittel;År;Sjanger;Omslag;Avspillinger",
            "Artisti;Levy;Vuosi;Tyylilaji;Kansi;Toistot",
            "Interpret;Název alba;Rok;Žánr;Obal;Přehrání",
            "Исполнитель;Альбом;Год;Жанр;Обложка;Прослушивания",
            "アーティスト;アルバム;年;ジャンル;ジャケット;再生回数",
            "ｱｰﾃｨｽﾄ;ｱﾙﾊﾞﾑ;発売年;ｼﾞｬﾝﾙ;ｶﾊﾞｰ;再生数",
            "艺术家;专辑;年份;流派;封面;播放次数",
            "Album Artist;Album;Year (yyyy);Genre;Artwork;Play Count",
        ] {
            let found = columns(header);
            let lists = [&found.artist, &found.title, &found.year, &found.genre, &found.file, &found.plays];
            let firsts = lists.map(|list| list.first().copied());
            assert_eq!(firsts, [0, 1, 2, 3, 4, 5].map(Some), "{header}");
            assert!(found.unused().is_empty(), "{header}");
        }
    }

    #[test]
    fn a_title_beside_an_album_is_a_tracks_in_every_language() {
        let found = columns("Artiste;Titre;Titre de l'album;Popularité");
        assert_eq!((found.track, found.title, found.popularity), (vec![1], vec![2], vec![3]));
    }

    #[test]
    fn every_language_names_every_kind_once() {
        for (language, columns) in &LANGUAGES {
            let mut kinds: Vec<Means> = columns.iter().map(|(means, _)| *means).collect();
            kinds.dedup();
            assert_eq!(kinds.len(), 12, "{language}");
        }
    }
}

//! What a file is, by its first bytes: one of the kinds that are read, another kind of picture, or none.
//!
//! A picture of a kind that is not read is named: “this is not a picture” would be false, and would send its owner
//! looking for damage.

use super::CoverError;
use image::ImageFormat;

/// Bytes among which an SVG's first element is looked for: licences and comments may stand in front.
const PROLOGUE: usize = 4096;

/// Kinds of pictures that are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Jpeg,
    Png,
    Gif,
    WebP,
    Bmp,
    Tiff,
}

/// The kind of a file.
///
/// # Errors
/// [`CoverError::Empty`], [`CoverError::OtherKind`] and [`CoverError::NotAPicture`].
pub(super) fn kind(bytes: &[u8]) -> Result<Kind, CoverError> {
    if bytes.is_empty() {
        return Err(CoverError::Empty);
    }
    if let Some(name) = other(bytes) {
        return Err(CoverError::OtherKind(name));
    }
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => Ok(Kind::Jpeg),
        Ok(ImageFormat::Png) => Ok(Kind::Png),
        Ok(ImageFormat::Gif) => Ok(Kind::Gif),
        Ok(ImageFormat::WebP) => Ok(Kind::WebP),
        Ok(ImageFormat::Bmp) => Ok(Kind::Bmp),
        Ok(ImageFormat::Tiff) => Ok(Kind::Tiff),
        // With offsets of 64 bits.
        _ if bytes.starts_with(b"II\x2b\0") || bytes.starts_with(b"MM\0\x2b") => Ok(Kind::Tiff),
        _ => Err(CoverError::NotAPicture),
    }
}

/// First bytes of other kinds, with the name that a sentence goes on with after “this is”.
const OTHERS: [(&[u8], &str); 22] = [
    (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"II\xbc\x01", "a JPEG XR picture"),
    (b"8BPS", "a Photoshop (PSD) file"),
    (b"gimp xcf", "a GIMP (XCF) file"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript (EPS) file"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript (EPS) file"),
    (b"DDS ", "a DDS texture"),
    (b"qoif", "a QOI picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance HDR picture"),
    (b"farbfeld", "a farbfeld picture"),
    (b"BPG\xfb", "a BPG picture"),
    (b"FLIF", "a FLIF picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"\xd7\xcd\xc6\x9a", "a Windows metafile (WMF)"),
    (b"II\x2a\0\x10\0\0\0CR\x02", "a camera's raw picture"),
    (b"FUJIFILMCCD-RAW", "a camera's raw picture"),
    (b"IIRO\x08\0\0\0", "a camera's raw picture"),
];

/// The name of another kind of picture.
fn other(bytes: &[u8]) -> Option<&'static str> {
    if let Some((_, name)) = OTHERS.iter().find(|(begin, _)| bytes.starts_with(begin)) {
        return Some(name);
    }
    iso_media(bytes)
        .or_else(|| is_icon(bytes).then_some("an icon (ICO) file"))
        .or_else(|| is_netpbm(bytes).then_some("a PNM picture"))
        .or_else(|| is_svg(bytes).then_some("an SVG drawing"))
        .or_else(|| is_targa(bytes).then_some("a TGA picture"))
        .or_else(|| is_pcx(bytes).then_some("a PCX picture"))
}

/// HEIF's families are told by the brands in the first box (ISO/IEC 14496-12, 4.3): the major one, then those that it
/// is compatible with.
fn iso_media(bytes: &[u8]) -> Option<&'static str> {
    let (head, rest) = bytes.split_at_checked(12)?;
    if &head[4..8] != b"ftyp" {
        return None;
    }
    let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
    let compatible = rest.get(4..length.saturating_sub(12).min(rest.len())).unwrap_or_default();
    let mut brands = std::iter::once(&head[8..12]).chain(compatible.chunks_exact(4));
    let named = brands.find_map(|brand| match brand {
        b"avif" | b"avis" => Some("an AVIF picture"),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => {
            Some("a HEIC picture")
        }
        b"crx " => Some("a camera's raw picture"),
        b"jxl " => Some("a JPEG XL picture"),
        _ => None,
    });
    let general = matches!(&head[8..12], b"mif1" | b"msf1" | b"mif2");
    // What else comes in such boxes is film and music.
    named.or(general.then_some("a HEIF picture"))
}

/// Icons and cursors: a kind and how many there are, which a TGA file has zeros for.
fn is_icon(bytes: &[u8]) -> bool {
    matches!(bytes, [0, 0, 1 | 2, 0, a, b, ..] if (a | b) != 0)
}

/// PBM, PGM, PPM and PAM: `P1` to `P7` and white space.
fn is_netpbm(bytes: &[u8]) -> bool {
    matches!(bytes, [b'P', b'1'..=b'7', space, after, ..]
        if space.is_ascii_whitespace() && (after.is_ascii_digit() || b"# W".contains(after)))
}

/// Text whose first element is `svg`, whatever stands in front; UTF-16 is looked at through its zeros.
fn is_svg(bytes: &[u8]) -> bool {
    let begin: Vec<u8> = bytes.iter().take(PROLOGUE).copied().filter(|&b| b != 0).collect();
    let text = String::from_utf8_lossy(&begin).to_lowercase();
    let mut rest = text.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_start();
    if !rest.starts_with('<') {
        return false;
    }
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        // Comments, declarations and the document type are no elements.
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            // Its inner part may hold declarations of its own.
            _ if rest.starts_with("<!doctype") => return rest.starts_with("<!doctype svg"),
            _ => {
                let name: String =
                    rest[1..].chars().take_while(|c| c.is_alphanumeric() || *c == ':').collect();
                return name == "svg" || name.ends_with(":svg");
            }
        };
        let Some(past) = rest.find(end) else { return false };
        rest = &rest[past + end.len()..];
    }
    false
}

/// TGA has no first bytes of its own: newer files have a last line, of older ones the header is all there is.
fn is_targa(bytes: &[u8]) -> bool {
    if bytes.ends_with(b"TRUEVISION-XFILE.\0") {
        return true;
    }
    let &[_, map, kind, _, _, _, _, map_bits, _, _, _, _, w0, w1, h0, h1, bits, flags, ..] = bytes else {
        return false;
    };
    let sized = (w0 | w1) != 0 && (h0 | h1) != 0;
    match (map, kind) {
        (0, 2 | 10) => sized && matches!(bits, 15 | 16 | 24 | 32) && map_bits == 0 && flags & 0xc0 == 0,
        (0, 3 | 11) => sized && matches!(bits, 8 | 16) && map_bits == 0 && flags & 0xc0 == 0,
        (1, 1 | 9) => sized && bits == 8 && matches!(map_bits, 15 | 16 | 24 | 32) && flags & 0xc0 == 0,
        _ => false,
    }
}

/// Maker, version, run lengths, bits: four bytes that seldom come together otherwise.
fn is_pcx(bytes: &[u8]) -> bool {
    matches!(bytes, [10, 0 | 2 | 3 | 4 | 5, 0 | 1, 1 | 2 | 4 | 8, ..] if bytes.len() >= 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(bytes: &[u8]) -> String {
        kind(bytes).unwrap_err().to_string()
    }

    fn media(brands: &[&[u8; 4]]) -> Vec<u8> {
        let mut bytes = (16 + 4 * (brands.len() as u32 - 1)).to_be_bytes().to_vec();
        bytes.extend(b"ftyp");
        bytes.extend(brands[0]);
        bytes.extend([0; 4]);
        brands[1..].iter().for_each(|brand| bytes.extend(*brand));
        bytes.extend(b"\0\0\0\x08meta");
        bytes
    }

    #[test]
    fn a_picture_of_another_kind_is_called_by_its_name() {
        for (bytes, name) in [
            (media(&[b"heic", b"mif1", b"heic"]), "this is a HEIC picture, which is not read"),
            (media(&[b"mif1", b"mif1", b"heic"]), "a HEIC picture"),
            (media(&[b"mif1", b"miaf"]), "a HEIF picture"),
            (media(&[b"avif", b"avif", b"mif1", b"miaf"]), "an AVIF picture"),
            (media(&[b"mif1", b"avif"]), "an AVIF picture"),
            (b"\xff\x0a\x00\x10".to_vec(), "a JPEG XL picture"),
            (b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl ".to_vec(), "a JPEG XL picture"),
            (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ".to_vec(), "a JPEG 2000 picture"),
            (b"\xff\x4f\xff\x51\0\x2f".to_vec(), "a JPEG 2000 picture"),
            (b"8BPS\0\x01".to_vec(), "a Photoshop (PSD) file"),
            (b"\0\0\x01\0\x01\0\x10\x10".to_vec(), "an icon (ICO) file"),
            (b"%PDF-1.7\n".to_vec(), "a PDF document"),
            (b"P6\n8 8\n255\n".to_vec(), "a PNM picture"),
            (
                [&[0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 9, 0, 24, 32][..], &[7; 243]].concat(),
                "a TGA picture",
            ),
        ] {
            let sentence = named(&bytes);
            assert!(sentence.contains(name), "{sentence}");
            assert!(sentence.ends_with("save it as JPEG or PNG"), "{sentence}");
        }
    }

    #[test]
    fn an_svg_is_one_whatever_stands_in_front_of_it_and_a_web_page_with_one_inside_is_not() {
        for text in [
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "\u{feff}<?xml version='1.0'?>\n<!-- made by hand <html> -->\n<svg width='9'>",
            "<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'><svg/>",
            "  <svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
        ] {
            assert!(named(text.as_bytes()).contains("an SVG drawing"), "{text}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(named(&wide).contains("an SVG drawing"), "{text}");
        }
        for text in
            ["<html><body><svg/></body></html>", "<!DOCTYPE html><svg/>", "the <svg> element", "<!-- <svg>"]
        {
            assert_eq!(kind(text.as_bytes()), Err(CoverError::NotAPicture), "{text}");
        }
    }

    #[test]
    fn text_json_zeros_and_music_are_no_pictures() {
        assert_eq!(kind(&media(&[b"M4A ", b"mp42", b"isom"])), Err(CoverError::NotAPicture));
        for bytes in
            [&b"{\"error\": 404}"[..], b"version https://git-lfs.github.com/spec/v1\n", &[0; 4096], b"\n\n"]
        {
            assert_eq!(kind(bytes), Err(CoverError::NotAPicture));
        }
        assert_eq!(kind(b""), Err(CoverError::Empty));
    }
}

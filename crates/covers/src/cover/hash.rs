//! dHash: 64 bits that say where a picture gets brighter from left to right. Scaling, re-encoding and small
//! changes of colour move few of them. (N. Krawetz, “Kind of Like That”, 2013.)

use image::RgbImage;

/// The hash of a picture of any size: it is averaged to 9×8 grey cells, and bit `8y + x` says whether cell
/// `(x + 1, y)` is brighter than cell `(x, y)`.
pub fn dhash(picture: &RgbImage) -> u64 {
    let cells = grey_cells(picture);
    let mut hash = 0;
    for y in 0..8 {
        for x in 0..8 {
            if cells[y][x + 1] > cells[y][x] {
                hash |= 1 << (8 * y + x);
            }
        }
    }
    hash
}

/// Bits in which two hashes differ, 0–64.
pub fn distance(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

/// Mean luma of each cell in integers (BT.601 weights × 1000, × the cell's share of pixels), so that every
/// machine finds the same.
fn grey_cells(picture: &RgbImage) -> [[u64; 9]; 8] {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    // Pixel x covers x·9..(x+1)·9 in units of 1/9 of a pixel; a cell covers `width` such units.
    let across = overlaps(width, 9);
    let down = overlaps(height, 8);
    let mut cells = [[0u64; 9]; 8];
    for (y, row) in picture.as_raw().chunks_exact(width * 3).enumerate() {
        let mut sums = [0u64; 9];
        for (pixel, shares) in row.chunks_exact(3).zip(&across) {
            let luma = 299 * u64::from(pixel[0]) + 587 * u64::from(pixel[1]) + 114 * u64::from(pixel[2]);
            for &(cell, share) in shares {
                sums[cell] += luma * share;
            }
        }
        for &(cell, share) in &down[y] {
            for x in 0..9 {
                cells[cell][x] += sums[x] * share;
            }
        }
    }
    cells
}

/// For each of `pixels`, which of `cells` it lies in and with how many of its `cells` parts.
fn overlaps(pixels: usize, cells: usize) -> Vec<Vec<(usize, u64)>> {
    (0..pixels)
        .map(|p| {
            let (start, end) = (p * cells, (p + 1) * cells);
            (start / pixels..=(end - 1) / pixels)
                .map(|cell| {
                    let from = start.max(cell * pixels);
                    let to = end.min((cell + 1) * pixels);
                    (cell, (to - from) as u64)
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn a_ramp_to_the_right_sets_every_bit() {
        let ramp = RgbImage::from_fn(64, 64, |x, _| Rgb([(x * 4) as u8; 3]));
        assert_eq!(dhash(&ramp), u64::MAX);
        let back = RgbImage::from_fn(64, 64, |x, _| Rgb([(255 - x * 4) as u8; 3]));
        assert_eq!(dhash(&back), 0);
    }

    #[test]
    fn cells_share_the_pixels_between_them() {
        for (pixels, cells) in [(64, 9), (64, 8), (1, 9), (7, 8), (300, 9)] {
            let mut sums = vec![0; cells];
            for (cell, share) in overlaps(pixels, cells).into_iter().flatten() {
                sums[cell] += share;
            }
            assert!(sums.iter().all(|&s| s == pixels as u64), "{pixels}/{cells}: {sums:?}");
        }
    }
}

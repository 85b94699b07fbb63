//! How much of the graphics card's memory the map's textures take.

/// What is kept there, bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// Room that was asked for.
    pub reserved: u64,
    /// The part of it that holds something.
    pub resident: u64,
    /// Sheets of each level that are there, and how many there is room for.
    pub sheets: Vec<(usize, usize)>,
}

impl Memory {
    /// Adds a texture that is in use as a whole.
    pub fn add(&mut self, bytes: u64) {
        self.reserved += bytes;
        self.resident += bytes;
    }

    /// Adds a level's sheets: `there` of `room`, each of so many bytes.
    pub fn add_sheets(&mut self, there: usize, room: usize, each: u64) {
        self.reserved += room as u64 * each;
        self.resident += there.min(room) as u64 * each;
        self.sheets.push((there, room));
    }
}

/// Bytes of a square of `side` texels of `texel` bytes each in `levels` mip levels, each half as wide as the one before.
pub fn square(side: u32, levels: u32, texel: u32) -> u64 {
    let texels = |level: u32| u64::from((side >> level).max(1)).pow(2);
    (0..levels).map(texels).sum::<u64>() * u64::from(texel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smaller_levels_add_a_third() {
        assert_eq!(square(1024, 1, 4), 4 << 20);
        assert_eq!(
            square(2048, 6, 4),
            (16 << 20) + (4 << 20) + (1 << 20) + (1 << 18) + (1 << 16) + (1 << 14)
        );
        assert_eq!(square(1, 3, 1), 3);
    }

    #[test]
    fn room_is_taken_whether_or_not_sheets_have_come() {
        let mut memory = Memory::default();
        memory.add(100);
        memory.add_sheets(2, 14, 10);
        memory.add_sheets(0, 1, 5);
        assert_eq!((memory.reserved, memory.resident), (245, 120));
        assert_eq!(memory.sheets, [(2, 14), (0, 1)]);
    }
}

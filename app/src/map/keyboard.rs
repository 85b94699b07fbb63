//! What keys do on the map, and which album an arrow leads to. Nothing here touches the browser.

/// Where an arrow points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Towards smaller x.
    Left,
    /// Towards larger x.
    Right,
    /// Towards smaller y.
    Up,
    /// Towards larger y.
    Down,
}

/// What a key asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// To the nearest album in that direction.
    Step(Direction),
    /// Choose the focused album alone.
    Select,
    /// Add the focused album to the chosen ones, or take it away.
    Extend,
    /// Closer.
    ZoomIn,
    /// Farther.
    ZoomOut,
    /// Show everything.
    Fit,
    /// Choose nothing, highlight nothing.
    Clear,
}

/// What `key` (as browsers name it) asks for; `None` leaves it to the page and the browser.
pub fn action(key: &str, shift: bool, control: bool) -> Option<Action> {
    if control {
        return None;
    }
    Some(match key {
        "ArrowLeft" => Action::Step(Direction::Left),
        "ArrowRight" => Action::Step(Direction::Right),
        "ArrowUp" => Action::Step(Direction::Up),
        "ArrowDown" => Action::Step(Direction::Down),
        "Enter" | " " if shift => Action::Extend,
        "Enter" | " " => Action::Select,
        "+" | "=" => Action::ZoomIn,
        "-" | "_" => Action::ZoomOut,
        "0" => Action::Fit,
        "Escape" => Action::Clear,
        _ => return None,
    })
}

/// The nearest album in a direction: of those within 45° of it the one whose distance, with what it lies aside
/// counted twice, is least. An album whose sideways way is longer is in another direction.
pub fn neighbour(x: &[f32], y: &[f32], from: u32, direction: Direction) -> Option<u32> {
    let (fx, fy) = (*x.get(from as usize)?, *y.get(from as usize)?);
    let mut best: Option<(f32, u32)> = None;
    for (i, (x, y)) in x.iter().zip(y).enumerate() {
        let (dx, dy) = (x - fx, y - fy);
        let (ahead, aside) = match direction {
            Direction::Left => (-dx, dy.abs()),
            Direction::Right => (dx, dy.abs()),
            Direction::Up => (-dy, dx.abs()),
            Direction::Down => (dy, dx.abs()),
        };
        // The negation also leaves out what is no number.
        let in_cone = ahead > 0.0 && aside <= ahead;
        if !in_cone {
            continue;
        }
        let cost = ahead * ahead + 4.0 * aside * aside;
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, i as u32));
        }
    }
    best.map(|(_, album)| album)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five by five, numbered row by row, distance 1.
    fn lattice() -> (Vec<f32>, Vec<f32>) {
        ((0..25).map(|i| (i % 5) as f32).collect(), (0..25).map(|i| (i / 5) as f32).collect())
    }

    #[test]
    fn arrows_lead_to_the_next_in_line() {
        let (x, y) = lattice();
        let step = |direction| neighbour(&x, &y, 12, direction);
        assert_eq!(step(Direction::Left), Some(11));
        assert_eq!(step(Direction::Right), Some(13));
        assert_eq!(step(Direction::Up), Some(7));
        assert_eq!(step(Direction::Down), Some(17));
    }

    #[test]
    fn at_the_border_there_is_nowhere_to_go() {
        let (x, y) = lattice();
        assert_eq!(neighbour(&x, &y, 0, Direction::Left), None);
        assert_eq!(neighbour(&x, &y, 0, Direction::Up), None);
        assert_eq!(neighbour(&x, &y, 99, Direction::Up), None);
    }

    #[test]
    fn straight_ahead_beats_nearer_but_aside() {
        let x = [0.0, 1.0, 1.2];
        let y = [0.0, 0.9, 0.0];
        assert_eq!(neighbour(&x, &y, 0, Direction::Right), Some(2));
    }

    #[test]
    fn what_lies_mostly_aside_is_in_another_direction() {
        let x = [0.0, 0.5];
        let y = [0.0, 2.0];
        assert_eq!(neighbour(&x, &y, 0, Direction::Right), None);
        assert_eq!(neighbour(&x, &y, 0, Direction::Down), Some(1));
    }

    #[test]
    fn every_other_album_is_in_some_direction() {
        let x = [0.0, 3.0, -3.0, -1.0, 2.0];
        let y = [0.0, 3.0, 3.0, -4.0, -2.0];
        for i in 1..5 {
            let pair_x = [0.0, x[i]];
            let pair_y = [0.0, y[i]];
            let all = [Direction::Left, Direction::Right, Direction::Up, Direction::Down];
            assert!(all.iter().any(|d| neighbour(&pair_x, &pair_y, 0, *d) == Some(1)), "{i}");
        }
    }

    #[test]
    fn keys_with_control_belong_to_the_browser() {
        assert_eq!(action("0", false, true), None);
        assert_eq!(action("0", false, false), Some(Action::Fit));
        assert_eq!(action("Enter", true, false), Some(Action::Extend));
        assert_eq!(action("Enter", false, false), Some(Action::Select));
        assert_eq!(action("/", false, false), None);
        assert_eq!(action("Tab", false, false), None);
    }
}

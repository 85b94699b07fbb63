//! From pointers to intentions: click, drag, pinch, rectangle, lasso, long press. Pure: the browser's events go in, what
//! the hand means comes out.

use super::camera::Point;

/// A hand that moves less than this, CSS pixels, has not moved.
const SLOP: f64 = 5.0;
/// Corners of a lasso stand at least so far apart, CSS pixels.
const CORNER: f64 = 3.0;

/// What pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A mouse's main button, or a pen.
    Mouse,
    /// A finger.
    Touch,
}

/// What a hand means.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Intent {
    /// Nothing yet.
    Nothing,
    /// The pointer rests here, nothing pressed.
    Hover(Point),
    /// Move the map by so much.
    Pan(f64, f64),
    /// Move the map by the first, then zoom by the factor about the point.
    Pinch(Point, Point, f64),
    /// A rectangle is being drawn between these corners.
    Rectangle(Point, Point),
    /// The rectangle is finished.
    RectangleEnd(Point, Point),
    /// A lasso is being drawn: [`Gesture::lasso`].
    Lasso,
    /// The lasso is finished.
    LassoEnd,
    /// A click or tap; `true` with shift or control.
    Click(Point, Kind, bool),
    /// A finger rested.
    LongPress(Point),
}

/// What a press draws once it moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Draws {
    Nothing,
    Rectangle,
    Lasso,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Phase {
    Idle,
    /// Pressed, not moved; with a modifier key or not.
    Pressed {
        additive: bool,
        draws: Draws,
    },
    Panning,
    Drawing,
    Roping,
    Pinching,
    /// Whatever happens until every finger is lifted means nothing.
    Spent,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Pointer {
    id: i32,
    start: Point,
    at: Point,
    kind: Kind,
}

/// The pointers that press just now and what they have been up to.
#[derive(Debug)]
pub struct Gesture {
    pointers: Vec<Pointer>,
    phase: Phase,
    lasso: Vec<Point>,
}

impl Default for Gesture {
    fn default() -> Self {
        Self { pointers: Vec::with_capacity(2), phase: Phase::Idle, lasso: Vec::new() }
    }
}

impl Gesture {
    /// A pointer presses. With shift a mouse draws a rectangle; shift and control both mean “add”.
    pub fn down(&mut self, id: i32, at: Point, kind: Kind, shift: bool, control: bool) {
        self.pointers.retain(|pointer| pointer.id != id);
        self.pointers.push(Pointer { id, start: at, at, kind });
        self.lasso.clear();
        let draws = if shift && kind == Kind::Mouse { Draws::Rectangle } else { Draws::Nothing };
        self.phase = match self.pointers.len() {
            1 => Phase::Pressed { additive: shift || control, draws },
            2 if self.phase != Phase::Drawing => Phase::Pinching,
            _ => Phase::Spent,
        };
    }

    /// The press that has just begun draws a lasso when it moves, whatever else it would do.
    pub fn rope(&mut self) {
        if let Phase::Pressed { draws, .. } = &mut self.phase {
            *draws = Draws::Lasso;
        }
    }

    /// The lasso that is being drawn or was drawn last: its corners on the canvas.
    pub fn lasso(&self) -> &[Point] {
        &self.lasso
    }

    /// A pointer moves.
    pub fn moved(&mut self, id: i32, at: Point) -> Intent {
        let Some(index) = self.pointers.iter().position(|pointer| pointer.id == id) else {
            return if self.pointers.is_empty() { Intent::Hover(at) } else { Intent::Nothing };
        };
        let before = self.pointers[index];
        match self.phase {
            Phase::Pressed { draws, .. } => {
                if distance(before.start, at) < SLOP {
                    return Intent::Nothing;
                }
                self.pointers[index].at = at;
                match draws {
                    Draws::Rectangle => {
                        self.phase = Phase::Drawing;
                        Intent::Rectangle(before.start, at)
                    }
                    Draws::Lasso => {
                        self.phase = Phase::Roping;
                        self.lasso.extend([before.start, at]);
                        Intent::Lasso
                    }
                    Draws::Nothing => {
                        self.phase = Phase::Panning;
                        Intent::Pan(at.0 - before.start.0, at.1 - before.start.1)
                    }
                }
            }
            Phase::Roping => {
                self.pointers[index].at = at;
                if self.lasso.last().is_some_and(|corner| distance(*corner, at) < CORNER) {
                    return Intent::Nothing;
                }
                self.lasso.push(at);
                Intent::Lasso
            }
            Phase::Panning => {
                self.pointers[index].at = at;
                Intent::Pan(at.0 - before.at.0, at.1 - before.at.1)
            }
            Phase::Drawing => {
                self.pointers[index].at = at;
                Intent::Rectangle(before.start, at)
            }
            Phase::Pinching => {
                let (old_centre, old_spread) = self.pinch();
                self.pointers[index].at = at;
                let (centre, spread) = self.pinch();
                let moved = (centre.0 - old_centre.0, centre.1 - old_centre.1);
                Intent::Pinch(moved, centre, spread / old_spread)
            }
            Phase::Spent | Phase::Idle => Intent::Nothing,
        }
    }

    fn pinch(&self) -> (Point, f64) {
        let at = |i: usize| self.pointers.get(i).map_or((0.0, 0.0), |pointer| pointer.at);
        let (a, b) = (at(0), at(1));
        (((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0), distance(a, b).max(1.0))
    }

    /// A pointer is lifted.
    pub fn up(&mut self, id: i32, at: Point) -> Intent {
        let Some(index) = self.pointers.iter().position(|pointer| pointer.id == id) else {
            return Intent::Nothing;
        };
        let pointer = self.pointers.swap_remove(index);
        let phase = self.phase;
        self.phase = match (self.pointers.first_mut(), phase) {
            (None, _) => Phase::Idle,
            (Some(rest), Phase::Pinching) => {
                // The finger that stays goes on panning from where it is.
                rest.start = rest.at;
                Phase::Panning
            }
            _ => Phase::Spent,
        };
        match phase {
            Phase::Pressed { additive, .. } => Intent::Click(pointer.start, pointer.kind, additive),
            Phase::Drawing => Intent::RectangleEnd(pointer.start, at),
            Phase::Roping => {
                self.lasso.push(at);
                Intent::LassoEnd
            }
            _ => Intent::Nothing,
        }
    }

    /// The browser took a pointer away: nothing was meant.
    pub fn cancel(&mut self, id: i32) {
        self.lasso.clear();
        self.pointers.retain(|pointer| pointer.id != id);
        self.phase = if self.pointers.is_empty() { Phase::Idle } else { Phase::Spent };
    }

    /// Time has passed: a single finger that has not moved means to choose.
    pub fn long_press(&mut self) -> Intent {
        match (self.phase, self.pointers.as_slice()) {
            (Phase::Pressed { .. }, [pointer]) if pointer.kind == Kind::Touch => {
                self.phase = Phase::Spent;
                Intent::LongPress(pointer.start)
            }
            _ => Intent::Nothing,
        }
    }

    /// Whether the hand moves the map just now.
    pub fn moving(&self) -> bool {
        matches!(self.phase, Phase::Panning | Phase::Pinching)
    }

    /// Whether anything presses.
    pub fn pressed(&self) -> bool {
        !self.pointers.is_empty()
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// How much a turn of the wheel zooms: `delta` in the units of `mode` (0 pixels, 1 lines, 2 pages); a pinch on a
/// touchpad comes as a wheel with control held and with small numbers.
pub fn wheel_factor(delta: f64, mode: u32, control: bool) -> f64 {
    let pixels = match mode {
        1 => delta * 16.0,
        2 => delta * 240.0,
        _ => delta,
    };
    let speed = if control { 0.01 } else { 0.0018 };
    // One event at most doubles or halves.
    (-pixels * speed).clamp(-std::f64::consts::LN_2, std::f64::consts::LN_2).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_that_does_not_move_is_a_click() {
        let mut gesture = Gesture::default();
        gesture.down(1, (10.0, 10.0), Kind::Mouse, false, false);
        assert_eq!(gesture.moved(1, (12.0, 11.0)), Intent::Nothing);
        assert_eq!(gesture.up(1, (12.0, 11.0)), Intent::Click((10.0, 10.0), Kind::Mouse, false));
        assert_eq!(gesture.moved(1, (12.0, 11.0)), Intent::Hover((12.0, 11.0)));
    }

    #[test]
    fn a_press_that_moves_pans_by_every_pixel_of_it() {
        let mut gesture = Gesture::default();
        gesture.down(1, (10.0, 10.0), Kind::Mouse, false, true);
        assert_eq!(gesture.moved(1, (20.0, 10.0)), Intent::Pan(10.0, 0.0));
        assert_eq!(gesture.moved(1, (21.0, 8.0)), Intent::Pan(1.0, -2.0));
        assert!(gesture.moving());
        assert_eq!(gesture.up(1, (21.0, 8.0)), Intent::Nothing);
        assert!(!gesture.moving());
    }

    #[test]
    fn shift_draws_a_rectangle_or_adds() {
        let mut gesture = Gesture::default();
        gesture.down(1, (0.0, 0.0), Kind::Mouse, true, false);
        assert_eq!(gesture.moved(1, (30.0, 40.0)), Intent::Rectangle((0.0, 0.0), (30.0, 40.0)));
        assert_eq!(gesture.up(1, (31.0, 40.0)), Intent::RectangleEnd((0.0, 0.0), (31.0, 40.0)));
        gesture.down(1, (0.0, 0.0), Kind::Mouse, true, false);
        assert_eq!(gesture.up(1, (0.0, 0.0)), Intent::Click((0.0, 0.0), Kind::Mouse, true));
    }

    #[test]
    fn a_lasso_follows_the_hand_in_steps_that_can_be_seen() {
        let mut gesture = Gesture::default();
        for kind in [Kind::Mouse, Kind::Touch] {
            gesture.down(1, (0.0, 0.0), kind, kind == Kind::Mouse, false);
            gesture.rope();
            assert_eq!(gesture.moved(1, (2.0, 0.0)), Intent::Nothing);
            assert_eq!(gesture.moved(1, (30.0, 0.0)), Intent::Lasso);
            assert_eq!(gesture.moved(1, (31.0, 0.0)), Intent::Nothing);
            assert_eq!(gesture.moved(1, (30.0, 30.0)), Intent::Lasso);
            assert_eq!(gesture.up(1, (0.0, 30.0)), Intent::LassoEnd);
            assert_eq!(gesture.lasso(), [(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 30.0)]);
        }
    }

    #[test]
    fn a_second_finger_gives_the_lasso_up_and_a_press_that_does_not_move_is_a_click_all_the_same() {
        let mut gesture = Gesture::default();
        gesture.down(1, (0.0, 0.0), Kind::Touch, false, false);
        gesture.rope();
        assert_eq!(gesture.moved(1, (30.0, 0.0)), Intent::Lasso);
        gesture.down(2, (60.0, 0.0), Kind::Touch, false, false);
        assert!(gesture.lasso().is_empty() && gesture.moving());
        gesture.up(2, (60.0, 0.0));
        gesture.up(1, (30.0, 0.0));
        gesture.down(1, (5.0, 5.0), Kind::Touch, false, false);
        gesture.rope();
        assert_eq!(gesture.up(1, (5.0, 5.0)), Intent::Click((5.0, 5.0), Kind::Touch, false));
    }

    #[test]
    fn two_fingers_zoom_about_their_middle() {
        let mut gesture = Gesture::default();
        gesture.down(1, (100.0, 100.0), Kind::Touch, false, false);
        gesture.down(2, (200.0, 100.0), Kind::Touch, false, false);
        assert_eq!(gesture.moved(2, (300.0, 100.0)), Intent::Pinch((50.0, 0.0), (200.0, 100.0), 2.0));
        assert_eq!(gesture.up(1, (100.0, 100.0)), Intent::Nothing);
        assert_eq!(gesture.moved(2, (310.0, 100.0)), Intent::Pan(10.0, 0.0));
        assert_eq!(gesture.up(2, (310.0, 100.0)), Intent::Nothing);
    }

    #[test]
    fn a_resting_finger_chooses_once() {
        let mut gesture = Gesture::default();
        gesture.down(1, (5.0, 5.0), Kind::Touch, false, false);
        assert_eq!(gesture.long_press(), Intent::LongPress((5.0, 5.0)));
        assert_eq!(gesture.long_press(), Intent::Nothing);
        assert_eq!(gesture.moved(1, (50.0, 5.0)), Intent::Nothing);
        assert_eq!(gesture.up(1, (50.0, 5.0)), Intent::Nothing);
    }

    #[test]
    fn a_mouse_or_a_moving_finger_makes_no_long_press() {
        let mut gesture = Gesture::default();
        gesture.down(1, (5.0, 5.0), Kind::Mouse, false, false);
        assert_eq!(gesture.long_press(), Intent::Nothing);
        gesture.cancel(1);
        gesture.down(2, (5.0, 5.0), Kind::Touch, false, false);
        gesture.moved(2, (50.0, 5.0));
        assert_eq!(gesture.long_press(), Intent::Nothing);
    }

    #[test]
    fn a_third_finger_ends_the_gesture() {
        let mut gesture = Gesture::default();
        for id in 1..=3 {
            gesture.down(id, (f64::from(id), 0.0), Kind::Touch, false, false);
        }
        assert_eq!(gesture.moved(3, (90.0, 0.0)), Intent::Nothing);
        for id in 1..=3 {
            assert_eq!(gesture.up(id, (0.0, 0.0)), Intent::Nothing);
        }
        assert!(!gesture.pressed());
    }

    #[test]
    fn a_cancelled_press_is_no_click() {
        let mut gesture = Gesture::default();
        gesture.down(1, (0.0, 0.0), Kind::Touch, false, false);
        gesture.cancel(1);
        assert_eq!(gesture.up(1, (0.0, 0.0)), Intent::Nothing);
        assert!(!gesture.pressed());
    }

    #[test]
    fn a_wheel_turns_evenly_and_never_jumps() {
        assert!((wheel_factor(100.0, 0, false) * wheel_factor(-100.0, 0, false) - 1.0).abs() < 1e-12);
        assert!(wheel_factor(-100.0, 0, false) > 1.0);
        assert_eq!(wheel_factor(3.0, 1, false), wheel_factor(48.0, 0, false));
        assert!(wheel_factor(-1e9, 2, true) <= 2.0 + 1e-9);
    }
}

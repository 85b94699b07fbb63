//! How albums get to other places when they are laid out anew.

use super::Engine;
use super::flight::clock;
use crate::map::arrangement::{MOVING, Moving};
use crate::map::camera::World;
use crate::map::data::MapData;
use crate::map::picking::Grid;
use crate::map::{scene, theme};
use std::sync::Arc;

impl Engine {
    /// Takes over the same albums at other places; they move there from where they are, and the view comes along.
    pub fn arrange(&mut self, data: Arc<MapData>) {
        let now = clock();
        let before = self.data.as_ref().map(|before| match &self.moving {
            Some(moving) => moving.at(now, &before.columns.x, &before.columns.y).0,
            None => scene::in_turn(before),
        });
        self.grid = Grid::new(&data.columns.x, &data.columns.y);
        self.camera.world = World::new(data.manifest.bounds, data.manifest.spacing);
        self.moving = before.map(|from| Moving::begin(from, now));
        if theme::prefers("(prefers-reduced-motion: reduce)") {
            self.moving = None;
        }
        if let Some(scene) = self.scene.as_ref().filter(|_| self.moving.is_none()) {
            scene.put_all_places(scene::in_turn(&data));
        }
        self.data = Some(data);
        self.stale.lines = true;
        self.stale.marks = true;
        self.stale.facts = true;
        if !self.look_as_asked() {
            let target = self.camera.fitting();
            self.fly(target, MOVING);
        }
    }

    /// Carries albums on to where they belong, when they are on their way.
    pub(super) fn carry(&mut self, now: f64) -> bool {
        let (Some(moving), Some(data), Some(scene)) = (&self.moving, &self.data, &self.scene) else {
            return false;
        };
        let (places, arrived) = moving.at(now, &data.columns.x, &data.columns.y);
        scene.put_all_places(places);
        if arrived {
            self.moving = None;
        }
        !arrived
    }
}

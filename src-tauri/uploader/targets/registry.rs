//! The registry of targets: all that are configured, the default one, and those in cooldown.

use tokio::time::Instant;

use crate::Target;
use crate::targets::cooldown::Cooldown;

#[derive(Default)]
pub(crate) struct TargetRegistry {
    default_id: Option<String>,
    targets: Vec<RegisteredTarget>,
}

struct RegisteredTarget {
    target: Target,
    cooldown: Cooldown,
}

impl TargetRegistry {
    /// Adds a target, or replaces the one with its id.
    pub fn insert_or_update(&mut self, target: Target) {
        match self
            .targets
            .iter_mut()
            .find(|place| place.target.id == target.id)
        {
            Some(place) => place.target = target,
            None => self.targets.push(RegisteredTarget {
                target,
                cooldown: Cooldown::default(),
            }),
        }
    }

    pub fn set_default(&mut self, id: &str) {
        self.default_id = Some(id.to_owned());
    }

    /// These and no others.
    pub fn replace_all(&mut self, targets: Vec<Target>, default_id: Option<String>) {
        self.targets
            .retain(|place| targets.iter().any(|target| target.id == place.target.id));
        targets
            .into_iter()
            .for_each(|target| self.insert_or_update(target));
        self.default_id = default_id;
    }

    /// The target with this id; without one, the usual one.
    pub fn find_target(&self, requested_id: Option<&str>) -> Option<&Target> {
        let id = requested_id.or(self.default_id.as_deref())?;
        let place = self.targets.iter().find(|place| place.target.id == id)?;
        Some(&place.target)
    }

    pub fn cooldown_mut(&mut self, id: &str) -> Option<&mut Cooldown> {
        let place = self
            .targets
            .iter_mut()
            .find(|place| place.target.id == id)?;
        Some(&mut place.cooldown)
    }

    pub fn is_cooling_down(&self, id: &str) -> bool {
        self.targets
            .iter()
            .any(|place| place.target.id == id && place.cooldown.active_until().is_some())
    }

    pub fn reset_cooldowns(&mut self) {
        for place in &mut self.targets {
            place.cooldown.reset();
        }
    }

    /// When the first of those that are left alone may be asked again.
    pub fn next_cooldown_end(&self) -> Option<Instant> {
        self.targets
            .iter()
            .filter_map(|place| place.cooldown.active_until())
            .min()
    }
}

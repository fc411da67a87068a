//! Where pictures can go: every target that is known, which of them is the usual one, and which are left alone for now.

use tokio::time::Instant;

use crate::Target;
use crate::targets::cooldown::Rest;

#[derive(Default)]
pub(crate) struct Places {
    usual: Option<String>,
    all: Vec<Place>,
}

struct Place {
    target: Target,
    rest: Rest,
}

impl Places {
    /// Makes a target known, or anew what is known of it.
    pub fn put(&mut self, target: Target) {
        match self
            .all
            .iter_mut()
            .find(|place| place.target.id == target.id)
        {
            Some(place) => place.target = target,
            None => self.all.push(Place {
                target,
                rest: Rest::default(),
            }),
        }
    }

    pub fn make_usual(&mut self, id: &str) {
        self.usual = Some(id.to_owned());
    }

    /// These and no others.
    pub fn replace(&mut self, targets: Vec<Target>, usual: Option<String>) {
        self.all
            .retain(|place| targets.iter().any(|target| target.id == place.target.id));
        targets.into_iter().for_each(|target| self.put(target));
        self.usual = usual;
    }

    /// The target with this id; without one, the usual one.
    pub fn target(&self, wanted: Option<&str>) -> Option<&Target> {
        let id = wanted.or(self.usual.as_deref())?;
        let place = self.all.iter().find(|place| place.target.id == id)?;
        Some(&place.target)
    }

    pub fn rest(&mut self, id: &str) -> Option<&mut Rest> {
        let place = self.all.iter_mut().find(|place| place.target.id == id)?;
        Some(&mut place.rest)
    }

    pub fn is_resting(&self, id: &str) -> bool {
        self.all
            .iter()
            .any(|place| place.target.id == id && place.rest.until().is_some())
    }

    pub fn end_rests(&mut self) {
        for place in &mut self.all {
            place.rest.end();
        }
    }

    /// When the first of those that are left alone may be asked again.
    pub fn next(&self) -> Option<Instant> {
        self.all.iter().filter_map(|place| place.rest.until()).min()
    }
}

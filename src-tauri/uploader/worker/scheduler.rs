//! One look at what there is to do, and the beginning of as much of it as there is room for.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::{AFTERWARDS, DRAWING, FETCHING, LOOKING, ROUND, ROUTE, Tasks, Work, Worker, locked};
use crate::Failure;
use crate::queue::job::{Change, WaitsFor};
use crate::queue::record::Origin;

impl Worker {
    /// Starts what there is room for; gives the moment at which there will be more to do without anybody saying so.
    pub(super) async fn start(
        self: &Arc<Self>,
        tasks: &mut Tasks,
        heard: &mut u64,
    ) -> Result<Option<Instant>, Failure> {
        let calls = self.calls.load(Ordering::SeqCst);
        let called = calls != *heard;
        let resume = self.passed_over.swap(false, Ordering::SeqCst) || called;
        let busy = self.busy();
        self.ask(move |book| {
            if resume {
                book.resume(|id| busy.contains(&id))?;
            }
            book.queue_offline(called)
        })
        .await?;
        *heard = calls;

        let to_do = self.ask(|book| book.to_do(ROUND)).await?;
        for record in to_do.look {
            match record.origin {
                Origin::Web(_) => {
                    let work = |worker: Arc<Self>, record| worker.fetch(record, calls);
                    self.begin(tasks, Work::Fetch, FETCHING, "", calls, record, work);
                }
                _ => {
                    let work = |worker: Arc<Self>, record| worker.look(record);
                    self.begin(tasks, Work::Look, LOOKING, "", calls, record, work);
                }
            }
        }
        for record in to_do.draw {
            let work = |worker: Arc<Self>, record| worker.draw(record);
            self.begin(tasks, Work::Draw, DRAWING, "", calls, record, work);
        }
        for record in to_do.tidy {
            let work = |worker: Arc<Self>, record| worker.tidy(record);
            self.begin(tasks, Work::Tidy, AFTERWARDS, "", calls, record, work);
        }
        for record in to_do.delete {
            let work = |worker: Arc<Self>, record| worker.delete(record);
            self.begin(tasks, Work::Delete, AFTERWARDS, "", calls, record, work);
        }
        let put_off = locked(&self.put_off).clone();
        for record in to_do.check {
            if put_off
                .get(&record.job.id)
                .is_none_or(|until| *until <= Instant::now())
            {
                let work = |worker: Arc<Self>, record| worker.check(record);
                self.begin(tasks, Work::Check, AFTERWARDS, "", calls, record, work);
            }
        }
        for wanted in to_do.wanted {
            self.send_what_waits(tasks, calls, wanted).await?;
        }

        let next_moment = self.ask(|book| book.next_moment()).await?.map(|at| {
            let wait = at.duration_since(self.settings.clock.now());
            Instant::now() + Duration::try_from(wait).unwrap_or_default()
        });
        let next = locked(&self.places)
            .next()
            .into_iter()
            .chain(next_moment)
            .chain(
                put_off
                    .into_values()
                    .filter(|until| *until > Instant::now()),
            )
            .min();
        Ok(next.map(|next| next.min(Instant::now() + ROUTE)))
    }

    /// Begins to send what is for one target, `None` being the usual one.
    async fn send_what_waits(
        self: &Arc<Self>,
        tasks: &mut Tasks,
        calls: u64,
        wanted: Option<String>,
    ) -> Result<(), Failure> {
        let target = locked(&self.places).target(wanted.as_deref()).cloned();
        let records = self
            .ask(move |book| book.sendable(wanted.as_deref(), ROUND))
            .await?;
        let Some(target) = target else {
            // There may be more of them than one round has.
            self.nudge();
            for record in records {
                let wait = Change::Wait(WaitsFor::Server);
                self.ask(move |book| book.change(record.job.id, wait))
                    .await?;
            }
            return Ok(());
        };
        if self.is_paused() || locked(&self.places).is_resting(&target.id) {
            return Ok(());
        }
        let room = self.settings.parallel;
        for record in records {
            let to = target.clone();
            let work = |worker: Arc<Self>, record| worker.deliver(record, to, calls);
            self.begin(tasks, Work::Send, room, &target.id, calls, record, work);
        }
        Ok(())
    }
}

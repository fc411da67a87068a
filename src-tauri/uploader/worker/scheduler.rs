//! The scheduler: starts pending work within the limits of concurrency.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::{
    MAX_FETCHES, MAX_FOLLOW_UPS, MAX_INSPECTIONS, MAX_THUMBNAILS, ROUND_SIZE, ROUTE_CHECK_INTERVAL,
    Tasks, Work, Worker, lock,
};
use crate::Failure;
use crate::queue::job::{Change, WaitReason};
use crate::queue::record::Origin;

impl Worker {
    /// Starts what there is room for; gives the moment at which there will be more to do without anybody saying so.
    pub(super) async fn start_pending(
        self: &Arc<Self>,
        tasks: &mut Tasks,
        seen_wakes: &mut u64,
    ) -> Result<Option<Instant>, Failure> {
        let wake_count = self.wake_count.load(Ordering::SeqCst);
        let was_woken = wake_count != *seen_wakes;
        let must_resume = self.missed_wake.swap(false, Ordering::SeqCst) || was_woken;
        let busy_jobs = self.busy_jobs();
        self.run_blocking(move |journal| {
            if must_resume {
                journal.requeue_interrupted(|id| busy_jobs.contains(&id))?;
            }
            journal.requeue_offline(was_woken)
        })
        .await?;
        *seen_wakes = wake_count;

        let to_do = self
            .run_blocking(|journal| journal.pending_work(ROUND_SIZE))
            .await?;
        for record in to_do.to_inspect {
            match record.origin {
                Origin::Web(_) => {
                    let work = |worker: Arc<Self>, record| worker.fetch_picture(record, wake_count);
                    self.spawn_work(
                        tasks,
                        Work::Fetch,
                        MAX_FETCHES,
                        "",
                        wake_count,
                        record,
                        work,
                    );
                }
                _ => {
                    let work = |worker: Arc<Self>, record| worker.inspect_job(record);
                    self.spawn_work(
                        tasks,
                        Work::Inspect,
                        MAX_INSPECTIONS,
                        "",
                        wake_count,
                        record,
                        work,
                    );
                }
            }
        }
        for record in to_do.without_thumbnail {
            let work = |worker: Arc<Self>, record| worker.make_thumbnail(record);
            self.spawn_work(
                tasks,
                Work::MakeThumbnail,
                MAX_THUMBNAILS,
                "",
                wake_count,
                record,
                work,
            );
        }
        for record in to_do.files_to_clean_up {
            let work = |worker: Arc<Self>, record| worker.clean_up_file(record);
            self.spawn_work(
                tasks,
                Work::CleanUp,
                MAX_FOLLOW_UPS,
                "",
                wake_count,
                record,
                work,
            );
        }
        for record in to_do.pictures_to_delete {
            let work = |worker: Arc<Self>, record| worker.delete_picture(record);
            self.spawn_work(
                tasks,
                Work::Delete,
                MAX_FOLLOW_UPS,
                "",
                wake_count,
                record,
                work,
            );
        }
        let postponed_checks = lock(&self.postponed_checks).clone();
        for record in to_do.links_to_check {
            if postponed_checks
                .get(&record.job.id)
                .is_none_or(|until| *until <= Instant::now())
            {
                let work = |worker: Arc<Self>, record| worker.check_link(record);
                self.spawn_work(
                    tasks,
                    Work::CheckLink,
                    MAX_FOLLOW_UPS,
                    "",
                    wake_count,
                    record,
                    work,
                );
            }
        }
        for wanted in to_do.target_ids {
            self.start_uploads(tasks, wake_count, wanted).await?;
        }

        let next_moment = self
            .run_blocking(|journal| journal.next_due_time())
            .await?
            .map(|at| {
                let wait = at.duration_since(self.settings.clock.now());
                Instant::now() + Duration::try_from(wait).unwrap_or_default()
            });
        let next = lock(&self.targets)
            .next_cooldown_end()
            .into_iter()
            .chain(next_moment)
            .chain(
                postponed_checks
                    .into_values()
                    .filter(|until| *until > Instant::now()),
            )
            .min();
        Ok(next.map(|next| next.min(Instant::now() + ROUTE_CHECK_INTERVAL)))
    }

    /// Begins to send what is for one target, `None` being the usual one.
    async fn start_uploads(
        self: &Arc<Self>,
        tasks: &mut Tasks,
        wake_count: u64,
        requested_target: Option<String>,
    ) -> Result<(), Failure> {
        let target = lock(&self.targets)
            .find_target(requested_target.as_deref())
            .cloned();
        let records = self
            .run_blocking(move |journal| {
                journal.sendable_jobs(requested_target.as_deref(), ROUND_SIZE)
            })
            .await?;
        let Some(target) = target else {
            // There may be more of them than one round has.
            self.rescan();
            for record in records {
                let wait = Change::Wait(WaitReason::Server);
                self.run_blocking(move |journal| journal.apply_change(record.job.id, wait))
                    .await?;
            }
            return Ok(());
        };
        if self.is_paused() || lock(&self.targets).is_cooling_down(&target.id) {
            return Ok(());
        }
        let room = self.settings.parallel_uploads;
        for record in records {
            let upload_target = target.clone();
            let work = |worker: Arc<Self>, record| {
                worker.upload_picture(record, upload_target, wake_count)
            };
            self.spawn_work(
                tasks,
                Work::Upload,
                room,
                &target.id,
                wake_count,
                record,
                work,
            );
        }
        Ok(())
    }
}

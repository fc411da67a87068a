//! Maintenance of a running server: writes counters, deletes expired images, collects garbage.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::state::App;

const FLUSH_INTERVAL: Duration = Duration::from_secs(1);
const EXPIRY_INTERVAL: Duration = Duration::from_secs(10);
const GC_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// Runs until aborted; the first sweep comes at once.
pub async fn run(app: App) {
    let [mut flushes, mut expiries, mut sweeps] = [FLUSH_INTERVAL, EXPIRY_INTERVAL, GC_INTERVAL]
        .map(|pause| {
            let mut ticks = interval(pause);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
    loop {
        tokio::select! {
            _ = flushes.tick() => flush_counters(&app).await,
            _ = expiries.tick() => {
                delete_expired(&app).await;
                reload_config(&app).await;
            }
            _ = sweeps.tick() => collect_garbage(&app).await,
        }
    }
}

/// Writes down what is counted in memory.
pub async fn flush_counters(app: &App) {
    if let Err(error) = app
        .run_blocking(|library, _| Ok(library.flush_counters()?))
        .await
    {
        tracing::warn!(
            error = error.cause_chain(),
            "what was counted could not be written down"
        );
    }
}

async fn delete_expired(app: &App) {
    match app
        .run_blocking(|library, _| Ok(library.delete_expired()?))
        .await
    {
        Ok(expired) if expired == library::ExpiryReport::default() => {}
        Ok(expired) => tracing::debug!(?expired, "expired"),
        Err(error) => tracing::warn!(
            error = error.cause_chain(),
            "what has expired stays for now"
        ),
    }
}

/// Another process may have changed settings.
async fn reload_config(app: &App) {
    let shared = app.clone();
    let followed = app.run_blocking(move |library, _| Ok(shared.live_config.reload(library)?));
    if let Err(error) = followed.await {
        tracing::warn!(
            error = error.cause_chain(),
            "settings stay as they are for now"
        );
    }
}

async fn collect_garbage(app: &App) {
    match app
        .run_blocking(|library, _| Ok(library.collect_garbage()?))
        .await
    {
        Ok(swept) => tracing::debug!(?swept, "swept"),
        Err(error) => tracing::warn!(error = error.cause_chain(), "the sweep failed"),
    }
}

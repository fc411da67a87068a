//! What a serving process does beside answering: writes down what it counted, deletes what has expired, and sweeps.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::state::App;

const FLUSH: Duration = Duration::from_secs(1);
const EXPIRE: Duration = Duration::from_secs(10);
const SWEEP: Duration = Duration::from_secs(5 * 60);

/// Runs until aborted; the first sweep comes at once.
pub async fn run(app: App) {
    let [mut flushes, mut expiries, mut sweeps] = [FLUSH, EXPIRE, SWEEP].map(|pause| {
        let mut ticks = interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    });
    loop {
        tokio::select! {
            _ = flushes.tick() => flush(&app).await,
            _ = expiries.tick() => {
                expire(&app).await;
                follow(&app).await;
            }
            _ = sweeps.tick() => sweep(&app).await,
        }
    }
}

/// Writes down what is counted in memory.
pub async fn flush(app: &App) {
    if let Err(error) = app.ask(|library, _| Ok(library.flush()?)).await {
        tracing::warn!(
            error = error.chain(),
            "what was counted could not be written down"
        );
    }
}

async fn expire(app: &App) {
    match app.ask(|library, _| Ok(library.expire()?)).await {
        Ok(expired) if expired == library::Expired::default() => {}
        Ok(expired) => tracing::debug!(?expired, "expired"),
        Err(error) => tracing::warn!(error = error.chain(), "what has expired stays for now"),
    }
}

/// Another process may have changed settings.
async fn follow(app: &App) {
    let shared = app.clone();
    let followed = app.ask(move |library, _| Ok(shared.configured.follow(library)?));
    if let Err(error) = followed.await {
        tracing::warn!(error = error.chain(), "settings stay as they are for now");
    }
}

async fn sweep(app: &App) {
    match app.ask(|library, _| Ok(library.sweep()?)).await {
        Ok(swept) => tracing::debug!(?swept, "swept"),
        Err(error) => tracing::warn!(error = error.chain(), "the sweep failed"),
    }
}
